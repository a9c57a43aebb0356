//! The selection of the parts of a JSON text that become values.

use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::internal::short_str;
use crate::value::Value;

/// A selection of the parts of a value that a reader keeps. A policy reads a few fields of a
/// review; the others need not become values.
///
/// ```
/// use ferrego_runtime::json::{self, Demand};
/// use ferrego_runtime::Arena;
///
/// /// Keeps the members of objects whose keys do not begin with `x-`.
/// #[derive(Clone, Copy)]
/// struct NoExtensions;
///
/// impl Demand for NoExtensions {
///     fn member(self, key: &str) -> Option<Self> {
///         (!key.starts_with("x-")).then_some(self)
///     }
///
///     fn element(self) -> Self {
///         self
///     }
/// }
///
/// let arena = Arena::new();
/// let value = json::parse_demanded(&arena, br#"{"a": [1], "x-b": 2}"#, NoExtensions)?;
/// assert_eq!(value.to_string(), r#"{"a": [1]}"#);
/// # Ok::<(), json::JsonError>(())
/// ```
pub trait Demand: Copy {
    /// Returns the demand on the value at `key` of an object, or `None` to leave the key out.
    fn member(self, key: &str) -> Option<Self>;

    /// Returns the demand on the elements of an array.
    #[must_use]
    fn element(self) -> Self;

    /// Returns `true` if the whole value is kept. The reader then does not consult the demand on
    /// any part of it.
    fn is_everything(self) -> bool {
        false
    }
}

/// The demand that keeps the whole value.
///
/// ```
/// use ferrego_runtime::json::{self, Everything};
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let text = br#"{"a": [1, 2]}"#;
/// assert_eq!(json::parse_demanded(&arena, text, Everything)?, json::parse(&arena, text)?);
/// # Ok::<(), json::JsonError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl Demand for Everything {
    fn member(self, _: &str) -> Option<Self> {
        Some(self)
    }

    fn element(self) -> Self {
        self
    }

    fn is_everything(self) -> bool {
        true
    }
}

/// The parts of a value that policies can read.
///
/// A reader keeps scalars unchanged, arrays with all their elements, and objects with the members
/// that are read.
///
/// ```
/// use ferrego_runtime::json::{self, Needs};
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let needs = Needs::of(&["/metadata/name"]);
/// let text = br#"{"metadata": {"name": "web", "uid": "1"}, "spec": {}}"#;
/// let value = json::parse_demanded(&arena, text, &needs)?;
/// assert_eq!(value.to_string(), r#"{"metadata": {"name": "web"}}"#);
/// # Ok::<(), json::JsonError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    whole: bool,
    /// The needs below these keys, which include those of `others`.
    members: Vec<(Box<str>, Needs)>,
    /// The needs of elements, and of members whose keys are not known in advance.
    others: Option<Box<Needs>>,
}

/// The needs of a value of which only the kind is read.
static NOTHING: Needs = Needs { whole: false, members: Vec::new(), others: None };

impl Needs {
    /// Returns the needs of a whole value.
    pub fn everything() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Returns the needs that the paths name, as [`Policy::needs`](crate::Policy::needs) lists
    /// them.
    pub fn of(paths: &[&str]) -> Self {
        let mut needs = Self::default();
        for path in paths {
            needs.add(path);
        }
        needs
    }

    /// Adds a path. `/review/object/metadata` selects the whole value at that place. The key `*`
    /// selects every member or element, and a slash at the end only the kind of the value.
    ///
    /// In keys, `~0` denotes `~` and `~1` denotes `/`. The key `~2` denotes `*`, and `~3` the empty
    /// key.
    pub fn add(&mut self, path: &str) {
        match path.split_once('/') {
            None => self.add_below(&[]),
            Some((_, keys)) => {
                let keys: Vec<&str> = keys.split('/').collect();
                self.add_below(&keys);
            }
        }
    }

    /// Returns the parts of a value that policies can read, as a reader keeps them. An array of which
    /// only the kind is read stays whole.
    ///
    /// ```
    /// use ferrego_runtime::json::{self, Needs};
    /// use ferrego_runtime::Arena;
    ///
    /// let arena = Arena::new();
    /// let object = json::parse(&arena, br#"{"spec": {"host": "a", "rules": []}, "status": {}}"#)?;
    /// let read = Needs::of(&["/spec/host"]).project(&arena, object);
    /// assert_eq!(read.to_string(), r#"{"spec": {"host": "a"}}"#);
    /// # Ok::<(), json::JsonError>(())
    /// ```
    pub fn project<'a>(&self, arena: &'a Arena, value: Value<'a>) -> Value<'a> {
        match value {
            _ if self.whole => value,
            Value::Object(object) => {
                let mut kept = ObjectBuilder::new(arena);
                for (key, member) in object.pairs() {
                    // The keys of documents are strings. Any other key is kept with its value.
                    match key.as_str().map(|name| self.member(name)) {
                        Some(None) => {}
                        Some(Some(needs)) => kept.insert(*key, needs.project(arena, *member)),
                        None => kept.insert(*key, *member),
                    }
                }
                kept.finish_sorted()
            }
            Value::Array(items) => match &self.others {
                Some(needs) => {
                    let items = items.iter().map(|item| needs.project(arena, *item));
                    arena.array(&items.collect::<Vec<_>>())
                }
                None => value,
            },
            scalar => scalar,
        }
    }

    fn add_below(&mut self, keys: &[&str]) {
        match keys {
            _ if self.whole => {}
            [] => *self = Self::everything(),
            [""] => {}
            ["*", rest @ ..] => {
                for (_, member) in &mut self.members {
                    member.add_below(rest);
                }
                self.others.get_or_insert_default().add_below(rest);
            }
            [key, rest @ ..] => self.member_mut(unescape(key)).add_below(rest),
        }
    }

    /// Returns the needs of a member. New ones begin as a copy of the needs of all other members.
    fn member_mut(&mut self, key: Box<str>) -> &mut Needs {
        let found = self.members.iter().position(|(name, _)| *name == key);
        let index = found.unwrap_or_else(|| {
            let begin = self.others.as_deref().cloned().unwrap_or_default();
            self.members.push((key, begin));
            self.members.len() - 1
        });
        &mut self.members[index].1
    }
}

fn unescape(key: &str) -> Box<str> {
    match key {
        "~2" => "*".into(),
        "~3" => "".into(),
        key => key.replace("~1", "/").replace("~0", "~").into(),
    }
}

impl Demand for &Needs {
    fn member(self, key: &str) -> Option<Self> {
        if self.whole {
            return Some(self);
        }
        let found = self.members.iter().find(|(name, _)| short_str::same(name, key));
        found.map(|(_, needs)| needs).or(self.others.as_deref())
    }

    fn element(self) -> Self {
        match self.others.as_deref() {
            _ if self.whole => self,
            Some(needs) => needs,
            None => &NOTHING,
        }
    }

    fn is_everything(self) -> bool {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::json::{parse, parse_demanded};

    const TEXT: &str = r#"{"all": {"x": [1]}, "labels": {"a": {"b": 1}, "c": "d"},
        "list": [{"name": "n", "more": 1}, 2], "rest": {"name": 1, "x": 2}, "no": [[{"a": 1}]]}"#;

    fn kept(paths: &[&str]) -> String {
        let needs = Needs::of(paths);
        let arena = Arena::new();
        parse_demanded(&arena, TEXT.as_bytes(), &needs).expect("JSON").to_string()
    }

    #[test]
    fn only_what_is_needed_is_kept() {
        assert_eq!(
            kept(&["/labels/*/", "/list/*/name"]),
            r#"{"labels": {"a": {}, "c": "d"}, "list": [{"name": "n"}, 2]}"#
        );
        assert_eq!(kept(&["/all", "/list/"]), r#"{"all": {"x": [1]}, "list": [{}, 2]}"#);
        assert_eq!(kept(&["/"]), "{}");
    }

    #[test]
    fn needs_join_whatever_their_order() {
        let expected = r#"{"all": {"x": [1]}, "labels": {"c": "d"}, "list": [{}, 2], "#.to_owned()
            + r#""no": [[{}]], "rest": {"name": 1, "x": 2}}"#;
        let paths = ["/all", "/*/name/", "/rest", "/labels/c"];
        assert_eq!(kept(&paths), expected);
        let backwards: Vec<&str> = paths.into_iter().rev().collect();
        assert_eq!(kept(&backwards), expected);
    }

    #[test]
    fn values_are_projected_as_they_are_read() {
        let arena = Arena::new();
        let value = parse(&arena, TEXT.as_bytes()).expect("JSON");
        let paths: [&[&str]; 7] = [
            &["/labels/*/", "/list/*/name"],
            &["/all", "/list/*/"],
            &["/"],
            &[""],
            &["/labels/*/", "/rest", "/no/*/*/"],
            &["/all/x/*/y", "/labels/a/b/c"],
            &[],
        ];
        for paths in paths {
            let needs = Needs::of(paths);
            assert_eq!(needs.project(&arena, value).to_string(), kept(paths), "{paths:?}");
        }
        let only_kinds = Needs::of(&["/no/", "/list/"]).project(&arena, value);
        let whole = r#"{"list": [{"more": 1, "name": "n"}, 2], "no": [[{"a": 1}]]}"#;
        assert_eq!(only_kinds.to_string(), whole);
    }

    #[test]
    fn all_is_all() {
        let arena = Arena::new();
        let whole = parse(&arena, TEXT.as_bytes()).expect("JSON").to_string();
        assert_eq!(kept(&[""]), whole);
        assert_eq!(kept(&["/list/", ""]), whole);
        assert_eq!(kept(&["", "/list/"]), whole);
    }

    #[test]
    fn any_key_can_be_named() {
        let arena = Arena::new();
        let text = r#"{"a/b": 1, "~": 2, "*": 3, "": 4, "c": 5}"#;
        let needs = Needs::of(&["/a~1b", "/~0", "/~2", "/~3"]);
        let value = parse_demanded(&arena, text.as_bytes(), &needs).expect("JSON");
        assert_eq!(value.to_string(), r#"{"": 4, "*": 3, "a/b": 1, "~": 2}"#);
    }
}
