//! Rego's values, borrowed from an arena or from the input.

mod access;
mod convert;
mod index;
mod iter;

pub use iter::{Members, Pairs};

use crate::internal::short_str;
use crate::number::Number;

/// A Rego value. Undefined is not a value: where a value may be missing, the type is
/// `Option<Value>`.
///
/// Equality and order are Rego's (see [`crate::order`]): `1` and `1.0` are equal, and values of
/// different types are ordered too.
///
/// ```
/// use ferrego_runtime::{Arena, Value, json};
///
/// let arena = Arena::new();
/// let pod = json::parse(&arena, br#"{"metadata": {"name": "web"}, "replicas": 3}"#)?;
/// assert_eq!(pod.path(&["metadata", "name"]), Some(Value::String("web")));
/// assert_eq!(pod.get_str("replicas"), Some(Value::from(3)));
/// assert_eq!(pod.get_str("status"), None);
/// # Ok::<(), json::JsonError>(())
/// ```
// A tag of a whole word makes a value three words, which are written and read as whole words.
// Values are copied right after they are made. Reading a word that was written in parts stalls the
// processor.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Value<'a> {
    /// The value `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number of any size; see [`Number`].
    Number(Number<'a>),
    /// A string.
    String(&'a str),
    /// An array.
    Array(&'a [Value<'a>]),
    /// An object, sorted by key. A key may be any value.
    Object(Object<'a>),
    /// A set, sorted and without duplicates.
    Set(Set<'a>),
}

/// An object: pairs sorted by key, without duplicate keys. It is built by
/// [`crate::collections::ObjectBuilder`].
///
/// ```
/// use ferrego_runtime::{Arena, Value, json};
///
/// let arena = Arena::new();
/// let labels = json::parse(&arena, br#"{"team": "a", "app": "web"}"#)?;
/// for (key, value) in labels.as_object().into_iter().flatten() {
///     println!("{key}: {value}");
/// }
/// # assert_eq!(labels.as_object().into_iter().flatten().next(), Some(("app".into(), "web".into())));
/// # Ok::<(), json::JsonError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    pub(crate) pairs: &'a [(Value<'a>, Value<'a>)],
}

/// A set: sorted members without duplicates. It is built by [`crate::collections::SetBuilder`].
///
/// ```
/// use ferrego_runtime::Arena;
/// use ferrego_runtime::collections::SetBuilder;
///
/// let arena = Arena::new();
/// let mut names = SetBuilder::new(&arena);
/// names.insert("web".into());
/// names.insert("db".into());
/// let names = names.finish();
/// let names = names.as_set().expect("a set");
/// assert!(names.contains(&"web".into()));
/// assert_eq!(names.len(), 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    pub(crate) members: &'a [Value<'a>],
}

impl<'a> Value<'a> {
    /// Returns the integer `number` as a value.
    pub const fn int(number: i64) -> Self {
        Value::Number(Number::from_i64(number))
    }

    /// The empty object.
    pub const EMPTY_OBJECT: Value<'static> = Value::Object(Object { pairs: &[] });
    /// The empty set.
    pub const EMPTY_SET: Value<'static> = Value::Set(Set { members: &[] });
    /// The empty array.
    pub const EMPTY_ARRAY: Value<'static> = Value::Array(&[]);

    /// Returns the name of the value's type, as Rego's `type_name` does.
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

    /// Returns `true` if the value counts as true in a body: every value except `false` does.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Value::Bool(false))
    }

    /// Returns the value of the reference `self[key]` where `key` is bound: an array's element by
    /// its integer index, an object's value by its key, or a set's member by itself. If there is no
    /// such member, or if the value cannot be indexed, the result is undefined (`None`).
    #[inline]
    pub fn get(&self, key: &Value<'a>) -> Option<Value<'a>> {
        match key {
            Value::String(text) => self.get_str(text),
            _ => self.get_other(key),
        }
    }

    /// Implements [`Value::get`] for a key that is not a string.
    fn get_other(&self, key: &Value<'a>) -> Option<Value<'a>> {
        match self {
            Value::Array(items) => items.get(key.as_index()?).copied(),
            Value::Object(object) => object.get(key),
            Value::Set(set) => set.contains(key).then_some(*key),
            _ => None,
        }
    }

    /// Returns the value of an object's string key, as in `self.key`, or a set's string member.
    #[inline]
    pub fn get_str(&self, key: &str) -> Option<Value<'a>> {
        self.member(key).copied()
    }

    /// Returns the value at a path of string keys, as in `self.a.b`.
    #[inline]
    pub fn path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.descendant(keys).copied()
    }

    /// Finds the value that [`Value::get_str`] copies. It is not inlined, so that each reference
    /// compiles to a call only.
    #[inline(never)]
    fn member(&self, key: &str) -> Option<&Value<'a>> {
        self.find(key)
    }

    /// Finds the value that [`Value::path`] copies. It is not inlined, like [`Value::member`].
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

    /// Finds `key` in a large object or in a set. These rare cases are outlined, because they would
    /// take registers from the common one.
    #[inline(never)]
    fn find_of_many(&self, key: &str) -> Option<&Value<'a>> {
        match self {
            Value::Object(object) => object.search(key),
            Value::Set(set) => set.find(key),
            _ => None,
        }
    }

    /// Returns the value as an array index, if it is a non-negative integer.
    #[inline]
    pub fn as_index(&self) -> Option<usize> {
        let Value::Number(number) = self else { return None };
        let index = number.held().or_else(|| number.as_int())?;
        usize::try_from(index).ok()
    }

    /// Returns the string, if the value is one.
    #[inline]
    pub fn as_str(&self) -> Option<&'a str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns `true` if the value is the string `text`.
    #[inline]
    pub(crate) fn is_str(&self, text: &str) -> bool {
        matches!(self, Value::String(own) if short_str::same(own, text))
    }

    /// Returns the number of members of a collection, or `None` for a scalar.
    #[inline]
    pub fn len(&self) -> Option<usize> {
        match self {
            Value::Array(items) => Some(items.len()),
            Value::Object(object) => Some(object.len()),
            Value::Set(set) => Some(set.len()),
            _ => None,
        }
    }

    /// Returns `true` if the value is a collection without members.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

/// The greatest number of members that are searched linearly. Lengths alone tell most keys apart,
/// so that this is faster than binary search.
const FEW: usize = 32;

impl<'a> Object<'a> {
    /// Returns the object of `pairs`, which must be sorted by key and have no duplicate keys;
    /// otherwise returns `None`.
    pub fn from_sorted(pairs: &'a [(Value<'a>, Value<'a>)]) -> Option<Self> {
        pairs.is_sorted_by(|a, b| a.0 < b.0).then_some(Self { pairs })
    }

    /// Returns the number of keys.
    #[inline]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Returns `true` if the object has no keys.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Returns the pairs, sorted by key.
    pub fn pairs(&self) -> &'a [(Value<'a>, Value<'a>)] {
        self.pairs
    }

    /// Returns the value of `key`.
    pub fn get(&self, key: &Value<'a>) -> Option<Value<'a>> {
        if let Value::String(text) = key {
            return self.get_str(text);
        }
        let index = self.pairs.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
        Some(self.pairs[index].1)
    }

    /// Returns the value of the string key `key`.
    pub fn get_str(&self, key: &str) -> Option<Value<'a>> {
        self.find(key).copied()
    }

    fn find(&self, key: &str) -> Option<&'a Value<'a>> {
        if self.pairs.len() <= FEW { self.find_of_few(key) } else { self.search(key) }
    }

    // Paths are most of what policies read, and a call for each key costs more than the comparisons.
    #[expect(clippy::inline_always, reason = "calls of it are 4 % of the instructions of policies")]
    #[inline(always)]
    fn find_of_few(&self, key: &str) -> Option<&'a Value<'a>> {
        for (own, value) in self.pairs {
            // Few keys are bounded by the size of the object, so they are not charged.
            if let Value::String(own) = own
                && short_str::same_uncharged(own, key)
            {
                return Some(value);
            }
        }
        None
    }

    fn search(&self, key: &str) -> Option<&'a Value<'a>> {
        let index = self.pairs.binary_search_by(|(own, _)| own.cmp_str(key)).ok()?;
        Some(&self.pairs[index].1)
    }
}

impl<'a> Set<'a> {
    /// Returns the number of members.
    #[inline]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns `true` if the set has no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Returns the members in order.
    pub fn members(&self) -> &'a [Value<'a>] {
        self.members
    }

    /// Returns `true` if `value` is a member.
    pub fn contains(&self, value: &Value<'_>) -> bool {
        match value {
            Value::String(text) => self.find(text).is_some(),
            _ => self.members.binary_search_by(|member| member.compare(value)).is_ok(),
        }
    }

    /// Returns the member that is the string `text`.
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
