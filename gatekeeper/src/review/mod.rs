//! The view that a policy has of one request: `input.review`.
//!
//! Gatekeeper gives a policy the `AdmissionRequest` as Go writes it. Some fields are present even
//! if nobody set them, and others only if they are not empty.
//!
//! ```
//! use ferrego_gatekeeper::Review;
//! use ferrego_gatekeeper::review::Numbers;
//! use ferrego_runtime::Arena;
//!
//! let arena = Arena::new();
//! let review = br#"{
//!     "apiVersion": "admission.k8s.io/v1",
//!     "kind": "AdmissionReview",
//!     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
//! }"#;
//! let review = Review::from_bytes(&arena, review, Numbers::Exact)?;
//! assert_eq!(review.value()["kind"]["kind"].as_str(), Some(""));
//! # Ok::<(), ferrego_gatekeeper::Faults>(())
//! ```

mod admission;
mod fields;
#[cfg(test)]
mod tests;
mod unexpected_fields;

pub(crate) use admission::{GroupVersionKind, with_member};
use std::time::Instant;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::json::{Demand, Everything};
use ferrego_runtime::{Arena, Value, json};
use fields::invalid;

use crate::fault::{Fault, Faults, FieldPath, Segment};
use crate::matching::{Candidate, Source};
pub use crate::numbers::{Numbers, inexact_number, inexact_parameter};

/// A request to judge.
///
/// ```
/// use ferrego_gatekeeper::Review;
/// use ferrego_gatekeeper::review::Numbers;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
/// }"#;
/// let review = Review::from_bytes(&arena, review, Numbers::Exact)?;
/// assert_eq!(review.uid(), "7");
/// assert_eq!(review.value()["object"]["kind"].as_str(), Some("Pod"));
///
/// let faults = Review::from_bytes(&arena, b"{}", Numbers::Exact).expect_err("not a review");
/// assert_eq!(faults.iter().next().map(|fault| fault.path.to_string()), Some("apiVersion".into()));
/// # Ok::<(), ferrego_gatekeeper::Faults>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    value: Value<'a>,
    candidate: Candidate<'a>,
    api_version: &'a str,
    assumes_namespace: bool,
    unknown_fields: &'a [&'a str],
    deadline: Option<Instant>,
}

impl<'a> Review<'a> {
    /// Reads the text of an `AdmissionReview` (`admission.k8s.io`, `v1` or `v1beta1`).
    ///
    /// # Errors
    /// Returns the errors of [`Review::from_admission_review`], or an error if `bytes` are not
    /// JSON.
    pub fn from_bytes(arena: &'a Arena, bytes: &'a [u8], numbers: Numbers) -> Result<Self, Faults> {
        Self::from_demanded(arena, bytes, numbers, Everything)
    }

    /// Reads the text of an `AdmissionReview`, like [`Review::from_bytes`], but only the parts that
    /// `demand` needs.
    pub(crate) fn from_demanded(
        arena: &'a Arena,
        bytes: &'a [u8],
        numbers: Numbers,
        demand: impl Demand,
    ) -> Result<Self, Faults> {
        match json::parse_demanded(arena, bytes, demand) {
            Ok(document) => Self::from_admission_review(arena, document, numbers),
            Err(error) => Err(invalid(FieldPath::default(), error.to_string()).into()),
        }
    }

    /// Takes the request out of an `AdmissionReview` (`admission.k8s.io`, `v1` or `v1beta1`). For a
    /// `DELETE`, the old object is also the object. Unknown fields are dropped, as in Go's decoder;
    /// see [`Review::unknown_fields`].
    ///
    /// # Errors
    /// Returns a fault for each field with a wrong type, or for a request with neither `object` nor
    /// `oldObject`.
    pub fn from_admission_review(
        arena: &'a Arena,
        document: Value<'a>,
        numbers: Numbers,
    ) -> Result<Self, Faults> {
        let admission::Request { value: request, unknown } = admission::request(arena, &document)?;
        let parts = admission::parts(&request)?;
        let value =
            numbers.read(arena, admission::complete(arena, &request)).map_err(below_request)?;
        let kind = admission::kind_of(parts.object.or(parts.old_object));
        let candidate = Candidate {
            group: kind.group,
            kind: kind.kind,
            namespace: parts.namespace,
            object: parts.object,
            old_object: parts.old_object,
            namespace_object: None,
            by_own_namespace: false,
            source: Source::Original,
        };
        let api_version = document.get_str("apiVersion").and_then(|version| version.as_str());
        let review = Self::new(value, candidate, api_version.unwrap_or(V1));
        Ok(Self { unknown_fields: unknown, ..review })
    }

    /// Creates the review of a plain object, as audit and the command line do: without operation,
    /// user or resource. `namespace_object` is the Namespace that the policy sees in
    /// `input.review.namespaceObject`.
    ///
    /// # Errors
    /// Returns a fault for an object without `kind` or with an invalid `apiVersion`.
    pub fn from_object(
        arena: &'a Arena,
        object: Value<'a>,
        namespace_object: Option<Value<'a>>,
        numbers: Numbers,
    ) -> Result<Self, Faults> {
        let kind = admission::checked_kind(&object, &[])?;
        let metadata = |key| object.path(&["metadata", key]).and_then(|text| text.as_str());
        let namespace = metadata("namespace").unwrap_or_default();
        let name = metadata("name").unwrap_or_default();
        let request = plain_request(arena, object, &kind, name, namespace, namespace_object);
        let value = numbers.read(arena, request).map_err(in_object)?;
        let candidate = Candidate {
            group: kind.group,
            kind: kind.kind,
            namespace,
            object: Some(object),
            old_object: None,
            namespace_object,
            by_own_namespace: false,
            source: Source::Original,
        };
        Ok(Self::new(value, candidate, V1))
    }

    fn new(value: Value<'a>, candidate: Candidate<'a>, api_version: &'a str) -> Self {
        Self {
            value,
            candidate,
            api_version,
            assumes_namespace: false,
            unknown_fields: &[],
            deadline: None,
        }
    }

    /// Adds the Namespace object of the request, which the policy and the selectors then see. The
    /// webhook does so if it has found the Namespace.
    #[must_use]
    pub fn with_namespace_object(self, arena: &'a Arena, namespace_object: Value<'a>) -> Self {
        let value = admission::with_member(arena, self.value, "namespaceObject", namespace_object);
        let candidate = Candidate { namespace_object: Some(namespace_object), ..self.candidate };
        Self { value, candidate, ..self }
    }

    /// Makes constraints match by namespace as in `gator test`. An object without a namespace
    /// counts as one in a Namespace without name and labels, and the Namespace `default` needs no
    /// object. The policy sees neither.
    #[must_use]
    pub fn assuming_namespace(self) -> Self {
        Self { assumes_namespace: true, ..self }
    }

    /// Makes constraints match by namespace as in `gator verify`, which knows only the Namespaces of
    /// the inventory. The request names the Namespace to look up. If it is not known, an object is in
    /// the namespace that it names itself. A webhook fetches the Namespace, so that it knows it.
    #[doc(hidden)]
    #[must_use]
    pub fn by_own_namespace(self) -> Self {
        let named = self.value.get_str("namespace").and_then(|namespace| namespace.as_str());
        let namespace = named.unwrap_or_default();
        let candidate = Candidate { namespace, by_own_namespace: true, ..self.candidate };
        Self { candidate, ..self }
    }

    /// Returns `true` if the review was made by [`Review::assuming_namespace`].
    pub(crate) fn assumes_namespace(&self) -> bool {
        self.assumes_namespace
    }

    /// Sets the time at which the evaluations of this review end, finished or not. An evaluation
    /// that has not finished by then denies.
    #[must_use]
    pub fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Returns the time of [`Review::with_deadline`].
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Marks the object as generated by an expansion.
    #[must_use]
    pub fn generated(self) -> Self {
        Self { candidate: Candidate { source: Source::Generated, ..self.candidate }, ..self }
    }

    /// Returns `input.review`.
    pub fn value(&self) -> Value<'a> {
        self.value
    }

    /// Returns the candidate against which constraints are matched.
    pub fn candidate(&self) -> &Candidate<'a> {
        &self.candidate
    }

    /// Returns the paths of the fields that an `AdmissionReview` does not have, such as
    /// `request.foo`. The policy does not see them.
    pub fn unknown_fields(&self) -> &'a [&'a str] {
        self.unknown_fields
    }

    /// Returns the `uid` that the response repeats; empty for plain objects.
    pub fn uid(&self) -> &'a str {
        self.value.get_str("uid").and_then(|uid| uid.as_str()).unwrap_or_default()
    }

    /// Returns the `apiVersion` of the response.
    pub fn api_version(&self) -> &'a str {
        self.api_version
    }
}

/// The version of `AdmissionReview` for responses to requests without one.
const V1: &str = "admission.k8s.io/v1";

/// Builds an `AdmissionRequest` that no client sent, as Go writes it.
fn plain_request<'a>(
    arena: &'a Arena,
    object: Value<'a>,
    kind: &admission::GroupVersionKind<'a>,
    name: &'a str,
    namespace: &'a str,
    namespace_object: Option<Value<'a>>,
) -> Value<'a> {
    let mut request = ObjectBuilder::with_capacity(arena, 11);
    let mut insert = |key, value| request.insert(Value::String(key), value);
    insert("kind", kind.value(arena));
    if !name.is_empty() {
        insert("name", Value::String(name));
    }
    if !namespace.is_empty() {
        insert("namespace", Value::String(namespace));
    }
    insert("namespaceObject", namespace_object.unwrap_or(Value::EMPTY_OBJECT));
    insert("object", object);
    insert("oldObject", Value::Null);
    insert("operation", Value::String(""));
    insert("options", Value::Null);
    insert("resource", admission::no_resource(arena));
    insert("uid", Value::String(""));
    insert("userInfo", Value::EMPTY_OBJECT);
    request.finish()
}

/// Converts the fault of a request to one of its `AdmissionReview`.
fn below_request(mut fault: Fault) -> Fault {
    fault.path.0.insert(0, Segment::Key("request".to_owned()));
    fault
}

/// Converts the fault of a request to one of the plain object in it.
fn in_object(mut fault: Fault) -> Fault {
    let below: Vec<_> = fault.path.0.drain(..).collect();
    if let [Segment::Key(field), path @ ..] = &below[..]
        && field == "object"
    {
        fault.path.0.extend_from_slice(path);
    }
    fault
}
