//! Calls with prepared patterns, as conditions.

use crate::builtins::regex::prepared::{self, Matcher};
use crate::context::Context;
use crate::error::EvalError;
use crate::location::{LineColumn, Rule};
use crate::value::Value;

/// Returns `true` if `builtin`, which is `regex.match` under one of its names, returns `true` for a
/// prepared pattern.
///
/// # Errors
/// Returns the error that stops a strict evaluation: the text is not a string, or the pattern is
/// not valid.
#[inline]
pub fn matches<'a>(
    cx: &Context<'a>,
    pattern: &impl Matcher,
    text: Value<'a>,
    builtin: &str,
    rule: &Rule,
    at: LineColumn,
) -> Result<bool, Box<EvalError>> {
    match text.as_str().and_then(|text| pattern.told(text)) {
        Some(told) => Ok(told),
        None => cx.holds(rule, at, builtin, prepared::matches(cx.env(), pattern, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::codegen_support::{Regex, Texts};
    use crate::env::{Env, NoHost};

    static WORD: Regex = Regex::new("^[a-z]+$", &[]);
    static LONG: Regex = Regex::new("\\b[a-z]+\\b", &[]);
    static BROKEN: Regex = Regex::new("(", &[]);
    static START: Texts = Texts::start(&["ab", "b"]);
    const RULE: Rule = Rule { path: "data.p.a", file: "p.rego" };

    fn answers(pattern: &impl Matcher, text: Value<'static>, strict: bool) {
        let arena = Arena::new();
        let mut env = Env::new(&arena, &NoHost);
        env.strict = strict;
        let cx = Context::new(env, None, Value::EMPTY_OBJECT, 0);
        let told = matches(&cx, pattern, text, "re_match", &RULE, (3, 5));
        let builtin = prepared::matches(cx.env(), pattern, text);
        assert_eq!(told, cx.holds(&RULE, (3, 5), "re_match", builtin), "{text}");
    }

    #[test]
    fn a_match_holds_as_the_builtin_does() {
        for text in [Value::String("abc"), Value::String("1 bc 2"), Value::String(""), Value::Null]
        {
            for strict in [false, true] {
                // Once before the program is built, and once after.
                for _ in 0..2 {
                    answers(&WORD, text, strict);
                    answers(&LONG, text, strict);
                    answers(&BROKEN, text, strict);
                    answers(&START, text, strict);
                }
            }
        }
    }
}
