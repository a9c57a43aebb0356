//! Helper functions for the tests of several families.

use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::value::Value;

/// Returns an object with the given string keys and values.
pub(super) fn object<'a>(arena: &'a Arena, pairs: &[(&'a str, Value<'a>)]) -> Value<'a> {
    let mut builder = ObjectBuilder::new(arena);
    for (key, value) in pairs {
        builder.insert(Value::String(key), *value);
    }
    builder.finish()
}
