use super::*;
use crate::arena::Arena;
use crate::context::{Context, Eval, Evaluate};
use crate::json;
use crate::policy::{PolicyEntry, PolicyTemplate};

/// Evaluates
/// `violation[{"msg": sprintf("%v", [input.review.object]), "details": input.parameters}]`.
#[expect(clippy::unnecessary_wraps, reason = "the signature of an entry point")]
fn violation<'a>(cx: &Context<'a>) -> Eval<'a> {
    let Some(object) = cx.review_object() else { return Ok(None) };
    let msg = Value::String(cx.env().arena.format(format_args!("{object}")));
    let details = cx.input_path(&["parameters"]).unwrap_or(Value::Null);
    let member = cx.object_of(&[(Value::String("msg"), msg), (Value::String("details"), details)]);
    Ok(Some(cx.set_of(&[member])))
}

/// Evaluates `violation := input.parameters.violation`.
#[expect(clippy::unnecessary_wraps, reason = "the signature of an entry point")]
fn given<'a>(cx: &Context<'a>) -> Eval<'a> {
    Ok(cx.input_path(&["parameters", "violation"]))
}

const fn policy(entries: &'static [PolicyEntry], template: Option<PolicyTemplate>) -> Policy {
    Policy { name: "t", entries, memo_cells: 0, needs: &[""], inventory: &[], template }
}

const TEMPLATE: Option<PolicyTemplate> =
    Some(PolicyTemplate { kind: "T", schema: "", legacy_schema: false });
const VIOLATION: PolicyEntry =
    PolicyEntry { path: "data.t.violation", evaluate: Evaluate::Maybe(violation) };
const GIVEN: PolicyEntry =
    PolicyEntry { path: "data.t.violation", evaluate: Evaluate::Maybe(given) };
static TELLS: Policy = policy(&[VIOLATION], TEMPLATE);
static GIVES: Policy = policy(&[GIVEN], TEMPLATE);
static MODULES: Policy = policy(&[VIOLATION], None);

const POD: &str = r#"{"kind": "Pod"}"#;

/// Returns the violations of `policy`, or the error.
fn judge(policy: &Policy, review: &str, parameters: &str) -> Result<Vec<String>, String> {
    let arena = Arena::new();
    let value = |text: &str| json::parse(&arena, arena.string(text).as_bytes()).expect("JSON");
    let evaluation = Evaluation::new(&arena)
        .admission(value(review), value(parameters))
        .map_err(|error| error.to_string())?;
    let violations = evaluation.judge(policy).map_err(|error| error.message)?;
    Ok(violations.iter().map(|one| format!("{} {}", one.msg, one.details)).collect())
}

#[test]
fn reviews_and_requests_are_judged() {
    let request = format!(r#"{{"operation": "CREATE", "object": {POD}, "oldObject": null}}"#);
    for version in ["v1", "v1beta1"] {
        let review = format!(
            r#"{{"apiVersion": "admission.k8s.io/{version}", "kind": "AdmissionReview",
                "request": {request}}}"#
        );
        let told = judge(&TELLS, &review, r#"{"a": 1}"#);
        assert_eq!(told.as_deref(), Ok(&[r#"{"kind": "Pod"} {"a": 1}"#.to_owned()][..]));
    }
    assert_eq!(judge(&TELLS, &request, "{}").map(|told| told.len()), Ok(1));
}

#[test]
fn a_deleted_object_is_the_object() {
    for object in ["", r#""object": null,"#, r#""object": {"kind": "Other"},"#] {
        let request = format!(r#"{{"operation": "DELETE", {object} "oldObject": {POD}}}"#);
        let told = judge(&TELLS, &request, "{}");
        assert_eq!(told.as_deref(), Ok(&[r#"{"kind": "Pod"} {}"#.to_owned()][..]), "{object}");
    }
}

#[test]
fn other_documents_are_errors() {
    let review = |request: &str| {
        format!(r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview" {request}}}"#)
    };
    for (document, expected) in [
        ("[]", "found array"),
        ("null", "found null"),
        (POD, "found an object of kind `Pod`"),
        (r#"{"review": {"object": {"kind": "Pod"}}}"#, "found an object with the field `review`"),
        (r#"{"kind": "AdmissionReview"}"#, "apiVersion `admission.k8s.io/v1`"),
        (r#"{"kind": "AdmissionReview", "apiVersion": "v1"}"#, "found `v1`"),
        (&review(""), "expected the object `request`"),
        (&review(r#", "request": null"#), "expected the object `request`"),
        (&review(r#", "request": {}"#), "expected `object` or `oldObject`"),
        ("{}", "expected `object` or `oldObject`"),
        (r#"{"object": null}"#, "expected `object` or `oldObject`"),
        (r#"{"object": {}}"#, "with a `kind` in `object`"),
        (r#"{"object": "Pod"}"#, "with a `kind` in `object`"),
        (r#"{"oldObject": {"kind": ""}}"#, "with a `kind` in `oldObject`"),
        (r#"{"operation": "DELETE", "object": {"kind": "Pod"}}"#, "`oldObject`"),
    ] {
        let error = judge(&TELLS, document, "{}").expect_err(document);
        assert!(error.contains(expected), "{document}: {error}");
    }
    for parameters in ["null", "[]", "\"x\""] {
        let error = judge(&TELLS, r#"{"object": {"kind": "Pod"}}"#, parameters);
        let error = error.expect_err(parameters);
        assert!(error.starts_with("expected an object as the parameters"), "{error}");
    }
}

#[test]
fn what_is_not_a_violation_is_an_error() {
    let told = |violation: &str| {
        let parameters = format!(r#"{{"violation": {violation}}}"#);
        judge(&GIVES, r#"{"object": {"kind": "Pod"}}"#, &parameters)
    };
    assert_eq!(told("[]"), Ok(Vec::new()));
    assert_eq!(told(r#"[{"msg": "m"}]"#), Ok(vec!["m {}".to_owned()]));
    for violation in ["true", "{}", "1"] {
        assert!(told(violation).is_err_and(|error| error.starts_with("expected a set")));
    }
    for member in ["{}", "\"m\"", r#"{"msg": 1}"#, r#"{"msg": null}"#, "[]"] {
        let error = told(&format!("[{member}]")).expect_err(member);
        assert!(error.starts_with("expected an object with a string `msg`"), "{error}");
    }
    let error = judge(&MODULES, r#"{"object": {"kind": "Pod"}}"#, "{}").expect_err("no template");
    assert!(error.contains("expected a policy compiled from a ConstraintTemplate"), "{error}");
}

#[test]
fn a_template_answers_no_input_without_a_review() {
    let arena = Arena::new();
    let run = |input: Option<&str>, policy| {
        let value = |text: &str| json::parse(&arena, arena.string(text).as_bytes()).expect("JSON");
        let evaluation = Evaluation::new(&arena);
        let evaluation = match input {
            Some(input) => evaluation.input(value(input)),
            None => evaluation,
        };
        evaluation.run(policy, "data.t.violation")
    };
    for input in [
        None,
        Some("{}"),
        Some("[]"),
        Some(POD),
        Some(r#"{"review": null}"#),
        Some(r#"{"review": {}}"#),
        Some(r#"{"review": {"request": {"object": {"kind": "Pod"}}}}"#),
        Some(r#"{"request": {"object": {"kind": "Pod"}}}"#),
        Some(r#"{"review": {"operation": "DELETE", "oldObject": {"kind": "Pod"}}}"#),
    ] {
        let error = run(input, &TELLS).expect_err("an error").message;
        assert!(error.contains("expected `input.review`"), "{error}");
        assert!(run(input, &MODULES).is_ok(), "{input:?}");
    }
    for input in [
        r#"{"review": {"object": {"kind": "Pod"}}}"#,
        r#"{"review": {"oldObject": {"kind": "Pod"}}}"#,
        r#"{"review": {"operation": "DELETE", "object": {}}}"#,
    ] {
        assert!(run(Some(input), &TELLS).is_ok(), "{input}");
    }
}

#[test]
fn a_review_that_is_asked_about_must_be_one() {
    let arena = Arena::new();
    let value = |text: &str| json::parse(&arena, arena.string(text).as_bytes()).expect("JSON");
    let violations = |review: &str| {
        let mut evaluation = Evaluation::new(&arena).review(value(review));
        evaluation.set_parameters(Value::EMPTY_OBJECT);
        TELLS.violations(&evaluation)
    };
    assert!(violations(r#"{"object": {"kind": "Pod"}}"#).is_ok());
    assert!(violations(r#"{"request": {"object": {"kind": "Pod"}}}"#).is_err());
}
