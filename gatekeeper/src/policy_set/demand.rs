//! What a set reads of an `AdmissionReview`: the rest need not become values.

use std::sync::Arc;

use ferrego_runtime::Violations;
use ferrego_runtime::json::{Demand, Needs};

/// What matching reads of an object.
const MATCHING: &[&str] = &[
    "/apiVersion",
    "/kind",
    "/metadata/generateName",
    "/metadata/labels",
    "/metadata/name",
    "/metadata/namespace",
];

/// What the policies and the matching of constraints read of an object, old or new: for a
/// `DELETE` one stands in the place of the other.
pub(super) fn of_objects<'p>(policies: impl Iterator<Item = &'p Arc<dyn Violations>>) -> Needs {
    let mut needs = Needs::of(MATCHING);
    for path in policies.flat_map(|policy| policy.needs()) {
        let Some(review) = below(path, "review") else { continue };
        for below in ["object", "oldObject"].iter().filter_map(|object| below(review, object)) {
            needs.add(below);
        }
    }
    needs
}

/// What a path names below a key: nothing if it leads elsewhere.
fn below<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    let Some(keys) = path.strip_prefix('/') else { return Some(path) };
    let first = keys.split('/').next().unwrap_or_default();
    if first == key || first == "*" { keys.get(first.len()..) } else { None }
}

/// What is kept of an `AdmissionReview`: all of it but for what nobody reads of the objects.
#[derive(Clone, Copy)]
pub(super) enum Kept<'n> {
    /// The document.
    Review(&'n Needs),
    /// Its request.
    Request(&'n Needs),
    /// A part of an object.
    Object(&'n Needs),
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

    fn is_everything(self) -> bool {
        match self {
            Self::All => true,
            Self::Object(needs) => needs.is_everything(),
            Self::Review(_) | Self::Request(_) => false,
        }
    }
}
