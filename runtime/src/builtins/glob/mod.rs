//! `glob.*` with the semantics of `github.com/gobwas/glob` (`topdown/glob.go`).

mod compile;
pub mod prepared;
mod program;

use core::slice;
use std::cell::RefCell;
use std::rc::Rc;

use self::program::Program;
use super::cache::Cache;
use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(glob::matches, "glob.match", "(string, any<array[string], null>, string) => boolean", cost: Expensive, pattern: Glob, prepared: "glob::prepared::matches", form: Holds("glob_match")),
    row!(glob::quote_meta, "glob.quote_meta", "(string) => string", cost: Expensive),
];

/// Implements `glob.match(pattern, delimiters, text)`. Neither `*` nor `?` matches a delimiter. An
/// empty array means the delimiter `.`, and null means no delimiters.
pub fn matches<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let pattern = operand::string(env, operands, 1)?;
    let delimiters = delimiters(env, &operand::at(operands, 2))?;
    let text = operand::string(env, operands, 3)?;
    charge_pattern(env, pattern)?;
    let program = cached(pattern).map_err(|fault| env.fail(format_args!("{fault}")))?;
    Ok(Some(Value::Bool(program.matches(env.arena, text, delimiters))))
}

/// Returns `Some(true)` if the pattern matches the text. Returns `None` if the pattern is invalid,
/// or if the operands do not have their usual form: strings, and delimiters that [`one_delimiter`]
/// accepts.
#[inline(never)]
pub(crate) fn is_match<'a>(
    env: &Env<'a>,
    pattern: &Value<'a>,
    delimiters: &Value<'a>,
    text: &Value<'a>,
) -> Option<bool> {
    let (Value::String(pattern), Value::String(text)) = (pattern, text) else { return None };
    let delimiters = one_delimiter(delimiters)?;
    charge_pattern(env, pattern).ok()?;
    Some(cached(pattern).ok()?.matches(env.arena, text, delimiters))
}

/// Returns the delimiters if they have their usual form: an empty array, or one delimiter of one
/// byte.
fn one_delimiter(value: &Value<'_>) -> Option<&'static [char]> {
    match value {
        Value::Array([]) => Some(&['.']),
        Value::Array([Value::String(text)]) => match text.as_bytes() {
            [byte] => ASCII.get(usize::from(*byte)).map(slice::from_ref),
            _ => None,
        },
        _ => None,
    }
}

/// The ASCII characters, indexed by their byte.
static ASCII: [char; 128] = {
    let mut characters = ['\0'; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        characters[byte as usize] = byte as char;
        byte += 1;
    }
    characters
};

/// Returns `true` if `pattern` is a valid glob.
pub(super) fn is_valid(pattern: &str) -> bool {
    compile::compile(pattern).is_ok()
}

fn delimiters<'a>(env: &Env<'a>, value: &Value<'a>) -> Result<&'a [char], BuiltinError<'a>> {
    if let Some(delimiter) = one_delimiter(value) {
        return Ok(delimiter);
    }
    let items = match value {
        Value::Null => return Ok(&[]),
        Value::Array(items) => items,
        other => return Err(env.operand(2, "one of {array, null}", other)),
    };
    let mut delimiters = env.arena.vec_with_capacity(items.len());
    for item in *items {
        let text = item.as_str().ok_or_else(|| operand::element(env, 2, value, item, "string"))?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => delimiters.push(character),
            _ => return Err(operand::element(env, 2, value, item, "rune")),
        }
    }
    Ok(delimiters.into_bump_slice())
}

/// The length of a pattern that is compiled without a charge, in bytes.
const SHORT_PATTERN: usize = 1024;
/// The steps of an evaluation that take about as long as compiling a byte of a pattern.
const STEPS_OF_BYTE: usize = 4;

/// Charges the compilation of a long pattern.
#[inline]
fn charge_pattern<'a>(env: &Env<'a>, pattern: &str) -> Result<(), BuiltinError<'a>> {
    if pattern.len() < SHORT_PATTERN { Ok(()) } else { env.charge(pattern.len() * STEPS_OF_BYTE) }
}

/// Returns the program of a pattern. It is cached per thread, because parameters often hold
/// patterns.
fn cached(pattern: &str) -> Result<Rc<Program>, compile::Fault> {
    thread_local! {
        static PROGRAMS: RefCell<Cache<Program>> = RefCell::default();
    }
    PROGRAMS.with_borrow_mut(|programs| programs.get(pattern, compile::compile))
}

/// Implements `glob.quote_meta(text)`, which returns a pattern that matches exactly `text`.
pub fn quote_meta<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let mut out = env.arena.text();
    let mut plain = 0;
    for (place, _) in text.match_indices(['*', '?', '\\', '[', ']', '{', '}']) {
        out.push_str(&text[plain..place]);
        out.push('\\');
        plain = place;
    }
    out.push_str(&text[plain..]);
    Ok(Some(Value::String(out.into_bump_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[track_caller]
    fn check(pattern: &str, delimiters: &[&str], matching: &[&str], other: &[&str]) {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let delimiters: Vec<_> = delimiters.iter().map(|text| Value::String(text)).collect();
        let delimiters = arena.array(&delimiters);
        let run = |text| matches(&env, &[Value::String(pattern), delimiters, Value::String(text)]);
        for text in matching {
            assert_eq!(run(text), Ok(Some(Value::Bool(true))), "{pattern} {text}");
        }
        for text in other {
            assert_eq!(run(text), Ok(Some(Value::Bool(false))), "{pattern} {text}");
        }
    }

    #[test]
    fn stars_stop_at_delimiters() {
        check("*.com", &[], &["a.com", ".com"], &["a.b.com", "a.comx"]);
        check("**.com", &[], &["a.b.com"], &["a.b.org"]);
        check("a/*/c", &["/"], &["a/b.x/c", "a//c"], &["a/b/b/c"]);
        check("a?c", &["/", ":"], &["aéc", "a\nc"], &["a/c", "a:c", "ac"]);
        check("***", &["/"], &["", "a/b"], &[]);
        check("", &[], &[""], &["a"]);
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let operands = [Value::String("*"), Value::Null, Value::String("a.b/c")];
        assert_eq!(matches(&env, &operands), Ok(Some(Value::Bool(true))));
    }

    #[test]
    fn classes_and_alternatives() {
        check("[abc]x[!d-f]", &["/"], &["axa", "cx/"], &["dxa", "axe"]);
        check("{a,b{c,},[xy]*}z", &["/"], &["az", "bcz", "bz", "x12z"], &["z", "x/z", "cz"]);
        check("a,b}]-!", &[], &["a,b}]-!"], &[]);
        check(r"\*\{a\,\[", &[], &["*{a,["], &[]);
        check(r"{a\,b,c}", &[], &["a,b", "c"], &["a"]);
        check(r"[\]a]", &[], &["]", "a"], &["\\"]);
        check("a\0*\u{fffd}", &[], &["a\0b\u{fffd}"], &["a", "ab\u{fffd}"]);
    }

    #[test]
    fn errors_are_gobwas() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |pattern, delimiters| {
            let operands = [Value::String(pattern), delimiters, Value::String("a")];
            matches(&env, &operands).map_err(|error| error.message)
        };
        for (pattern, expected) in [
            ("[a", "glob: syntax error at 2: unexpected end of input"),
            ("é[", "glob: syntax error at 3: unexpected end of input"),
            ("[a\\", "glob: syntax error at 3: unexpected end of input"),
            ("[a-z0-9]", "glob: syntax error at 5: expected close range character"),
            ("[]", "glob: syntax error at 2: could not parse range"),
            ("[!]x", "glob: syntax error at 3: could not parse range"),
            ("[z-a]x", "glob: syntax error at 5: range hi character is less than lo"),
            ("a\\", "glob: syntax error at 2: trailing backslash"),
            ("{a,{b}", "glob: syntax error at 6: unclosed `{`"),
        ] {
            assert_eq!(run(pattern, Value::Null), Err(expected), "{pattern}");
        }
        let error = "operand 2 must be array of runes but got array containing string";
        assert_eq!(run("a", arena.array(&[Value::String("ab")])), Err(error));
        let error = "operand 2 must be one of {array, null} but got number";
        assert_eq!(run("a", Value::int(1)), Err(error));
        let quoted = quote_meta(&env, &[Value::String("a*b?[c]{d,e}\\-")]);
        assert_eq!(quoted, Ok(Some(Value::String(r"a\*b\?\[c\]\{d,e\}\\-"))));
    }
}
