//! The comparison of deep values.

use core::cmp::Ordering;
use core::ptr;

use crate::budget::visit;
use crate::value::Value;

/// The rest of two collections of one kind: the members to compare, in order.
enum Level<'v, 'a> {
    Items(&'v [Value<'a>], &'v [Value<'a>]),
    Pairs(&'v [(Value<'a>, Value<'a>)], &'v [(Value<'a>, Value<'a>)]),
    /// The pairs after a key that was compared, with the values of that key.
    Behind(
        (&'v Value<'a>, &'v Value<'a>),
        &'v [(Value<'a>, Value<'a>)],
        &'v [(Value<'a>, Value<'a>)],
    ),
}

/// Compares two values like [`Value::compare`]. A comparison that exceeds the budget has any result.
pub(crate) fn compare<'v, 'a: 'v>(one: &'v Value<'a>, other: &'v Value<'a>) -> Ordering {
    let Some(first) = Level::of(one, other) else { return one.compare(other) };
    let mut levels = vec![first];
    while let Some(level) = levels.last_mut() {
        let (x, y) = match level.next() {
            Ok(members) => members,
            Err(Ordering::Equal) => {
                levels.pop();
                continue;
            }
            Err(order) => return order,
        };
        match Level::of(x, y) {
            Some(inner) if inner.is_one() => {}
            Some(inner) => {
                if !visit(x.len().unwrap_or_default()) {
                    return Ordering::Less;
                }
                levels.push(inner);
            }
            None => match x.compare(y) {
                Ordering::Equal => {}
                order => return order,
            },
        }
    }
    Ordering::Equal
}

impl<'v, 'a> Level<'v, 'a> {
    /// Returns the members of two collections of one kind.
    fn of(one: &'v Value<'a>, other: &'v Value<'a>) -> Option<Self> {
        match (one, other) {
            (Value::Array(a), Value::Array(b)) => Some(Level::Items(a, b)),
            (Value::Set(a), Value::Set(b)) => Some(Level::Items(a.members, b.members)),
            (Value::Object(a), Value::Object(b)) => Some(Level::Pairs(a.pairs, b.pairs)),
            _ => None,
        }
    }

    /// Returns `true` if both collections are one in memory.
    fn is_one(&self) -> bool {
        match self {
            Level::Items(a, b) => ptr::eq(*a, *b),
            Level::Pairs(a, b) | Level::Behind(_, a, b) => ptr::eq(*a, *b),
        }
    }

    /// Returns the next members, or at the end the order of the lengths.
    fn next(&mut self) -> Result<(&'v Value<'a>, &'v Value<'a>), Ordering> {
        match *self {
            Level::Items([x, a @ ..], [y, b @ ..]) => {
                *self = Level::Items(a, b);
                Ok((x, y))
            }
            Level::Items(a, b) => Err(a.len().cmp(&b.len())),
            Level::Pairs([x, a @ ..], [y, b @ ..]) => {
                *self = Level::Behind((&x.1, &y.1), a, b);
                Ok((&x.0, &y.0))
            }
            Level::Pairs(a, b) => Err(a.len().cmp(&b.len())),
            Level::Behind(values, a, b) => {
                *self = Level::Pairs(a, b);
                Ok(values)
            }
        }
    }
}
