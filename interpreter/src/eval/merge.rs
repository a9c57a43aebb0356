//! The merge of a base document with the values of `with` (`Merge` of OPA's objects).
//!
//! Values may be nested in any number of levels, so the levels are kept on the heap.

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Object, Value};

/// Two objects that are being merged.
struct Level<'a> {
    /// The key of the objects in the level around them.
    key: Value<'a>,
    /// The pairs of `first` that are not in `merged` yet.
    rest: &'a [(Value<'a>, Value<'a>)],
    first: Object<'a>,
    second: Object<'a>,
    merged: ObjectBuilder<'a>,
}

/// Merges two objects on all levels. If one of the values is not an object, returns `first`.
///
/// If the merge exceeds the budget, it returns any value, and the evaluation fails at its end.
pub(super) fn merge<'a>(arena: &'a Arena, first: Value<'a>, second: Value<'a>) -> Value<'a> {
    let (Value::Object(a), Value::Object(b)) = (first, second) else { return first };
    let mut levels = Vec::new();
    levels.extend(Level::begin(arena, Value::Null, a, b));
    while let Some(level) = levels.last_mut() {
        if let Some(((key, value), rest)) = level.rest.split_first() {
            level.rest = rest;
            match (*value, level.second.get(key)) {
                (Value::Object(a), Some(Value::Object(b))) => {
                    let Some(level) = Level::begin(arena, *key, a, b) else { break };
                    levels.push(level);
                }
                (value, _) => level.merged.insert(*key, value),
            }
            continue;
        }
        let Some(level) = levels.pop() else { break };
        let (key, merged) = level.finish();
        match levels.last_mut() {
            Some(outer) => outer.merged.insert(key, merged),
            None => return merged,
        }
    }
    first
}

impl<'a> Level<'a> {
    /// Begins to merge two objects, and charges their pairs. Returns `None` if that exceeds the
    /// budget.
    fn begin(
        arena: &'a Arena,
        key: Value<'a>,
        first: Object<'a>,
        second: Object<'a>,
    ) -> Option<Self> {
        arena.charge(1 + first.len() + second.len()).ok()?;
        let merged = ObjectBuilder::with_capacity(arena, first.len().max(second.len()));
        Some(Self { key, rest: first.pairs(), first, second, merged })
    }

    /// Adds the pairs that only the second object has. Returns the key and the merged object.
    fn finish(mut self) -> (Value<'a>, Value<'a>) {
        for (key, value) in self.second.pairs() {
            if self.first.get(key).is_none() {
                self.merged.insert(*key, *value);
            }
        }
        (self.key, self.merged.finish())
    }
}
