//! Names that are declared and never used.

mod imports;
mod rules;
mod variables;

use super::{Findings, Subject};
use crate::source::RegoVersion;

pub(super) use imports::UNUSED_IMPORT;
pub(super) use rules::{UNUSED_LIBRARY, UNUSED_RULE};
pub(super) use variables::{UNUSED_ARGUMENT, UNUSED_VARIABLE};

/// Looks for unused names.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (module, source) in subject.modules.iter().zip(subject.sources) {
        imports::check(module, &source.text, source.version == RegoVersion::V0, findings);
    }
    variables::check(subject, findings);
    if subject.template {
        rules::check(subject, findings);
    }
}
