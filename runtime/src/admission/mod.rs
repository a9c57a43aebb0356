//! Kubernetes reviews as the input of policies that were compiled from a `ConstraintTemplate`.
//!
//! Such a policy reads `input.review` and `input.parameters`. In any other document it would find
//! no violation, which reads as "allowed". [`Evaluation::admission`] therefore accepts only an
//! `AdmissionReview` or an `AdmissionRequest`. [`Evaluation::judge`] returns the violations or an
//! error.

use core::fmt;

use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::error::{ErrorCode, EvalError, Location};
use crate::policy::{Evaluation, Policy, Violations};
use crate::value::Value;

/// One violation that a policy found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation<'a> {
    /// The message.
    pub msg: &'a str,
    /// The policy's `details`, or an empty object.
    pub details: Value<'a>,
}

/// The reason why a document is not a review that a policy can judge.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidReview {
    /// The document is neither an `AdmissionReview` nor an `AdmissionRequest`.
    OtherDocument {
        /// A description of the document.
        found: String,
    },
    /// The `apiVersion` of the `AdmissionReview` is neither `admission.k8s.io/v1` nor `v1beta1`.
    OtherVersion {
        /// The `apiVersion`.
        found: String,
    },
    /// The `AdmissionReview` has no `request`.
    NoRequest,
    /// The request has neither `object` nor `oldObject`.
    NoObject,
    /// The request deletes an object and has no `oldObject`.
    NoOldObject,
    /// The `object` or `oldObject` is not a Kubernetes object, which has a `kind`.
    NotAnObject {
        /// The field of the request.
        field: &'static str,
    },
    /// The parameters are not an object.
    Parameters {
        /// The type of the value.
        found: &'static str,
    },
}

impl fmt::Display for InvalidReview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherDocument { found } => {
                write!(f, "expected an AdmissionReview or an AdmissionRequest, found {found}")
            }
            Self::OtherVersion { found } => write!(
                f,
                "expected the apiVersion `admission.k8s.io/v1` or `admission.k8s.io/v1beta1` of \
                 the AdmissionReview, found `{found}`"
            ),
            Self::NoRequest => f.write_str(
                "expected the object `request` in the AdmissionReview, found a review without it",
            ),
            Self::NoObject => f.write_str(
                "expected `object` or `oldObject` in the AdmissionRequest, found neither",
            ),
            Self::NoOldObject => f.write_str(
                "expected `oldObject` in the AdmissionRequest of a DELETE, found a request \
                 without it",
            ),
            Self::NotAnObject { field } => write!(
                f,
                "expected an object with a `kind` in `{field}` of the AdmissionRequest, found \
                 another value"
            ),
            Self::Parameters { found } => {
                write!(f, "expected an object as the parameters of the constraint, found {found}")
            }
        }
    }
}

impl core::error::Error for InvalidReview {}

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
            let location = Location { rule: "", file: policy.name, line: 0 };
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

/// Returns `true` if a policy can judge `review`, the value of `input.review`, although its
/// `object` is not an object. A deleted object must be in `object`, because policies read it only
/// there.
#[cold]
pub(crate) fn is_reviewable_without_object(review: &Value<'_>) -> bool {
    !is_delete(review) && matches!(review.get_str("oldObject"), Some(Value::Object(_)))
}

/// Returns the request in `document`.
fn request<'a>(document: &Value<'a>) -> Result<Value<'a>, InvalidReview> {
    let text = |key| document.get_str(key).and_then(|text| text.as_str());
    match (document, text("kind")) {
        (Value::Object(_), Some("AdmissionReview")) => {
            let version = text("apiVersion").unwrap_or_default();
            if !matches!(version, "admission.k8s.io/v1" | "admission.k8s.io/v1beta1") {
                return Err(InvalidReview::OtherVersion { found: version.to_owned() });
            }
            let request = document.get_str("request");
            request
                .filter(|request| matches!(request, Value::Object(_)))
                .ok_or(InvalidReview::NoRequest)
        }
        (Value::Object(_), Some(kind)) => {
            Err(InvalidReview::OtherDocument { found: format!("an object of kind `{kind}`") })
        }
        // The kind of a request is the object's group, version and kind.
        (Value::Object(_), None) if document.get_str("review").is_none() => Ok(*document),
        (Value::Object(_), None) => Err(InvalidReview::OtherDocument {
            found: "an object with the field `review`".to_owned(),
        }),
        (other, _) => Err(InvalidReview::OtherDocument { found: other.type_name().to_owned() }),
    }
}

/// Returns the request as a policy reads it.
fn completed<'a>(arena: &'a Arena, request: Value<'a>) -> Result<Value<'a>, InvalidReview> {
    let object = object(&request, "object")?;
    let old = self::object(&request, "oldObject")?;
    match (object, old) {
        (None, None) => Err(InvalidReview::NoObject),
        (_, None) if is_delete(&request) => Err(InvalidReview::NoOldObject),
        (_, Some(old)) if is_delete(&request) => Ok(with_object(arena, &request, old)),
        _ => Ok(request),
    }
}

fn object<'a>(
    request: &Value<'a>,
    field: &'static str,
) -> Result<Option<Value<'a>>, InvalidReview> {
    match request.get_str(field) {
        None | Some(Value::Null) => Ok(None),
        Some(object) => match object.get_str("kind") {
            Some(Value::String(kind)) if !kind.is_empty() => Ok(Some(object)),
            _ => Err(InvalidReview::NotAnObject { field }),
        },
    }
}

fn is_delete(request: &Value<'_>) -> bool {
    matches!(request.get_str("operation"), Some(Value::String("DELETE")))
}

/// Returns the request with `object` as its object.
fn with_object<'a>(arena: &'a Arena, request: &Value<'a>, object: Value<'a>) -> Value<'a> {
    let Value::Object(fields) = request else { return *request };
    let mut changed = ObjectBuilder::with_capacity(arena, fields.len() + 1);
    for (key, value) in fields.pairs() {
        changed.insert(*key, *value);
    }
    changed.insert(Value::String("object"), object);
    changed.finish()
}

#[cfg(test)]
mod tests;
