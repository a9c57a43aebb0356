//! Answers of functions, kept for arguments that come again.

use core::cell::Cell;

use crate::number::Number;
use crate::value::Value;

/// How many answers a function keeps; a power of two.
const PLACES: usize = 16;

/// The answers of one function, each at the place that its arguments give it: one that comes to a
/// place that is taken puts the other out.
#[derive(Debug)]
pub(crate) struct Answers<'a> {
    places: [Place<'a>; PLACES],
}

/// An answer, and what it answers.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    key: Cell<Key>,
    answer: Cell<Option<Value<'a>>>,
}

/// Up to two arguments, as they are in memory.
///
/// Texts and collections that live at the same time at one address and are of one length and kind
/// are one. They live as long as the evaluation, and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u64; 4]);

impl<'a> Answers<'a> {
    pub(crate) fn new() -> Self {
        let place = |_| Place { key: Cell::new(Key::NONE), answer: Cell::new(None) };
        Self { places: core::array::from_fn(place) }
    }

    /// The place for arguments.
    pub(crate) fn place(&self, key: &Key) -> &Place<'a> {
        &self.places[key.place()]
    }
}

impl<'a> Place<'a> {
    /// Whether what is kept is the answer for these arguments.
    #[inline]
    pub(crate) fn answers(&self, key: &Key) -> bool {
        self.key.get() == *key
    }

    /// The answer that is kept.
    #[inline]
    pub(crate) fn get(&self) -> Option<Value<'a>> {
        self.answer.get()
    }

    /// Keeps an answer.
    pub(crate) fn set(&self, key: Key, answer: Option<Value<'a>>) {
        self.key.set(key);
        self.answer.set(answer);
    }
}

impl Key {
    /// The key of no arguments.
    const NONE: Self = Self([u64::MAX; 4]);

    /// The key of one argument or two.
    #[inline]
    pub(crate) fn of<const N: usize>(arguments: [Value<'_>; N]) -> Self {
        let identity = |index: usize| arguments.get(index).map_or([0; 2], identity);
        let ([a, b], [c, d]) = (identity(0), identity(1));
        Self([a, b, c, d])
    }

    #[inline]
    fn place(&self) -> usize {
        let [a, b, c, d] = self.0;
        // Addresses are multiples of the size of what stands there, or follow each other.
        let mixed = (a ^ c.rotate_left(7) ^ b ^ d).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(mixed >> (u64::BITS - PLACES.trailing_zeros())).unwrap_or_default()
    }
}

/// What tells a value from all others in memory.
#[inline]
fn identity(value: &Value<'_>) -> [u64; 2] {
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

/// An integer is what it is; a number that keeps its text is this text.
#[inline]
fn number_identity(number: &Number<'_>) -> [u64; 2] {
    match number.held() {
        Some(integer) => [integer.cast_unsigned(), 2],
        None => of_slice(number.as_text().unwrap_or_default().as_bytes(), 3),
    }
}

/// The address, and the length with the kind of value below it.
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
    fn answers_are_kept_until_others_take_their_places() {
        let answers = Answers::new();
        for round in 0..2 {
            for number in 0..100 {
                let key = Key::of([Value::int(number)]);
                let place = answers.place(&key);
                let expected = Some(Value::int(-number));
                assert!(!place.answers(&key) || place.get() == expected, "{round}");
                place.set(key, expected);
                assert!(place.answers(&key) && place.get() == expected);
            }
        }
        let key = Key::of([Value::Null]);
        assert!(!answers.place(&key).answers(&key));
        answers.place(&key).set(key, None);
        assert!(answers.place(&key).answers(&key));
        assert_eq!(answers.place(&key).get(), None);
    }
}
