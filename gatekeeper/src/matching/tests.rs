use ferrego_runtime::{Document, Value};
use proptest::prelude::*;

use super::*;
use crate::fault::FieldPath;

const POD: &str = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-1",
    "namespace": "shop", "labels": {"app": "web", "tier": "front"}}}"#;

fn document(json: &str) -> Document {
    Document::parse(json).expect("JSON")
}

fn read(json: &str) -> Result<Match, Vec<String>> {
    let path = FieldPath::of(&["spec", "match"]);
    let faults = |faults: crate::Faults| faults.iter().map(ToString::to_string).collect();
    Match::read(&document(json).value(), &path).map_err(faults)
}

fn the_match(json: &str) -> Match {
    read(json).expect("a match")
}

/// Returns a Pod in the namespace `shop`, whose Namespace object is not known.
fn pod(object: &Document) -> Candidate<'_> {
    Candidate {
        group: "",
        kind: "Pod",
        namespace: "shop",
        object: Some(object.value()),
        old_object: None,
        namespace_object: None,
        by_own_namespace: false,
        source: Source::Original,
    }
}

#[track_caller]
fn matches(json: &str, candidate: &Candidate<'_>, expected: bool) {
    assert_eq!(the_match(json).matches(candidate), Ok(expected), "{json}");
}

#[test]
fn what_is_not_said_selects_all() {
    let object = document(POD);
    matches("{}", &pod(&object), true);
    assert_eq!(Match::everything().matches(&pod(&object)), Ok(true));
    let nothing = Candidate { object: None, ..pod(&object) };
    assert_eq!(Match::everything().matches(&nothing), Ok(true));
    assert_eq!(the_match("{}").matches(&nothing), Err(MatchError::NoObject));
    let null = Candidate { object: Some(Value::Null), ..nothing };
    assert_eq!(the_match("{}").matches(&null), Err(MatchError::NoObject));
    assert!(Match::everything().kinds().eq([KindKey { group: None, kind: None }]));
}

#[test]
fn an_exclusion_names_the_first_clause_in_gatekeepers_order() {
    let object = document(POD);
    let exclusion = |json: &str, candidate: &Candidate<'_>| {
        let found = the_match(json).exclusion(candidate).expect("decided");
        found.map(|found| (found.clause, found.expected, found.found))
    };
    let all = r#"{"kinds": [{"apiGroups": [""], "kinds": ["Pod"]}], "scope": "Namespaced",
        "namespaces": ["shop"], "excludedNamespaces": ["kube-*"], "name": "api*",
        "labelSelector": {"matchLabels": {"app": "web", "tier": "back"}}}"#;
    let labels = ("labelSelector", "label `tier` in `back`", "label `tier` is `front`");
    let text = |(clause, expected, found): (&'static str, &str, &str)| {
        Some((clause, expected.to_owned(), found.to_owned()))
    };
    assert_eq!(exclusion(all, &pod(&object)), text(labels));
    let matched = all.replace("back", "front");
    assert_eq!(exclusion(&matched, &pod(&object)), text(("name", "`api*`", "`web-1`")));
    assert_eq!(exclusion(&matched.replace("api*", "web*"), &pod(&object)), None);
    // Of two objects, one must be selected, and the first is explained.
    let other = document(r#"{"metadata": {"name": "api-1", "namespace": "shop"}}"#);
    let both = Candidate { old_object: Some(other.value()), ..pod(&object) };
    assert_eq!(exclusion(r#"{"name": "api*"}"#, &both), None);
    let neither = exclusion(r#"{"name": "db"}"#, &both);
    assert_eq!(neither, text(("name", "`db`", "`web-1`")));
    let nothing = Candidate { object: None, ..pod(&object) };
    assert_eq!(the_match(all).exclusion(&nothing), Err(MatchError::NoObject));
}

#[test]
fn kinds_are_told_apart() {
    let object = document(POD);
    let pods = r#"{"kinds": [{"apiGroups": ["apps"], "kinds": ["Deployment"]}, {"apiGroups": [""], "kinds": ["Pod"]}]}"#;
    matches(pods, &pod(&object), true);
    matches(pods, &Candidate { group: "apps", ..pod(&object) }, false);
    matches(r#"{"kinds": [{"kinds": ["Service"]}]}"#, &pod(&object), false);
    let key = KindKey { group: Some("apps"), kind: Some("Deployment") };
    assert_eq!(the_match(pods).kinds().next(), Some(key));
}

#[test]
fn scope_is_whether_there_is_a_namespace() {
    let object = document(POD);
    let namespace = document(r#"{"metadata": {"name": "shop"}}"#);
    let in_shop = pod(&object);
    let cluster = Candidate { kind: "Node", namespace: "", ..in_shop };
    let itself =
        Candidate { kind: "Namespace", namespace: "", object: Some(namespace.value()), ..in_shop };
    let known = Candidate { namespace: "", namespace_object: Some(namespace.value()), ..in_shop };
    for (candidate, is_inside) in
        [(in_shop, true), (cluster, false), (itself, false), (known, true)]
    {
        matches(r#"{"scope": "*"}"#, &candidate, true);
        matches(r#"{"scope": "Namespaced"}"#, &candidate, is_inside);
        matches(r#"{"scope": "Cluster"}"#, &candidate, !is_inside);
        matches(r#"{"scope": "namespaced"}"#, &candidate, true);
    }
}

#[test]
fn namespaces_are_selected_by_name() {
    let object = document(POD);
    let shop = pod(&object);
    matches(r#"{"namespaces": ["other", "sh*"]}"#, &shop, true);
    matches(r#"{"namespaces": ["other"]}"#, &shop, false);
    matches(r#"{"excludedNamespaces": ["*op"]}"#, &shop, false);
    matches(r#"{"excludedNamespaces": ["kube-*"]}"#, &shop, true);
    let namespace = document(r#"{"metadata": {"name": "kube-system"}}"#);
    let itself =
        Candidate { kind: "Namespace", namespace: "", object: Some(namespace.value()), ..shop };
    matches(r#"{"namespaces": ["kube-*"]}"#, &itself, true);
    matches(r#"{"excludedNamespaces": ["kube-*"]}"#, &itself, false);
    let cluster = Candidate { kind: "Node", namespace: "", ..shop };
    matches(r#"{"namespaces": ["other"], "excludedNamespaces": ["*"]}"#, &cluster, true);
}

#[test]
fn labels_are_selected() {
    let object = document(POD);
    for (selector, expected) in [
        (r#"{"matchLabels": {"app": "web"}}"#, true),
        (r#"{"matchLabels": {"app": "web", "tier": "back"}}"#, false),
        (
            r#"{"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "web"]}]}"#,
            true,
        ),
        (
            r#"{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}"#,
            false,
        ),
        (r#"{"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["a"]}]}"#, true),
        (r#"{"matchExpressions": [{"key": "zone", "operator": "Exists"}]}"#, false),
        (r#"{"matchExpressions": [{"key": "zone", "operator": "DoesNotExist"}]}"#, true),
        ("{}", true),
    ] {
        matches(&format!(r#"{{"labelSelector": {selector}}}"#), &pod(&object), expected);
    }
    let odd = document(r#"{"metadata": {"labels": {"app": "web", "n": 1, "null": null}}}"#);
    let select = r#"{"labelSelector": {"matchLabels": {"app": "web"}}}"#;
    matches(select, &pod(&odd), false);
    let null = document(r#"{"metadata": {"labels": {"app": "web", "null": null}}}"#);
    matches(select, &pod(&null), true);
}

#[test]
fn a_namespace_selector_must_see_the_namespace() {
    let select = r#"{"namespaceSelector": {"matchLabels": {"env": "prod"}}}"#;
    let object = document(POD);
    let namespace = |env: &str| {
        document(&format!(r#"{{"metadata": {{"name": "shop", "labels": {{"env": "{env}"}}}}}}"#))
    };
    let (prod, test) = (namespace("prod"), namespace("test"));
    let shop = pod(&object);
    matches(select, &Candidate { namespace_object: Some(prod.value()), ..shop }, true);
    matches(select, &Candidate { namespace_object: Some(test.value()), ..shop }, false);
    assert_eq!(the_match(select).matches(&shop), Err(MatchError::MissingNamespace));
    for labels in [r#"{"env": "prod", "level": 3}"#, "[]", r#""prod""#] {
        let invalid = document(&format!(r#"{{"metadata": {{"labels": {labels}}}}}"#));
        let shop = Candidate { namespace_object: Some(invalid.value()), ..shop };
        assert_eq!(the_match(select).matches(&shop), Err(MatchError::InvalidNamespace));
    }
    let other = r#"{"kinds": [{"kinds": ["Service"]}], "namespaceSelector": {}}"#;
    matches(other, &shop, false);
    let later = r#"{"name": "other", "namespaceSelector": {}}"#;
    assert_eq!(the_match(later).matches(&shop), Err(MatchError::MissingNamespace));
    matches(select, &Candidate { kind: "Node", namespace: "", ..shop }, true);
    let itself = Candidate { kind: "Namespace", namespace: "", ..shop };
    matches(select, &Candidate { object: Some(prod.value()), ..itself }, true);
    matches(select, &Candidate { object: Some(test.value()), ..itself }, false);
}

#[test]
fn names_are_matched_also_where_they_are_generated() {
    let object = document(POD);
    matches(r#"{"name": "web-*"}"#, &pod(&object), true);
    matches(r#"{"name": "web"}"#, &pod(&object), false);
    matches(r#"{"name": ""}"#, &pod(&object), true);
    let generated = document(r#"{"metadata": {"generateName": "web-"}}"#);
    matches(r#"{"name": "web-*"}"#, &pod(&generated), true);
    matches(r#"{"name": "*-1"}"#, &pod(&generated), false);
}

#[test]
fn sources_are_told_apart() {
    let object = document(POD);
    let generated = Candidate { source: Source::Generated, ..pod(&object) };
    for (source, original, made) in
        [("All", true, true), ("Original", true, false), ("Generated", false, true)]
    {
        let json = format!(r#"{{"source": "{source}"}}"#);
        matches(&json, &pod(&object), original);
        matches(&json, &generated, made);
    }
}

#[test]
fn either_object_may_match() {
    let (object, old) = (document(POD), document(r#"{"metadata": {"labels": {"app": "old"}}}"#));
    let change = Candidate { old_object: Some(old.value()), ..pod(&object) };
    for (label, expected) in [("web", true), ("old", true), ("new", false)] {
        let json = format!(r#"{{"labelSelector": {{"matchLabels": {{"app": "{label}"}}}}}}"#);
        matches(&json, &change, expected);
    }
    matches("{}", &Candidate { object: None, ..change }, true);
}

#[test]
fn matching_takes_no_memory() {
    let all = the_match(
        r#"{"kinds": [{"apiGroups": ["apps", ""], "kinds": ["Pod"]}], "scope": "Namespaced",
            "namespaces": ["sh*"], "excludedNamespaces": ["kube-*"], "name": "web-*", "source": "All",
            "labelSelector": {"matchLabels": {"app": "web"}},
            "namespaceSelector": {"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["test"]}]}}"#,
    );
    let (object, namespace) = (document(POD), document(r#"{"metadata": {"name": "shop"}}"#));
    let candidate = Candidate { namespace_object: Some(namespace.value()), ..pod(&object) };
    let mut matched = Ok(false);
    let taken = allocation_counter::measure(|| matched = all.matches(&candidate));
    assert_eq!((matched, taken.count_total), (Ok(true), 0));
}

#[test]
fn faults_are_reported_in_kubernetes_words() {
    let json = r#"{"labelSelector": {"matchExpressions": [
        {"key": "app", "operator": "In"}, {"key": "app", "operator": "Exists", "values": ["a"]},
        {"key": "app", "operator": "Is"}, {"operator": "Exists"}]},
        "namespaceSelector": {"matchLabels": {"-a": "b"}}, "namespaces": ["A"], "kinds": {}, "source": "None"}"#;
    let faults = read(json).expect_err("faults");
    let expressions = "spec.match.labelSelector.matchExpressions";
    let of_source = "schema validation failed: spec.match.source: Unsupported value: \"None\": supported values: \"All\", \"Generated\", \"Original\"";
    for expected in [
        &format!(
            "invalid Constraint: {expressions}[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"
        ),
        &format!(
            "invalid Constraint: {expressions}[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        ),
        &format!(
            "invalid Constraint: {expressions}[2].operator: Invalid value: \"Is\": not a valid selector operator"
        ),
        &format!("schema validation failed: {expressions}[3].key: Required value"),
        "schema validation failed: spec.match.namespaces[0]: Invalid value: \"A\": spec.match.namespaces[0] in body should match '^\\*?[-:a-z0-9]*\\*?$'",
        "schema validation failed: spec.match.kinds: Invalid value: \"object\": spec.match.kinds in body must be of type array: \"object\"",
        of_source,
    ] {
        assert!(
            faults.iter().any(|fault| fault == expected),
            "{expected}\n is not in\n{faults:#?}"
        );
    }
    assert!(faults.iter().any(|fault| fault.starts_with("invalid Constraint: spec.match.namespaceSelector.matchLabels.-a: Invalid value: \"-a\": name part must")));
    assert_eq!(faults.len(), 8, "{faults:#?}");
}

#[test]
fn the_line_of_a_missing_list_is_that_of_its_operator() {
    let json = r#"{"labelSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn"}]}}"#;
    let path = FieldPath::default();
    let faults = Match::read(&document(json).value(), &path).expect_err("a fault");
    assert_eq!(
        faults.as_slice()[0].place().to_string(),
        "labelSelector.matchExpressions[0].operator"
    );
}

/// Generates labels and requirements over the same few keys and values.
fn requirements() -> impl Strategy<Value = (Vec<(String, String)>, Vec<Expression>)> {
    let labels = prop::collection::vec(("[abc]", "[xyz]"), 0..4);
    let operator = prop::sample::select(vec!["In", "NotIn", "Exists", "DoesNotExist"]);
    let values = prop::collection::vec("[xyz]", 1..3);
    let expression = ("[abc]", operator, values);
    (labels, prop::collection::vec(expression, 0..3))
}

type Expression = (String, &'static str, Vec<String>);

proptest! {
    /// Checks selectors against `labels.Requirement.Matches`, written over a map.
    #[test]
    fn selectors_are_the_labels_packages((labels, expressions) in requirements()) {
        let labels: std::collections::BTreeMap<_, _> = labels.into_iter().collect();
        let expected = expressions.iter().all(|(key, operator, values)| {
            match (*operator, labels.get(key)) {
                ("In", label) => label.is_some_and(|label| values.contains(label)),
                ("NotIn", label) => !label.is_some_and(|label| values.contains(label)),
                ("Exists", label) => label.is_some(),
                (_, label) => label.is_none(),
            }
        });
        let pairs: Vec<_> = labels.iter().map(|(key, value)| format!("{key:?}: {value:?}")).collect();
        let object = document(&format!(r#"{{"metadata": {{"labels": {{{}}}}}}}"#, pairs.join(", ")));
        let expressions: Vec<_> = expressions.iter().map(|(key, operator, values)| {
            let values = if operator.ends_with("In") { format!(", \"values\": {values:?}") } else { String::new() };
            format!(r#"{{"key": "{key}", "operator": "{operator}"{values}}}"#)
        }).collect();
        let json = format!(r#"{{"labelSelector": {{"matchExpressions": [{}]}}}}"#, expressions.join(", "));
        prop_assert_eq!(the_match(&json).matches(&pod(&object)), Ok(expected));
    }

    #[test]
    fn a_known_kind_need_not_be_asked_for(
        kinds in proptest::sample::select(&[
            "", r#""kinds": [{"apiGroups": ["", "apps"], "kinds": ["Pod"]}]"#,
            r#""kinds": [{"apiGroups": ["apps"], "kinds": ["*"]}]"#,
        ][..]),
        other in proptest::sample::select(&[
            "", r#""name": "web-*""#, r#""scope": "Cluster""#, r#""namespaces": ["sh*"]"#,
            r#""source": "Generated""#, r#""labelSelector": {"matchLabels": {"app": "db"}}"#,
            r#""namespaceSelector": {"matchLabels": {"app": "db"}}"#,
        ][..]),
        group in proptest::sample::select(&["", "apps"][..]),
        objects in 0..4_u8,
    ) {
        let both = if kinds.is_empty() || other.is_empty() { "" } else { ", " };
        let one = the_match(&format!("{{{kinds}{both}{other}}}"));
        let object = document(POD);
        let given = |bit| (objects & bit != 0).then(|| object.value());
        let candidate = Candidate { group, object: given(1), old_object: given(2), ..pod(&object) };
        let is_of_kind = one.criteria.as_ref().is_none_or(|own| own.kinds.select(group, "Pod"));
        if is_of_kind {
            prop_assert_eq!(one.matches_of_kind(&candidate), one.matches(&candidate));
        } else {
            let expected = if objects == 0 { Err(MatchError::NoObject) } else { Ok(false) };
            prop_assert_eq!(one.matches(&candidate), expected);
        }
    }
}
