//! `time.*` (OPA's `topdown/time.go`), with the layouts, zones and messages of Go's `time` package.
//! The feature `time` enables the builtins that need the zone database.

mod calendar;
mod duration;
#[cfg(feature = "time")]
mod format;
mod layout;
mod parse;
mod quote;
mod rfc3339;
mod scan;
#[cfg(feature = "time")]
mod zoned;

pub use self::duration::parse_duration_ns;
#[cfg(feature = "time")]
pub use self::zoned::{add_date, clock, date, diff, format, weekday};

use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(time::now_ns, "time.now_ns", "() => number", kind: Nondeterministic, effect: Any, cost: Expensive),
    row!(time::parse_ns, "time.parse_ns", "(string, string) => number", effect: Any, cost: Expensive),
    row!(time::parse_rfc3339_ns, "time.parse_rfc3339_ns", "(string) => number", effect: Any, cost: Expensive),
    row!(time::parse_duration_ns, "time.parse_duration_ns", "(string) => number", effect: Any, cost: Expensive),
    row!(time::format, "time.format", "(any<number, array<number, string>, array<number, string, string>>) => string", feature: "time", effect: Any, cost: Expensive),
    row!(time::date, "time.date", "(any<number, array<number, string>>) => array<number, number, number>", feature: "time", effect: Any, cost: Expensive),
    row!(time::clock, "time.clock", "(any<number, array<number, string>>) => array<number, number, number>", feature: "time", effect: Any, cost: Expensive),
    row!(time::weekday, "time.weekday", "(any<number, array<number, string>>) => string", feature: "time", effect: Any, cost: Expensive),
    row!(time::add_date, "time.add_date", "(number, number, number, number) => number", feature: "time", effect: Any, cost: Expensive),
    row!(time::diff, "time.diff", "(any<number, array<number, string>>, any<number, array<number, string>>) => array<number, number, number, number, number, number>", feature: "time", effect: Any, cost: Expensive),
];

/// Implements `time.now_ns()`: the time of the evaluation.
pub fn now_ns<'a>(env: &Env<'a>, _operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::int(env.now_ns())))
}

/// Implements `time.parse_ns(layout, value)`, which parses `value` in Go's `layout`.
pub fn parse_ns<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let layout = operand::string(env, operands, 1)?;
    let value = operand::string(env, operands, 2)?;
    in_range(env, parse::parse(env, layout::named(layout), value)?)
}

/// Implements `time.parse_rfc3339_ns(value)`, which parses `value` as RFC 3339.
pub fn parse_rfc3339_ns<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let value = operand::string(env, operands, 1)?;
    in_range(env, parse::parse(env, layout::RFC3339, value)?)
}

/// Formats an instant as `20060102T150405Z`.
#[cfg(feature = "aws")]
pub(super) fn basic_utc(nanoseconds: i64) -> String {
    let time = calendar::DateTime::new(nanoseconds, 0);
    let calendar::DateTime { year, month, day, hour, minute, second, .. } = time;
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Returns `true` if `text` is a time in Go's `layout`.
#[cfg(feature = "jsonschema")]
pub(super) fn is_time(env: &Env<'_>, layout: &str, text: &str) -> bool {
    parse::parse(env, layout, text).is_ok()
}

/// Returns an instant as a number, or an error unless it is between 1677 and 2262, where
/// nanoseconds fit into 64 bits.
fn in_range<'a>(env: &Env<'a>, nanoseconds: i128) -> BuiltinResult<'a> {
    match i64::try_from(nanoseconds) {
        Ok(nanoseconds) => Ok(Some(Value::int(nanoseconds))),
        Err(_) => Err(env.fail(format_args!("time outside of valid range"))),
    }
}

#[cfg(test)]
#[cfg(feature = "time")]
mod tests;
