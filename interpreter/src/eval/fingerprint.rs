//! Fingerprints of arguments, by which a memo finds its entries.
//!
//! Equal arguments have equal fingerprints. Others mostly differ, though a fingerprint reads only a few
//! members of a collection, so a memo compares the arguments of an entry too.

use ferrego_runtime::Value;

/// The levels of collections that are read.
const DEPTH: u32 = 2;

/// The members that are read at each end of a collection.
const ENDS: usize = 2;

/// A prime number of 64 bits, whose products mix the bits of a number.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns the fingerprint of arguments.
pub(super) fn of(arguments: &[Value<'_>]) -> u64 {
    arguments.iter().fold(0, |sum, argument| mixed(sum, of_value(argument, DEPTH)))
}

fn mixed(sum: u64, next: u64) -> u64 {
    (sum.rotate_left(5) ^ next).wrapping_mul(MIX)
}

fn of_value(value: &Value<'_>, depth: u32) -> u64 {
    match value {
        Value::Null => 1,
        Value::Bool(truth) => 2 + u64::from(*truth),
        Value::Number(number) => of_number(number.to_f64()),
        Value::String(text) => of_text(text.as_bytes()),
        Value::Array(items) => of_ends(4, items, depth, |item| *item),
        Value::Set(set) => of_ends(5, set.members(), depth, |member| *member),
        Value::Object(object) => of_ends(6, object.pairs(), depth, |(_, value)| *value),
    }
}

/// Both zeros are equal, so they have one fingerprint.
fn of_number(number: f64) -> u64 {
    if number == 0.0 || number.is_nan() { 0 } else { number.to_bits() }
}

/// Reads the length of a text and its ends.
fn of_text(text: &[u8]) -> u64 {
    let first = text.first_chunk().map(|chunk| u64::from_le_bytes(*chunk));
    let last = text.last_chunk().map(|chunk| u64::from_le_bytes(*chunk));
    let (Some(first), Some(last)) = (first, last) else {
        return text.iter().fold(7, |sum, byte| mixed(sum, u64::from(*byte)));
    };
    mixed(mixed(first, last), text.len() as u64)
}

/// Reads the length of a collection and its ends. Equal collections have equal members in equal order.
fn of_ends<'a, T>(kind: u64, members: &[T], depth: u32, value: impl Fn(&T) -> Value<'a>) -> u64 {
    let sum = mixed(kind, members.len() as u64);
    let Some(depth) = depth.checked_sub(1) else { return sum };
    let ends = members.iter().take(ENDS).chain(members.iter().rev().take(ENDS));
    ends.fold(sum, |sum, member| mixed(sum, of_value(&value(member), depth)))
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::Document;

    use super::*;

    fn fingerprint(json: &str) -> u64 {
        of(&[Document::parse(json).expect("JSON").value()])
    }

    #[test]
    fn equal_values_have_equal_fingerprints() {
        for [one, other] in [
            ["1", "1.0"],
            ["100", "1e2"],
            ["0", "-0.0"],
            ["9007199254740993", "9007199254740993.0"],
            ["123456789012345678901234567890", "123456789012345678901234567890e0"],
            ["[1, [2, {\"a\": 3}]]", "[1.0, [2.0, {\"a\": 3.0}]]"],
            ["{\"a\": 1, \"b\": [0]}", "{\"b\": [-0.0], \"a\": 1.0}"],
        ] {
            assert_eq!(fingerprint(one), fingerprint(other), "{one} {other}");
        }
    }

    #[test]
    fn different_values_mostly_have_different_fingerprints() {
        let values = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "\"\"",
            "\"1\"",
            "\"a\"",
            "\"ab\"",
            "\"a long text\"",
            "\"a long test\"",
            "[]",
            "{}",
            "[1]",
            "[[]]",
            "[{}]",
            "[\"a\"]",
            "{\"k\": \"a\"}",
            "{\"k\": \"b\"}",
            "{\"k\": [\"b\"]}",
        ];
        let mut fingerprints: Vec<u64> = values.iter().map(|json| fingerprint(json)).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), values.len());
        assert_ne!(of(&[Value::int(1), Value::int(2)]), of(&[Value::int(2), Value::int(1)]));
    }
}
