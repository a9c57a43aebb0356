//! Operands as trees, which the minimizer can reduce.

use std::fmt;

use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Arena, Number, Value};

/// A ground Rego term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// `null`, `true`, `false`, or a number in its original notation.
    Scalar(String),
    /// The content of a string.
    Text(String),
    /// `[a, b]`
    Array(Vec<Term>),
    /// `{a, b}`, or `set()`
    Set(Vec<Term>),
    /// `{k: v}`
    Object(Vec<(Term, Term)>),
}

impl Term {
    pub(super) fn scalar(text: &str) -> Self {
        Self::Scalar(text.to_owned())
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// Returns `true` if the values may be equal, such as `1` and `1.0`.
    pub(super) fn may_equal(&self, other: &Self) -> bool {
        let number = |term: &Self| match term {
            Term::Scalar(text) => text.parse::<f64>().ok(),
            _ => None,
        };
        match (number(self), number(other)) {
            (Some(a), Some(b)) => a.total_cmp(&b).is_eq() || a.abs() + b.abs() < f64::MIN_POSITIVE,
            (None, None) => {
                self == other || matches!(self, Term::Array(_) | Term::Set(_) | Term::Object(_))
            }
            _ => false,
        }
    }

    /// Builds the value of the term.
    pub fn value<'a>(&self, arena: &'a Arena) -> Value<'a> {
        match self {
            Term::Scalar(text) => match text.as_str() {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                number => Value::Number(Number::from_text(arena.string(number))),
            },
            Term::Text(text) => Value::String(arena.string(text)),
            Term::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| item.value(arena)).collect();
                arena.array(&items)
            }
            Term::Set(members) => {
                let mut set = SetBuilder::new(arena);
                for member in members {
                    set.insert(member.value(arena));
                }
                set.finish()
            }
            Term::Object(pairs) => {
                let mut object = ObjectBuilder::new(arena);
                for (key, value) in pairs {
                    object.insert(key.value(arena), value.value(arena));
                }
                object.finish()
            }
        }
    }

    /// Returns the term with each text and each array repeated to some 20 KB, from which on the
    /// arena asks the budget.
    #[must_use]
    pub fn enlarged(&self) -> Self {
        const BYTES: usize = 20 << 10;
        match self {
            Term::Text(text) => Term::Text(text.repeat(BYTES / text.len().max(1))),
            Term::Array(items) => {
                Term::Array(items.iter().cloned().cycle().take(BYTES / 16).collect())
            }
            Term::Object(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| (key.clone(), value.enlarged()));
                Term::Object(pairs.collect())
            }
            other => other.clone(),
        }
    }

    /// Returns the terms that are smaller by one step. The smallest comes first.
    pub(super) fn smaller(&self) -> Vec<Self> {
        match self {
            Term::Scalar(text) => smaller_scalar(text),
            Term::Text(text) => smaller_text(text).into_iter().map(Term::Text).collect(),
            Term::Array(items) => smaller_items(items, Term::Array),
            Term::Set(items) => smaller_items(items, Term::Set),
            Term::Object(pairs) => smaller_pairs(pairs),
        }
    }
}

fn smaller_scalar(text: &str) -> Vec<Term> {
    const SIMPLE: [&str; 4] = ["null", "0", "1", "2"];
    let place = SIMPLE.iter().position(|simple| *simple == text).unwrap_or(SIMPLE.len());
    let simple = SIMPLE[..place].iter().map(|simple| Term::scalar(simple));
    let digits = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let cut = (0..text.len()).filter(|_| digits && place == SIMPLE.len()).map(|index| {
        let (start, end) = text.split_at(index);
        Term::Scalar(format!("{start}{}", &end[1..]))
    });
    simple.chain(cut.filter(|term| is_number(&term.to_string()))).collect()
}

/// Returns `true` if `text` is a number in JSON's grammar.
fn is_number(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

fn smaller_text(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut result = Vec::new();
    let mut length = characters.len();
    while length > 0 {
        for start in (0..characters.len()).step_by(length) {
            let end = (start + length).min(characters.len());
            result.push(characters[..start].iter().chain(&characters[end..]).collect());
        }
        length /= 2;
    }
    result
}

fn smaller_items(items: &[Term], make: fn(Vec<Term>) -> Term) -> Vec<Term> {
    let without = (0..items.len()).map(|index| {
        let mut rest = items.to_vec();
        rest.remove(index);
        make(rest)
    });
    let inner = items.iter().enumerate().flat_map(|(index, item)| {
        item.smaller().into_iter().map(move |smaller| {
            let mut changed = items.to_vec();
            changed[index] = smaller;
            make(changed)
        })
    });
    without.chain(inner).collect()
}

fn smaller_pairs(pairs: &[(Term, Term)]) -> Vec<Term> {
    let without = (0..pairs.len()).map(|index| {
        let mut rest = pairs.to_vec();
        rest.remove(index);
        Term::Object(rest)
    });
    let inner = pairs.iter().enumerate().flat_map(|(index, (key, value))| {
        let keys = key.smaller().into_iter().map(move |key| (key, value.clone()));
        let values = value.smaller().into_iter().map(move |value| (key.clone(), value));
        keys.chain(values).map(move |pair| {
            let mut changed = pairs.to_vec();
            changed[index] = pair;
            Term::Object(changed)
        })
    });
    without.chain(inner).filter(has_distinct_keys).collect()
}

/// Returns `true` unless two keys of an object are equal. OPA's parser keeps both keys if they are
/// numbers, but no value has duplicate keys.
fn has_distinct_keys(term: &Term) -> bool {
    let Term::Object(pairs) = term else { return true };
    pairs.iter().enumerate().all(|(index, (key, _))| {
        pairs.iter().skip(index + 1).all(|(other, _)| !key.may_equal(other))
    })
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Scalar(text) => f.write_str(text),
            Term::Text(text) => {
                let quoted = serde_json::Value::from(text.as_str()).to_string();
                // OPA's scanner refuses a byte order mark in a module's text.
                f.write_str(&quoted.replace('\u{feff}', "\\ufeff"))
            }
            Term::Array(items) => list(f, "[", items, "]"),
            Term::Set(items) if items.is_empty() => f.write_str("set()"),
            Term::Set(items) => list(f, "{", items, "}"),
            Term::Object(pairs) => {
                f.write_str("{")?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{key}: {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, open: &str, items: &[Term], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
    }
    f.write_str(close)
}
