//! The response of an admission webhook, as an `AdmissionReview`.
//!
//! Responses are values in the arena; `ferrego_runtime::json::write` converts them to text.
//!
//! ```
//! use ferrego_gatekeeper::response;
//! use ferrego_runtime::Arena;
//! use ferrego_runtime::json::{Escape, to_string};
//!
//! let arena = Arena::new();
//! let answer = response::error(&arena, "admission.k8s.io/v1", "7", "no policies");
//! assert!(to_string(&answer, Escape::Plain).contains(r#""uid":"7""#));
//! ```

use std::fmt::Write as _;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

use crate::policy_set::{Finding, JudgeError, Judgment};

/// Returns the answer to a review. It denies with status 403 and a line for each denial, or allows
/// with status 200, or 299 if it has warnings. Both carry the warnings. If findings were left out, the last line says how many.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::{PolicySet, Schema, response};
/// use ferrego_runtime::{Arena, Document};
///
/// # use std::sync::Arc;
/// # use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
/// # use ferrego_runtime::{Eval, Evaluation, Violations};
/// # struct DenyAll;
/// # impl Violations for DenyAll {
/// #     fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
/// #         let mut violation = ObjectBuilder::new(evaluation.arena());
/// #         violation.insert("msg".into(), "no".into());
/// #         let mut violations = SetBuilder::new(evaluation.arena());
/// #         violations.insert(violation.finish());
/// #         Ok(Some(violations.finish()))
/// #     }
/// # }
/// # let mut builder = PolicySet::builder();
/// # let schema = Schema::of_template("", true)?.map(Arc::new);
/// # builder.add_template("DenyAll", schema, Arc::new(DenyAll))?;
/// # let constraint = Document::parse(
/// #     r#"{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "DenyAll",
/// #         "metadata": {"name": "deny-pods"}, "spec": {}}"#,
/// # )?;
/// # builder.read_constraint(&constraint.value())?;
/// # let policies = builder.build();
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
/// }"#;
/// let (arena, snapshot) = (Arena::new(), Snapshot::empty());
/// let judgment = policies.judge(review, &snapshot, &arena)?;
/// let answer = response::answer(&arena, &judgment);
/// assert_eq!(answer["response"]["status"]["message"].as_str(), Some("[deny-pods] no"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn answer<'a>(arena: &'a Arena, judgment: &Judgment<'a>) -> Value<'a> {
    let Judgment { api_version, uid, verdict, .. } = *judgment;
    let mut denials = arena.text();
    for finding in verdict.denials() {
        if !denials.is_empty() {
            denials.push('\n');
        }
        // Writing to memory does not fail.
        let _ = write!(denials, "[{}] {}", finding.constraint.name, finding.msg);
    }
    let denied = verdict.is_denied();
    let left_out = match verdict.left_out {
        0 => None,
        count => Some(arena.format(format_args!("findings left out: {count}"))),
    };
    if let Some(line) = left_out {
        let _ = write!(denials, "\n{line}");
    }
    let mut warnings = arena.vec();
    warnings.extend(verdict.warns().map(|finding| Value::String(line(arena, finding))));
    warnings.extend(left_out.filter(|_| !denied).map(Value::String));
    let status = match (denied, warnings.is_empty()) {
        (true, _) => status(arena, 403, Some(denials.into_bump_str()), Some("Forbidden")),
        (false, true) => status(arena, 200, None, None),
        (false, false) => status(arena, ALLOWED_WITH_WARNINGS, None, None),
    };
    let mut response = decision(arena, !denied, status, uid);
    if !warnings.is_empty() {
        response.insert(Value::String("warnings"), Value::Array(warnings.into_bump_slice()));
    }
    admission_review(arena, api_version, response.finish())
}

/// The status of an answer that allows with warnings (`httpStatusWarning` in Gatekeeper's
/// `pkg/webhook/policy.go`).
const ALLOWED_WITH_WARNINGS: i64 = 299;

/// Returns the answer to a review that is allowed for a reason other than a verdict, such as an
/// exempt namespace, with status 200 and the reason as message.
///
/// ```
/// use ferrego_gatekeeper::response;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let answer = response::allowed(&arena, "admission.k8s.io/v1", "7", "not a namespace");
/// assert_eq!(answer["response"]["allowed"].as_bool(), Some(true));
/// ```
pub fn allowed<'a>(
    arena: &'a Arena,
    api_version: &'a str,
    uid: &'a str,
    reason: &'a str,
) -> Value<'a> {
    let status = status(arena, 200, Some(reason), None);
    admission_review(arena, api_version, decision(arena, true, status, uid).finish())
}

/// Returns the answer to a review that is denied for a reason other than a verdict, with status 403
/// and the reason as message.
///
/// ```
/// use ferrego_gatekeeper::response;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let answer = response::denied(&arena, "admission.k8s.io/v1", "7", "the label is reserved");
/// assert_eq!(answer["response"]["status"]["code"].as_i64(), Some(403));
/// ```
pub fn denied<'a>(
    arena: &'a Arena,
    api_version: &'a str,
    uid: &'a str,
    reason: &'a str,
) -> Value<'a> {
    let status = status(arena, 403, Some(reason), Some("Forbidden"));
    admission_review(arena, api_version, decision(arena, false, status, uid).finish())
}

/// Returns the answer to a review whose object is not valid itself, whatever the policies are: not
/// allowed, with a code of HTTP and the reason as message.
///
/// ```
/// use ferrego_gatekeeper::response;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let answer = response::invalid(&arena, "admission.k8s.io/v1", "7", 422, "no such template");
/// assert_eq!(answer["response"]["allowed"].as_bool(), Some(false));
/// assert_eq!(answer["response"]["status"]["code"].as_i64(), Some(422));
/// ```
pub fn invalid<'a>(
    arena: &'a Arena,
    api_version: &'a str,
    uid: &'a str,
    code: u16,
    reason: &'a str,
) -> Value<'a> {
    let status = status(arena, code.into(), Some(reason), None);
    admission_review(arena, api_version, decision(arena, false, status, uid).finish())
}

/// Returns the answer to a review without a verdict: not allowed, with status 500. `api_version`
/// and `uid` come from the review, as far as they could be read.
///
/// ```
/// use ferrego_gatekeeper::response;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let answer = response::error(&arena, "admission.k8s.io/v1", "7", "the policies are not loaded");
/// assert_eq!(answer["response"]["status"]["code"].as_i64(), Some(500));
/// ```
pub fn error<'a>(
    arena: &'a Arena,
    api_version: &'a str,
    uid: &'a str,
    error: &'a str,
) -> Value<'a> {
    invalid(arena, api_version, uid, 500, error)
}

/// Returns the answer to a review that could not be judged, like [`error`]. The `uid` comes from
/// `error`.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::{PolicySet, response};
/// use ferrego_runtime::Arena;
///
/// let policies = PolicySet::builder().build();
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {"uid": "7"}
/// }"#;
/// let (arena, snapshot) = (Arena::new(), Snapshot::empty());
/// let error = policies.judge(review, &snapshot, &arena).expect_err("no object");
/// let answer = response::refusal(&arena, &error);
/// assert_eq!(answer["response"]["uid"].as_str(), Some("7"));
/// assert_eq!(answer["response"]["allowed"].as_bool(), Some(false));
/// ```
pub fn refusal<'a>(arena: &'a Arena, error: &JudgeError) -> Value<'a> {
    let text = arena.format(format_args!("{error}"));
    self::error(arena, answer_version(arena, error), arena.string(error.uid()), text)
}

/// Returns the answer of a webhook that fails open to a review that could not be judged: allowed,
/// with the error as a warning.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::{PolicySet, response};
/// use ferrego_runtime::Arena;
///
/// let policies = PolicySet::builder().build();
/// let (arena, snapshot) = (Arena::new(), Snapshot::empty());
/// let error = policies.judge(b"{}", &snapshot, &arena).expect_err("not a review");
/// let answer = response::unjudged(&arena, &error);
/// assert_eq!(answer["response"]["allowed"].as_bool(), Some(true));
/// ```
pub fn unjudged<'a>(arena: &'a Arena, error: &JudgeError) -> Value<'a> {
    let mut warnings = arena.vec();
    warnings.push(Value::String(arena.format(format_args!("not judged: {error}"))));
    let status = status(arena, ALLOWED_WITH_WARNINGS, None, None);
    let mut response = decision(arena, true, status, arena.string(error.uid()));
    response.insert(Value::String("warnings"), Value::Array(warnings.into_bump_slice()));
    admission_review(arena, answer_version(arena, error), response.finish())
}

/// Returns the version of the answer to a review that could not be judged.
fn answer_version<'a>(arena: &'a Arena, error: &JudgeError) -> &'a str {
    match error.api_version() {
        "" => "admission.k8s.io/v1",
        version => arena.string(version),
    }
}

/// Formats a finding as `[constraint] msg`.
fn line<'a>(arena: &'a Arena, finding: &Finding<'_>) -> &'a str {
    arena.format(format_args!("[{}] {}", finding.constraint.name, finding.msg))
}

/// Returns the fields of every response.
fn decision<'a>(
    arena: &'a Arena,
    allowed: bool,
    status: Value<'a>,
    uid: &'a str,
) -> ObjectBuilder<'a> {
    let mut response = ObjectBuilder::with_capacity(arena, 4);
    response.insert(Value::String("allowed"), Value::Bool(allowed));
    response.insert(Value::String("status"), status);
    response.insert(Value::String("uid"), Value::String(uid));
    response
}

fn status<'a>(
    arena: &'a Arena,
    code: i64,
    message: Option<&'a str>,
    reason: Option<&'a str>,
) -> Value<'a> {
    let mut status = ObjectBuilder::with_capacity(arena, 3);
    status.insert(Value::String("code"), Value::int(code));
    for (key, text) in [("message", message), ("reason", reason)] {
        if let Some(text) = text {
            status.insert(Value::String(key), Value::String(text));
        }
    }
    status.finish()
}

fn admission_review<'a>(arena: &'a Arena, api_version: &'a str, response: Value<'a>) -> Value<'a> {
    let mut review = ObjectBuilder::with_capacity(arena, 3);
    review.insert(Value::String("apiVersion"), Value::String(api_version));
    review.insert(Value::String("kind"), Value::String("AdmissionReview"));
    review.insert(Value::String("response"), response);
    review.finish()
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::json::{self, Escape};

    use super::*;
    use crate::inventory::Snapshot;
    use crate::policy_set::{Cause, ConstraintId, PolicySet, Verdict};

    fn finding<'a>(name: &'a str, action: &'a str, scoped_actions: &'a [Box<str>]) -> Finding<'a> {
        Finding {
            msg: "no \"x\"",
            details: Value::EMPTY_OBJECT,
            constraint: ConstraintId { kind: "K", name },
            action,
            scoped_actions,
            cause: Cause::Violation,
        }
    }

    fn answered(findings: &[Finding<'_>]) -> String {
        answered_without(findings, 0)
    }

    fn answered_without(findings: &[Finding<'_>], left_out: usize) -> String {
        let arena = Arena::new();
        let verdict = Verdict { findings, warnings: &[], left_out };
        let judgment = Judgment {
            api_version: "admission.k8s.io/v1beta1",
            uid: "u",
            verdict,
            unknown_fields: &[],
        };
        json::to_string(&answer(&arena, &judgment), Escape::Plain)
    }

    const HEAD: &str =
        r#"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","response":"#;

    #[test]
    fn denials_are_lines_and_warnings_a_list() {
        let both = ["deny".into(), "warn".into()];
        let findings = [
            finding("a", "deny", &[]),
            finding("b", "dryrun", &[]),
            finding("c", "scoped", &both),
            finding("d", "warn", &[]),
            finding("e", "block", &[]),
        ];
        let response = r#"{"allowed":false,"status":{"code":403,"message":"[a] no \"x\"\n[c] no \"x\"","reason":"Forbidden"},"uid":"u","warnings":["[c] no \"x\"","[d] no \"x\""]}}"#;
        assert_eq!(answered(&findings), format!("{HEAD}{response}"));
    }

    #[test]
    fn the_last_line_tells_how_many_findings_are_left_out() {
        let denied = answered_without(&[finding("a", "deny", &[])], 7);
        let message = r#""message":"[a] no \"x\"\nfindings left out: 7""#;
        assert!(denied.contains(message) && !denied.contains("warnings"), "{denied}");
        let warned = answered_without(&[finding("a", "warn", &[])], 7);
        let list = r#""warnings":["[a] no \"x\"","findings left out: 7"]"#;
        assert!(warned.contains(list) && warned.contains(r#""allowed":true"#), "{warned}");
    }

    #[test]
    fn what_does_not_deny_is_allowed() {
        let allowed = r#"{"allowed":true,"status":{"code":200},"uid":"u""#;
        assert_eq!(answered(&[]), format!("{HEAD}{allowed}}}}}"));
        let warned = answered(&[finding("d", "warn", &[])]);
        let allowed = allowed.replace("200", "299");
        assert_eq!(warned, format!("{HEAD}{allowed},\"warnings\":[\"[d] no \\\"x\\\"\"]}}}}"));
    }

    #[test]
    fn a_review_that_cannot_be_judged_is_refused_by_its_uid() {
        let (arena, nothing) = (Arena::new(), Snapshot::empty());
        let set = PolicySet::builder().build();
        for (text, version, uid) in [
            (
                r#"{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview",
                "request": {"uid": "u-1", "object": null}}"#,
                "admission.k8s.io/v1beta1",
                "u-1",
            ),
            (r#"{"request": {"uid": "u-2"}}"#, "admission.k8s.io/v1", "u-2"),
            (r#"{"request": {"uid": "#, "admission.k8s.io/v1", ""),
        ] {
            let error = set.judge(text.as_bytes(), &nothing, &arena).expect_err("an error");
            assert_eq!(error.uid(), uid);
            let answer = refusal(&arena, &error);
            let field = |path: &[&str]| answer.path(path).expect("a field");
            assert_eq!(field(&["apiVersion"]), Value::String(version));
            assert_eq!(field(&["response", "uid"]), Value::String(uid));
            assert_eq!(field(&["response", "allowed"]), Value::Bool(false));
        }
    }

    #[test]
    fn without_a_verdict_nothing_is_allowed() {
        let arena = Arena::new();
        let answer = error(&arena, "admission.k8s.io/v1", "u", "stopped");
        let expected = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"allowed":false,"status":{"code":500,"message":"stopped"},"uid":"u"}}"#;
        assert_eq!(json::to_string(&answer, Escape::Plain), expected);
    }
}
