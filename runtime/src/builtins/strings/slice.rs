//! Substrings.

use super::text;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::internal::short_str;
use crate::value::Value;

/// Implements `substring(text, offset, length)`. A negative length means up to the end. The part
/// borrows the text.
pub fn substring<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    let offset = operand::integer(env, operands, 2)?;
    let length = operand::integer(env, operands, 3)?;
    match usize::try_from(offset) {
        Ok(offset) => text(part(source, offset, length)),
        Err(_) => Err(env.fail(format_args!("negative offset"))),
    }
}

/// Returns the substring if the operands have their usual form, or `None`.
#[inline]
pub(crate) fn short_substring<'a>(
    text: &Value<'a>,
    offset: &Value<'a>,
    length: &Value<'a>,
) -> Option<Value<'a>> {
    match (text, offset, length) {
        (Value::String(text), Value::Number(offset), Value::Number(length)) => {
            let offset = usize::try_from(offset.held()?).ok()?;
            Some(Value::String(part(text, offset, length.held()?)))
        }
        _ => None,
    }
}

/// Returns `length` characters after `offset`, or all if `length` is negative.
#[inline(never)]
fn part(text: &str, offset: usize, length: i64) -> &str {
    let (_, rest) = split_at_char(text, offset);
    match usize::try_from(length) {
        Ok(length) => split_at_char(rest, length).0,
        Err(_) => rest,
    }
}

/// Splits the text after the first `count` characters.
#[inline]
fn split_at_char(text: &str, count: usize) -> (&str, &str) {
    // If all bytes before `count` are ASCII, the characters need not be counted.
    let place = match text.as_bytes().get(..count) {
        None => text.len(),
        Some(head) if short_str::is_ascii(head) => count,
        Some(_) => text.char_indices().nth(count).map_or(text.len(), |(place, _)| place),
    };
    text.split_at_checked(place).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn offset_and_length_count_characters_and_stop_at_the_end() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |source, offset, length| {
            let operands = [Value::String(source), Value::int(offset), Value::int(length)];
            substring(&env, &operands).map(|value| value.and_then(|value| value.as_str()))
        };
        assert_eq!(run("aébc", 1, 2), Ok(Some("éb")));
        assert_eq!(run("aébc", 1, -1), Ok(Some("ébc")));
        assert_eq!(run("aébc", 2, 9), Ok(Some("bc")));
        assert_eq!(run("aébc", 9, 1), Ok(Some("")));
        assert_eq!(run("aaé", 2, 1), Ok(Some("é")));
        assert_eq!(run("aaé", 3, 1), Ok(Some("")));
        assert_eq!(run("aaé", 1, 1), Ok(Some("a")));
        assert_eq!(run("aaaa", 0, 0), Ok(Some("")));
        assert_eq!(run("aaaa", 0, i64::MAX), Ok(Some("aaaa")));
        assert_eq!(run("a", -1, 1).map_err(|error| error.message), Err("negative offset"));
    }
}
