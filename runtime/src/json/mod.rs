//! A JSON reader and writer for values.
//!
//! ferrego has its own reader, because two requirements rule out a library:
//!
//! - Numbers keep their text. `serde_json` needs the feature `arbitrary_precision` for this, which
//!   would change every other crate in the user's build.
//! - Strings, objects and arrays are built directly in the arena or borrow the input. Building them
//!   is most of the time that an admission review spends here.
//!
//! The reader accepts the texts that `serde_json` accepts as raw values, down to [`MAX_DEPTH`],
//! which tests compare. Its one further limit is the range of exponents, as in OPA. A lone
//! surrogate escape (`"\ud800"`) reads as U+FFFD, as in Go and therefore in OPA.
//!
//! ```
//! use ferrego_runtime::json::{self, Escape};
//! use ferrego_runtime::Arena;
//!
//! let arena = Arena::new();
//! let value = json::parse(&arena, br#"{ "replicas": 3.0 }"#)?;
//! assert_eq!(json::to_string(&value, Escape::Plain), r#"{"replicas":3.0}"#);
//! # Ok::<(), json::JsonError>(())
//! ```

mod demand;
mod members;
mod reader;
mod scan;
mod size;
mod skip;
mod strings;
mod write;

#[cfg(test)]
mod tests;

use core::fmt;

use crate::arena::Arena;
use crate::value::Value;

pub use demand::{Demand, Everything, Needs};
pub use size::size;
pub(crate) use write::in_arena;
pub use write::{Escape, to_string, write};
#[cfg(feature = "serde")]
#[cfg(feature = "serde")]
pub(crate) use write::{has_string_keys, text_keys};
pub(crate) use write::{text_keys_at, write_scalar, write_string};

/// The greatest depth to which arrays and objects may be nested.
///
/// ```
/// use ferrego_runtime::json::{self, JsonErrorKind, MAX_DEPTH};
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let nested = |depth| [vec![b'['; depth], vec![b']'; depth]].concat();
/// assert!(json::parse(&arena, &nested(MAX_DEPTH)).is_ok());
/// let deeper = nested(MAX_DEPTH + 1);
/// let error = json::parse(&arena, &deeper).map_err(|error| error.kind);
/// assert_eq!(error, Err(JsonErrorKind::TooDeep));
/// ```
pub const MAX_DEPTH: usize = 512;

/// The reason why a text cannot be read as JSON.
///
/// ```
/// use ferrego_runtime::json::{self, JsonErrorKind};
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let error = json::parse(&arena, b"[1, 2").map_err(|error| error.kind);
/// assert_eq!(error, Err(JsonErrorKind::UnexpectedEnd));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text ends inside a value.
    UnexpectedEnd,
    /// No value can begin with this byte, or it cannot follow the text before it.
    UnexpectedByte,
    /// A number does not follow JSON's grammar, such as `01` or `1.`.
    InvalidNumber,
    /// A number has an exponent beyond OPA's range ([`is_in_range`](crate::number::is_in_range)).
    NumberOutOfRange,
    /// An escape is unknown to JSON, or `\u` is not followed by four hexadecimal digits.
    InvalidEscape,
    /// A string contains a control character, which must be escaped.
    ControlCharacter,
    /// Arrays and objects are nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Data follows the value.
    TrailingData,
}

/// An error in a JSON text, with its position.
///
/// ```
/// use ferrego_runtime::json;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let error = json::parse(&arena, b"{} {}").expect_err("two values");
/// assert_eq!(error.offset, 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonError {
    /// The reason.
    pub kind: JsonErrorKind,
    /// The byte offset of the error, from 0.
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

/// Parses the JSON value `bytes`. Numbers and strings without escapes borrow `bytes`; everything
/// else is built in `arena`. Of duplicate keys, the last value wins.
///
/// ```
/// use ferrego_runtime::json;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let pod = json::parse(&arena, br#"{"kind": "Pod", "spec": {"containers": []}}"#)?;
/// assert_eq!(pod["kind"].as_str(), Some("Pod"));
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn parse<'a>(arena: &'a Arena, bytes: &'a [u8]) -> Result<Value<'a>, JsonError> {
    Ok(read(arena, text(bytes)?, Everything)?.0)
}

/// Parses the JSON value `bytes` like [`parse`], but keeps only the parts that `demand` selects.
/// The whole text is checked.
///
/// If the kept parts contain a number that is equal to numbers with other texts (`1.0`, `1e3`),
/// everything is kept. A policy may then have to tell whether two elements are equal, which can
/// depend on parts that it does not read.
///
/// ```
/// use ferrego_runtime::json::{self, Needs};
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let value = json::parse_demanded(&arena, br#"{"a": 1, "b": 2}"#, &Needs::of(&["/a"]))?;
/// assert_eq!(value.to_string(), r#"{"a": 1}"#);
/// # Ok::<(), json::JsonError>(())
/// ```
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
///
/// ```
/// use ferrego_runtime::json;
///
/// assert!(json::is_valid("[1e999999]"));
/// assert!(!json::is_valid("[1,]"));
/// ```
pub fn is_valid(text: &str) -> bool {
    scan::Scanner::of_any_numbers(text).document().is_some()
}

fn text(bytes: &[u8]) -> Result<&str, JsonError> {
    core::str::from_utf8(bytes)
        .map_err(|error| JsonError { kind: JsonErrorKind::NotUtf8, offset: error.valid_up_to() })
}

/// Returns the kept part of `text`, and `true` if equal numbers in that part have equal texts.
fn read<'a, D: Demand>(
    arena: &'a Arena,
    text: &'a str,
    demand: D,
) -> Result<(Value<'a>, bool), JsonError> {
    reader::Reader::new(arena, text).document(demand)
}
