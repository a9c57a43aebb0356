//! Schemas that are written in this crate.

use ferrego_runtime::Document;

use crate::Schema;

/// The schema in `json`; the tests of its users make sure that there is one.
pub(crate) fn builtin(json: &str) -> Option<Schema> {
    let document = Document::parse(json).ok()?;
    Schema::read(&document.value(), false).ok()
}
