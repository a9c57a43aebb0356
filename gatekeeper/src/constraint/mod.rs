//! Constraints: a policy with parameters, for the objects that it judges.

mod enforcement;
mod identity;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use ferrego_runtime::{Arena, Document, Value};

use crate::fault::{Fault, FaultCode, FieldPath, Severity};
use crate::matching::Match;
use crate::schema::Schema;
use crate::schemas;

pub use enforcement::{Action, Enforcement, EnforcementPoint, ScopedAction};

/// The schema of what all constraints have (frameworks' `crds.CreateSchema`).
static SCHEMA: LazyLock<Option<Schema>> =
    LazyLock::new(|| schemas::builtin(include_str!("constraint.schema.json")));

/// A constraint that was checked.
#[derive(Debug)]
pub struct Constraint {
    kind: Box<str>,
    name: Box<str>,
    parameters: Document,
    matching: Match,
    enforcement: Enforcement,
    document: Document,
}

impl Constraint {
    /// Reads a constraint, whose parameters must be as its template's `schema` says. If the
    /// template allows no parameters, `schema` is `None`, as [`Schema::of_template`] gives it.
    /// Gives the warnings too.
    ///
    /// That a template of its kind exists is for the caller to see to.
    ///
    /// # Errors
    /// All faults of the document, warnings among them.
    pub fn read(
        value: &Value<'_>,
        schema: Option<&Schema>,
    ) -> Result<(Self, Vec<Fault>), Vec<Fault>> {
        let mut faults = Vec::new();
        if let Some(frame) = &*SCHEMA {
            faults.extend(frame.validate_at(value, &FieldPath::default()));
        }
        let (kind, name) = identity::read(value, &mut faults);
        let field = |name| value.path(&["spec", name]);
        let path = FieldPath::of(&["spec", "match"]);
        let constraint = Self {
            kind: kind.into(),
            name: name.into(),
            parameters: parameters(field("parameters"), schema, &mut faults),
            matching: Match::collect(field("match").as_ref(), &path, &mut faults),
            enforcement: Enforcement::collect(value, &mut faults),
            document: Document::of(value),
        };
        if faults.iter().any(|fault| fault.severity == Severity::Error) {
            return Err(faults);
        }
        Ok((constraint, faults))
    }

    /// Its kind, which is the one its template makes.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `spec.parameters` with the schema's defaults; `{}` where the constraint has none, and then
    /// without defaults, as for Gatekeeper.
    pub fn parameters(&self) -> Value<'_> {
        self.parameters.value()
    }

    /// `spec.match`: which objects it judges.
    pub fn matching(&self) -> &Match {
        &self.matching
    }

    /// What is done about violations.
    pub fn enforcement(&self) -> &Enforcement {
        &self.enforcement
    }

    /// The document as it was given.
    pub fn document(&self) -> Value<'_> {
        self.document.value()
    }
}

/// Checks the parameters as they are given, and then fills in defaults, as Gatekeeper does. The API
/// server has filled them in before where the constraint comes from a cluster.
fn parameters(
    given: Option<Value<'_>>,
    schema: Option<&Schema>,
    faults: &mut Vec<Fault>,
) -> Document {
    match (given, schema) {
        (None, _) => Document::of(&Value::EMPTY_OBJECT),
        (Some(given), None) => {
            faults.push(no_parameters());
            Document::of(&given)
        }
        (Some(given), Some(schema)) => {
            faults.extend(schema.validate(&given));
            let arena = Arena::new();
            match schema.apply_defaults(&given, &arena) {
                Value::Null => Document::of(&Value::EMPTY_OBJECT),
                filled => Document::of(&filled),
            }
        }
    }
}

fn no_parameters() -> Fault {
    let path = FieldPath::of(&["spec", "parameters"]);
    let message = format!("unknown field \"{path}\"");
    let help = "the template has no schema, so its constraints have no parameters; write \
                spec.crd.spec.validation.openAPIV3Schema in the template";
    Fault::new(FaultCode::SchemaValidation, path, message).with_help(help)
}
