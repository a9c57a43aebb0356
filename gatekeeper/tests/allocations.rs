//! Tests that, in the steady state, a review does not allocate on the heap.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use ferrego_gatekeeper::Schema;
use ferrego_gatekeeper::policy_set::PolicySetBuilder;
use ferrego_gatekeeper::{Inventory, PolicySet, response};
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::context::Eval;
use ferrego_runtime::{Arena, Document, Evaluation, Value, Violations};

/// A policy with a violation about the object's name, which has a set in its details.
struct Names;

impl Violations for Names {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        let arena = evaluation.env().arena;
        let (input, data) = evaluation.documents();
        let path = ["review", "object", "metadata", "name"];
        let Some(name @ Value::String(text)) = input.and_then(|input| input.path(&path)) else {
            return Ok(Some(Value::EMPTY_SET));
        };
        let mut names = SetBuilder::new(arena);
        names.insert(name);
        let mut violation = ObjectBuilder::with_capacity(arena, 2);
        let msg = arena.format(format_args!("{text} beside {:?}", data.len()));
        violation.insert(Value::String("msg"), Value::String(msg));
        violation.insert(Value::String("details"), names.finish());
        let mut violations = SetBuilder::new(arena);
        violations.insert(violation.finish());
        violations.insert(Value::Null);
        Ok(Some(violations.finish()))
    }
}

/// Returns twenty templates, each with two constraints, one of which applies to Pods.
fn policies() -> PolicySet {
    let mut builder: PolicySetBuilder = PolicySet::builder();
    for number in 0..20 {
        let kind = format!("Names{number}");
        let any = Schema::of_template("", true).expect("no fault");
        builder.add_template(&kind, any.map(Arc::new), Arc::new(Names)).expect("new");
        for (name, judged) in [("pods", "Pod"), ("jobs", "Job")] {
            let constraint = format!(
                r#"{{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "{kind}",
                    "metadata": {{"name": "{name}"}}, "spec": {{"parameters": {{"n": {number}}},
                    "match": {{"kinds": [{{"apiGroups": ["*"], "kinds": ["{judged}"]}}],
                        "namespaces": ["shop-*"], "labelSelector": {{"matchLabels": {{"a": "b"}}}},
                        "namespaceSelector": {{"matchLabels": {{"c": "d"}}}}}}}}}}"#
            );
            let document = Document::parse(constraint).expect("JSON");
            builder.read_constraint(&document.value()).expect("valid");
        }
    }
    builder.build()
}

const REVIEW: &[u8] = br#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
    "request": {"uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"}, "name": "p",
        "namespace": "shop-1", "operation": "CREATE", "userInfo": {"username": "ana"},
        "object": {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "p", "namespace": "shop-1", "labels": {"a": "b"}}}}}"#;

#[test]
fn a_review_takes_nothing_from_the_heap() {
    let set = policies();
    let inventory = Inventory::new();
    let namespace = r#"{"apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "shop-1", "labels": {"c": "d"}}}"#;
    inventory.insert(Arc::new(Document::parse(namespace).expect("JSON"))).expect("valid");
    let snapshot = inventory.snapshot();
    let mut arena = Arena::new();
    let judge = |arena: &Arena| {
        let judgment = set.judge(REVIEW, &snapshot, arena).expect("a verdict");
        assert_eq!(judgment.verdict.findings.len(), 20);
        assert_eq!(judgment.verdict.warnings.len(), 20);
        let answer = response::answer(arena, &judgment);
        assert_eq!(answer.path(&["response", "allowed"]), Some(Value::Bool(false)));
    };
    for _ in 0..3 {
        arena.reset();
        judge(&arena);
    }
    arena.reset();
    assert_eq!(allocation_counter::measure(|| judge(&arena)).count_total, 0);
}
