//! Facts about a template that its Rego does not say: its constraints, schema and document.

use std::sync::Arc;

use super::GatekeeperVersion;
use crate::source::Source;
use crate::template::{Declared, KindNames, SyncedKinds, WrittenValue};
use crate::yaml::Node;

/// The known surroundings of a template.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The kinds that the template's constraints match; `None` if no constraint is known.
    pub matched: Option<Vec<KindNames>>,
    /// The kinds that the annotation `metadata.gatekeeper.sh/requires-sync-data` names; `None`
    /// without the annotation.
    pub synced: Option<Vec<SyncedKinds>>,
    /// The parameters that the template's schema declares, with their places in `document`.
    pub declared: Vec<Declared>,
    /// The strings that the template's schema writes as values, with their places in `document`.
    pub written: Vec<WrittenValue>,
    /// The version of Gatekeeper that the template must run on, if one was chosen.
    pub gatekeeper: Option<GatekeeperVersion>,
    /// The document that contains the template. Findings outside the Rego have the number of
    /// sources as their source, which stands for this document.
    pub document: Option<Source>,
    /// The template's constraints. Findings in them have the number of sources as their source,
    /// plus one for `document`, plus the index of the constraint.
    pub given: Vec<Given>,
}

impl Surroundings {
    /// Iterates over the documents that findings outside the Rego are about, in the order of their
    /// numbers.
    pub fn documents(&self) -> impl Iterator<Item = &Source> {
        self.document.iter().chain(self.given.iter().map(|given| &given.document))
    }
}

/// A constraint of the template.
#[derive(Clone, Debug)]
pub struct Given {
    /// The file that contains the constraint.
    pub document: Source,
    /// The constraint.
    pub constraint: Arc<Node>,
}
