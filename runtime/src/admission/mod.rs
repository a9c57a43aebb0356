//! Kubernetes reviews as the input of policies that were compiled from a `ConstraintTemplate`.
//!
//! Such a policy reads `input.review` and `input.parameters`. In any other document it would find
//! no violation, which reads as "allowed". [`Evaluation::admission`] therefore accepts only an
//! `AdmissionReview` or an `AdmissionRequest`. [`Evaluation::judge`] returns the violations or an
//! error.

pub(crate) mod review;

pub use review::InvalidReview;
use review::{completed, request};

use crate::collections::ObjectBuilder;
use crate::error::{ErrorCode, EvalError, Location};
use crate::policy::{Evaluation, Policy, Violations};
use crate::value::Value;

/// One violation that a policy found.
///
/// ```
/// # use ferrego_runtime::codegen_support::{Context, Evaluate, PolicyEntry, PolicyTemplate};
/// # use ferrego_runtime::{Arena, Eval, Evaluation, Policy, Value, json};
/// # fn violation<'a>(cx: &Context<'a>) -> Eval<'a> {
/// #     Ok(Some(cx.set_of(&[cx.object_of(&[("msg".into(), "no".into())])])))
/// # }
/// # static POLICY: Policy = Policy {
/// #     name: "deny.yaml",
/// #     entries: &[PolicyEntry {
/// #         path: "data.deny.violation",
/// #         evaluate: Evaluate::Maybe(violation),
/// #     }],
/// #     memo_cells: 0,
/// #     needs: &[""],
/// #     inventory: &[],
/// #     template: Some(PolicyTemplate { kind: "Deny", schema: "", legacy_schema: false }),
/// # };
/// let arena = Arena::new();
/// let review = json::parse(&arena, br#"{"object": {"kind": "Pod"}}"#)?;
/// let evaluation = Evaluation::new(&arena).admission(review, Value::EMPTY_OBJECT)?;
/// for violation in evaluation.judge(&POLICY)? {
///     assert_eq!(violation.msg, "no");
///     assert_eq!(violation.details, Value::EMPTY_OBJECT);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation<'a> {
    /// The message.
    pub msg: &'a str,
    /// The policy's `details`, or an empty object.
    pub details: Value<'a>,
}

impl<'a> Evaluation<'a> {
    /// Sets `input` to a review and the parameters of a constraint, as Gatekeeper does.
    ///
    /// `review` is an `AdmissionReview` of `admission.k8s.io/v1` or `v1beta1`, or only its
    /// `request`. `parameters` is `spec.parameters` of the constraint, or `{}` if it has none. For
    /// a `DELETE`, the policy reads `oldObject` as `object` too.
    ///
    /// # Errors
    /// Returns an error if the document is not a review, a review has no request, a request has no
    /// object, or the parameters are not an object.
    pub fn admission(
        self,
        review: Value<'a>,
        parameters: Value<'a>,
    ) -> Result<Self, InvalidReview> {
        if !matches!(parameters, Value::Object(_)) {
            return Err(InvalidReview::Parameters { found: parameters.type_name() });
        }
        let arena = self.arena();
        let request = completed(arena, request(&review)?)?;
        let mut input = ObjectBuilder::with_capacity(arena, 2);
        input.insert(Value::String("parameters"), parameters);
        input.insert(Value::String("review"), request);
        Ok(self.input(input.finish()))
    }

    /// Returns the violations that a policy compiled from a `ConstraintTemplate` finds. If there
    /// are none, the review is allowed.
    ///
    /// # Errors
    /// Returns the errors of [`Evaluation::run`], which include an input without a review. Also
    /// returns an error if the policy was not compiled from a template, or if a violation has no
    /// string `msg`.
    pub fn judge(&self, policy: &Policy) -> Result<&'a [Violation<'a>], Box<EvalError>> {
        let refuse = |message: String| {
            let location = Location { rule: "", file: policy.name, line: 0, column: 0 };
            EvalError::new(ErrorCode::Internal, message, &location)
        };
        if policy.template.is_none() {
            return Err(refuse(format!(
                "expected a policy compiled from a ConstraintTemplate, found the modules `{}`",
                policy.name
            )));
        }
        let members = match policy.violations(self)? {
            None => return Ok(&[]),
            Some(Value::Set(set)) => set.members(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                let found = other.type_name();
                return Err(refuse(format!("expected a set as `violation`, found {found}")));
            }
        };
        let mut violations = self.arena().vec_with_capacity(members.len());
        for member in members {
            let Some(Value::String(msg)) = member.get_str("msg") else {
                return Err(refuse(format!(
                    "expected an object with a string `msg` in `violation`, found {member}"
                )));
            };
            let details = member.get_str("details").unwrap_or(Value::EMPTY_OBJECT);
            violations.push(Violation { msg, details });
        }
        Ok(violations.into_bump_slice())
    }
}

#[cfg(test)]
mod tests;
