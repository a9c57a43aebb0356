//! Membership tests for the keys of a collection, with the result of a loop over its keys.

use crate::number::Number;
use crate::number::integer::Integer;
use crate::value::Value;

/// Returns `true` if `of` is a collection that has a key equal to `key`.
#[inline]
pub fn has_key<'a>(of: impl Into<Option<Value<'a>>>, key: Value<'a>) -> bool {
    of.into().is_some_and(|of| of.at_key(key).is_some())
}

/// Returns `true` if `of` is a collection in which the value of a key equal to `key` is not
/// `false`.
#[inline]
pub fn has_truthy<'a>(of: impl Into<Option<Value<'a>>>, key: Value<'a>) -> bool {
    of.into().and_then(|of| of.at_key(key)).is_some_and(|value| value.is_truthy())
}

impl<'a> Value<'a> {
    /// Returns the value of a key that is equal to `key`. In an array, the key `1.0` finds the
    /// element at `1`, which a reference does not find.
    #[inline]
    fn at_key(&self, key: Value<'a>) -> Option<Value<'a>> {
        match (self, key) {
            (Value::Object(object), Value::String(key)) => object.get_str(key),
            (Value::Array(items), Value::Number(index)) => at_index(items, &index),
            _ => self.get(&key),
        }
    }
}

#[inline]
fn at_index<'a>(items: &[Value<'a>], index: &Number<'a>) -> Option<Value<'a>> {
    let place = match index.held() {
        Some(place) => place,
        None => integral(index)?,
    };
    items.get(usize::try_from(place).ok()?).copied()
}

/// Returns the value of a number in any notation, if it is an integer of 64 bits.
#[cold]
fn integral(number: &Number<'_>) -> Option<i64> {
    match number.to_integer().ok()?? {
        Integer::Small(integer) => i64::try_from(integer).ok(),
        Integer::Big(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::codegen_support::members;
    use crate::internal::samples::{Sample, sample};

    proptest! {
        #[test]
        fn keys_are_those_of_a_loop(of in sample(), other in sample(), member in any::<bool>()) {
            let arena = Arena::new();
            let of = of.build(&arena);
            let key = match members(Some(of)).next() {
                Some((key, _)) if member => key,
                _ => other.build(&arena),
            };
            let found = members(Some(of)).find(|(own, _)| *own == key);
            prop_assert_eq!(has_key(of, key), found.is_some());
            let truthy = found.is_some_and(|(_, value)| value.is_truthy());
            prop_assert_eq!(has_truthy(of, key), truthy);
        }
    }

    #[test]
    fn an_index_may_be_written_in_any_way() {
        let arena = Arena::new();
        let items = Sample::Array(vec![Sample::Null, Sample::Bool(false)]).build(&arena);
        let number = |text| Value::Number(Number::from_text(text));
        assert!(has_key(items, number("1.0")) && has_key(items, number("10e-1")));
        assert!(!has_truthy(items, number("1.0")) && has_truthy(items, number("0.0")));
        assert!(!has_key(items, number("2")) && !has_key(items, number("-1")));
        assert!(!has_key(None, Value::Null));
    }
}
