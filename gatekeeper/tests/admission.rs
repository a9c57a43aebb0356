//! Tests that a policy sees the same review through a `PolicySet` and through
//! `Evaluation::admission`.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_runtime::context::Eval;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Document, Evaluation, Value, Violations};

/// A policy that records the `input` of its evaluation.
struct Keeps(Arc<Mutex<String>>);

impl Violations for Keeps {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        *self.0.lock().expect("unlocked") = shown(evaluation);
        Ok(Some(Value::EMPTY_SET))
    }
}

/// Returns `input` as JSON, without the Namespace, which only a `PolicySet` knows.
fn shown(evaluation: &Evaluation<'_>) -> String {
    let input = evaluation.documents().0.expect("an input");
    json::to_string(&input, Escape::Plain).replace(r#""namespaceObject":{},"#, "")
}

/// Returns a review as the API server writes it, with all mandatory fields.
fn review(operation: &str, object: &str, old: &str) -> String {
    format!(
        r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {{
            "uid": "u", "kind": {{"group": "", "version": "v1", "kind": "Pod"}},
            "resource": {{"group": "", "version": "v1", "resource": "pods"}},
            "name": "p", "namespace": "n", "operation": "{operation}",
            "userInfo": {{"username": "someone"}}, "object": {object}, "oldObject": {old},
            "dryRun": false, "options": null}}}}"#
    )
}

#[test]
fn reviews_reach_policies_alike() {
    let pod = |label: &str| {
        format!(r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "{label}"}}}}"#)
    };
    let seen = Arc::new(Mutex::new(String::new()));
    let mut builder = PolicySet::builder();
    builder.add_template("Keeps", None, Arc::new(Keeps(seen.clone()))).expect("new");
    let constraint = Document::parse(
        r#"{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "Keeps",
            "metadata": {"name": "all"}, "spec": {}}"#,
    );
    builder.read_constraint(&constraint.expect("JSON").value()).expect("a constraint");
    let (set, nothing) = (builder.build(), Snapshot::empty());
    for (operation, object, old) in [
        ("CREATE", pod("new"), "null".to_owned()),
        ("UPDATE", pod("new"), pod("old")),
        ("DELETE", "null".to_owned(), pod("old")),
        ("DELETE", pod("new"), pod("old")),
    ] {
        let text = review(operation, &object, &old);
        let arena = Arena::new();
        set.judge(text.as_bytes(), &nothing, &arena).expect("a judgment");
        let document = json::parse(&arena, text.as_bytes()).expect("JSON");
        let evaluation = Evaluation::new(&arena).admission(document, Value::EMPTY_OBJECT);
        let shown = shown(&evaluation.expect("a review"));
        assert!(shown.contains(r#""object":{"apiVersion"#), "{operation}: {shown}");
        assert_eq!(shown, *seen.lock().expect("unlocked"), "{operation}");
    }
}
