//! What the tests of several families need.

use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::value::Value;

/// An object with these string keys.
pub(super) fn object<'a>(arena: &'a Arena, pairs: &[(&'a str, Value<'a>)]) -> Value<'a> {
    let mut builder = ObjectBuilder::new(arena);
    for (key, value) in pairs {
        builder.insert(Value::String(key), *value);
    }
    builder.finish()
}
