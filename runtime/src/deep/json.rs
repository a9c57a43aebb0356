//! The JSON of deep values.

use core::fmt;
use core::slice;
use std::borrow::Cow;
use std::vec;

use super::SHALLOW;
use crate::json::{Escape, text_keys_at, write_scalar, write_string};
use crate::text::charge;
use crate::value::Value;

/// The rest of a collection.
enum Level<'v> {
    Items(slice::Iter<'v, Value<'v>>),
    Pairs(vec::IntoIter<(Cow<'v, str>, &'v Value<'v>)>),
}

/// Writes a value like [`crate::json::write`].
pub(crate) fn write(value: &Value<'_>, escape: Escape, out: &mut impl fmt::Write) -> fmt::Result {
    let mut levels = Vec::new();
    let mut next = Some(value);
    let mut is_first = true;
    loop {
        if let Some(value) = next.take() {
            match Level::of(value)? {
                Some(level) => {
                    out.write_char(level.brackets().0)?;
                    levels.push(level);
                    is_first = true;
                }
                None => write_scalar(value, escape, out)?,
            }
        }
        let Some(level) = levels.last_mut() else { return Ok(()) };
        let (key, member) = match level {
            Level::Items(items) => (None, items.next()),
            Level::Pairs(pairs) => match pairs.next() {
                Some((key, value)) => (Some(key), Some(value)),
                None => (None, None),
            },
        };
        if member.is_some() && !is_first {
            out.write_char(',')?;
        }
        if let Some(key) = key {
            write_string(&key, escape, out)?;
            out.write_char(':')?;
        }
        if member.is_none() {
            out.write_char(level.brackets().1)?;
            levels.pop();
        }
        is_first = false;
        next = member;
    }
}

impl<'v> Level<'v> {
    /// Returns the members of a collection, charged, or `None` for a scalar.
    fn of(value: &'v Value<'v>) -> Result<Option<Self>, fmt::Error> {
        charge(value.len().unwrap_or_default())?;
        Ok(match value {
            Value::Array(items) => Some(Level::Items(items.iter())),
            Value::Set(set) => Some(Level::Items(set.members.iter())),
            Value::Object(object) => {
                let pairs: Vec<_> = text_keys_at(object, SHALLOW).into_iter().collect();
                Some(Level::Pairs(pairs.into_iter()))
            }
            _ => None,
        })
    }

    fn brackets(&self) -> (char, char) {
        match self {
            Level::Items(_) => ('[', ']'),
            Level::Pairs(_) => ('{', '}'),
        }
    }
}
