//! The types of values, in the words of messages.

use ferrego_runtime::Value;

/// Returns the type of a value with its article, in the terms of YAML.
pub(crate) fn described(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) | Value::Set(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
