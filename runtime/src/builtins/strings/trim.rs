//! Trimming. All results borrow the text.

use super::text;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::Value;

/// Implements `trim(text, characters)`, which removes the characters from both ends.
pub fn trim<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (source, characters) = two(env, operands)?;
    text(source.trim_matches(|c| characters.contains(c)))
}

/// Implements `trim_left(text, characters)`.
pub fn trim_left<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (source, characters) = two(env, operands)?;
    text(source.trim_start_matches(|c| characters.contains(c)))
}

/// Implements `trim_right(text, characters)`.
pub fn trim_right<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (source, characters) = two(env, operands)?;
    text(source.trim_end_matches(|c| characters.contains(c)))
}

/// Implements `trim_prefix(text, prefix)`, which removes the prefix at most once.
pub fn trim_prefix<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (source, prefix) = two(env, operands)?;
    text(source.strip_prefix(prefix).unwrap_or(source))
}

/// Implements `trim_suffix(text, suffix)`, which removes the suffix at most once.
pub fn trim_suffix<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (source, suffix) = two(env, operands)?;
    text(source.strip_suffix(suffix).unwrap_or(source))
}

/// Implements `trim_space(text)`, which removes Unicode white space from both ends.
pub fn trim_space<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    text(operand::string(env, operands, 1)?.trim())
}

fn two<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> Result<(&'a str, &'a str), BuiltinError<'a>> {
    Ok((operand::string(env, operands, 1)?, operand::string(env, operands, 2)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::BuiltinFn;
    use crate::env::NoHost;

    #[test]
    fn cutsets_repeat_and_affixes_do_not() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let run = |function: BuiltinFn, source, part| {
            let result = function(&env, &[Value::String(source), Value::String(part)]);
            result.ok().flatten().and_then(|value| value.as_str())
        };
        assert_eq!(run(trim, "..é.a.é..", ".é"), Some("a"));
        assert_eq!(run(trim, "  a ", ""), Some("  a "));
        assert_eq!(run(trim_left, "..a..", "."), Some("a.."));
        assert_eq!(run(trim_right, "..a..", "."), Some("..a"));
        assert_eq!(run(trim_prefix, "..a", "."), Some(".a"));
        assert_eq!(run(trim_suffix, "a..", "x"), Some("a.."));
        assert_eq!(run(trim_space, "\t\u{a0}a b\u{2003}\n", ""), Some("a b"));
    }
}
