//! Tests that sets of policies behave like Gatekeeper and gator.

use super::*;

#[test]
fn an_unknown_field_of_reviews_is_told_once() {
    let set = set(&[constraint("Tell", "t", "{}")]);
    let (inventory, arena) = (Inventory::new(), Arena::new());
    let snapshot = inventory.snapshot();
    let review = |field: &str| {
        let text = format!(
            r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request":
                {{"uid": "u", {field}"object": {{"apiVersion": "v1", "kind": "Pod"}}}}}}"#
        );
        let judgment = set.judge(arena.string(&text).as_bytes(), &snapshot, &arena);
        judgment.expect("a verdict").unknown_fields
    };
    assert_eq!(review(""), [""; 0]);
    assert_eq!(review(r#""newer": 1, "#), ["request.newer"]);
    assert_eq!(review(r#""newer": 1, "#), [""; 0]);
    assert_eq!(review(r#""newer": 1, "other": 2, "#), ["request.other"]);
}

#[test]
fn a_review_may_assume_a_namespace_as_gator_does() {
    let found = |spec: &str, object: &str| {
        let set = set(&[constraint("Tell", "t", spec)]);
        let (inventory, arena) = (Inventory::new(), Arena::new());
        let snapshot = inventory.snapshot();
        let object = json::parse(&arena, object.as_bytes()).expect("JSON");
        let review = Review::from_object(&arena, object, None, Numbers::Exact).expect("a review");
        let judge = |review: &Review<'_>| {
            let verdict = set.review(review, &snapshot, &arena).expect("a verdict");
            verdict.findings.iter().map(|finding| finding.cause).collect::<Vec<_>>()
        };
        (judge(&review), judge(&review.assuming_namespace()))
    };
    let cluster = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}"#;
    let default =
        r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"}}"#;
    let (yes, no) = (vec![Cause::Violation; 2], Vec::new());
    let spec = |matching: &str| format!(r#"{{"match": {matching}}}"#);
    let in_cluster = |matching: &str| found(&spec(matching), cluster);
    assert_eq!(in_cluster(r#"{"scope": "Namespaced"}"#), (no.clone(), yes.clone()));
    assert_eq!(in_cluster(r#"{"scope": "Cluster"}"#), (yes.clone(), no.clone()));
    assert_eq!(in_cluster(r#"{"namespaces": ["a"]}"#), (yes.clone(), no.clone()));
    assert_eq!(in_cluster(r#"{"excludedNamespaces": ["*"]}"#), (yes.clone(), no.clone()));
    let selector = spec(r#"{"namespaceSelector": {}}"#);
    assert_eq!(found(&selector, default), (vec![Cause::Matching], yes.clone()));
    let selector = spec(r#"{"namespaceSelector": {"matchLabels": {"a": "b"}}}"#);
    assert_eq!(found(&selector, default), (vec![Cause::Matching], no));
}

#[test]
fn the_last_of_duplicates_is_taken_where_that_is_asked_for() {
    let one = |items: &str| {
        constraint("Items", "one", &format!(r#"{{"parameters": {{"items": {items}}}}}"#))
    };
    let mut strict = builder();
    add(&mut strict, &one("[]")).expect("valid");
    let faults = add(&mut strict, &one("[]")).expect_err("a duplicate");
    assert_eq!(faults.as_slice()[0].code, FaultCode::Duplicate);
    let mut builder = builder().take_last(true);
    add(&mut builder, &one(r#"[{"msg": "first"}]"#)).expect("valid");
    add(&mut builder, &one(r#"[{"msg": "last"}]"#)).expect("valid");
    let found = |set: &PolicySet| findings(set, &Inventory::new()).expect("a verdict");
    assert_eq!(found(&builder.build()), ["deny[] one: last {} Violation"]);
    let mut builder = PolicySet::builder().take_last(true);
    for value in ["[]", r#"{"a": 1}"#] {
        builder.add_template("Fixed", None, Arc::new(Fixed(value))).expect("taken");
    }
    add(&mut builder, &constraint("Fixed", "n", "{}")).expect("valid");
    let dropped = r#"n: expected an object in `violation` "a""#;
    assert_eq!(found(&builder.build()), [dropped], "the last policy gives an object");
}
