mod as_gatekeeper;
mod limits;

use std::sync::Arc;

use ferrego_runtime::collections::SetBuilder;
use ferrego_runtime::context::Eval;
use ferrego_runtime::error::Location;
use ferrego_runtime::{Arena, Document, ErrorCode, EvalError, Evaluation, Value, Violations, json};

use super::*;
use crate::Schema;
use crate::constraint::{Constraint, EnforcementPoint};
use crate::expansion::{Expander, ExpansionTemplate};
use crate::fault::{Fault, FaultCode, Faults};
use crate::inventory::{Inventory, Snapshot};
use crate::review::{Numbers, Review};

/// A policy whose `violation` is the set of the items of `parameters.items`. It stops with an error
/// if `parameters.stop` exists.
struct Items;

impl Violations for Items {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        let (input, _) = evaluation.documents();
        let parameter = |key| input.and_then(|input| input.path(&["parameters", key]));
        if parameter("stop").is_some() {
            let location = Location { rule: "data.t.f", file: "t.yaml", line: 13, column: 5 };
            let message = "complete rules must not produce multiple outputs";
            return Err(EvalError::new(ErrorCode::Conflict, message, &location));
        }
        let mut set = SetBuilder::new(evaluation.env().arena);
        if let Some(Value::Array(items)) = parameter("items") {
            for item in items {
                set.insert(*item);
            }
        }
        Ok(Some(set.finish()))
    }
}

/// A policy whose messages contain its whole input and data.
struct Tell;

impl Violations for Tell {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        let (input, data) = evaluation.documents();
        let arena = evaluation.env().arena;
        let text = arena.format(format_args!("{} {data}", input.unwrap_or(Value::Null)));
        let told = json::parse(arena, br#"{"msg": "told", "details": 0}"#);
        let mut set = SetBuilder::new(arena);
        set.insert(told.expect("JSON"));
        let mut object = ferrego_runtime::collections::ObjectBuilder::new(arena);
        object.insert(Value::String("msg"), Value::String(text));
        set.insert(object.finish());
        Ok(Some(set.finish()))
    }
}

fn constraint(kind: &str, name: &str, spec: &str) -> String {
    format!(
        r#"{{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "{kind}",
            "metadata": {{"name": "{name}"}}, "spec": {spec}}}"#
    )
}

fn builder() -> PolicySetBuilder {
    let mut builder = PolicySet::builder();
    let any = || Schema::of_template("", true).expect("no fault");
    builder.add_template("Items", any().map(Arc::new), Arc::new(Items)).expect("new");
    builder.add_template("Tell", any().map(Arc::new), Arc::new(Tell)).expect("new");
    builder
}

fn add(builder: &mut PolicySetBuilder, constraint: &str) -> Result<Vec<Fault>, Faults> {
    builder.read_constraint(&Document::parse(constraint).expect("JSON").value())
}

fn set(constraints: &[String]) -> PolicySet {
    let mut builder = builder();
    for one in constraints {
        add(&mut builder, one).expect("valid");
    }
    builder.build()
}

/// Returns the findings for a Pod in the namespace `n`, or the error.
fn findings(set: &PolicySet, inventory: &Inventory) -> Result<Vec<String>, String> {
    let pod = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}}"#;
    let (arena, snapshot) = (Arena::new(), inventory.snapshot());
    let object = json::parse(&arena, pod.as_bytes()).expect("JSON");
    let review = Review::from_object(&arena, object, None, Numbers::Exact).expect("an object");
    let verdict = set.review(&review, &snapshot, &arena).map_err(|error| error.to_string())?;
    Ok(shown(&verdict))
}

fn shown(verdict: &Verdict<'_>) -> Vec<String> {
    let show = |one: &Finding<'_>| {
        let Finding { msg, details, constraint, action, scoped_actions, cause } = one;
        format!("{action}{scoped_actions:?} {}: {msg} {details} {cause:?}", constraint.name)
    };
    let warnings = verdict
        .warnings
        .iter()
        .map(|one| (one.constraint.name, one.message, one.element.unwrap_or(Value::Null)))
        .map(|(name, message, element)| format!("{name}: {message} {element}"));
    verdict.findings.iter().map(show).chain(warnings).collect()
}

#[test]
fn a_policy_sees_review_parameters_and_inventory() {
    let set = set(&[constraint("Tell", "t", r#"{"parameters": {"a": 1.50}}"#)]);
    let inventory = Inventory::new();
    let all = findings(&set, &inventory).expect("a verdict");
    assert_eq!(all[0], "deny[] t: told 0 Violation", "sorted by message");
    assert!(all[1].contains(r#": {"parameters": {"a": 1.50}, "review": {"kind": {"group": ""#));
    assert!(all[1].contains(r#"{"inventory": {}} {} Violation"#), "{}", all[1]);
}

#[test]
fn results_are_distinct_and_in_order() {
    let items = r#"{"parameters": {"items": [
        {"msg": "b"}, {"msg": "a", "details": {"k": 1}}, {"msg": "a", "other": 1}, {"msg": "a", "other": 2},
        {"msg": "c", "details": null}, {"mgs": "x"}, "y"]}}"#;
    let warn = items.replace(r#"{"parameters""#, r#"{"enforcementAction": "warn", "parameters""#);
    let set = set(&[constraint("Items", "w", &warn), constraint("Items", "d", items)]);
    let all = findings(&set, &Inventory::new()).expect("a verdict");
    let msgs = ["a {}", "a {\"k\": 1}", "b {}", "c null"];
    let results = |head: &str| msgs.map(|msg| format!("{head}: {msg} Violation"));
    assert_eq!(all[..4], results("deny[] d"));
    assert_eq!(all[4..8], results("warn[] w"));
    let dropped = [
        r#"w: expected an object in `violation` "y""#,
        r#"w: expected an object with `msg` in `violation` {"mgs": "x"}"#,
    ];
    assert_eq!(all[8..10], dropped);
}

/// A policy whose `violation` is not a set, which no template has.
struct Fixed(&'static str);

impl Violations for Fixed {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        Ok(Some(json::parse(evaluation.env().arena, self.0.as_bytes()).expect("JSON")))
    }
}

#[test]
fn a_violation_that_is_no_set_is_iterated_as_the_hook_does() {
    let found = |value: &'static str| {
        let mut builder = PolicySet::builder();
        builder.add_template("Fixed", None, Arc::new(Fixed(value))).expect("new");
        add(&mut builder, &constraint("Fixed", "n", "{}")).expect("valid");
        let (set, inventory) = (builder.build(), Inventory::new());
        let (arena, snapshot) = (Arena::new(), inventory.snapshot());
        let object = json::parse(&arena, br#"{"apiVersion": "v1", "kind": "Pod"}"#).expect("JSON");
        let review = Review::from_object(&arena, object, None, Numbers::Exact).expect("a review");
        let verdict = set.review(&review, &snapshot, &arena).expect("a verdict");
        (verdict.findings.len(), verdict.warnings.len())
    };
    assert_eq!(found("{}"), (0, 0));
    assert_eq!(found("[]"), (0, 0));
    assert_eq!(found(r#"{"msg": "a", "b": {"msg": "c"}}"#), (0, 2), "keys are the elements");
    assert_eq!(found(r#"[{"msg": "a"}]"#), (0, 1), "indexes are the elements");
    assert_eq!(found("false"), (0, 1), "it has no elements");
}

#[test]
fn a_msg_that_is_no_string_fails_the_review() {
    let wrong = constraint("Items", "w", r#"{"parameters": {"items": [{"msg": 1}]}}"#);
    let error =
        findings(&set(std::slice::from_ref(&wrong)), &Inventory::new()).expect_err("no verdict");
    assert_eq!(
        error,
        "admission.k8s.gatekeeper.sh: Rego: extracting message binding: .msg accessor error: 1 is \
         of the type json.Number, expected string"
    );
    let stops = constraint("Items", "x", r#"{"parameters": {"stop": 1}}"#);
    let both = findings(&set(&[wrong, stops]), &Inventory::new());
    assert_eq!(both.map(|all| all.len()), Ok(2), "the error that stops the evaluation comes first");
}

#[test]
fn what_stops_an_evaluation_is_the_result_of_all_constraints_of_the_kind() {
    let items = r#"{"parameters": {"items": [{"msg": "a"}, 1]}}"#;
    let set = set(&[
        constraint("Items", "a", items),
        constraint("Tell", "t", "{}"),
        constraint(
            "Items",
            "b",
            r#"{"parameters": {"stop": true}, "enforcementAction": "dryrun"}"#,
        ),
        constraint(
            "Items",
            "c",
            r#"{"parameters": {}, "match": {"kinds": [{"apiGroups": ["x"], "kinds": ["Pod"]}]}}"#,
        ),
    ]);
    let all = findings(&set, &Inventory::new()).expect("a verdict");
    let text = "t.yaml:13:5: eval_conflict_error: complete rules must not produce multiple outputs \
                null Evaluation";
    assert_eq!(all[0], format!("deny[] a: {text}"));
    assert_eq!(all[3], format!("dryrun[] b: {text}"));
    assert_eq!(all.len(), 4, "the other policy has its results: {all:?}");
}

#[test]
fn a_constraint_that_cannot_be_matched_counts_as_violated() {
    let selector = r#"{"match": {"namespaceSelector": {"matchLabels": {"a": "b"}}},
        "parameters": {"items": [{"msg": "m"}]}}"#;
    let set = set(&[constraint("Items", "s", selector)]);
    let inventory = Inventory::new();
    let all = findings(&set, &inventory).expect("a verdict");
    assert!(all[0].starts_with("deny[] s: unable to match constraints: "), "{all:?}");
    assert!(all[0].ends_with(" null Matching"));
    let namespace = |labels: &str| {
        let text = format!(
            r#"{{"apiVersion": "v1", "kind": "Namespace", "metadata": {{"name": "n", "labels": {labels}}}}}"#
        );
        inventory.insert(Arc::new(Document::parse(text).expect("JSON"))).expect("valid");
        findings(&set, &inventory).expect("a verdict")
    };
    assert_eq!(namespace(r#"{"a": "b"}"#), ["deny[] s: m {} Violation"]);
    assert_eq!(namespace("{}"), [""; 0]);
}

#[test]
fn scoped_actions_are_those_of_the_enforcement_point() {
    let spec = r#"{"enforcementAction": "scoped", "parameters": {"items": [{"msg": "m"}]},
        "scopedEnforcementActions": [
            {"action": "deny", "enforcementPoints": [{"name": "validation.gatekeeper.sh"}]},
            {"action": "warn", "enforcementPoints": [
                {"name": "audit.gatekeeper.sh"}, {"name": "validation.gatekeeper.sh"}]}]}"#;
    let at = |point| {
        let mut builder = builder().enforcement_point(point);
        add(&mut builder, &constraint("Items", "s", spec)).expect("valid");
        findings(&builder.build(), &Inventory::new()).expect("a verdict")
    };
    assert_eq!(at(EnforcementPoint::Webhook), [r#"scoped["deny", "warn"] s: m {} Violation"#]);
    assert_eq!(at(EnforcementPoint::Audit), [r#"scoped["warn"] s: m {} Violation"#]);
    assert_eq!(at(EnforcementPoint::Gator), [""; 0]);
}

static PLAIN: ferrego_runtime::Policy = ferrego_runtime::Policy {
    name: "plain",
    entries: &[],
    memo_cells: 0,
    needs: &[""],
    inventory: &[],
    template: None,
};

#[test]
fn a_set_takes_each_document_once_and_no_constraint_without_template() {
    let mut builder = builder();
    let twice = builder.add_template("Items", None, Arc::new(Items)).expect_err("twice");
    assert_eq!(twice.code, FaultCode::Duplicate);
    add(&mut builder, &constraint("Items", "a", "{}")).expect("valid");
    let twice = add(&mut builder, &constraint("Items", "a", "{}")).expect_err("twice");
    assert_eq!(
        twice.as_slice()[0].to_string(),
        "duplicate document: metadata.name: duplicate constraint `Items/a`"
    );
    let missing = add(&mut builder, &constraint("Other", "a", "{}")).expect_err("missing");
    assert_eq!(missing.as_slice()[0].code, FaultCode::MissingTemplate);
    assert_eq!(
        builder.add_compiled(&PLAIN).expect_err("plain").as_slice()[0].code,
        FaultCode::InvalidTemplate
    );
}

#[test]
fn a_webhook_judges_bytes_and_fills_in_the_namespace() {
    let set = set(&[constraint("Tell", "t", "{}")]);
    let inventory = Inventory::new();
    let namespace = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}"#;
    inventory.insert(Arc::new(Document::parse(namespace).expect("JSON"))).expect("valid");
    let bytes = br#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u", "namespace": "n", "object": {"apiVersion": "v1", "kind": "Pod"}}}"#;
    let (arena, snapshot) = (Arena::new(), inventory.snapshot());
    let judgment = set.judge(bytes, &snapshot, &arena).expect("a verdict");
    assert!(judgment.verdict.is_denied());
    assert!(judgment.verdict.findings[1].msg.contains(r#""namespaceObject": {"apiVersion": "v1""#));
    assert_eq!(judgment.uid, "u");
    let error = set.judge(b"{}", &snapshot, &arena).expect_err("no review");
    assert!(matches!(error.failure(), JudgeFailure::Invalid(_)), "{error}");
}

/// A policy whose messages contain the object that it sees, and that declares to read `spec.a` of
/// it.
struct Narrow;

impl Violations for Narrow {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        Tell.violations(evaluation)
    }

    fn needs(&self) -> &'static [&'static str] {
        &["/review/object/spec/a"]
    }
}

#[test]
fn only_what_is_read_of_objects_becomes_values() {
    let judged = |numbers| {
        let mut builder = PolicySet::builder().numbers(numbers);
        builder.add_template("Narrow", None, Arc::new(Narrow)).expect("new");
        builder.add_template("Tell", None, Arc::new(Tell)).expect("new");
        add(&mut builder, &constraint("Narrow", "n", "{}")).expect("valid");
        let set = builder.build();
        let bytes = br#"{"apiVersion": "admission.k8s.io/v1", "request": {
            "operation": "DELETE", "userInfo": {"username": "u"}, "oldObject": {"kind": "Pod",
            "metadata": {"name": "p", "labels": {"l": "m"}, "uid": "x"},
            "spec": {"a": {"b": [1]}, "c": 2}, "status": {"d": 3}}}}"#;
        let (arena, snapshot) = (Arena::new(), Snapshot::empty());
        let judgment = set.judge(bytes, &snapshot, &arena).expect("a verdict");
        judgment.verdict.findings[1].msg.to_owned()
    };
    let exact = judged(Numbers::Exact);
    let object = r#""object": {"kind": "Pod", "metadata": {"labels": {"l": "m"}, "name": "p"}, "spec": {"a": {"b": [1]}}}"#;
    assert!(
        exact.contains(object) && exact.contains(r#""userInfo": {"username": "u"}"#),
        "{exact}"
    );
    let all = judged(Numbers::Float64);
    assert!(all.contains(r#""c": 2"#) && all.contains(r#""status": {"d": 3}"#), "{all}");
}

#[test]
fn what_an_object_implies_is_judged_with_it() {
    let template = r#"{"apiVersion": "expansion.gatekeeper.sh/v1beta1", "kind": "ExpansionTemplate",
        "metadata": {"name": "pods"}, "spec": {
            "applyTo": [{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}],
            "templateSource": "spec.template", "enforcementAction": "warn",
            "generatedGVK": {"group": "", "version": "v1", "kind": "Pod"}}}"#;
    let template = ExpansionTemplate::read(&Document::parse(template).expect("JSON").value());
    let expander = Expander::new([template.expect("valid")]).expect("no cycle");
    let of = |kind: &str, source: &str| {
        format!(
            r#"{{"match": {{"kinds": [{{"apiGroups": ["*"], "kinds": ["{kind}"]}}], "source": "{source}"}},
                "parameters": {{"items": [{{"msg": "{kind}"}}]}}}}"#
        )
    };
    let set = set(&[
        constraint("Items", "pod", &of("Pod", "Generated")),
        constraint("Items", "original", &of("Pod", "Original")),
        constraint("Items", "deployment", &of("Deployment", "All")),
    ]);
    let deployment = r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
        "spec": {"template": {"spec": {}}}}"#;
    let (arena, snapshot) = (Arena::new(), Snapshot::empty());
    let object = json::parse(&arena, deployment.as_bytes()).expect("JSON");
    let review = Review::from_object(&arena, object, None, Numbers::Exact).expect("an object");
    let verdict = set.review_expanded(&review, &expander, &snapshot, &arena).expect("a verdict");
    assert_eq!(
        shown(&verdict),
        [
            "deny[] deployment: Deployment {} Violation",
            "warn[] pod: [Implied by pods] Pod {} Violation",
        ]
    );
}

#[test]
fn a_set_is_shared_between_threads() {
    let set = set(&[constraint("Items", "a", r#"{"parameters": {"items": [{"msg": "m"}]}}"#)]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let all = findings(&set, &Inventory::new()).expect("a verdict");
                assert_eq!(all, ["deny[] a: m {} Violation"]);
            });
        }
    });
    let names: Vec<_> = set.constraints().map(Constraint::name).collect();
    assert_eq!(names, ["a"]);
    assert!(set.constraint(ConstraintId { kind: "Items", name: "b" }).is_none());
}

#[test]
fn a_part_of_a_set_has_its_policies_and_some_of_its_constraints() {
    let items =
        |name: &str| constraint("Items", name, r#"{"parameters": {"items": [{"msg": "no"}]}}"#);
    let whole = set(&[items("one"), items("two"), constraint("Tell", "three", "{}")]);
    let part = whole.only(|constraint| constraint.name() != "two");
    let names: Vec<&str> = part.constraints().map(Constraint::name).collect();
    assert_eq!(names, ["one", "three"]);
    let found = |set: &PolicySet| findings(set, &Inventory::new()).expect("findings");
    let (mut all, some) = (found(&whole), found(&part));
    all.retain(|finding| some.contains(finding));
    assert_eq!(all, some);
    assert!(found(&whole.only(|_| false)).is_empty());
}
