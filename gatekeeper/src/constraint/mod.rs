//! Constraints: the parameters of a policy, and a selection of the objects that it judges.
//!
//! ```
//! use ferrego_gatekeeper::Constraint;
//! use ferrego_runtime::Document;
//!
//! let constraint = Document::parse(
//!     r#"{
//!         "apiVersion": "constraints.gatekeeper.sh/v1beta1",
//!         "kind": "DenyAll",
//!         "metadata": {"name": "deny-pods"},
//!         "spec": {"enforcementAction": "dryrun"}
//!     }"#,
//! )?;
//! let (constraint, _) = Constraint::read(&constraint.value(), None)?;
//! assert_eq!(constraint.enforcement().as_str(), "dryrun");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod enforcement;
mod identity;

#[cfg(test)]
mod tests;

use ferrego_runtime::{Arena, Document, Value};
use ferrego_schema::constraints::CONSTRAINT;

use crate::fault::{Fault, FaultCode, Faults, FieldPath, Severity};
use crate::matching::Match;
use crate::numbers::Numbers;
use crate::review::with_member;
use crate::schema::Schema;

pub use enforcement::{Action, Enforcement, EnforcementPoint, ScopedAction};

/// A validated constraint.
///
/// ```
/// use ferrego_gatekeeper::Constraint;
/// use ferrego_runtime::Document;
///
/// let constraint = Document::parse(
///     r#"{
///         "apiVersion": "constraints.gatekeeper.sh/v1beta1",
///         "kind": "DenyAll",
///         "metadata": {"name": "deny-pods"},
///         "spec": {"match": {"kinds": [{"apiGroups": [""], "kinds": ["Pod"]}]}}
///     }"#,
/// )?;
/// let (constraint, warnings) = Constraint::read(&constraint.value(), None)?;
/// assert_eq!((constraint.kind(), constraint.name()), ("DenyAll", "deny-pods"));
/// assert!(warnings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Reads a constraint and returns it with its warnings. Its parameters must satisfy the
    /// template's `schema`. If the template allows no parameters, `schema` is `None`, as
    /// [`Schema::of_template`] returns it.
    ///
    /// The caller must check that a template for the constraint's kind exists.
    ///
    /// # Errors
    /// Returns all faults of the document, including warnings.
    pub fn read(value: &Value<'_>, schema: Option<&Schema>) -> Result<(Self, Vec<Fault>), Faults> {
        Self::read_numbers(value, schema, Numbers::Exact)
    }

    /// Reads a constraint for a policy that sees its numbers in the form `numbers`.
    ///
    /// # Errors
    /// Returns the errors of [`Constraint::read`], or a fault for a number that is too large.
    pub fn read_numbers(
        value: &Value<'_>,
        schema: Option<&Schema>,
        numbers: Numbers,
    ) -> Result<(Self, Vec<Fault>), Faults> {
        let arena = Arena::new();
        let value = &numbers.read_constraint(&arena, value.copy_to(&arena))?;
        let mut faults = Vec::new();
        if let Some(frame) = &*CONSTRAINT {
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
            return Err(faults.into());
        }
        Ok((constraint, faults))
    }

    /// Returns the constraint's kind, which its template defines.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns `metadata.name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns `spec.parameters` with the schema's defaults filled in. If the constraint has no
    /// parameters, they are the default of the schema itself. Without such a default they are `{}`,
    /// as in Gatekeeper.
    pub fn parameters(&self) -> Value<'_> {
        self.parameters.value()
    }

    /// Returns `spec.match`, which selects the objects that the constraint judges.
    pub fn matching(&self) -> &Match {
        &self.matching
    }

    /// Returns the constraint's actions on violations.
    pub fn enforcement(&self) -> &Enforcement {
        &self.enforcement
    }

    /// Returns the constraint's document, as it was read.
    pub fn document(&self) -> Value<'_> {
        self.document.value()
    }
}

/// Returns a constraint as a cluster holds it: with the defaults of its enforcement action and of
/// its parameters. `schema` is the schema of its template.
///
/// The API server fills them in, and `gator test` does so before it judges the constraint as an
/// object.
///
/// ```
/// use ferrego_gatekeeper::constraint::with_defaults;
/// use ferrego_runtime::{Arena, Document};
///
/// let constraint = Document::parse(
///     r#"{
///         "apiVersion": "constraints.gatekeeper.sh/v1beta1",
///         "kind": "DenyAll",
///         "metadata": {"name": "deny-pods"},
///         "spec": {}
///     }"#,
/// )?;
/// let arena = Arena::new();
/// let constraint = with_defaults(&constraint.value(), None, &arena);
/// assert_eq!(constraint["spec"]["enforcementAction"].as_str(), Some("deny"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn with_defaults<'a>(
    value: &Value<'_>,
    schema: Option<&Schema>,
    arena: &'a Arena,
) -> Value<'a> {
    let value = match &*CONSTRAINT {
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

/// Checks the parameters in `spec` before it fills in defaults, as Gatekeeper does. If the
/// constraint comes from a cluster, the API server has already filled them in.
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
    Fault::new(FaultCode::UnknownField, path, message).with_help(help)
}
