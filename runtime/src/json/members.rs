//! The members of an object that is being read, and their order.

use core::cmp::Ordering;

use crate::arena::{Arena, ArenaVec};
use crate::collections::sort_stable;
use crate::value::{Object, Value};

/// A member with the beginning of its key, which decides most comparisons as one number.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) prefix: u64,
    pub(super) key: &'a str,
    pub(super) value: Value<'a>,
}

impl Member<'_> {
    /// The first eight bytes of a key, the first of them the most significant; zeros behind a
    /// shorter one.
    #[inline]
    pub(super) fn prefix(key: &str) -> u64 {
        let key = key.as_bytes();
        if let Some(bytes) = key.first_chunk() {
            return u64::from_be_bytes(*bytes);
        }
        // Shorter keys are put together of two halves that may overlap.
        let missing = 8 * (8 - key.len());
        if let (Some(first), Some(last)) = (key.first_chunk(), key.last_chunk()) {
            let (first, last) = (u32::from_be_bytes(*first), u32::from_be_bytes(*last));
            return u64::from(first) << 32 | u64::from(last) << missing;
        }
        match *key {
            [] => 0,
            [first] => u64::from(first) << 56,
            [first, .., last] => {
                u64::from(first) << 56 | u64::from(key[1]) << 48 | u64::from(last) << missing
            }
        }
    }

    /// Compares the keys. Equal beginnings are those of equal keys, or one is filled up with
    /// zeros, or more follows.
    #[inline]
    fn compare(&self, other: &Self) -> Ordering {
        self.prefix.cmp(&other.prefix).then_with(|| self.key.as_bytes().cmp(other.key.as_bytes()))
    }
}

/// Takes the members from `base` on off the stack and makes an object of them; of equal keys
/// the last counts.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn members_stand_in_the_order_of_their_keys(a in "[a-c\0]{0,11}", b in "[a-c\0]{0,11}") {
            let member = |key| Member { prefix: Member::prefix(key), key, value: Value::Null };
            prop_assert_eq!(member(&a).compare(&member(&b)), a.cmp(&b));
            prop_assert_eq!(Member::prefix(&a).cmp(&Member::prefix(&b)).then(a.cmp(&b)), a.cmp(&b));
        }
    }
}
