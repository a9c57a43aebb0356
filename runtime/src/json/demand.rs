//! Which parts of a JSON text become values.

use crate::bytes;

/// What a reader keeps of a value. A policy looks at a few fields of a review; the rest need not
/// become values.
pub trait Demand: Copy {
    /// What to keep of the value at `key` of an object; `None` leaves the key out.
    fn member(self, key: &str) -> Option<Self>;

    /// What to keep of the elements of an array.
    #[must_use]
    fn element(self) -> Self;

    /// Whether all is kept: then nothing is asked for what stands below.
    fn is_everything(self) -> bool {
        false
    }
}

/// Keeps all.
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

/// What policies can read of a value.
///
/// Scalars are kept as they are, arrays with all their elements, objects with the members that are
/// read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    whole: bool,
    /// What is read below these keys, that of `others` included.
    members: Vec<(Box<str>, Needs)>,
    /// What is read of elements, and of members by keys that are not known before.
    others: Option<Box<Needs>>,
}

/// A value of which nothing but its kind is needed.
static NOTHING: Needs = Needs { whole: false, members: Vec::new(), others: None };

impl Needs {
    /// All of a value.
    pub fn everything() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// What the paths name, as [`Policy::needs`](crate::Policy::needs) lists them.
    pub fn of(paths: &[&str]) -> Self {
        let mut needs = Self::default();
        for path in paths {
            needs.add(path);
        }
        needs
    }

    /// Adds a path: `/review/object/metadata` for all of what stands there, `*` as a key for every
    /// member or element, a slash at the end for its kind alone. In keys `~0` is `~`, `~1` is `/`,
    /// a key that is `~2` is `*`, and one that is `~3` is empty.
    pub fn add(&mut self, path: &str) {
        match path.split_once('/') {
            None => self.add_below(&[]),
            Some((_, keys)) => {
                let keys: Vec<&str> = keys.split('/').collect();
                self.add_below(&keys);
            }
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

    /// The needs of a member, which begin with those of all others.
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
        let found = self.members.iter().find(|(name, _)| bytes::same(name, key));
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
