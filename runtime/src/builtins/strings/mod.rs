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

use super::table::{Builtin, row};
use crate::error::BuiltinResult;
use crate::value::Value;

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(pure strings::any_prefix_match, "strings.any_prefix_match", "(any<string, set[string], array[string]>, any<string, set[string], array[string]>) => boolean"),
    row!(pure strings::any_suffix_match, "strings.any_suffix_match", "(any<string, set[string], array[string]>, any<string, set[string], array[string]>) => boolean"),
    row!(pure strings::concat, "concat", "(string, any<set[string], array[string]>) => string"),
    row!(pure strings::format_int, "format_int", "(number, number) => string"),
    row!(pure strings::indexof, "indexof", "(string, string) => number"),
    row!(pure strings::indexof_n, "indexof_n", "(string, string) => array[number]"),
    row!(pure strings::substring, "substring", "(string, number, number) => string"),
    row!(pure strings::lower, "lower", "(string) => string"),
    row!(pure strings::upper, "upper", "(string) => string"),
    row!(pure strings::contains, "contains", "(string, string) => boolean"),
    row!(pure strings::count, "strings.count", "(string, string) => number"),
    row!(pure strings::startswith, "startswith", "(string, string) => boolean"),
    row!(pure strings::endswith, "endswith", "(string, string) => boolean"),
    row!(pure strings::split, "split", "(string, string) => array[string]"),
    row!(pure strings::split_n, "strings.split_n", "(string, string, number) => array[string]"),
    row!(pure strings::replace, "replace", "(string, string, string) => string"),
    row!(pure strings::replace_n, "strings.replace_n", "(object[string: string], string) => string"),
    row!(pure strings::trim, "trim", "(string, string) => string"),
    row!(pure strings::trim_left, "trim_left", "(string, string) => string"),
    row!(pure strings::trim_prefix, "trim_prefix", "(string, string) => string"),
    row!(pure strings::trim_right, "trim_right", "(string, string) => string"),
    row!(pure strings::trim_suffix, "trim_suffix", "(string, string) => string"),
    row!(pure strings::trim_space, "trim_space", "(string) => string"),
    row!(pure strings::reverse, "strings.reverse", "(string) => string"),
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
