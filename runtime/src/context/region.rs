//! Regions: parts of an evaluation whose values are discarded before it ends.
//!
//! ```text
//! for x in cx.values(&AT, (12, 9), xs)? {
//!     let region = cx.region();
//!     let local = region.context();
//!     let mut names = local.list();    // discarded with the region
//!     …
//!     msgs.insert(cx.keep(msg));       // a copy that outlives it
//! }
//! ```
//!
//! The lifetime of a region's context is that of the region. Values from outside coerce to it, and
//! values of the region leave it only through [`Context::keep`].
//!
//! A region has no memo cells. The values of rules outlive it, and the memo of a function identifies
//! arguments by their address, but the addresses in a region are used again. So generated code calls
//! memoized rules and functions, and those that call them, in the context outside. A `with` in a
//! region makes a context with cells of its own, which end with the region.

use super::Context;
use crate::arena;
use crate::codegen_support::hash_join::local::Joins;
use crate::value::Value;

/// A part of an evaluation in compiled code, whose values are discarded when it is dropped.
pub struct Region<'c, 'a> {
    memory: arena::Region<'a>,
    outside: &'c Context<'a>,
}

impl Region<'_, '_> {
    /// Returns the context of the region. It has the documents, replacements and limits of the
    /// context outside.
    pub fn context(&self) -> Context<'_> {
        let Context { env, input, data, cells, replaced, mocks, joins, multisets, .. } =
            *self.outside;
        let arena = self.memory.arena();
        let (env, joins) = arena.place((env.in_region(arena), Joins::new(joins.shared)));
        Context { env, input, data, memo: &[], cells, replaced, mocks, joins, multisets }
    }
}

impl<'a> Context<'a> {
    /// Begins a region.
    pub fn region(&self) -> Region<'_, 'a> {
        Region { memory: self.env.arena.region(), outside: self }
    }

    /// Copies a value out of a region of this context.
    #[inline]
    pub fn keep(&self, value: Value<'_>) -> Value<'a> {
        self.env.arena.keep(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::{Env, NoHost};
    use crate::json;

    fn context(arena: &Arena, cells: usize) -> Context<'_> {
        let input = json::parse(arena, br#"{"review": {"object": {"a": 1}}}"#).ok();
        Context::new(Env::new(arena, &NoHost), input, Value::EMPTY_OBJECT, cells)
    }

    #[test]
    fn a_region_has_the_documents_of_its_context() {
        let arena = Arena::new();
        let cx = context(&arena, 0);
        let cx = cx.with().data(&["a"], 7, Value::Null).function_value(8, Value::int(2)).finish();
        let region = cx.region();
        let local = region.context();
        assert_eq!(local.input(), cx.input());
        assert_eq!(local.review_object_path(&["a"]), Some(Value::int(1)));
        assert_eq!(local.data_path(&["a"]), Some(Value::Null));
        assert!(local.is_replaced(&[7]));
        assert_eq!(local.mocked(8, &[], |_, _| Ok(None)), Ok(Some(Value::int(2))));
    }

    #[test]
    fn a_with_in_a_region_has_its_own_memo_cells() {
        let arena = Arena::new();
        let cx = context(&arena, 1);
        let object = |cx: &Context<'_>| {
            let value = cx.memo(0, |cx| Ok(cx.review_object()));
            value.map(|value| value.map(|value| value.to_string()))
        };
        assert_eq!(object(&cx), Ok(Some(r#"{"a": 1}"#.to_owned())));
        let region = cx.region();
        let local = region.context();
        let replaced = local.with().input(&["review", "object"], Value::Null).finish();
        assert_eq!(object(&replaced), Ok(Some("null".to_owned())));
    }

    #[test]
    fn functions_are_not_memoized_for_addresses_of_a_region() {
        let arena = Arena::new();
        let cx = context(&arena, 1);
        for number in 0..10 {
            let region = cx.region();
            let local = region.context();
            let argument = local.array_of(&[Value::int(number)]);
            let first =
                local.memoize(0, [argument], |_, [argument]| Ok(argument.get(&Value::int(0))));
            assert_eq!(first, Ok(Some(Value::int(number))));
        }
    }

    #[test]
    fn kept_values_outlive_the_region() {
        let arena = Arena::new();
        let cx = context(&arena, 0);
        let mut list = cx.list();
        for number in 0..3 {
            let region = cx.region();
            let local = region.context();
            list.push(cx.keep(local.array_of(&[Value::int(number)])));
        }
        assert_eq!(list.finish().to_string(), "[[0], [1], [2]]");
    }
}
