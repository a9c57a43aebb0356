//! External data from a file.

use std::collections::HashMap;
use std::sync::Arc;

use ferrego_runtime::{Arena, Document, Value, json};

use super::answer::Answer;
use super::{Provider, Response, UnknownProvider};
use crate::fault::{Fault, FaultCode, Faults, FieldPath};
use crate::review::Numbers;

/// Providers with fixed answers from JSON: `{PROVIDER: {KEY: {"value": …}}}`, with `{"error": "…"}`
/// in place of the value for an error. A key without an answer is an error of that key.
///
/// ```
/// use ferrego_gatekeeper::external_data::FileProvider;
///
/// assert!(FileProvider::from_json(br#"{"lengths": {"abc": {"value": 3}}}"#).is_ok());
/// let faults = FileProvider::from_json(br#"{"lengths": {"abc": 3}}"#).expect_err("no value");
/// assert_eq!(faults.iter().count(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct FileProvider {
    providers: HashMap<String, HashMap<String, Answer>>,
}

impl FileProvider {
    /// Reads the answers from JSON.
    ///
    /// # Errors
    /// Returns a fault for each answer that is neither a value nor an error.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Faults> {
        let arena = Arena::new();
        match json::parse(&arena, bytes) {
            Ok(document) => Self::from_value(&document),
            Err(error) => Err(fault(FieldPath::default(), error.to_string()).into()),
        }
    }

    /// Reads the answers from a document.
    ///
    /// # Errors
    /// Returns a fault for each answer that is neither a value nor an error.
    pub fn from_value(document: &Value<'_>) -> Result<Self, Faults> {
        Self::read_numbers(document, Numbers::Exact)
    }

    /// Reads the answers from a document. The numbers of the values have the given form.
    ///
    /// # Errors
    /// Returns a fault for each answer that is neither a value nor an error.
    ///
    /// ```
    /// use ferrego_gatekeeper::external_data::FileProvider;
    /// use ferrego_gatekeeper::review::Numbers;
    /// use ferrego_runtime::Document;
    ///
    /// let answers = Document::parse(r#"{"lengths": {"abc": {"value": 3.0}}}"#)?;
    /// assert!(FileProvider::read_numbers(&answers.value(), Numbers::Float64).is_ok());
    /// # Ok::<(), ferrego_runtime::json::JsonError>(())
    /// ```
    pub fn read_numbers(document: &Value<'_>, numbers: Numbers) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut providers = HashMap::new();
        for (name, keys, path) in members(document, &FieldPath::default(), &mut faults) {
            let mut answers = HashMap::new();
            for (key, value, path) in members(&keys, &path, &mut faults) {
                match answer(&value, path, numbers) {
                    Ok(answer) => drop(answers.insert(key.to_owned(), answer)),
                    Err(fault) => faults.push(fault),
                }
            }
            providers.insert(name.to_owned(), answers);
        }
        if faults.is_empty() { Ok(Self { providers }) } else { Err(faults.into()) }
    }
}

impl Provider for FileProvider {
    fn fetch(
        &self,
        provider: &str,
        keys: &[&str],
        response: &mut Response<'_>,
    ) -> Result<(), UnknownProvider> {
        let answers = self.providers.get(provider).ok_or(UnknownProvider)?;
        response.set_status_code(200);
        for &key in keys {
            if let Some(answer) = answers.get(key) {
                answer.write(key, response);
            } else {
                let reason = format_args!("provider {provider} has no answer for {key}");
                response.add_error(key, reason);
            }
        }
        Ok(())
    }
}

/// Returns the members of an object with their paths. Reports a fault if `value` is not an object.
fn members<'a>(
    value: &Value<'a>,
    path: &FieldPath,
    faults: &mut Vec<Fault>,
) -> Vec<(&'a str, Value<'a>, FieldPath)> {
    let Value::Object(object) = value else {
        let message = format!("expected an object, found {}", value.type_name());
        faults.push(fault(path.clone(), message));
        return Vec::new();
    };
    let member = |(key, value): &(Value<'a>, Value<'a>)| {
        let key = key.as_str()?;
        Some((key, *value, path.key(key)))
    };
    object.pairs().iter().filter_map(member).collect()
}

fn answer(value: &Value<'_>, path: FieldPath, numbers: Numbers) -> Result<Answer, Fault> {
    match (value.len(), value.get_str("value"), value.get_str("error")) {
        (Some(1), Some(value), _) => {
            let arena = Arena::new();
            let value = numbers.read_response(&arena, value).map_err(|mut fault| {
                fault.path.0.splice(0..0, path.key("value").0);
                fault
            })?;
            Ok(Answer::Value(Arc::new(Document::of(&value))))
        }
        (Some(1), _, Some(Value::String(error))) if !error.is_empty() => {
            Ok(Answer::Error(error.into()))
        }
        _ => Err(fault(path, "expected {\"value\": …} or {\"error\": \"…\"}")),
    }
}

fn fault(path: FieldPath, message: impl Into<String>) -> Fault {
    Fault::new(FaultCode::InvalidObject, path, message)
}
