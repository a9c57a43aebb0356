//! Memoized results of functions, for recurring arguments.

use core::cell::Cell;

use crate::number::Number;
use crate::value::Value;

/// The number of results that are kept for a function.
const PLACES: usize = 8;

/// The latest results of one function. They are few and scanned. A hash of addresses would make
/// their collisions, and thus the running time, vary from one run to the next.
#[derive(Debug)]
pub(crate) struct FunctionMemo<'a> {
    places: [Place<'a>; PLACES],
    /// The index of the entry to replace next.
    next: Cell<usize>,
}

/// A result with its arguments.
#[derive(Debug)]
struct Place<'a> {
    key: Cell<Key>,
    answer: Cell<Option<Value<'a>>>,
}

/// Up to two arguments, identified by their place in memory.
///
/// Two strings or collections are identical if they have one address, length and kind at one time.
/// They live as long as the evaluation and do not change, so an address is not reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u64; 4]);

impl<'a> FunctionMemo<'a> {
    pub(crate) fn new() -> Self {
        let place = |_| Place { key: Cell::new(Key::NONE), answer: Cell::new(None) };
        Self { places: core::array::from_fn(place), next: Cell::new(0) }
    }

    /// Returns the cell with the result for these arguments, if it is kept.
    #[inline]
    pub(crate) fn get(&self, key: &Key) -> Option<&Cell<Option<Value<'a>>>> {
        self.places.iter().find(|place| place.key.get() == *key).map(|place| &place.answer)
    }

    /// Stores a result in place of the oldest.
    pub(crate) fn keep(&self, key: Key, answer: Option<Value<'a>>) {
        let next = self.next.get();
        if let Some(place) = self.places.get(next) {
            place.key.set(key);
            place.answer.set(answer);
        }
        self.next.set((next + 1) % PLACES);
    }
}

impl Key {
    /// The key of an unused entry, which no arguments have.
    const NONE: Self = Self([u64::MAX; 4]);

    /// Returns the key of one or two arguments.
    #[inline]
    pub(crate) fn of<const N: usize>(arguments: [Value<'_>; N]) -> Self {
        let identity = |index: usize| arguments.get(index).map_or([0; 2], identity);
        let ([a, b], [c, d]) = (identity(0), identity(1));
        Self([a, b, c, d])
    }
}

/// The identity of a value in memory.
pub(crate) type Identity = [u64; 2];

/// Returns the identity of a value in memory.
#[inline]
pub(crate) fn identity(value: &Value<'_>) -> Identity {
    match value {
        Value::Null => [0, 0],
        Value::Bool(value) => [u64::from(*value), 1],
        Value::Number(number) => number_identity(number),
        Value::String(text) => of_slice(text.as_bytes(), 4),
        Value::Array(items) => of_slice(items, 5),
        Value::Object(object) => of_slice(object.pairs(), 6),
        Value::Set(set) => of_slice(set.members(), 7),
    }
}

/// Returns the identity of a number: the value of an integer, or the text that a number keeps.
#[inline]
fn number_identity(number: &Number<'_>) -> [u64; 2] {
    match number.held() {
        Some(integer) => [integer.cast_unsigned(), 2],
        None => of_slice(number.as_text().unwrap_or_default().as_bytes(), 3),
    }
}

/// Returns the identity of a slice: its address, and its length combined with the kind of value.
#[inline]
fn of_slice<T>(slice: &[T], kind: u64) -> [u64; 2] {
    [slice.as_ptr().addr() as u64, (slice.len() as u64) << 3 | kind]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;

    #[test]
    fn equal_values_that_print_differently_are_told_apart() {
        let arena = Arena::new();
        let text = arena.string("ab");
        let items = arena.slice(&[Value::int(1)]);
        let values = [
            Value::Null,
            Value::Bool(false),
            Value::Bool(true),
            Value::int(0),
            Value::int(1),
            Value::int(-1),
            Value::Number(Number::from_text(arena.string("1.0"))),
            Value::Number(Number::from_text(arena.string("1e0"))),
            Value::String(""),
            Value::String(text),
            Value::String(&text[..1]),
            Value::String(&text[1..]),
            Value::String(arena.string("ab")),
            Value::Array(&[]),
            Value::Array(items),
            Value::Array(arena.slice(items)),
        ];
        for (index, one) in values.iter().enumerate() {
            for (second, other) in values.iter().enumerate() {
                assert_eq!(Key::of([*one]) == Key::of([*other]), index == second, "{one} {other}");
                let swapped = Key::of([*one, *other]) == Key::of([*other, *one]);
                assert_eq!(swapped, index == second, "{one} {other}");
            }
        }
    }

    #[test]
    fn the_last_answers_are_kept() {
        let answers = FunctionMemo::new();
        let key = |number: usize| Key::of([Value::int(i64::try_from(number).unwrap_or(-1))]);
        let answer = |number: usize| (!number.is_multiple_of(3)).then_some(Value::Bool(true));
        for number in 0..5 * PLACES {
            assert!(answers.get(&key(number)).is_none());
            answers.keep(key(number), answer(number));
            for kept in (number + 1).saturating_sub(PLACES)..=number {
                assert_eq!(answers.get(&key(kept)).map(Cell::get), Some(answer(kept)));
            }
            assert!(number < PLACES || answers.get(&key(number - PLACES)).is_none());
        }
    }
}
