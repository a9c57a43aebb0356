//! The schema of a template's parameters: what a constraint may say.
//!
//! A `ConstraintTemplate` gives the schema of `spec.parameters` as Kubernetes' structural schema.
//! [`Schema::read`] refuses what Kubernetes refuses of one, [`Schema::apply_defaults`] and
//! [`Schema::validate`] do to parameters what Gatekeeper does, with its messages.
//!
//! The walk is our own, though JSON Schema has a library in `jsonschema`. A structural schema must
//! be walked here anyway, to be checked, to fill in defaults and to find unknown fields; its
//! dialect (`nullable`, `x-kubernetes-*`, Go's patterns) is no draft that the library knows; and
//! with it come some sixty crates and `serde_json`'s values, in which numbers are not exact.

mod check;
mod defaults;
mod formats;
mod keywords;
mod node;
mod unknown;
mod validate;
mod values;

#[cfg(test)]
mod tests;

use ferrego_runtime::{Arena, Document, Value};

use crate::fault::{Fault, FaultCode, FieldPath, Severity};
use node::Node;

/// Where the schema stands in its template.
const IN_TEMPLATE: [&str; 5] = ["spec", "crd", "spec", "validation", "openAPIV3Schema"];
/// Where parameters stand in a constraint.
const IN_CONSTRAINT: [&str; 2] = ["spec", "parameters"];

/// A structural schema that was checked.
#[derive(Debug)]
pub struct Schema {
    document: Document,
    legacy: bool,
    warnings: Vec<Fault>,
}

impl Schema {
    /// Reads a template's `openAPIV3Schema`. `legacy` is the template's `legacySchema`, under
    /// which objects keep fields that the schema does not name (frameworks'
    /// `AddPreserveUnknownFields`).
    ///
    /// # Errors
    /// All faults of the schema, with the path in the template.
    pub fn read(json: &Value<'_>, legacy: bool) -> Result<Self, Vec<Fault>> {
        let faults = check::check(Node::root(*json, legacy), &FieldPath::of(&IN_TEMPLATE));
        if faults.iter().any(|fault| fault.severity == Severity::Error) {
            return Err(faults);
        }
        Ok(Self { document: Document::of(json), legacy, warnings: faults })
    }

    /// What the schema says without effect, such as a keyword that Kubernetes does not know.
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// `value` with the schema's defaults, as Kubernetes fills them in: where a property is
    /// missing, or is null and must not be.
    pub fn apply_defaults<'a>(&self, value: &Value<'_>, arena: &'a Arena) -> Value<'a> {
        defaults::apply(self.root(), value, arena)
    }

    /// What is wrong with `value` as the parameters of a constraint: errors in Kubernetes' words,
    /// and a warning for each field that the schema does not know.
    pub fn validate(&self, value: &Value<'_>) -> Vec<Fault> {
        self.validate_at(value, &FieldPath::of(&IN_CONSTRAINT))
    }

    /// As [`Schema::validate`], for a value that stands at `path`.
    pub(crate) fn validate_at(&self, value: &Value<'_>, path: &FieldPath) -> Vec<Fault> {
        let mut faults = validate::validate(self.root(), value, path, FaultCode::SchemaValidation);
        unknown::report(self.root(), value, path, &mut faults);
        faults
    }

    fn root(&self) -> Node<'_> {
        Node::root(self.document.value(), self.legacy)
    }
}

/// A schema that is written in this crate, whose tests see to it that there is one.
pub(crate) fn builtin(json: &str) -> Option<Schema> {
    let document = Document::parse(json).ok()?;
    Schema::read(&document.value(), false).ok()
}
