//! The notation of deep values as Rego terms.

use core::fmt;

use crate::text::{self, charge};
use crate::value::Value;

/// Writes a value like [`text::print`].
pub(crate) fn print(out: &mut impl fmt::Write, value: &Value<'_>) -> fmt::Result {
    let mut levels: Vec<(&Value<'_>, usize)> = Vec::new();
    begin(out, value, &mut levels)?;
    while let Some((of, written)) = levels.last_mut() {
        let (of, index) = (*of, *written);
        *written += 1;
        if let Some(member) = member(of, index) {
            out.write_str(separator(of, index))?;
            begin(out, member, &mut levels)?;
        } else {
            out.write_str(if matches!(of, Value::Array(_)) { "]" } else { "}" })?;
            levels.pop();
        }
    }
    Ok(())
}

/// Writes a scalar or an empty collection, or begins a level.
fn begin<'v, 'a>(
    out: &mut impl fmt::Write,
    value: &'v Value<'a>,
    levels: &mut Vec<(&'v Value<'a>, usize)>,
) -> fmt::Result {
    match value.len() {
        None | Some(0) => text::print(out, value),
        Some(members) => {
            charge(members)?;
            levels.push((value, 0));
            out.write_str(if matches!(value, Value::Array(_)) { "[" } else { "{" })
        }
    }
}

/// Returns the text before a member of a collection.
fn separator(of: &Value<'_>, index: usize) -> &'static str {
    match of {
        _ if index == 0 => "",
        Value::Object(_) if !index.is_multiple_of(2) => ": ",
        _ => ", ",
    }
}

/// Returns the member of a collection at an index, which counts keys and values.
pub(super) fn member<'v, 'a>(of: &'v Value<'a>, index: usize) -> Option<&'v Value<'a>> {
    match of {
        Value::Array(items) => items.get(index),
        Value::Set(set) => set.members.get(index),
        Value::Object(object) => {
            let (key, value) = object.pairs.get(index / 2)?;
            Some(if index.is_multiple_of(2) { key } else { value })
        }
        _ => None,
    }
}
