//! The schema of a template's parameters, which constraints must satisfy.
//!
//! A `ConstraintTemplate` gives the schema of `spec.parameters` as a structural schema of
//! Kubernetes. [`Schema::read`] rejects the schemas that Kubernetes rejects.
//! [`Schema::apply_defaults`] and [`Schema::validate`] treat parameters as Gatekeeper does, with
//! its messages. The compiler checks a template's schema with this crate, and `ferrego-gatekeeper`
//! a constraint's parameters.
//!
//! The crate does not use the `jsonschema` library, for three reasons. A structural schema must be
//! traversed here anyway, to check it, to fill in defaults and to find unknown fields. Its dialect
//! (`nullable`, `x-kubernetes-*`, Go's patterns) is not a draft that the library knows. The library
//! also adds some sixty crates and the values of `serde_json`, in which numbers are not exact.

/// The examples in the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod check;
#[doc(hidden)]
pub mod constraints;
mod defaults;
pub mod fault;
#[doc(hidden)]
pub mod field_errors;
mod formats;
#[doc(hidden)]
pub mod k8s_names;
mod keywords;
#[doc(hidden)]
pub mod node;
mod unknown;
mod validate;
mod values;

#[cfg(test)]
mod tests;

use ferrego_runtime::{Arena, Document, Value};

use crate::fault::{Fault, FaultCode, Faults, FieldPath, Severity};
use defaults::Defaults;
use node::Node;

/// The path of the schema in its template.
const IN_TEMPLATE: [&str; 5] = ["spec", "crd", "spec", "validation", "openAPIV3Schema"];
/// The path of the parameters in a constraint.
const IN_CONSTRAINT: [&str; 2] = ["spec", "parameters"];

/// A validated structural schema.
#[derive(Debug)]
pub struct Schema {
    document: Document,
    legacy: bool,
    warnings: Vec<Fault>,
}

impl Schema {
    /// Reads a template's `openAPIV3Schema`. `legacy` is the template's `legacySchema`. If it is
    /// set, objects keep fields that the schema does not name (frameworks'
    /// `AddPreserveUnknownFields`).
    ///
    /// # Errors
    /// Returns all faults of the schema, with their paths in the template.
    pub fn read(json: &Value<'_>, legacy: bool) -> Result<Self, Faults> {
        let faults = check::check(Node::root(*json, legacy), &FieldPath::of(&IN_TEMPLATE));
        if faults.iter().any(|fault| fault.severity == Severity::Error) {
            return Err(faults.into());
        }
        Ok(Self { document: Document::of(json), legacy, warnings: faults })
    }

    /// Reads a template's schema from its text. `json` is the template's `openAPIV3Schema`, or
    /// empty if it has none. Without a schema, a template with `legacySchema` allows any
    /// parameters. Any other template allows none, for which this returns `None`.
    ///
    /// # Errors
    /// Returns all faults of the schema, with their paths in the template.
    pub fn of_template(json: &str, legacy: bool) -> Result<Option<Self>, Faults> {
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

    /// Returns warnings about parts of the schema without effect, such as a keyword that Kubernetes
    /// does not know.
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// Returns `value` with the schema's defaults. As in Kubernetes, a default replaces a property
    /// that is missing, or that is null but not nullable.
    pub fn apply_defaults<'a>(&self, value: &Value<'_>, arena: &'a Arena) -> Value<'a> {
        Defaults { arena, read: &|default| default }.item(self.root(), value)
    }

    /// Applies defaults to a field that may be missing. A missing field becomes the schema's own
    /// default. `read` converts each default to the form that the reader of the value sees.
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

    /// Returns the faults of `value` as the parameters of a constraint, in Kubernetes' words. An
    /// unknown field is an error, because Gatekeeper rejects such a constraint.
    pub fn validate(&self, value: &Value<'_>) -> Vec<Fault> {
        self.validate_at(value, &FieldPath::of(&IN_CONSTRAINT))
    }

    /// Validates a value like [`Schema::validate`], with `path` as its path.
    pub fn validate_at(&self, value: &Value<'_>, path: &FieldPath) -> Vec<Fault> {
        let mut faults = validate::validate(self.root(), value, path, FaultCode::SchemaValidation);
        unknown::report(self.root(), value, path, &mut faults);
        faults
    }

    /// Returns the root of the schema, for traversals.
    #[doc(hidden)]
    pub fn root(&self) -> Node<'_> {
        Node::root(self.document.value(), self.legacy)
    }
}
