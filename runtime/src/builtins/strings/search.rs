//! Tests for prefixes, suffixes and substrings, and their positions.

use super::{length, truth};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::internal::memmem;
use crate::internal::short_str;
use crate::value::Value;

/// Implements `contains(haystack, needle)`.
pub fn contains<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let haystack = operand::string(env, operands, 1)?;
    truth(holds(haystack, operand::string(env, operands, 2)?))
}

/// Implements `startswith(text, prefix)`.
pub fn startswith<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    truth(short_str::begins(source, operand::string(env, operands, 2)?))
}

/// Implements `endswith(text, suffix)`.
pub fn endswith<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    truth(short_str::ends(source, operand::string(env, operands, 2)?))
}

/// Returns `true` if the text contains the needle.
#[inline]
pub(crate) fn holds(text: &str, needle: &str) -> bool {
    memmem::find(text, needle).is_some()
}

/// Implements `strings.any_prefix_match(texts, prefixes)`. Each operand is one string or a
/// collection.
pub fn any_prefix_match<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    any_match(env, operands, short_str::begins)
}

/// Implements `strings.any_suffix_match(texts, suffixes)`. Each operand is one string or a
/// collection.
pub fn any_suffix_match<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    any_match(env, operands, short_str::ends)
}

fn any_match<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    matches: impl Fn(&str, &str) -> bool,
) -> BuiltinResult<'a> {
    let texts = one_or_more(env, operands, 1)?;
    let parts = one_or_more(env, operands, 2)?;
    for text in texts.iter().filter_map(Value::as_str) {
        env.charge(parts.len())?;
        if parts.iter().filter_map(Value::as_str).any(|part| matches(text, part)) {
            return truth(true);
        }
    }
    truth(false)
}

/// Returns the strings of an operand that is a string, or an array or a set of strings.
fn one_or_more<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
) -> Result<&'a [Value<'a>], BuiltinError<'a>> {
    let value = operand::at(operands, position);
    if value.as_str().is_some() {
        return Ok(env.arena.slice(&[value]));
    }
    let items = operand::elements(env, operands, position, "one of {string, set, array}")?;
    match items.iter().find(|item| item.as_str().is_none()) {
        Some(other) => Err(operand::element(env, position, &value, other, "string")),
        None => Ok(items),
    }
}

/// Implements `strings.count(text, part)`, which counts the occurrences that do not overlap.
pub fn count<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    let part = operand::string(env, operands, 2)?;
    Ok(Some(length(source.matches(part).count())))
}

/// Implements `indexof(text, part)`: the position of the first occurrence, or -1.
pub fn indexof<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (source, part) = text_and_part(env, operands)?;
    let before = memmem::split_once(source, part).map(|(before, _)| before);
    Ok(Some(before.map_or(Value::int(-1), |before| length(short_str::characters(before)))))
}

/// Implements `indexof_n(text, part)`: the positions of all occurrences, including overlapping
/// ones.
pub fn indexof_n<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (source, part) = text_and_part(env, operands)?;
    let mut positions = env.arena.vec();
    for (position, (place, _)) in source.char_indices().enumerate() {
        if source.get(place..).is_some_and(|rest| rest.starts_with(part)) {
            positions.push(length(position));
        }
    }
    Ok(Some(Value::Array(positions.into_bump_slice())))
}

fn text_and_part<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
) -> Result<(&'a str, &'a str), BuiltinError<'a>> {
    let source = operand::string(env, operands, 1)?;
    let part = operand::string(env, operands, 2)?;
    if part.is_empty() {
        return Err(env.fail(format_args!("empty search character")));
    }
    Ok((source, part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn positions_count_characters() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |source, part| {
            indexof(&env, &[Value::String(source), Value::String(part)]).map_err(|e| e.message)
        };
        assert_eq!(run("éab", "b"), Ok(Some(Value::int(2))));
        assert_eq!(run("éab", "x"), Ok(Some(Value::int(-1))));
        assert_eq!(run("éab", ""), Err("empty search character"));
        let all = indexof_n(&env, &[Value::String("éééa"), Value::String("éé")]);
        assert_eq!(all, Ok(Some(arena.array(&[Value::int(0), Value::int(1)]))));
    }

    #[test]
    fn any_prefix_takes_strings_and_collections() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let (ab, a, x) = (Value::String("ab"), Value::String("a"), Value::String("x"));
        let run = |texts, parts| any_prefix_match(&env, &[texts, parts]).map_err(|e| e.message);
        assert_eq!(run(ab, arena.array(&[x, a])), Ok(Some(Value::Bool(true))));
        assert_eq!(run(arena.array(&[x]), a), Ok(Some(Value::Bool(false))));
        assert_eq!(run(ab, Value::EMPTY_SET), Ok(Some(Value::Bool(false))));
        let error = "operand 2 must be one of {string, set, array} but got null";
        assert_eq!(run(ab, Value::Null), Err(error));
        let error = "operand 1 must be array of strings but got array containing null";
        assert_eq!(run(arena.array(&[Value::Null]), a), Err(error));
    }
}
