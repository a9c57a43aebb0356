//! The parameters that a template's schema declares.

use ferrego_runtime::{Arena, Value, json};

use super::Subject;

/// Returns `true` if the schema requires a parameter or has a default for it.
pub(super) fn is_always_present(subject: &Subject<'_>, path: &[&str]) -> bool {
    let Some(constraints) = subject.constraints else { return false };
    let arena = Arena::new();
    let Ok(schema) = json::parse(&arena, constraints.schema.as_bytes()) else { return false };
    let mut node = schema;
    for name in path {
        let required = node.get_str("required").and_then(|list| list.as_array());
        let required = required
            .is_some_and(|names| names.iter().any(|required| required.as_str() == Some(name)));
        let Some(field) = node.get_str("properties").and_then(|fields| fields.get_str(name)) else {
            return false;
        };
        if !required && field.get_str("default").is_none() {
            return false;
        }
        node = field;
    }
    !path.is_empty() && !matches!(node, Value::Null)
}
