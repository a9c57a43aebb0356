//! A hash of values that agrees with Rego's equality.

use core::hash::Hasher;
use std::hash::DefaultHasher;

use crate::value::Value;

/// The depth to which a value is hashed, and the number of its parts. Values that differ only in
/// other parts collide, which is harmless.
const DEPTH: usize = 4;
const PARTS: usize = 1024;

/// Returns the hash of a value. Numbers are hashed by the nearest double, so that `1` and `1.0`
/// have one hash.
pub(super) fn hash(value: &Value<'_>) -> u32 {
    let mut hasher = DefaultHasher::new();
    let mut parts = PARTS;
    feed(value, DEPTH, &mut parts, &mut hasher);
    let hash = hasher.finish();
    #[expect(clippy::cast_possible_truncation, reason = "both halves are mixed")]
    let half = (hash ^ (hash >> 32)) as u32;
    half
}

fn feed(value: &Value<'_>, depth: usize, parts: &mut usize, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => hasher.write_u8(0),
        Value::Bool(truth) => hasher.write(&[1, u8::from(*truth)]),
        Value::Number(number) => {
            hasher.write_u8(2);
            hasher.write_u64(double(number.to_f64()));
        }
        Value::String(text) => {
            hasher.write(text.as_bytes());
            hasher.write_u8(3);
        }
        Value::Array(items) => feed_all(4, items.iter(), depth, parts, hasher),
        Value::Object(object) => {
            let members = object.pairs.iter().flat_map(|(key, value)| [key, value]);
            feed_all(5, members, depth, parts, hasher);
        }
        Value::Set(set) => feed_all(6, set.members.iter(), depth, parts, hasher),
    }
}

/// Hashes the members of a collection in order. Objects and sets are sorted, so equal collections
/// have equal members in equal order, of which equally many are hashed.
fn feed_all<'v>(
    kind: u8,
    values: impl Iterator<Item = &'v Value<'v>>,
    depth: usize,
    parts: &mut usize,
    hasher: &mut DefaultHasher,
) {
    hasher.write_u8(kind);
    if let Some(depth) = depth.checked_sub(1) {
        for value in values {
            let Some(left) = parts.checked_sub(1) else { break };
            *parts = left;
            feed(value, depth, parts, hasher);
        }
    }
    hasher.write_u8(kind);
}

/// Returns the bits of a double. Both zeros have the bits of positive zero.
fn double(number: f64) -> u64 {
    if number == 0.0 || number.is_nan() { 0 } else { number.to_bits() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::hash;
    use crate::arena::Arena;
    use crate::internal::samples::sample;
    use crate::number::Number;
    use crate::value::Value;

    #[test]
    fn numbers_count_by_their_value() {
        let number = |text| hash(&Value::Number(Number::from_text(text)));
        for equal in [
            ["1", "1.0"],
            ["100", "1e2"],
            ["0", "-0"],
            ["-0.0", "0e9"],
            ["9007199254740993", "9007199254740993.0"],
            ["123456789012345678901234567890", "123456789012345678901234567890e0"],
            ["1e400", "10e399"],
            ["1e-400", "10e-401"],
        ] {
            assert_eq!(number(equal[0]), number(equal[1]), "{equal:?}");
        }
        assert_ne!(number("1"), number("2"));
        assert_ne!(hash(&Value::String("1")), number("1"));
        assert_ne!(hash(&Value::String("a")), hash(&Value::String("b")));
    }

    proptest! {
        #[test]
        fn equal_values_have_equal_hashes(a in sample(), b in sample()) {
            let arena = Arena::new();
            let (a, b) = (a.build(&arena), b.build(&arena));
            prop_assert!(a != b || hash(&a) == hash(&b));
        }
    }
}
