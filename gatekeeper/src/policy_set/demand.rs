//! What a set reads of an `AdmissionReview`: the rest need not become values.

use std::sync::Arc;

use ferrego_runtime::Violations;
use ferrego_runtime::json::{Demand, JointNeeds, Needs};

/// What matching reads of an object.
const MATCHING: &[&[&str]] = &[
    &["apiVersion"],
    &["kind"],
    &["metadata", "generateName"],
    &["metadata", "labels"],
    &["metadata", "name"],
    &["metadata", "namespace"],
];

/// What the policies and the matching of constraints read of an object, old or new: for a
/// `DELETE` one stands in the place of the other.
pub(super) fn of_objects<'p>(
    policies: impl Iterator<Item = &'p Arc<dyn Violations>>,
) -> JointNeeds {
    let mut needs = JointNeeds::default();
    for path in MATCHING {
        needs.add_path(path);
    }
    for policy in policies {
        let Some(review) = policy.needs().member("review") else { continue };
        for object in ["object", "oldObject"] {
            needs.add(review.member(object).unwrap_or(&Needs::KIND));
        }
    }
    needs
}

/// What is kept of an `AdmissionReview`: all of it but for what nobody reads of the objects.
#[derive(Clone, Copy)]
pub(super) enum Kept<'n> {
    /// The document.
    Review(&'n JointNeeds),
    /// Its request.
    Request(&'n JointNeeds),
    /// A part of an object.
    Object(&'n JointNeeds),
    /// All.
    All,
}

impl Demand for Kept<'_> {
    fn member(self, key: &str) -> Option<Self> {
        match (self, key) {
            (Self::Review(needs), "request") => Some(Self::Request(needs)),
            (Self::Request(needs), "object" | "oldObject") => Some(Self::Object(needs)),
            (Self::Object(needs), key) => needs.member(key).map(Self::Object),
            _ => Some(Self::All),
        }
    }

    fn element(self) -> Self {
        match self {
            Self::Object(needs) => Self::Object(needs.element()),
            _ => Self::All,
        }
    }
}
