//! Rego's values, borrowed from an arena or from the input.

use crate::bytes;
use crate::number::Number;

/// A Rego value. Undefined is no value: where a value may be missing, the type is
/// `Option<Value>`.
///
/// Equality and order are Rego's (see [`crate::order`]): `1` and `1.0` are equal, and all values
/// of all types are ordered.
// A tag of a whole word makes a value three words, which are written and read as such: values
// are copied right after they were made, and reading words that were written in parts stalls.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number of any size; see [`Number`].
    Number(Number<'a>),
    /// A string.
    String(&'a str),
    /// An array.
    Array(&'a [Value<'a>]),
    /// An object, sorted by key; keys are any values.
    Object(Object<'a>),
    /// A set, sorted, without duplicates.
    Set(Set<'a>),
}

/// An object: pairs sorted by key, each key once. Made by
/// [`crate::collections::ObjectBuilder`].
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    pub(crate) pairs: &'a [(Value<'a>, Value<'a>)],
}

/// A set: sorted members, each once. Made by [`crate::collections::SetBuilder`].
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    pub(crate) members: &'a [Value<'a>],
}

impl<'a> Value<'a> {
    /// The integer `number` as a value.
    pub const fn int(number: i64) -> Self {
        Value::Number(Number::from_i64(number))
    }

    /// The empty object.
    pub const EMPTY_OBJECT: Value<'static> = Value::Object(Object { pairs: &[] });
    /// The empty set.
    pub const EMPTY_SET: Value<'static> = Value::Set(Set { members: &[] });
    /// The empty array.
    pub const EMPTY_ARRAY: Value<'static> = Value::Array(&[]);

    /// Rego's name of the value's type, as `type_name` gives it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
            Value::Set(_) => "set",
        }
    }

    /// Whether the value counts as true in a body: everything but `false`.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Value::Bool(false))
    }

    /// The value at `key`, as the reference `self[key]` finds it with `key` bound: an array's
    /// element by integer index, an object's value by key, a set's member by itself. `None` is
    /// undefined, as it is for every value that cannot be indexed.
    #[inline]
    pub fn get(&self, key: &Value<'a>) -> Option<Value<'a>> {
        match key {
            Value::String(text) => self.get_str(text),
            _ => self.get_other(key),
        }
    }

    /// The same for a key that is no string.
    fn get_other(&self, key: &Value<'a>) -> Option<Value<'a>> {
        match self {
            Value::Array(items) => items.get(key.as_index()?).copied(),
            Value::Object(object) => object.get(key),
            Value::Set(set) => set.contains(key).then_some(*key),
            _ => None,
        }
    }

    /// The value of an object's string key, as in `self.key`. A set's member too.
    #[inline]
    pub fn get_str(&self, key: &str) -> Option<Value<'a>> {
        self.member(key).copied()
    }

    /// The value at a path of string keys, as in `self.a.b`.
    #[inline]
    pub fn path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.descendant(keys).copied()
    }

    /// As [`Value::get_str`]. One copy of it serves all references, which keeps them small.
    #[inline(never)]
    fn member(&self, key: &str) -> Option<&Value<'a>> {
        self.find(key)
    }

    /// As [`Value::path`], one copy too.
    #[inline(never)]
    fn descendant(&self, keys: &[&str]) -> Option<&Value<'a>> {
        keys.iter().try_fold(self, |value, key| value.find(key))
    }

    #[inline]
    fn find(&self, key: &str) -> Option<&Value<'a>> {
        match self {
            Value::Object(object) if object.pairs.len() <= FEW => object.find_of_few(key),
            _ => self.find_of_many(key),
        }
    }

    /// What is rare, apart: it would take registers from what is not.
    #[inline(never)]
    fn find_of_many(&self, key: &str) -> Option<&Value<'a>> {
        match self {
            Value::Object(object) => object.search(key),
            Value::Set(set) => set.find(key),
            _ => None,
        }
    }

    /// The value as an array's index: a number that is a non-negative integer.
    #[inline]
    pub fn as_index(&self) -> Option<usize> {
        let Value::Number(number) = self else { return None };
        let index = number.held().or_else(|| number.as_int())?;
        usize::try_from(index).ok()
    }

    /// The string, if it is one.
    #[inline]
    pub fn as_str(&self) -> Option<&'a str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value is the string `text`.
    #[inline]
    pub(crate) fn is_str(&self, text: &str) -> bool {
        matches!(self, Value::String(own) if bytes::same(own, text))
    }

    /// Number of members of a collection (what a reference can iterate); `None` for scalars.
    pub fn len(&self) -> Option<usize> {
        match self {
            Value::Array(items) => Some(items.len()),
            Value::Object(object) => Some(object.len()),
            Value::Set(set) => Some(set.len()),
            _ => None,
        }
    }

    /// Whether the value is a collection without members.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

/// So many members are searched one by one: lengths tell nearly all keys apart, sooner than halving
/// does.
const FEW: usize = 32;

impl<'a> Object<'a> {
    /// The object of pairs that stand in the order of their keys already, each key once; `None`
    /// where they do not.
    pub fn from_sorted(pairs: &'a [(Value<'a>, Value<'a>)]) -> Option<Self> {
        pairs.is_sorted_by(|a, b| a.0 < b.0).then_some(Self { pairs })
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs in the order of keys.
    pub fn pairs(&self) -> &'a [(Value<'a>, Value<'a>)] {
        self.pairs
    }

    /// The value of `key`.
    pub fn get(&self, key: &Value<'a>) -> Option<Value<'a>> {
        if let Value::String(text) = key {
            return self.get_str(text);
        }
        let index = self.pairs.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
        Some(self.pairs[index].1)
    }

    /// The value of the string key `key`.
    pub fn get_str(&self, key: &str) -> Option<Value<'a>> {
        self.find(key).copied()
    }

    fn find(&self, key: &str) -> Option<&'a Value<'a>> {
        if self.pairs.len() <= FEW { self.find_of_few(key) } else { self.search(key) }
    }

    #[inline]
    fn find_of_few(&self, key: &str) -> Option<&'a Value<'a>> {
        let (_, value) = self.pairs.iter().find(|(own, _)| own.is_str(key))?;
        Some(value)
    }

    fn search(&self, key: &str) -> Option<&'a Value<'a>> {
        let index = self.pairs.binary_search_by(|(own, _)| own.cmp_str(key)).ok()?;
        Some(&self.pairs[index].1)
    }
}

impl<'a> Set<'a> {
    /// Number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The members in order.
    pub fn members(&self) -> &'a [Value<'a>] {
        self.members
    }

    /// Whether `value` is a member.
    pub fn contains(&self, value: &Value<'_>) -> bool {
        match value {
            Value::String(text) => self.find(text).is_some(),
            _ => self.members.binary_search_by(|member| member.compare(value)).is_ok(),
        }
    }

    /// The member that is the string `text`.
    pub fn get_str(&self, text: &str) -> Option<Value<'a>> {
        self.find(text).copied()
    }

    fn find(&self, text: &str) -> Option<&'a Value<'a>> {
        if self.members.len() <= FEW {
            return self.members.iter().find(|member| member.is_str(text));
        }
        let index = self.members.binary_search_by(|member| member.cmp_str(text)).ok()?;
        Some(&self.members[index])
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, Value};

    #[test]
    fn an_object_is_made_of_pairs_in_order_only() {
        let pair = |key| (Value::String(key), Value::Null);
        assert_eq!(
            Object::from_sorted(&[pair("a"), pair("b")]).map(|object| object.len()),
            Some(2)
        );
        assert!(Object::from_sorted(&[pair("b"), pair("a")]).is_none());
        assert!(Object::from_sorted(&[pair("a"), pair("a")]).is_none());
    }

    #[test]
    fn values_take_three_words_even_where_they_may_be_missing() {
        assert_eq!(size_of::<Value<'_>>(), 24);
        assert_eq!(size_of::<Option<Value<'_>>>(), 24);
    }
}
