//! Iterators over the members of collections.

use super::chunks::Chunks;
use super::members::Members;
use crate::builtins::walk::Walk;
use crate::context::Context;
use crate::location::{LineColumn, Rule};
use crate::value::Value;

/// Returns the first of the values that [`Context::values`] iterates over.
pub fn first_value<'a>(of: impl Into<Option<Value<'a>>>) -> Option<Value<'a>> {
    match of.into()? {
        Value::Array(items) => items.first().copied(),
        Value::Object(object) => object.pairs.first().map(|(_, value)| *value),
        Value::Set(set) => set.members.first().copied(),
        _ => None,
    }
}

/// An iterator over the values of a collection: elements, values of pairs, or members.
#[derive(Debug)]
pub enum Values<'c, 'v> {
    /// Elements or members.
    Items(Chunks<'c, 'v, Value<'v>>),
    /// The pairs of an object.
    Pairs(Chunks<'c, 'v, (Value<'v>, Value<'v>)>),
}

impl<'v> Iterator for Values<'_, 'v> {
    type Item = Value<'v>;

    #[inline]
    fn next(&mut self) -> Option<Value<'v>> {
        match self {
            Values::Items(items) => items.next().copied(),
            Values::Pairs(pairs) => pairs.next().map(|(_, value)| *value),
        }
    }
}

/// Returns the walk of a rule over a value and all values in it.
pub fn walk<'a>(
    cx: &Context<'a>,
    rule: &'static Rule,
    at: LineColumn,
    start: Value<'a>,
) -> Walk<'a> {
    Walk::at(cx.env().arena, rule, at, start)
}

/// An iterator over the indices, keys or members of a collection.
#[derive(Debug)]
pub struct Keys<'c, 'v>(pub(crate) Members<'c, 'v>);

impl<'v> Iterator for Keys<'_, 'v> {
    type Item = Value<'v>;

    #[inline]
    fn next(&mut self) -> Option<Value<'v>> {
        self.0.next().map(|(key, _)| key)
    }
}
