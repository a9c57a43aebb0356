//! The messages between Gatekeeper and a provider (`externaldata.gatekeeper.sh/v1beta1`).
//!
//! ```text
//! {"apiVersion": …, "kind": "ProviderRequest", "request": {"keys": ["a", "b"]}}
//! {"apiVersion": …, "kind": "ProviderResponse", "response": {"items": [{"key": "a", "value": 1}, …]}}
//! ```
//!
//! The rules are those of `pkg/externaldata` in Gatekeeper's constraint framework, which reads a
//! response with Go's `encoding/json`: `null` and a missing field are empty, an unknown field is
//! ignored, and a field of another type makes the whole response invalid. As in Go, the case of the
//! letters of a field's name does not count. If an object has one field in two spellings, Go takes the
//! last one. Here the response is invalid, because an object does not keep the order of its fields.

use std::sync::Arc;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Document, Value};

use super::answer::Answer;
use crate::review::Numbers;

/// The most items of a response. Each takes memory of its own, however short its text is.
const MOST_ITEMS: usize = 20_000;

/// The version of the protocol.
const API_VERSION: &str = "externaldata.gatekeeper.sh/v1beta1";

/// Returns the request for the values of `keys`, as JSON.
pub fn provider_request<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    let arena = Arena::new();
    let keys: Vec<_> = keys.into_iter().map(Value::String).collect();
    let mut request = ObjectBuilder::with_capacity(&arena, 1);
    request.insert(Value::String("keys"), arena.array(&keys));
    let mut whole = ObjectBuilder::with_capacity(&arena, 3);
    whole.insert(Value::String("apiVersion"), Value::String(API_VERSION));
    whole.insert(Value::String("kind"), Value::String("ProviderRequest"));
    whole.insert(Value::String("request"), request.finish());
    json::to_string(&whole.finish(), Escape::Plain)
}

/// The response of a provider.
#[derive(Clone, Debug, Default)]
pub struct ProviderResponse {
    /// The answers, each with its key, in the order of the provider.
    pub items: Vec<(Arc<str>, Answer)>,
    /// The reason why the provider failed as a whole; empty if it did not.
    pub system_error: String,
}

impl ProviderResponse {
    /// Reads a response from JSON. The numbers of its values have the given form.
    ///
    /// # Errors
    /// Returns the reason why the text is not a response.
    pub fn parse(text: &[u8], numbers: Numbers) -> Result<Self, String> {
        let arena = Arena::new();
        let document = json::parse(&arena, text).map_err(|error| error.to_string())?;
        if !matches!(document, Value::Object(_)) {
            return Err(expected("an object", "", &document));
        }
        string(&document, "apiVersion", "apiVersion")?;
        string(&document, "kind", "kind")?;
        let Some(response) = field(&document, "response")? else { return Ok(Self::default()) };
        if !matches!(response, Value::Object(_)) {
            return Err(expected("an object", "response", &response));
        }
        let system_error = string(&response, "systemError", "response.systemError")?.to_owned();
        let items = match field(&response, "items")? {
            None => &[],
            Some(Value::Array(items)) if items.len() > MOST_ITEMS => {
                return Err(format!("expected at most {MOST_ITEMS} items, found {}", items.len()));
            }
            Some(Value::Array(items)) => items,
            Some(other) => return Err(expected("an array", "response.items", &other)),
        };
        let items = items.iter().map(|item| read_item(item, numbers)).collect::<Result<_, _>>()?;
        Ok(Self { items, system_error })
    }
}

/// Reads the answer to a key. An item without a value has the value `null`, as in Gatekeeper.
fn read_item(item: &Value<'_>, numbers: Numbers) -> Result<(Arc<str>, Answer), String> {
    let arena = Arena::new();
    if !matches!(item, Value::Object(_) | Value::Null) {
        return Err(expected("an object", "response.items", item));
    }
    let key = string(item, "key", "response.items.key")?;
    let error = string(item, "error", "response.items.error")?;
    let answer = if error.is_empty() {
        let value = field(item, "value")?.unwrap_or(Value::Null);
        let value = numbers.read_response(&arena, value).map_err(|fault| fault.message)?;
        Answer::Value(Arc::new(Document::of(&value)))
    } else {
        Answer::Error(error.into())
    };
    Ok((key.into(), answer))
}

/// Returns a field that is neither missing nor `null`. Returns an error if it has two spellings.
fn field<'a>(value: &Value<'a>, name: &str) -> Result<Option<Value<'a>>, String> {
    let Value::Object(object) = value else { return Ok(None) };
    let is_spelling = |key: &Value<'_>| key.as_str().is_some_and(|key| folds_to(key, name));
    let mut spellings = object.pairs().iter().filter(|(key, _)| is_spelling(key));
    let found = spellings.next();
    if spellings.next().is_some() {
        return Err(format!("expected one field {name}, found two spellings"));
    }
    Ok(found.map(|(_, value)| *value).filter(|value| *value != Value::Null))
}

/// Returns `true` if `key` is the ASCII `name` by the simple case folding of Unicode, which
/// `encoding/json` uses. Two letters beyond ASCII fold to letters of ASCII.
fn folds_to(key: &str, name: &str) -> bool {
    let folded = key.chars().map(|letter| match letter {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    });
    folded.eq(name.chars().map(|letter| letter.to_ascii_lowercase()))
}

/// Returns the string in a field, which is empty if the field is missing. `path` is for the error.
fn string<'a>(value: &Value<'a>, name: &str, path: &str) -> Result<&'a str, String> {
    match field(value, name)? {
        None => Ok(""),
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(expected("a string", path, &other)),
    }
}

fn expected(what: &str, path: &str, found: &Value<'_>) -> String {
    let place = if path.is_empty() { String::new() } else { format!(" in {path}") };
    format!("expected {what}{place}, found {}", found.type_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match ProviderResponse::parse(text.as_bytes(), Numbers::Float64) {
            Err(error) => error,
            Ok(response) => {
                let show = |(key, answer): &(Arc<str>, Answer)| match answer {
                    Answer::Value(value) => format!("{key}={} ", value.value()),
                    Answer::Error(error) => format!("{key}!{error} "),
                };
                response.items.iter().map(show).collect::<String>() + &response.system_error
            }
        }
    }

    #[test]
    fn a_request_has_the_keys_in_their_order() {
        assert_eq!(
            provider_request(["b", "a\"", "b"]),
            r#"{"apiVersion":"externaldata.gatekeeper.sh/v1beta1","kind":"ProviderRequest","request":{"keys":["b","a\"","b"]}}"#
        );
    }

    #[test]
    fn responses_are_read_as_in_gatekeeper() {
        for (text, expected) in [
            (r#"{"response": {"items": [{"key": "a", "value": {"n": 1.50}}]}}"#, "a={\"n\": 1.5} "),
            (r#"{"response": {"items": [{"key": "a", "value": 1, "error": "no"}]}}"#, "a!no "),
            (r#"{"response": {"items": [{"key": "a", "error": ""}, null]}}"#, "a=null =null "),
            (r#"{"response": {"items": null, "systemError": "down"}}"#, "down"),
            (r#"{"response": null, "more": 1}"#, ""),
            (r#"{"Response": {"SYSTEMERROR": "down"}}"#, "down"),
            ("{\"response\": {\"\u{17f}ystemError\": \"down\"}}", "down"),
            (r#"{"response": {"Items": [{"\u212aEY": "a", "Error": "no"}]}}"#, "a!no "),
            (r#"{"response": {"ITEMS": [{"Key": "a", "Value": {"Key": 1}}]}}"#, "a={\"Key\": 1} "),
            (r#"{"response": {"system_error": "down"}}"#, ""),
            (
                r#"{"response": {"items": [{"key": "a", "error": "no", "Error": ""}]}}"#,
                "expected one field error, found two spellings",
            ),
            (r#"{"apiVersion": "other/v1", "kind": "Other", "response": {}}"#, ""),
            ("{}", ""),
            ("[]", "expected an object, found array"),
            (r#"{"kind": 1}"#, "expected a string in kind, found number"),
            (r#"{"response": []}"#, "expected an object in response, found array"),
            (r#"{"response": {"items": {}}}"#, "expected an array in response.items, found object"),
            (
                r#"{"response": {"items": ["a"]}}"#,
                "expected an object in response.items, found string",
            ),
            (
                r#"{"response": {"items": [{"key": 1}]}}"#,
                "expected a string in response.items.key, found number",
            ),
            (
                r#"{"response": {"systemError": true}}"#,
                "expected a string in response.systemError, found boolean",
            ),
            (
                r#"{"response": {"items": [{"key": "a", "value": 1e999}]}}"#,
                "the number 1e999 is too large for a double",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(ProviderResponse::parse(b"<html>", Numbers::Exact).is_err());
    }
}
