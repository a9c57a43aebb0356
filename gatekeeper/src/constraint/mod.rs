//! Constraints: a policy with parameters, for the objects that it judges.

mod enforcement;
mod identity;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use ferrego_runtime::{Arena, Document, Value};

use crate::fault::{Fault, FaultCode, FieldPath, Severity};
use crate::matching::Match;
use crate::numbers::Numbers;
use crate::review::with_member;
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
        Self::read_numbers(value, schema, Numbers::Exact)
    }

    /// Reads a constraint for a policy that sees its numbers as `numbers` says.
    ///
    /// # Errors
    /// As for [`Constraint::read`]; a number that is too large.
    pub fn read_numbers(
        value: &Value<'_>,
        schema: Option<&Schema>,
        numbers: Numbers,
    ) -> Result<(Self, Vec<Fault>), Vec<Fault>> {
        let arena = Arena::new();
        let value =
            &numbers.read_constraint(&arena, value.copy_to(&arena)).map_err(|fault| vec![fault])?;
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
            parameters: parameters(value.get_str("spec"), schema, numbers, &mut faults),
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

    /// `spec.parameters` with the schema's defaults. If the constraint has none, they are the
    /// default of the schema itself, or `{}` without other defaults, as for Gatekeeper.
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

/// Returns a constraint as a cluster holds it: with the defaults of its enforcement action and of
/// its parameters. `schema` is the schema of its template.
///
/// The API server fills them in, and `gator test` does so before it judges the constraint as an
/// object.
pub fn with_defaults<'a>(
    value: &Value<'_>,
    schema: Option<&Schema>,
    arena: &'a Arena,
) -> Value<'a> {
    let value = match &*SCHEMA {
        Some(frame) => frame.apply_defaults(value, arena),
        None => value.copy_to(arena),
    };
    let (Some(spec @ Value::Object(_)), Some(schema)) = (value.get_str("spec"), schema) else {
        return value;
    };
    let given = spec.get_str("parameters");
    let Some(parameters) = schema.fill(given.as_ref(), &|default| default, arena) else {
        return value;
    };
    let spec = with_member(arena, spec, "parameters", parameters);
    with_member(arena, value, "spec", spec)
}

/// Checks the parameters in `spec` as they are given, and then fills in defaults, as Gatekeeper
/// does. The API server has filled them in before where the constraint comes from a cluster.
fn parameters(
    spec: Option<Value<'_>>,
    schema: Option<&Schema>,
    numbers: Numbers,
    faults: &mut Vec<Fault>,
) -> Document {
    let given = spec.and_then(|spec| spec.get_str("parameters"));
    match (given, schema) {
        (Some(given), None) => {
            faults.push(no_parameters());
            Document::of(&given)
        }
        (given, Some(schema)) if matches!(spec, Some(Value::Object(_))) => {
            faults.extend(given.iter().flat_map(|given| schema.validate(given)));
            let arena = Arena::new();
            let read = |default| numbers.read_default(&arena, default);
            match schema.fill(given.as_ref(), &read, &arena) {
                None | Some(Value::Null) => Document::of(&Value::EMPTY_OBJECT),
                Some(filled) => Document::of(&filled),
            }
        }
        (None, _) | (Some(_), Some(_)) => Document::of(&Value::EMPTY_OBJECT),
    }
}

fn no_parameters() -> Fault {
    let path = FieldPath::of(&["spec", "parameters"]);
    let message = format!("unknown field \"{path}\"");
    let help = "the template has no schema, so its constraints have no parameters; write \
                spec.crd.spec.validation.openAPIV3Schema in the template";
    Fault::new(FaultCode::SchemaValidation, path, message).with_help(help)
}
