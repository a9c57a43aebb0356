//! Reviews: the requests in documents, and the reasons why a document is not a review.

use core::fmt;

use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::value::Value;

/// The reason why a document is not a review that a policy can judge.
///
/// ```
/// use ferrego_runtime::{Arena, Evaluation, InvalidReview, Value, json};
///
/// let arena = Arena::new();
/// let review = json::parse(&arena, br#"{"operation": "CREATE"}"#)?;
/// let refused = Evaluation::new(&arena).admission(review, Value::EMPTY_OBJECT);
/// assert_eq!(refused.err(), Some(InvalidReview::NoObject));
/// # Ok::<(), json::JsonError>(())
/// ```
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

/// Returns `true` if a policy can judge `review`, the value of `input.review`, although its
/// `object` is not an object. A deleted object must be in `object`, because policies read it only
/// there.
#[cold]
pub(crate) fn is_reviewable_without_object(review: &Value<'_>) -> bool {
    !is_delete(review) && matches!(review.get_str("oldObject"), Some(Value::Object(_)))
}

/// Returns the request in `document`.
pub(super) fn request<'a>(document: &Value<'a>) -> Result<Value<'a>, InvalidReview> {
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
pub(super) fn completed<'a>(
    arena: &'a Arena,
    request: Value<'a>,
) -> Result<Value<'a>, InvalidReview> {
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
