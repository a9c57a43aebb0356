//! The builtins over regular expressions.

use std::rc::Rc;

use super::expand::expand;
use super::pattern::{Own, Pattern, cached};
use super::translate::translate;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::Value;

/// Implements `regex.is_valid(pattern)`, which is `false` if `pattern` is not a string.
pub fn is_valid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let valid = match operand::text(env, operands, 1)?.map(translate) {
        Some(Err(error)) if error.is_limit() => return Err(error.in_call(env)),
        Some(translation) => translation.is_ok(),
        None => false,
    };
    Ok(Some(Value::Bool(valid)))
}

/// Implements `regex.match(pattern, text)`.
pub fn matches<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (pattern, text) = pattern_and_text(env, operands)?;
    Ok(Some(Value::Bool(compiled(env, pattern)?.is_match(text))))
}

/// Implements `regex.split(pattern, text)`. The parts borrow the text.
pub fn split<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (pattern, text) = pattern_and_text(env, operands)?;
    Ok(Some(parts(env, &*compiled(env, pattern)?, text)))
}

/// Implements `regex.find_n(pattern, text, count)`. A negative count means all matches.
pub fn find_n<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (pattern, text) = pattern_and_text(env, operands)?;
    let count = count(env, operands)?;
    Ok(Some(found(env, &*compiled(env, pattern)?, text, count)))
}

/// Implements `regex.find_all_string_submatch_n(pattern, text, count)`: each match with its groups.
pub fn find_all_string_submatch_n<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (pattern, text) = pattern_and_text(env, operands)?;
    let count = count(env, operands)?;
    Ok(Some(found_groups(env, &*compiled(env, pattern)?, text, count)))
}

/// Implements `regex.replace(text, pattern, template)`. `$1` and `${name}` in the template refer to
/// groups.
pub fn replace<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let pattern = operand::string(env, operands, 2)?;
    let template = operand::string(env, operands, 3)?;
    Ok(Some(replaced(env, &*compiled(env, pattern)?, text, template)))
}

pub(super) fn parts<'a>(env: &Env<'a>, pattern: &Pattern, text: &'a str) -> Value<'a> {
    let mut parts = env.arena.vec();
    pattern.split(text, |part| parts.push(Value::String(part)));
    Value::Array(parts.into_bump_slice())
}

pub(super) fn found<'a>(
    env: &Env<'a>,
    pattern: &Pattern,
    text: &'a str,
    count: usize,
) -> Value<'a> {
    let mut found = env.arena.vec();
    found.extend(pattern.find_iter(text).take(count).map(Value::String));
    Value::Array(found.into_bump_slice())
}

pub(super) fn found_groups<'a>(
    env: &Env<'a>,
    pattern: &Own,
    text: &'a str,
    count: usize,
) -> Value<'a> {
    let mut found = env.arena.vec();
    pattern.each_match(text, count, |_, groups| {
        let group = |number| Value::String(groups.get(number).unwrap_or_default());
        found.push(Value::Array(env.arena.slice_with(groups.len(), group)));
    });
    Value::Array(found.into_bump_slice())
}

pub(super) fn replaced<'a>(env: &Env<'a>, pattern: &Own, text: &str, template: &str) -> Value<'a> {
    let mut out = env.arena.text();
    let mut end = 0;
    pattern.each_match(text, usize::MAX, |(start, stop), groups| {
        out.push_str(text.get(end..start).unwrap_or_default());
        expand(pattern, groups, template, &mut out);
        end = stop;
    });
    out.push_str(text.get(end..).unwrap_or_default());
    Value::String(out.into_bump_str())
}

fn pattern_and_text<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
) -> Result<(&'a str, &'a str), BuiltinError<'a>> {
    Ok((operand::string(env, operands, 1)?, operand::string(env, operands, 2)?))
}

/// Returns the third operand, the maximum number of matches. A negative number means all.
pub(super) fn count<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> Result<usize, BuiltinError<'a>> {
    Ok(usize::try_from(operand::integer(env, operands, 3)?).unwrap_or(usize::MAX))
}

fn compiled<'a>(env: &Env<'a>, pattern: &str) -> Result<Rc<Own>, BuiltinError<'a>> {
    cached(pattern).map_err(|error| error.in_call(env))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::BuiltinFn;
    use crate::env::NoHost;

    #[track_caller]
    fn check(function: BuiltinFn, operands: &[Value<'static>], expected: &str) {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let result = match function(&env, operands) {
            Ok(value) => value.map(|value| value.to_string()).unwrap_or_default(),
            Err(error) => error.message.to_owned(),
        };
        assert_eq!(result, expected);
    }

    fn texts<const N: usize>(texts: [&'static str; N]) -> [Value<'static>; N] {
        texts.map(Value::String)
    }

    fn counted(pattern: &'static str, text: &'static str, count: i64) -> [Value<'static>; 3] {
        [Value::String(pattern), Value::String(text), Value::int(count)]
    }

    #[test]
    fn matching() {
        check(matches, &texts([r"^v\d+$", "v12"]), "true");
        check(matches, &texts([r"^v\d+$", "v12\n"]), "false");
        check(matches, &texts(["[", "x"]), "error parsing regexp: missing closing ]: `[`");
        check(is_valid, &texts(["a**"]), "false");
        check(is_valid, &[Value::Null], "false");
        check(is_valid, &texts([r"\Q("]), "true");
    }

    #[test]
    fn splitting_and_finding() {
        check(split, &texts(["[:/]", "a:b/c"]), r#"["a", "b", "c"]"#);
        check(split, &texts(["x*", "axbc"]), r#"["a", "b", "c"]"#);
        check(split, &texts(["b", "ab"]), r#"["a", ""]"#);
        check(split, &texts(["^", "ab"]), r#"["ab"]"#);
        check(split, &texts(["$", "ab"]), r#"["ab"]"#);
        check(split, &texts(["", ""]), "[]");
        check(split, &texts(["a", ""]), r#"[""]"#);
        check(find_n, &counted("a*", "baac", -1), r#"["", "aa", ""]"#);
        check(find_n, &counted("[a-z]", "abc", 2), r#"["a", "b"]"#);
        check(find_n, &counted("[a-z]", "abc", 0), "[]");
        let groups = counted("(a)|(b)", "ab", -1);
        check(find_all_string_submatch_n, &groups, r#"[["a", "a", ""], ["b", "", "b"]]"#);
    }

    #[test]
    fn replacing() {
        check(replace, &texts(["-ab-axxb-", "a(x*)b", "${1}W"]), r#""-W-xxW-""#);
        check(replace, &texts(["-ab-axxb-", "a(x*)b", "$1W"]), r#""---""#);
        check(replace, &texts(["foo", "^[a-z]", "F"]), r#""Foo""#);
        check(replace, &texts(["abc", "x*", "-"]), r#""-a-b-c-""#);
        check(replace, &texts(["k=v", "(?P<k>k)=(?P<v>v)", "$v=$k $$ $ ${v"]), r#""v=k $ $ ${v""#);
        check(replace, &texts(["ab", "(?:(?P<x>z)|(?P<x>a))", "<$x>"]), r#""<a>b""#);
    }
    #[test]
    fn groups_that_never_match_are_counted() {
        let groups = counted("a|(a){0}c", "a", -1);
        check(find_all_string_submatch_n, &groups, r#"[["a", ""]]"#);
        let groups = counted("(x){0}(a)", "a", -1);
        check(find_all_string_submatch_n, &groups, r#"[["a", "", "a"]]"#);
        check(replace, &texts(["a", "(x){0}(a)", "<$1$2>"]), r#""<a>""#);
    }

    #[test]
    fn patterns_that_the_engine_cannot_hold_stop_the_evaluation() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let nested = |depth| [&"(?:".repeat(depth), "a", &")".repeat(depth)].concat();
        let text = Value::String("a");
        let run = |function: BuiltinFn, pattern: String| {
            let pattern = Value::String(arena.string(&pattern));
            function(&env, &[pattern, text]).map_err(|error| error.code)
        };
        let stops = Err(crate::ErrorCode::Internal);
        assert_eq!(run(matches, nested(1001)), stops);
        assert_eq!(run(is_valid, nested(1001)), stops);
        assert_eq!(run(matches, nested(1000)), Ok(Some(Value::Bool(true))));
        // Matching deep patterns does not consume the caller's stack.
        let deep = ["(a|".repeat(900), "b".to_owned(), ")".repeat(900)].concat();
        assert_eq!(run(matches, deep), Ok(Some(Value::Bool(true))));
    }
}
