//! Iterators over the members of a collection, each with its index or key.

use super::chunks::Chunks;
use crate::arena::Arena;
use crate::budget::Exceeded;
use crate::location::{LineColumn, Rule};
use crate::value::Value;

/// Returns the indices, keys or members of a collection, each with its value.
#[inline]
pub(crate) fn members(of: Option<Value<'_>>) -> Members<'_, '_> {
    Members::new(of, Chunks::whole, Chunks::whole)
}

/// Charges a loop at a line of `rule` over the members of a collection, and returns them like
/// [`members`]. If they are many, the loop looks at the clock.
///
/// # Errors
/// Returns the limit that the evaluation exceeds.
#[inline]
pub(crate) fn charged_members<'c, 'v>(
    arena: &'c Arena,
    rule: &'c Rule,
    at: LineColumn,
    of: Option<Value<'v>>,
) -> Result<Members<'c, 'v>, Exceeded> {
    let length = of.and_then(|of| of.len()).unwrap_or_default();
    if arena.takes(length) { Ok(members(of)) } else { long_members(arena, rule, at, of, length) }
}

#[cold]
#[inline(never)]
fn long_members<'c, 'v>(
    arena: &'c Arena,
    rule: &'c Rule,
    at: LineColumn,
    of: Option<Value<'v>>,
    length: usize,
) -> Result<Members<'c, 'v>, Exceeded> {
    arena.charge(length)?;
    Ok(Members::new(
        of,
        |pairs| Chunks::new(arena, rule, at, pairs),
        |items| Chunks::new(arena, rule, at, items),
    ))
}

/// An iterator over the members of a collection, each with its index or key.
#[derive(Debug)]
pub struct Members<'c, 'v> {
    /// The pairs of an object.
    pairs: Chunks<'c, 'v, (Value<'v>, Value<'v>)>,
    /// The elements of an array, or the members of a set.
    items: Chunks<'c, 'v, Value<'v>>,
    /// The index of the next element of an array.
    index: Option<i64>,
    /// `true` if the collection has more than one chunk.
    is_long: bool,
}

impl<'c, 'v> Members<'c, 'v> {
    /// Creates the iterator over a collection, given the iterators over its parts.
    #[inline]
    pub(crate) fn new(
        of: Option<Value<'v>>,
        pairs_of: impl FnOnce(&'v [(Value<'v>, Value<'v>)]) -> Chunks<'c, 'v, (Value<'v>, Value<'v>)>,
        items_of: impl FnOnce(&'v [Value<'v>]) -> Chunks<'c, 'v, Value<'v>>,
    ) -> Self {
        let (pairs, items, index): (&[_], &[_], _) = match of {
            Some(Value::Array(items)) => (&[], items, Some(0)),
            Some(Value::Object(object)) => (object.pairs, &[], None),
            Some(Value::Set(set)) => (&[], set.members, None),
            _ => (&[], &[], None),
        };
        let (pairs, items) = (pairs_of(pairs), items_of(items));
        let is_long = pairs.is_long() || items.is_long();
        Self { pairs, items, index, is_long }
    }
}

impl<'v> Iterator for Members<'_, 'v> {
    type Item = (Value<'v>, Value<'v>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(pair) = self.pairs.next_in_chunk() {
            return Some(*pair);
        }
        if let Some(item) = self.items.next_in_chunk() {
            return Some(self.with_key(*item));
        }
        if self.is_long { self.next_chunk() } else { None }
    }
}

impl<'v> Members<'_, 'v> {
    /// Returns the first member of the next chunk.
    #[cold]
    #[inline(never)]
    fn next_chunk(&mut self) -> Option<(Value<'v>, Value<'v>)> {
        if let Some(pair) = self.pairs.next() {
            return Some(*pair);
        }
        let item = *self.items.next()?;
        Some(self.with_key(item))
    }

    /// Returns an element with its index, or a member of a set with itself.
    #[inline]
    fn with_key(&mut self, item: Value<'v>) -> (Value<'v>, Value<'v>) {
        let Some(index) = &mut self.index else { return (item, item) };
        let key = Value::int(*index);
        *index += 1;
        (key, item)
    }
}
