//! The validation of the policies of a cluster, before the API server stores them.
//!
//! A review of a template, a constraint, a Config, an expansion template or a provider is
//! denied if the server could not put the object in force. The rules are those of
//! `validateGatekeeperResources` in Gatekeeper's `pkg/webhook/policy.go`, with two differences. The
//! Rego of a template must compile, which Gatekeeper checks only when it loads the template. A
//! deletion is never denied here, so that an object with faults can be removed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use ferrego_gatekeeper::expansion::ExpansionTemplate;
use ferrego_gatekeeper::fault::{Fault, Faults};
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::{Constraint, Review, Schema};
use ferrego_runtime::Value;
use ferrego_runtime::json::{Escape, to_string};

use super::Loader;
use crate::external_data::ProviderSpec;
use crate::wait;

/// The longest name of an object of policies, in bytes.
const LONGEST_NAME: usize = 63;

/// The groups of the objects that are validated.
const GROUPS: [&str; 5] = [
    "config.gatekeeper.sh",
    "constraints.gatekeeper.sh",
    "expansion.gatekeeper.sh",
    "externaldata.gatekeeper.sh",
    "templates.gatekeeper.sh",
];

/// A validation by the templates that are in force.
pub(crate) struct Validation {
    loader: Loader,
    /// The schemas of the parameters of constraints, by kind.
    schemas: BTreeMap<String, Option<Arc<Schema>>>,
    numbers: Numbers,
    /// Held while a template is compiled, so that reviews of templates take one core at most.
    compiling: Mutex<()>,
}

/// A reason why an object is denied. The codes of HTTP are Gatekeeper's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Invalid {
    /// The name is too long.
    #[error("resource cannot have metadata.name larger than {LONGEST_NAME} char; length: {0}")]
    Name(usize),
    /// The object has faults.
    #[error("{0}")]
    Object(String),
    /// Other templates were compiled until the deadline of the review.
    #[error("the template was not compiled before the deadline of its review")]
    Late,
}

impl Invalid {
    /// Returns the code of HTTP.
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Name(_) | Self::Late => 500,
            Self::Object(_) => 422,
        }
    }
}

impl From<Faults> for Invalid {
    fn from(faults: Faults) -> Self {
        Self::Object(faults.to_string())
    }
}

impl Validation {
    /// Creates a validation. `schemas` are those of the templates in force, by the kind of their
    /// constraints.
    pub(super) fn new(
        loader: Loader,
        schemas: BTreeMap<String, Option<Arc<Schema>>>,
        numbers: Numbers,
    ) -> Self {
        Self { loader, schemas, numbers, compiling: Mutex::new(()) }
    }

    /// Returns `true` if the object of a review must be validated: it has one of the validated groups,
    /// and is not deleted. A change of the subresource `status` does not change a policy.
    pub(crate) fn applies_to(review: &Review<'_>) -> bool {
        let request = review.value();
        GROUPS.contains(&text(&request, &["kind", "group"]))
            && text(&request, &["operation"]) != "DELETE"
            && text(&request, &["subResource"]) != "status"
    }

    /// Validates the object of a review, which must be whole.
    ///
    /// # Errors
    /// Returns the reason why the object is denied.
    pub(crate) fn validate(&self, review: &Review<'_>) -> Result<(), Invalid> {
        let request = review.value();
        let name = text(&request, &["name"]);
        if name.len() > LONGEST_NAME {
            return Err(Invalid::Name(name.len()));
        }
        let Some(object) = review.candidate().object else { return Ok(()) };
        // An object that is being deleted changes once more, when its last finalizer is removed.
        if object.path(&["metadata", "deletionTimestamp"]).is_some() {
            return Ok(());
        }
        match (text(&request, &["kind", "group"]), text(&request, &["kind", "kind"])) {
            ("templates.gatekeeper.sh", "ConstraintTemplate") => self.template(&object),
            ("constraints.gatekeeper.sh", kind) => self.constraint(kind, &object),
            ("expansion.gatekeeper.sh", "ExpansionTemplate") => {
                Ok(ExpansionTemplate::read(&object).map(drop)?)
            }
            ("externaldata.gatekeeper.sh", "Provider") => {
                Ok(ProviderSpec::read(&object).map(drop)?)
            }
            ("config.gatekeeper.sh", "Config") if name != "config" => {
                Err(Invalid::Object("config resource must have name 'config'".to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn template(&self, object: &Value<'_>) -> Result<(), Invalid> {
        // Compilation takes longer than a thread may be kept from other requests. The result of this
        // evaluation is dropped if it must not wait.
        let until = wait::until().map_err(|error| Invalid::Object(error.to_string()))?;
        let _compiling = self.compiling.lock();
        if until.is_some_and(|until| Instant::now() >= until) {
            return Err(Invalid::Late);
        }
        let template = (self.loader)(&to_string(object, Escape::Plain)).map_err(Invalid::Object)?;
        let name = text(object, &["metadata", "name"]);
        if !name.eq_ignore_ascii_case(&template.kind) {
            let lower = template.kind.to_lowercase();
            return Err(Invalid::Object(format!(
                "the ConstraintTemplate's name {name:?} is not equal to the lowercase of CRD's Kind: {lower:?}"
            )));
        }
        Ok(())
    }

    fn constraint(&self, kind: &str, object: &Value<'_>) -> Result<(), Invalid> {
        let Some(schema) = self.schemas.get(kind) else {
            return Err(Invalid::Object(format!("no ConstraintTemplate of kind `{kind}`")));
        };
        let (_, warnings) = Constraint::read_numbers(object, schema.as_deref(), self.numbers)?;
        let refused: Vec<Fault> = warnings.into_iter().filter(is_refused).collect();
        if refused.is_empty() { Ok(()) } else { Err(Faults::from(refused).into()) }
    }
}

/// Returns `true` if a warning about a stored constraint is an error about a new one: an unknown action
/// or an unknown enforcement point. Entries of scoped actions that have no effect are accepted.
fn is_refused(warning: &Fault) -> bool {
    let path = warning.path.to_string();
    path == "spec.enforcementAction" || path.starts_with("spec.scopedEnforcementActions[")
}

/// Returns the text of a field, which is empty if there is none.
fn text<'a>(value: &Value<'a>, path: &[&str]) -> &'a str {
    value.path(path).and_then(|text| text.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
