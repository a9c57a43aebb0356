//! Kubernetes' words for what is wrong with a field (`apimachinery`'s `validation/field`).

use std::fmt::Display;

use ferrego_runtime::Value;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::text;

/// The value as Kubernetes shows it.
pub fn shown(value: &Value<'_>) -> String {
    match value {
        Value::String(text) => text::quoted(text).to_string(),
        other => json::to_string(other, Escape::Plain),
    }
}

/// The field is missing.
pub fn required(why: &str) -> String {
    if why.is_empty() { "Required value".to_owned() } else { format!("Required value: {why}") }
}

/// The field has a value that it must not have.
pub fn invalid(value: &Value<'_>, why: impl Display) -> String {
    format!("Invalid value: {}: {why}", shown(value))
}

/// The field must not be there, or not so.
pub fn forbidden(why: &str) -> String {
    format!("Forbidden: {why}")
}

/// The field's value is none of `supported`.
pub fn unsupported<T: AsRef<str>>(
    value: &Value<'_>,
    supported: impl IntoIterator<Item = T>,
) -> String {
    let supported: Vec<_> =
        supported.into_iter().map(|one| text::quoted(one.as_ref()).to_string()).collect();
    format!("Unsupported value: {}: supported values: {}", shown(value), supported.join(", "))
}

/// The text is longer than `most`.
pub fn too_long(most: impl Display) -> String {
    format!("Too long: may not be more than {most} bytes")
}

/// There are `actual` items or properties, and at most `most` may be.
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
