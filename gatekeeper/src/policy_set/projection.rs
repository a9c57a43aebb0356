//! The parts of an `AdmissionReview` that a set reads. The others do not become values.

use std::sync::Arc;

use ferrego_runtime::Violations;
use ferrego_runtime::json::{Demand, Needs};

/// The paths of an object that matching reads.
const MATCHING: &[&str] = &[
    "/apiVersion",
    "/kind",
    "/metadata/generateName",
    "/metadata/labels",
    "/metadata/name",
    "/metadata/namespace",
];

/// Returns the paths of an object that the policies and the matching of constraints read. The paths
/// of object and old object are merged, because for a `DELETE` the old object is also the object.
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

/// Returns the rest of a path below `key`, or `None` if the path leads elsewhere.
fn below<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    let Some(keys) = path.strip_prefix('/') else { return Some(path) };
    let first = keys.split('/').next().unwrap_or_default();
    if first == key || first == "*" { keys.get(first.len()..) } else { None }
}

/// The parts of an `AdmissionReview` to keep: all except those parts of the objects that neither
/// policies nor matching read.
#[derive(Clone, Copy)]
pub(super) enum Kept<'n> {
    /// The document.
    Review(&'n Needs),
    /// Its request.
    Request(&'n Needs),
    /// A part of an object.
    Object(&'n Needs),
    /// A value that is kept whole.
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
