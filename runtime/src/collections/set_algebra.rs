//! Unions, intersections and differences of sets.

use crate::arena::Arena;
use crate::budget::searched;
use crate::value::{Set, Value};

/// Returns the union of two sets. Of equal members, it keeps that of `a`.
///
/// ```
/// use ferrego_runtime::collections::{SetBuilder, union};
/// use ferrego_runtime::{Arena, Set, Value};
///
/// # fn set<'a>(arena: &'a Arena, members: &[i32]) -> Set<'a> {
/// #     let mut set = SetBuilder::new(arena);
/// #     members.iter().for_each(|&member| set.insert(member.into()));
/// #     match set.finish() {
/// #         Value::Set(set) => set,
/// #         _ => unreachable!("a builder of a set returns a set"),
/// #     }
/// # }
///
/// let arena = Arena::new();
/// let (a, b) = (set(&arena, &[1, 2]), set(&arena, &[2, 3]));
/// assert_eq!(union(&arena, a, b).to_string(), "{1, 2, 3}");
/// ```
pub fn union<'a>(arena: &'a Arena, a: Set<'a>, b: Set<'a>) -> Value<'a> {
    if b.is_empty() {
        return Value::Set(a);
    }
    let mut members = arena.vec_with_capacity(a.len() + b.len());
    let mut rest = b.members;
    for member in searched(a.members) {
        let (before, from) = rest.split_at(rest.partition_point(|other| other < member));
        members.extend_from_slice_copy(before);
        members.push(*member);
        rest = match from {
            [first, others @ ..] if first == member => others,
            _ => from,
        };
    }
    members.extend_from_slice_copy(rest);
    Value::Set(Set { members: members.into_bump_slice() })
}

/// Returns the intersection of two sets. Of equal members, it keeps that of the smaller set, as OPA
/// does.
///
/// ```
/// use ferrego_runtime::collections::{SetBuilder, intersection};
/// use ferrego_runtime::{Arena, Set, Value};
///
/// # fn set<'a>(arena: &'a Arena, members: &[i32]) -> Set<'a> {
/// #     let mut set = SetBuilder::new(arena);
/// #     members.iter().for_each(|&member| set.insert(member.into()));
/// #     match set.finish() {
/// #         Value::Set(set) => set,
/// #         _ => unreachable!("a builder of a set returns a set"),
/// #     }
/// # }
///
/// let arena = Arena::new();
/// let (a, b) = (set(&arena, &[1, 2]), set(&arena, &[2, 3]));
/// assert_eq!(intersection(&arena, a, b).to_string(), "{2}");
/// ```
pub fn intersection<'a>(arena: &'a Arena, a: Set<'a>, b: Set<'a>) -> Value<'a> {
    Value::Set(common(arena, a, b))
}

/// Returns the intersection of two sets like [`intersection`], but as a [`Set`].
pub(crate) fn common<'a>(arena: &'a Arena, a: Set<'a>, b: Set<'a>) -> Set<'a> {
    let (few, many) = if b.len() < a.len() { (b, a) } else { (a, b) };
    let mut members = arena.vec_with_capacity(few.len());
    for member in searched(few.members) {
        if many.contains(member) {
            members.push(*member);
        }
    }
    Set { members: members.into_bump_slice() }
}

/// Returns the members of `a` that are not in `b`.
///
/// ```
/// use ferrego_runtime::collections::{SetBuilder, difference};
/// use ferrego_runtime::{Arena, Set, Value};
///
/// # fn set<'a>(arena: &'a Arena, members: &[i32]) -> Set<'a> {
/// #     let mut set = SetBuilder::new(arena);
/// #     members.iter().for_each(|&member| set.insert(member.into()));
/// #     match set.finish() {
/// #         Value::Set(set) => set,
/// #         _ => unreachable!("a builder of a set returns a set"),
/// #     }
/// # }
///
/// let arena = Arena::new();
/// let (a, b) = (set(&arena, &[1, 2]), set(&arena, &[2, 3]));
/// assert_eq!(difference(&arena, a, b).to_string(), "{1}");
/// ```
pub fn difference<'a>(arena: &'a Arena, a: Set<'a>, b: Set<'a>) -> Value<'a> {
    let mut members = arena.vec_with_capacity(a.len());
    for member in searched(a.members) {
        if !b.contains(member) {
            members.push(*member);
        }
    }
    Value::Set(Set { members: members.into_bump_slice() })
}
