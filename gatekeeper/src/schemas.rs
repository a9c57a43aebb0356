//! The schemas that this crate contains.

use ferrego_runtime::Document;

use crate::Schema;

/// Reads the schema in `json`. The tests of its callers check that this succeeds.
pub(crate) fn builtin(json: &str) -> Option<Schema> {
    let document = Document::parse(json).ok()?;
    Schema::read(&document.value(), false).ok()
}
