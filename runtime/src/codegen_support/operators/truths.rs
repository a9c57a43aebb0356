//! Predicates for conditions. If an operand has the wrong type, they are undefined, which counts as
//! `false`.

#[cfg(feature = "regex")]
use crate::builtins::regex;
use crate::builtins::{aggregates, glob, strings};
use crate::context::Context;
use crate::error::EvalError;
use crate::internal::short_str;
use crate::location::{LineColumn, Rule};
use crate::value::Value;

/// The result of a condition, or the error that stops the evaluation.
type Truth = Result<bool, Box<EvalError>>;

/// Defines an operator that returns `$quick` if it is `Some`, and otherwise calls the builtin.
macro_rules! truth {
    ($name:ident, $builtin:literal, $call:path, ($($operand:ident),+) => $quick:expr) => {
        truth!($name, $builtin, $call, ($($operand),+), cx => $quick);
    };
    ($name:ident, $builtin:literal, $call:path, ($($operand:ident),+), $cx:ident => $quick:expr) => {
        #[doc = concat!("Returns `true` if `", $builtin, "` does.")]
        #[inline]
        pub fn $name<'a>(
            $cx: &Context<'a>,
            $($operand: Value<'a>,)+
            rule: &Rule,
            at: LineColumn,
        ) -> Truth {
            #[cold]
            fn call<'a>(cx: &Context<'a>, operands: &[Value<'a>], rule: &Rule, at: LineColumn) -> Truth {
                cx.holds(rule, at, $builtin, $call(cx.env(), operands))
            }
            let quick: Option<bool> = $quick;
            match quick {
                Some(truth) => Ok(truth),
                None => call($cx, &[$($operand),+], rule, at),
            }
        }
    };
}

truth!(startswith, "startswith", strings::startswith, (text, prefix) =>
    texts(text, prefix).map(|(text, prefix)| short_str::begins(text, prefix)));
truth!(endswith, "endswith", strings::endswith, (text, suffix) =>
    texts(text, suffix).map(|(text, suffix)| short_str::ends(text, suffix)));
truth!(contains, "contains", strings::contains, (text, part) =>
    texts(text, part).map(|(text, part)| strings::holds(text, part)));
truth!(any, "any", aggregates::any, (items) => aggregates::any_of(&items));
truth!(all, "all", aggregates::all, (items) => aggregates::all_of(&items));
truth!(glob_match, "glob.match", glob::matches, (pattern, delimiters, text), cx =>
    glob::is_match(cx.env(), &pattern, &delimiters, &text));
#[cfg(feature = "regex")]
truth!(regex_match, "regex.match", regex::matches, (pattern, text), cx =>
    texts(pattern, text).and_then(|(pattern, text)| regex::known::is_match(cx.env(), pattern, text)));
#[cfg(feature = "regex")]
truth!(re_match, "re_match", regex::matches, (pattern, text), cx =>
    texts(pattern, text).and_then(|(pattern, text)| regex::known::is_match(cx.env(), pattern, text)));

/// Returns `true` if a member of a collection may be a pattern that matches a text. Returns `false`
/// only if every member is a pattern, none matches, and the evaluation is not strict.
#[cfg(feature = "regex")]
#[expect(
    clippy::inline_always,
    reason = "a call for each text takes 9 % more in a walk over texts"
)]
#[inline(always)]
pub fn may_match<'a>(
    cx: &Context<'a>,
    patterns: impl Into<Option<Value<'a>>>,
    text: Value<'_>,
) -> bool {
    match (patterns.into(), text) {
        (Some(patterns), Value::String(text)) => regex::known::may_match(cx.env(), &patterns, text),
        _ => true,
    }
}

#[inline]
fn texts<'a>(first: Value<'a>, second: Value<'a>) -> Option<(&'a str, &'a str)> {
    Some((first.as_str()?, second.as_str()?))
}
