//! Iterators over the members of collections.

use core::slice;

use crate::builtins::walk::Walk;
use crate::context::{Context, Rule};
use crate::value::Value;

/// Returns the values of a collection: elements, values of pairs, or members. An undefined or
/// scalar value has none.
pub fn values<'a>(of: impl Into<Option<Value<'a>>>) -> impl Iterator<Item = Value<'a>> {
    match of.into() {
        Some(Value::Array(items)) => Values::Items(items.iter()),
        Some(Value::Object(object)) => Values::Pairs(object.pairs.iter()),
        Some(Value::Set(set)) => Values::Items(set.members.iter()),
        _ => Values::Items([].iter()),
    }
}

/// Returns the first of the values that [`values`] iterates over.
pub fn first_value<'a>(of: impl Into<Option<Value<'a>>>) -> Option<Value<'a>> {
    values(of).next()
}

/// An iterator over the values of a collection.
enum Values<'a> {
    Items(slice::Iter<'a, Value<'a>>),
    Pairs(slice::Iter<'a, (Value<'a>, Value<'a>)>),
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        match self {
            Values::Items(items) => items.next().copied(),
            Values::Pairs(pairs) => pairs.next().map(|(_, value)| *value),
        }
    }
}

/// Returns the indices, keys or members of a collection.
pub fn keys<'a>(of: impl Into<Option<Value<'a>>>) -> impl Iterator<Item = Value<'a>> {
    members(of.into()).map(|(key, _)| key)
}

/// Returns the indices, keys or members of a collection, each with its value.
pub fn pairs<'a>(of: impl Into<Option<Value<'a>>>) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
    members(of.into())
}

#[inline]
pub(crate) fn members(of: Option<Value<'_>>) -> Members<'_> {
    let (pairs, items, index): (&[_], &[_], _) = match of {
        Some(Value::Array(items)) => (&[], items, Some(0)),
        Some(Value::Object(object)) => (object.pairs, &[], None),
        Some(Value::Set(set)) => (&[], set.members, None),
        _ => (&[], &[], None),
    };
    Members { pairs: pairs.iter(), items: items.iter(), index }
}

/// Returns the walk of a rule over a value and all values in it.
pub fn walk<'a>(cx: &Context<'a>, rule: &'static Rule, line: u32, start: Value<'a>) -> Walk<'a> {
    Walk::at(cx.env().arena, rule, line, start)
}

/// An iterator over the members of a collection, each with its index or key.
#[derive(Debug)]
pub struct Members<'a> {
    /// The pairs of an object.
    pairs: slice::Iter<'a, (Value<'a>, Value<'a>)>,
    /// The elements of an array, or the members of a set.
    items: slice::Iter<'a, Value<'a>>,
    /// The index of the next element of an array.
    index: Option<i64>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Value<'a>, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(pair) = self.pairs.next() {
            return Some(*pair);
        }
        let item = *self.items.next()?;
        let Some(index) = &mut self.index else { return Some((item, item)) };
        let key = Value::int(*index);
        *index += 1;
        Some((key, item))
    }
}
