//! Constant keys: the names of an object's fixed properties, and steps of paths in the rule tree.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use ferrego_runtime::Number;

use crate::hir::Constant;

/// A constant after OPA's `ast.JSON`: sets are arrays, and the keys of an object are strings.
#[derive(Clone, Debug)]
pub(super) enum Key {
    Null,
    Bool(bool),
    Number(Arc<str>),
    String(Arc<str>),
    Array(Vec<Key>),
    Object(Vec<(Key, Key)>),
}

impl From<&Constant> for Key {
    fn from(constant: &Constant) -> Self {
        match constant {
            Constant::Null => Key::Null,
            Constant::Bool(value) => Key::Bool(*value),
            Constant::Number(text) => Key::Number(text.clone()),
            Constant::String(text) => Key::String(text.clone()),
            Constant::Array(elements) => Key::Array(elements.iter().map(Key::from).collect()),
            Constant::Set(members) => {
                let mut members: Vec<_> = members.iter().map(Key::from).collect();
                members.sort();
                members.dedup();
                Key::Array(members)
            }
            Constant::Object(properties) => object_key(properties),
        }
    }
}

fn object_key(properties: &[(Constant, Constant)]) -> Key {
    let mut pairs: BTreeMap<Key, Key> = BTreeMap::new();
    for (key, value) in properties {
        let key = match Key::from(key) {
            Key::String(text) => Key::String(text),
            other => Key::String(other.to_string().into()),
        };
        pairs.insert(key, value.into());
    }
    Key::Object(pairs.into_iter().collect())
}

impl Key {
    fn rank(&self) -> u8 {
        match self {
            Key::Null => 0,
            Key::Bool(_) => 1,
            Key::Number(_) => 2,
            Key::String(_) => 3,
            Key::Array(_) => 4,
            Key::Object(_) => 5,
        }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Key::Bool(left), Key::Bool(right)) => left.cmp(right),
            (Key::Number(left), Key::Number(right)) => {
                Number::from_text(left).compare(&Number::from_text(right))
            }
            (Key::String(left), Key::String(right)) => left.cmp(right),
            (Key::Array(left), Key::Array(right)) => left.cmp(right),
            (Key::Object(left), Key::Object(right)) => left.cmp(right),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}

/// Formats a key as Go's `%v` does, because OPA prints the keys of types that way.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Null => f.write_str("<nil>"),
            Key::Bool(value) => value.fmt(f),
            Key::Number(text) | Key::String(text) => f.write_str(text),
            Key::Array(elements) => {
                let shown: Vec<_> = elements.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", shown.join(" "))
            }
            Key::Object(pairs) => {
                let shown: Vec<_> =
                    pairs.iter().map(|(key, value)| format!("{key}:{value}")).collect();
                write!(f, "map[{}]", shown.join(" "))
            }
        }
    }
}
