//! Joining, splitting and reversing strings.

use super::text;
use crate::arena::{ArenaText, ArenaVec};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::internal::memmem;
use crate::value::Value;

/// The initial capacity for the parts of a text, whose number is not known in advance.
const FEW: usize = 4;

/// Implements `concat(delimiter, strings)`, which joins the members of an array or a set in order.
pub fn concat<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let delimiter = operand::string(env, operands, 1)?;
    let items = operand::elements(env, operands, 2, "one of {set, array}")?;
    match joined(env, delimiter, items) {
        Ok(joined) => text(joined),
        Err(other) => Err(operand::element(env, 2, &operand::at(operands, 2), &other, "string")),
    }
}

/// Joins the strings with the delimiter. Fails with the first item that is not a string.
pub(crate) fn joined<'a>(
    env: &Env<'a>,
    delimiter: &str,
    items: &[Value<'a>],
) -> Result<&'a str, Value<'a>> {
    let mut length = delimiter.len() * items.len().saturating_sub(1);
    for item in items {
        length += item.as_str().ok_or(*item)?.len();
    }
    if let [Value::String(only)] = items {
        return Ok(only);
    }
    let mut out = env.arena.text_with_capacity(length);
    for (index, item) in items.iter().filter_map(Value::as_str).enumerate() {
        if index > 0 {
            push(&mut out, delimiter);
        }
        push(&mut out, item);
    }
    Ok(out.into_bump_str())
}

/// Appends a text. Texts of at most one byte are common, and have a fast path.
#[inline]
fn push(out: &mut ArenaText<'_>, text: &str) {
    match text.as_bytes() {
        [] => {}
        [byte] => out.push(char::from(*byte)),
        _ => out.push_str(text),
    }
}

/// Implements `split(text, delimiter)`. An empty delimiter splits into characters. The parts borrow
/// the text.
pub fn split<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Array(all_parts(env, operands)?)))
}

/// Implements `strings.split_n(text, delimiter, n)`: the first `n` parts of [`split`], or the last
/// `-n` if `n` is negative (OPA's `builtinSplitN`).
pub fn split_n<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let parts = all_parts(env, operands)?;
    let n = operand::integer(env, operands, 3)?;
    let count = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX).min(parts.len());
    let kept = if n < 0 { &parts[parts.len() - count..] } else { &parts[..count] };
    Ok(Some(Value::Array(kept)))
}

fn all_parts<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
) -> Result<&'a [Value<'a>], BuiltinError<'a>> {
    let source = operand::string(env, operands, 1)?;
    let delimiter = operand::string(env, operands, 2)?;
    let parts = match delimiter.as_bytes() {
        [] => characters(env, source),
        [byte] => parts(env, source, *byte),
        _ => {
            let mut parts = env.arena.vec_with_capacity(FEW);
            parts.extend(memmem::split(source, delimiter).map(Value::String));
            parts
        }
    };
    Ok(parts.into_bump_slice())
}

fn characters<'a>(env: &Env<'a>, text: &'a str) -> ArenaVec<'a, Value<'a>> {
    let mut characters = env.arena.vec_with_capacity(text.len());
    let ends = text.char_indices().map(|(start, c)| (start, start + c.len_utf8()));
    characters.extend(ends.filter_map(|(start, end)| text.get(start..end)).map(Value::String));
    characters
}

/// Returns the parts between occurrences of an ASCII byte.
fn parts<'a>(env: &Env<'a>, text: &'a str, byte: u8) -> ArenaVec<'a, Value<'a>> {
    let mut parts = env.arena.vec_with_capacity(FEW);
    let mut rest = text;
    memmem::each_byte(text.as_bytes(), byte, |place| {
        let behind = text.len() - rest.len();
        if let Some((part, next)) = rest.split_at_checked(place - behind) {
            parts.push(Value::String(part));
            rest = next.get(1..).unwrap_or_default();
        }
    });
    parts.push(Value::String(rest));
    parts
}

/// Implements `strings.reverse(text)`.
pub fn reverse<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    let mut out = env.arena.text_with_capacity(source.len());
    out.extend(source.chars().rev());
    text(out.into_bump_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn split_keeps_empty_parts_and_knows_the_empty_delimiter() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |source, delimiter| {
            let parts = split(&env, &[Value::String(source), Value::String(delimiter)]);
            let Ok(Some(Value::Array(parts))) = parts else { panic!("{parts:?}") };
            parts.iter().filter_map(Value::as_str).collect::<Vec<_>>()
        };
        assert_eq!(run("a/é//b", "/"), ["a", "é", "", "b"]);
        assert_eq!(run("", ","), [""]);
        assert_eq!(run("aéb", ""), ["a", "é", "b"]);
        assert!(run("", "").is_empty());
    }

    #[test]
    fn split_n_keeps_the_first_or_the_last_parts() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |source, delimiter, n| {
            let operands = [Value::String(source), Value::String(delimiter), Value::int(n)];
            split_n(&env, &operands).map(|parts| parts.map(|parts| parts.to_string()))
        };
        let parts = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(run("a/b/c", "/", 2), parts(r#"["a", "b"]"#));
        assert_eq!(run("a/b/c", "/", -2), parts(r#"["b", "c"]"#));
        assert_eq!(run("a/b/c", "/", 0), parts("[]"));
        assert_eq!(run("a/b/c", "/", i64::MAX), parts(r#"["a", "b", "c"]"#));
        assert_eq!(run("a/b/c", "/", i64::MIN), parts(r#"["a", "b", "c"]"#));
        assert_eq!(run("aé", "", -1), parts(r#"["é"]"#));
        assert_eq!(run("", "", 3), parts("[]"));
    }

    proptest! {
        #[test]
        fn parts_are_those_of_the_standard_library(
            text in "[ab/é\u{2f00}]{0,40}", delimiter in "[/a]|é|ab",
        ) {
            let arena = Arena::new();
            let env = Env::strict(&arena, &NoHost);
            let parts = split(&env, &[Value::String(&text), Value::String(&delimiter)]);
            let expected: Vec<_> = text.split(&*delimiter).map(Value::String).collect();
            prop_assert_eq!(parts, Ok(Some(arena.array(&expected))));
        }
    }

    #[test]
    fn concat_takes_strings_only() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |items: &[Value<'static>]| {
            let items = Value::Array(arena.slice(items));
            concat(&env, &[Value::String(", "), items]).map_err(|error| error.message)
        };
        let (a, b) = (Value::String("a"), Value::String("b"));
        assert_eq!(run(&[a, b]), Ok(Some(Value::String("a, b"))));
        assert_eq!(run(&[a]), Ok(Some(a)));
        assert_eq!(run(&[]), Ok(Some(Value::String(""))));
        let error = "operand 2 must be array of strings but got array containing null";
        assert_eq!(run(&[a, Value::Null]), Err(error));
    }
}
