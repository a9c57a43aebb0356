//! `sprintf`: Go's `fmt.Sprintf` for Rego values.
//!
//! [`Format`] splits a format into [`Piece`]s, which depend only on the format; [`print()`] applies
//! them to the arguments. Therefore the compiler can split a literal format at compile time and
//! store it as a constant slice of pieces.

mod argument;
mod float;
mod integer;
mod parse;
mod printer;
mod quote;
mod spec;
mod string;

pub(super) use argument::Printable;
#[cfg(feature = "gotemplate")]
pub(super) use argument::{Argument, INT, UINT8};
pub use parse::{Count, Directive, Flags, Format, Index, Piece, Precision};

use super::operand;
use super::row::{Builtin, row};
use crate::arena::Arena;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(sprintf::sprintf, "sprintf", "(string, array[any]) => string", cost: Expensive, builds: true),
];

/// Implements `sprintf(format, values)` (`topdown/strings.go`).
pub fn sprintf<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let format = operand::string(env, operands, 1)?;
    let values = operand::array(env, operands, 2)?;
    if !format.contains('%') && values.is_empty() {
        return Ok(Some(Value::String(format)));
    }
    Ok(Some(Value::String(print(env, Format::parse(format), values))))
}

/// Formats `values` and allocates the text in the arena.
pub fn print<'a, 'f>(
    env: &Env<'a>,
    pieces: impl IntoIterator<Item = Piece<'f>>,
    values: &[Value<'a>],
) -> &'a str {
    // Rego values have no addresses.
    format(env.arena, pieces, values).unwrap_or_default()
}

/// Formats `values` and allocates the text in `arena`. Returns `None` if the text contains the
/// address of a value, which differs in every run of Go.
pub(super) fn format<'a, 'f, V: Printable<'a>>(
    arena: &'a Arena,
    pieces: impl IntoIterator<Item = Piece<'f>>,
    values: &[V],
) -> Option<&'a str> {
    let mut printer = printer::Printer::new(arena, values);
    printer.run(pieces);
    printer.finish()
}

/// Writes `text` like `%q`.
pub(crate) fn quote(out: &mut impl core::fmt::Write, text: &str) {
    // Writing to memory does not fail.
    let _ = quote::quote(out, text, false);
}

/// Formats a finite float with the fewest digits, like Go's `%g` and therefore `go-yaml`.
#[cfg(feature = "yaml")]
pub(super) fn general_float(arena: &crate::Arena, number: f64) -> String {
    let mut text = String::from(if number.is_sign_negative() { "-" } else { "" });
    // Writing to memory does not fail.
    let _ = float::general(arena, &mut text, number.abs(), None, 'e');
    text
}

#[cfg(test)]
mod tests;
