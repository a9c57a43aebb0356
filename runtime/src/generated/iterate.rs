//! Loops over what a collection holds.

use core::slice;

use crate::builtins::walk::Walk;
use crate::context::Context;
use crate::value::Value;

/// The members of a collection; none where it is undefined or a scalar.
pub fn values<'a>(of: impl Into<Option<Value<'a>>>) -> impl Iterator<Item = Value<'a>> {
    match of.into() {
        Some(Value::Array(items)) => Values::Items(items.iter()),
        Some(Value::Object(object)) => Values::Pairs(object.pairs.iter()),
        Some(Value::Set(set)) => Values::Items(set.members.iter()),
        _ => Values::Items([].iter()),
    }
}

/// The members of a collection that are left.
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

/// The indices, keys or members of a collection.
pub fn keys<'a>(of: impl Into<Option<Value<'a>>>) -> impl Iterator<Item = Value<'a>> {
    members(of.into()).map(|(key, _)| key)
}

/// The indices, keys or members of a collection with what they lead to.
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

/// The walk over a value and all below it.
pub fn walk<'a>(cx: &Context<'a>, start: Value<'a>) -> Walk<'a> {
    Walk::new(cx.env().arena, start)
}

/// The members of a collection that are left, each with what leads to it.
#[derive(Debug)]
pub struct Members<'a> {
    /// Those of an object.
    pairs: slice::Iter<'a, (Value<'a>, Value<'a>)>,
    /// Those of an array or a set.
    items: slice::Iter<'a, Value<'a>>,
    /// The index of the first item of an array.
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
