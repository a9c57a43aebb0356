//! The schemas of the fields that all constraints have, whatever their template is.

use std::sync::LazyLock;

use ferrego_runtime::Document;

use crate::Schema;

/// The schema of a constraint without its `match` and its parameters (frameworks'
/// `crds.CreateSchema`).
pub static CONSTRAINT: LazyLock<Option<Schema>> =
    LazyLock::new(|| builtin(include_str!("constraint.schema.json")));

/// The schema of `spec.match` (Gatekeeper's `pkg/target/matchcrd_constant.go`).
pub static MATCH: LazyLock<Option<Schema>> =
    LazyLock::new(|| builtin(include_str!("match.schema.json")));

/// Reads the schema in `json`. A test checks that this succeeds.
fn builtin(json: &str) -> Option<Schema> {
    let document = Document::parse(json).ok()?;
    Schema::read(&document.value(), false).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubernetes_accepts_both_schemas() {
        assert!(CONSTRAINT.is_some() && MATCH.is_some());
    }
}
