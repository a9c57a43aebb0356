//! Which parts of a JSON text become values.

/// What a reader keeps of a value. A policy looks at a few fields of a review; the rest need not
/// become values.
pub trait Demand: Copy {
    /// What to keep of the value at `key` of an object; `None` leaves the key out.
    fn member(self, key: &str) -> Option<Self>;

    /// What to keep of the elements of an array.
    #[must_use]
    fn element(self) -> Self;
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
}

/// What a policy can read of a value; the compiler writes it out for `input`.
///
/// Scalars are kept as they are, arrays with all their elements, objects with the members that are
/// named or [`Needs::others`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Whether all of it is read, whatever it holds.
    pub whole: bool,
    /// What is read below these keys, the needs of `others` included; sorted by key.
    pub members: &'static [(&'static str, Needs)],
    /// What is read of the elements, and of members by keys that are not known before.
    pub others: Option<&'static Needs>,
}

impl Needs {
    /// All of a value.
    pub const WHOLE: Needs = Needs { whole: true, members: &[], others: None };
    /// Its kind alone, or the value where it is a scalar.
    pub const KIND: Needs = Needs { whole: false, members: &[], others: None };
}

impl Demand for &'static Needs {
    fn member(self, key: &str) -> Option<Self> {
        if self.whole {
            return Some(self);
        }
        let found = self.members.iter().find(|(name, _)| *name == key);
        found.map(|(_, needs)| needs).or(self.others)
    }

    fn element(self) -> Self {
        match self.others {
            _ if self.whole => self,
            Some(needs) => needs,
            None => &Needs::KIND,
        }
    }
}

/// What several policies can read of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JointNeeds {
    whole: bool,
    members: Vec<(Box<str>, JointNeeds)>,
    others: Option<Box<JointNeeds>>,
}

/// A value of which nothing but its kind is needed.
static NOTHING: JointNeeds = JointNeeds { whole: false, members: Vec::new(), others: None };

impl JointNeeds {
    /// All of a value.
    pub fn everything() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Adds what one policy reads.
    pub fn add(&mut self, needs: &Needs) {
        if self.whole {
            return;
        }
        if needs.whole {
            *self = Self::everything();
            return;
        }
        if let Some(others) = needs.others {
            let named = |key: &str| needs.members.iter().any(|(name, _)| *name == key);
            for (_, member) in self.members.iter_mut().filter(|(key, _)| !named(key)) {
                member.add(others);
            }
        }
        for (key, member) in needs.members {
            self.member_mut(key).add(member);
        }
        if let Some(others) = needs.others {
            self.others.get_or_insert_default().add(others);
        }
    }

    /// Adds that the value at `path` is read with all that it holds.
    pub fn add_path(&mut self, path: &[&str]) {
        match path {
            _ if self.whole => {}
            [] => *self = Self::everything(),
            [key, rest @ ..] => self.member_mut(key).add_path(rest),
        }
    }

    /// The needs of a member, which begin with those of all others.
    fn member_mut(&mut self, key: &str) -> &mut JointNeeds {
        let found = self.members.iter().position(|(name, _)| &**name == key);
        let index = found.unwrap_or_else(|| {
            let begin = self.others.as_deref().cloned().unwrap_or_default();
            self.members.push((key.into(), begin));
            self.members.len() - 1
        });
        &mut self.members[index].1
    }
}

impl Demand for &JointNeeds {
    fn member(self, key: &str) -> Option<Self> {
        if self.whole {
            return Some(self);
        }
        let found = self.members.iter().find(|(name, _)| &**name == key);
        found.map(|(_, needs)| needs).or(self.others.as_deref())
    }

    fn element(self) -> Self {
        match self.others.as_deref() {
            _ if self.whole => self,
            Some(needs) => needs,
            None => &NOTHING,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::json::{parse, parse_demanded};

    static NAMES: Needs = Needs { whole: false, members: &[("name", Needs::KIND)], others: None };
    static FIRST: Needs = Needs {
        whole: false,
        members: &[
            ("labels", Needs { whole: false, members: &[], others: Some(&Needs::KIND) }),
            ("list", Needs { whole: false, members: &[], others: Some(&NAMES) }),
        ],
        others: None,
    };
    static SECOND: Needs = Needs {
        whole: false,
        members: &[("all", Needs::WHOLE), ("list", Needs::KIND)],
        others: Some(&NAMES),
    };

    const TEXT: &str = r#"{"all": {"x": [1]}, "labels": {"a": {"b": 1}, "c": "d"},
        "list": [{"name": "n", "more": 1}, 2], "rest": {"name": 1, "x": 2}, "no": [[{"a": 1}]]}"#;

    fn kept(arena: &Arena, demand: impl Demand) -> String {
        parse_demanded(arena, TEXT.as_bytes(), demand).expect("JSON").to_string()
    }

    #[test]
    fn only_what_is_needed_is_kept() {
        let arena = Arena::new();
        assert_eq!(
            kept(&arena, &FIRST),
            r#"{"labels": {"a": {}, "c": "d"}, "list": [{"name": "n"}, 2]}"#
        );
        assert_eq!(
            kept(&arena, &SECOND),
            r#"{"all": {"x": [1]}, "labels": {}, "list": [{}, 2], "no": [[{}]], "rest": {"name": 1}}"#
        );
    }

    #[test]
    fn needs_join_whatever_their_order() {
        let arena = Arena::new();
        let join = |first: &Needs, second: &Needs| {
            let mut joint = JointNeeds::default();
            joint.add(first);
            joint.add(second);
            joint.add_path(&["rest"]);
            kept(&arena, &joint)
        };
        let expected = r#"{"all": {"x": [1]}, "labels": {"a": {}, "c": "d"}, "#.to_owned()
            + r#""list": [{"name": "n"}, 2], "no": [[{}]], "rest": {"name": 1, "x": 2}}"#;
        assert_eq!(join(&FIRST, &SECOND), expected);
        assert_eq!(join(&SECOND, &FIRST), expected);
    }

    #[test]
    fn all_is_all() {
        let arena = Arena::new();
        let whole = parse(&arena, TEXT.as_bytes()).expect("JSON").to_string();
        assert_eq!(kept(&arena, &Needs::WHOLE), whole);
        let mut joint = JointNeeds::everything();
        joint.add(&FIRST);
        assert_eq!(kept(&arena, &joint), whole);
    }
}
