//! Strings (`topdown/strings.go`). Positions and lengths count code points.

mod case;
mod join;
mod number;
mod replace;
mod search;
mod slice;
mod trim;

pub(super) use case::char_to_lower;
pub use case::{lower, upper};
pub(crate) use join::joined;
pub use join::{concat, reverse, split, split_n};
pub use number::format_int;
pub(crate) use replace::cut_off;
pub use replace::{replace, replace_n};
pub(crate) use search::holds;
pub use search::{
    any_prefix_match, any_suffix_match, contains, count, endswith, indexof, indexof_n, startswith,
};
pub(crate) use slice::short_substring;
pub use slice::substring;
pub use trim::{trim, trim_left, trim_prefix, trim_right, trim_space, trim_suffix};

use super::row::{Builtin, row};
use crate::error::BuiltinResult;
use crate::value::Value;

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(strings::any_prefix_match, "strings.any_prefix_match", "(any<string, set[string], array[string]>, any<string, set[string], array[string]>) => boolean"),
    row!(strings::any_suffix_match, "strings.any_suffix_match", "(any<string, set[string], array[string]>, any<string, set[string], array[string]>) => boolean"),
    row!(strings::concat, "concat", "(string, any<set[string], array[string]>) => string", builds: true, form: Value("concat")),
    row!(strings::format_int, "format_int", "(number, number) => string", builds: true, form: Value("format_int")),
    row!(strings::indexof, "indexof", "(string, string) => number", form: Value("indexof")),
    row!(strings::indexof_n, "indexof_n", "(string, string) => array[number]"),
    row!(strings::substring, "substring", "(string, number, number) => string", borrows: true, form: Value("substring")),
    row!(strings::lower, "lower", "(string) => string", builds: true, form: Value("lower")),
    row!(strings::upper, "upper", "(string) => string", builds: true, form: Value("upper")),
    row!(strings::contains, "contains", "(string, string) => boolean", form: Holds("contains")),
    row!(strings::count, "strings.count", "(string, string) => number"),
    row!(strings::startswith, "startswith", "(string, string) => boolean", form: Holds("startswith")),
    row!(strings::endswith, "endswith", "(string, string) => boolean", form: Holds("endswith")),
    row!(strings::split, "split", "(string, string) => array[string]", builds: true, form: Value("split")),
    row!(strings::split_n, "strings.split_n", "(string, string, number) => array[string]", builds: true),
    row!(strings::replace, "replace", "(string, string, string) => string", builds: true, form: Value("replace")),
    row!(strings::replace_n, "strings.replace_n", "(object[string: string], string) => string", builds: true),
    row!(strings::trim, "trim", "(string, string) => string", builds: true, borrows: true, form: Value("trim")),
    row!(strings::trim_left, "trim_left", "(string, string) => string", builds: true, borrows: true, form: Value("trim_left")),
    row!(strings::trim_prefix, "trim_prefix", "(string, string) => string", builds: true, borrows: true, form: Value("trim_prefix")),
    row!(strings::trim_right, "trim_right", "(string, string) => string", builds: true, borrows: true, form: Value("trim_right")),
    row!(strings::trim_suffix, "trim_suffix", "(string, string) => string", builds: true, borrows: true, form: Value("trim_suffix")),
    row!(strings::trim_space, "trim_space", "(string) => string", builds: true, borrows: true, form: Value("trim_space")),
    row!(strings::reverse, "strings.reverse", "(string) => string", builds: true),
];

/// Returns a string result.
#[expect(clippy::unnecessary_wraps, reason = "every builtin returns this type")]
fn text(text: &str) -> BuiltinResult<'_> {
    Ok(Some(Value::String(text)))
}

/// Returns a boolean result.
#[expect(clippy::unnecessary_wraps, reason = "every builtin returns this type")]
fn truth<'a>(truth: bool) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(truth)))
}

/// Converts a position or a length to a value.
fn length<'a>(length: usize) -> Value<'a> {
    Value::int(i64::try_from(length).unwrap_or(i64::MAX))
}
