//! `sprintf`: Go's `fmt.Sprintf` over Rego's values.
//!
//! [`Format`] cuts a format into [`Piece`]s, which depend on the format alone; [`print()`] runs
//! them over the arguments. A literal format can thus be cut when a policy is compiled and kept
//! as a constant slice of pieces.

mod argument;
mod float;
mod integer;
mod parse;
mod printer;
mod quote;
mod string;

pub use parse::{Count, Directive, Flags, Format, Index, Piece, Precision};

use super::operand;
use super::table::{Builtin, row};
use crate::arena::Arena;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] =
    &[row!(pure sprintf::sprintf, "sprintf", "(string, array[any]) => string")];

/// `sprintf(format, values)` (`topdown/strings.go`)
pub fn sprintf<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let format = operand::string(env, operands, 1)?;
    let values = operand::array(env, operands, 2)?;
    if !format.contains('%') && values.is_empty() {
        return Ok(Some(Value::String(format)));
    }
    Ok(Some(Value::String(print(env, Format::parse(format), values))))
}

/// Formats `values` into the arena.
pub fn print<'a, 'f>(
    env: &Env<'a>,
    pieces: impl IntoIterator<Item = Piece<'f>>,
    values: &[Value<'a>],
) -> &'a str {
    print_in(env.arena, pieces, values)
}

/// Formats `values` into `arena`.
pub(super) fn print_in<'a, 'f>(
    arena: &'a Arena,
    pieces: impl IntoIterator<Item = Piece<'f>>,
    values: &[Value<'a>],
) -> &'a str {
    printer::Printer::new(arena, values).run(pieces)
}

/// Writes `text` as `%q` does.
pub(crate) fn quote(out: &mut impl core::fmt::Write, text: &str) {
    // Writing to memory does not fail.
    let _ = quote::quote(out, text, false);
}

/// A finite float with the fewest digits, as Go's `%g` and so `go-yaml` write it.
#[cfg(feature = "yaml")]
pub(super) fn general_float(arena: &crate::Arena, number: f64) -> String {
    let mut text = String::from(if number.is_sign_negative() { "-" } else { "" });
    // Writing to memory does not fail.
    let _ = float::general(arena, &mut text, number.abs(), None, 'e');
    text
}

#[cfg(test)]
mod tests;
