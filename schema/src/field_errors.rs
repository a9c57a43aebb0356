//! Kubernetes' messages for wrong fields (`apimachinery`'s `validation/field`).

use std::fmt::Display;

use ferrego_runtime::Value;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::text;

/// Returns the value as Kubernetes shows it.
pub fn shown(value: &Value<'_>) -> String {
    match value {
        Value::String(text) => text::quoted(text).to_string(),
        other => json::to_string(other, Escape::Plain),
    }
}

/// Returns the message for a missing field.
pub fn required(why: &str) -> String {
    if why.is_empty() { "Required value".to_owned() } else { format!("Required value: {why}") }
}

/// Returns the message for a field with an invalid value.
pub fn invalid(value: &Value<'_>, why: impl Display) -> String {
    format!("Invalid value: {}: {why}", shown(value))
}

/// Returns the message for a field that is forbidden, or whose value is.
pub fn forbidden(why: &str) -> String {
    format!("Forbidden: {why}")
}

/// Returns the message for a value that is not one of `supported`.
pub fn unsupported<T: AsRef<str>>(
    value: &Value<'_>,
    supported: impl IntoIterator<Item = T>,
) -> String {
    let supported: Vec<_> =
        supported.into_iter().map(|one| text::quoted(one.as_ref()).to_string()).collect();
    format!("Unsupported value: {}: supported values: {}", shown(value), supported.join(", "))
}

/// Returns the message for a text that is longer than `most`.
pub fn too_long(most: impl Display) -> String {
    format!("Too long: may not be more than {most} bytes")
}

/// Returns the message for `actual` items or properties where at most `most` are allowed.
pub fn too_many(actual: usize, most: impl Display) -> String {
    let most = most.to_string();
    let items = if most == "1" { "item" } else { "items" };
    format!("Too many: {actual}: must have at most {most} {items}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_kubernetes() {
        assert_eq!(required(""), "Required value");
        assert_eq!(required("must be set"), "Required value: must be set");
        assert_eq!(invalid(&Value::int(7), "too odd"), "Invalid value: 7: too odd");
        assert_eq!(forbidden("not here"), "Forbidden: not here");
        let text = "Unsupported value: \"c\": supported values: \"a\", \"b\"";
        assert_eq!(unsupported(&Value::String("c"), ["a", "b"]), text);
        assert_eq!(too_long(63), "Too long: may not be more than 63 bytes");
        assert_eq!(too_many(2, 1), "Too many: 2: must have at most 1 item");
        assert_eq!(too_many(4, 3), "Too many: 4: must have at most 3 items");
    }
}
