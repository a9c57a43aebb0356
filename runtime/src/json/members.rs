//! The sorting of the members of an object that is being read.

use core::cmp::Ordering;

use crate::arena::{Arena, ArenaVec};
use crate::collections::sort_stable;
use crate::internal::short_str;
use crate::value::{Object, Value};

/// A member, with the prefix of its key as a number, which decides most comparisons.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    prefix: u64,
    key: &'a str,
    value: Value<'a>,
}

impl<'a> Member<'a> {
    /// Creates a member.
    #[inline]
    pub(super) fn new(key: &'a str, value: Value<'a>) -> Self {
        Self { prefix: short_str::prefix(key), key, value }
    }

    /// Compares the keys.
    #[inline]
    fn compare(&self, other: &Self) -> Ordering {
        self.prefix.cmp(&other.prefix).then_with(|| {
            short_str::compare_behind_prefix(self.key.as_bytes(), other.key.as_bytes())
        })
    }
}

/// Pops the members from `base` on off the stack and builds an object of them. Of duplicate keys,
/// the last value wins.
pub(super) fn take_object<'a>(
    arena: &'a Arena,
    stack: &mut ArenaVec<'a, Member<'a>>,
    base: usize,
) -> Object<'a> {
    if !stack[base..].is_sorted_by(|a, b| a.compare(b).is_lt()) {
        sort_stable(arena, &mut stack[base..], Member::compare);
        keep_last_of_equals(stack, base);
    }
    let members = &stack[base..];
    let pairs = arena.slice_with(members.len(), |index| {
        let member = &members[index];
        (Value::String(member.key), member.value)
    });
    stack.truncate(base);
    Object { pairs }
}

fn keep_last_of_equals(stack: &mut ArenaVec<'_, Member<'_>>, base: usize) {
    let mut kept = base;
    for index in base..stack.len() {
        let member = stack[index];
        if kept > base && stack[kept - 1].compare(&member).is_eq() {
            kept -= 1;
        }
        stack[kept] = member;
        kept += 1;
    }
    stack.truncate(kept);
}
