//! The namespaces whose objects are not judged.

use ferrego_gatekeeper::exemption::{ExemptNamespaces, Process};
use ferrego_runtime::Arena;
use ferrego_source::diagnostics::Notice;

use super::collect::Collected;
use super::setup::SetUp;

impl SetUp {
    /// Leaves out the objects in the namespaces that the Configs among the documents exempt from
    /// `process`. A broken Config is reported among the notices of the documents.
    #[must_use]
    pub fn exempting(mut self, collected: &mut Collected, process: Process) -> Self {
        let mut notices = std::mem::take(&mut collected.notices);
        let exempt = exempt_namespaces(collected, process, &mut notices);
        collected.notices = notices;
        self.exempt = exempt;
        self
    }
}

/// Returns the namespaces that the Configs among the documents exempt from `process`.
pub fn exempt_namespaces(
    collected: &Collected,
    process: Process,
    notices: &mut Vec<Notice>,
) -> ExemptNamespaces {
    let mut exempt = ExemptNamespaces::default();
    let mut arena = Arena::new();
    for document in &collected.configs {
        arena.reset();
        // A document without a value was reported when it was read.
        let Ok(value) = document.value(&arena) else { continue };
        match ExemptNamespaces::of_config(&value, process) {
            Ok(found) => exempt.extend(found),
            Err(fault) => notices.push(document.notice(&fault)),
        }
    }
    exempt
}
