//! The errors of judgments.

use std::fmt;

use ferrego_runtime::{Arena, Value, json};

use super::ReviewError;
use crate::fault::{Fault, Faults};
use crate::review::Review;

/// The error of a judgment that failed, which means neither allowed nor denied.
///
/// It keeps the parts of the review that a webhook needs for an answer, see [`response::refusal`].
///
/// [`response::refusal`]: crate::response::refusal
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::PolicySet;
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
/// assert_eq!(error.uid(), "7");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgeError {
    /// The `apiVersion` of the review; empty if it could not be read.
    api_version: String,
    /// The `uid` of the request; empty if it could not be read.
    uid: String,
    failure: Box<JudgeFailure>,
}

/// The part of a judgment that failed.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::{PolicySet, policy_set::JudgeFailure};
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
/// assert!(matches!(error.failure(), JudgeFailure::Invalid(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JudgeFailure {
    /// The document is not a review, or the configuration is not valid.
    Invalid(Faults),
    /// A policy made the review fail.
    Review(ReviewError),
    /// The object could not be expanded.
    Expansion(Fault),
}

impl JudgeError {
    /// Returns the `apiVersion` of the review, which is empty if it could not be read.
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// Returns the `uid` of the request, which the response must repeat. It is empty if it could
    /// not be read.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// Returns the part of the judgment that failed.
    pub fn failure(&self) -> &JudgeFailure {
        &self.failure
    }

    /// Returns the part of the judgment that failed, and discards the rest.
    pub fn into_failure(self) -> JudgeFailure {
        *self.failure
    }

    /// Creates the error of a review that was read and could not be judged.
    pub fn of(review: &Review<'_>, failure: impl Into<JudgeFailure>) -> Self {
        let (api_version, uid) = (review.api_version().to_owned(), review.uid().to_owned());
        Self { api_version, uid, failure: Box::new(failure.into()) }
    }

    /// Creates the error of a text that is not a valid review, with those parts of it that can be
    /// read.
    #[cold]
    pub(super) fn of_text(bytes: &[u8], faults: Faults) -> Self {
        let arena = Arena::new();
        let document = json::parse(&arena, bytes).unwrap_or(Value::Null);
        let text = |path: &[&str]| {
            let text = document.path(path).and_then(|text| text.as_str());
            text.unwrap_or_default().to_owned()
        };
        let (api_version, uid) = (text(&["apiVersion"]), text(&["request", "uid"]));
        Self { api_version, uid, failure: Box::new(JudgeFailure::Invalid(faults)) }
    }
}

impl fmt::Display for JudgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl fmt::Display for JudgeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(faults) => faults.fmt(f),
            Self::Review(error) => error.fmt(f),
            Self::Expansion(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for JudgeError {}

impl std::error::Error for JudgeFailure {}

impl<T: Into<JudgeFailure>> From<T> for JudgeError {
    fn from(failure: T) -> Self {
        Self { api_version: String::new(), uid: String::new(), failure: Box::new(failure.into()) }
    }
}

impl From<Faults> for JudgeFailure {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<Fault> for JudgeFailure {
    fn from(fault: Fault) -> Self {
        Self::Invalid(fault.into())
    }
}

impl From<ReviewError> for JudgeFailure {
    fn from(error: ReviewError) -> Self {
        Self::Review(error)
    }
}
