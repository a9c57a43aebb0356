//! The schema of a template's parameters: what a constraint may say.
//!
//! A `ConstraintTemplate` gives the schema of `spec.parameters` as Kubernetes' structural schema.
//! [`Schema::read`] refuses what Kubernetes refuses of one, [`Schema::apply_defaults`] and
//! [`Schema::validate`] do to parameters what Gatekeeper does, with its messages. The compiler
//! judges a template's schema with this crate, and `ferrego-gatekeeper` a constraint's parameters.
//!
//! The walk is our own, though JSON Schema has a library in `jsonschema`. A structural schema must
//! be walked here anyway, to be checked, to fill in defaults and to find unknown fields; its
//! dialect (`nullable`, `x-kubernetes-*`, Go's patterns) is no draft that the library knows; and
//! with it come some sixty crates and `serde_json`'s values, in which numbers are not exact.

mod check;
mod defaults;
pub mod fault;
mod formats;
#[doc(hidden)]
pub mod k8s_names;
mod keywords;
mod node;
mod unknown;
mod validate;
mod values;
#[doc(hidden)]
pub mod words;

#[cfg(test)]
mod tests;

use ferrego_runtime::{Arena, Document, Value};

use crate::fault::{Fault, FaultCode, FieldPath, Severity};
use defaults::Defaults;
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

    /// Reads the schema that a template keeps: `json` is its `openAPIV3Schema`, empty if it has
    /// none. Without a schema, a template with `legacySchema` takes any parameters, and another
    /// takes none, which `None` stands for.
    ///
    /// # Errors
    /// All faults of the schema, with the path in the template.
    pub fn of_template(json: &str, legacy: bool) -> Result<Option<Self>, Vec<Fault>> {
        if json.is_empty() {
            let anything = || Self::read(&Value::EMPTY_OBJECT, true);
            return legacy.then(anything).transpose();
        }
        let document = Document::parse(json).map_err(|error| {
            let path = FieldPath::of(&IN_TEMPLATE);
            vec![Fault::new(FaultCode::InvalidTemplate, path, error.to_string())]
        })?;
        Self::read(&document.value(), legacy).map(Some)
    }

    /// What the schema says without effect, such as a keyword that Kubernetes does not know.
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// `value` with the schema's defaults, as Kubernetes fills them in: where a property is
    /// missing, or is null and must not be.
    pub fn apply_defaults<'a>(&self, value: &Value<'_>, arena: &'a Arena) -> Value<'a> {
        Defaults { arena, read: &|default| default }.item(self.root(), value)
    }

    /// Applies defaults to a field that may be missing: the schema's own default takes its place. `read` gives each default as the reader of the value sees it.
    pub fn fill<'a>(
        &self,
        value: Option<&Value<'_>>,
        read: &dyn Fn(Value<'a>) -> Value<'a>,
        arena: &'a Arena,
    ) -> Option<Value<'a>> {
        let defaults = Defaults { arena, read };
        match value {
            Some(value) => Some(defaults.item(self.root(), value)),
            None => defaults.default_of(self.root()),
        }
    }

    /// Returns what is wrong with `value` as the parameters of a constraint, in Kubernetes' words.
    /// A field that the schema does not know is an error: Gatekeeper refuses such a constraint.
    pub fn validate(&self, value: &Value<'_>) -> Vec<Fault> {
        self.validate_at(value, &FieldPath::of(&IN_CONSTRAINT))
    }

    /// As [`Schema::validate`], for a value that stands at `path`.
    pub fn validate_at(&self, value: &Value<'_>, path: &FieldPath) -> Vec<Fault> {
        let mut faults = validate::validate(self.root(), value, path, FaultCode::SchemaValidation);
        unknown::report(self.root(), value, path, &mut faults);
        faults
    }

    fn root(&self) -> Node<'_> {
        Node::root(self.document.value(), self.legacy)
    }
}
