//! Reads `ConstraintTemplate` documents: from YAML to Rego sources.
//!
//! [`Template::read`] extracts the Rego, with the place of every line. It also checks the document
//! around the Rego: the types of its fields, the names of its constraints' kind and the schema of
//! their parameters. [`rules`] checks Gatekeeper's own requirements on the Rego.

mod constraint_template;
mod crd;
mod declared;
pub mod facts;
mod faults;
mod fields;
mod libraries;
mod read;
pub mod rules;
mod schema;
mod synced;

#[cfg(test)]
mod tests;

use crate::source::{RegoVersion, Source};

pub use constraint_template::{Constraints, Template};
pub use declared::{Declared, KindNames, SyncedKinds, WrittenValue};
pub use read::{EnginePreference, OtherKinds, read, read_document, read_with};

/// Returns the whole document as a source. The faults of [`Template::read`] point into it.
pub fn document(name: &str, text: &str) -> Source {
    Source { name: name.into(), text: text.into(), version: RegoVersion::default(), origin: None }
}
