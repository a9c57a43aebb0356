//! Values from JSON and to JSON.
//!
//! The reader is our own because the two things it must do exclude a library. Numbers keep
//! their text, for which `serde_json` has the feature `arbitrary_precision`, and that changes
//! every other crate in the user's build. And strings, objects and arrays must go straight into
//! the arena or stay in the input, which is most of the time an admission review spends here. It
//! accepts what `serde_json` accepts as a raw value, which tests compare, down to [`MAX_DEPTH`]. A
//! lone surrogate escape (`"\ud800"`) reads as U+FFFD, as in Go and so in OPA.

mod demand;
mod members;
mod reader;
mod scan;
mod strings;
mod write;

#[cfg(test)]
mod tests;

use core::fmt;

use crate::arena::Arena;
use crate::value::Value;

pub use demand::{Demand, Everything, Needs};
pub use write::{Escape, to_string, write};

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 512;

/// What is wrong with a text that is not read as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text ends inside a value.
    UnexpectedEnd,
    /// No value can begin with this byte, or it cannot follow what stands before it.
    UnexpectedByte,
    /// A number not of JSON's grammar, such as `01` or `1.`.
    InvalidNumber,
    /// A number with an exponent beyond OPA's range ([`is_in_range`](crate::number::is_in_range)).
    NumberOutOfRange,
    /// An escape that JSON does not know, or `\u` without four hexadecimal digits.
    InvalidEscape,
    /// A control character in a string, which must be escaped.
    ControlCharacter,
    /// More than [`MAX_DEPTH`] arrays and objects within each other.
    TooDeep,
    /// Something follows the value.
    TrailingData,
}

/// Why a text was not read as JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// The byte where it is, from 0.
    pub offset: usize,
}

impl fmt::Display for JsonErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JsonErrorKind::NotUtf8 => "the text is not UTF-8",
            JsonErrorKind::UnexpectedEnd => "the JSON value is not complete",
            JsonErrorKind::UnexpectedByte => "not JSON",
            JsonErrorKind::InvalidNumber => "not a JSON number",
            JsonErrorKind::NumberOutOfRange => "the number's exponent is out of range",
            JsonErrorKind::InvalidEscape => "not a JSON escape",
            JsonErrorKind::ControlCharacter => "a control character must be escaped",
            JsonErrorKind::TooDeep => "the JSON value is nested too deep",
            JsonErrorKind::TrailingData => "something follows the JSON value",
        })
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)
    }
}

impl core::error::Error for JsonError {}

/// Reads the JSON value `bytes`. Strings without escapes and numbers borrow `bytes`, everything
/// else goes into `arena`. Of several values of one key the last counts.
pub fn parse<'a>(arena: &'a Arena, bytes: &'a [u8]) -> Result<Value<'a>, JsonError> {
    Ok(read(arena, text(bytes)?, Everything)?.0)
}

/// As [`parse`], but keeps only what `demand` asks for. The whole text is checked.
///
/// Where a number is kept that others of other texts are equal to (`1.0`, `1e3`), all is kept: a
/// policy may then have to tell whether two elements are equal, whatever else it reads of them.
pub fn parse_demanded<'a, D: Demand>(
    arena: &'a Arena,
    bytes: &'a [u8],
    demand: D,
) -> Result<Value<'a>, JsonError> {
    let text = text(bytes)?;
    match read(arena, text, demand)? {
        (value, true) => Ok(value),
        (_, false) => Ok(read(arena, text, Everything)?.0),
    }
}

/// Returns `true` if `text` is one value of JSON's grammar, whatever the size of its numbers.
pub(crate) fn is_valid(text: &str) -> bool {
    scan::Scanner::of_any_numbers(text).document().is_some()
}

fn text(bytes: &[u8]) -> Result<&str, JsonError> {
    core::str::from_utf8(bytes)
        .map_err(|error| JsonError { kind: JsonErrorKind::NotUtf8, offset: error.valid_up_to() })
}

/// What is kept of `text`, and whether equal numbers in it have one text.
fn read<'a, D: Demand>(
    arena: &'a Arena,
    text: &'a str,
    demand: D,
) -> Result<(Value<'a>, bool), JsonError> {
    reader::Reader::new(arena, text).document(demand)
}
