//! Rego's numbers: any size, text kept where a number is only passed on.

use core::cmp::Ordering;

/// A number. A canonical integer that fits is held as one; anything else (`1.0`, `1e3`, `-0`,
/// big integers) as its text, which is what comes out again.
#[derive(Clone, Copy, Debug)]
pub struct Number<'a>(Repr<'a>);

#[derive(Clone, Copy, Debug)]
enum Repr<'a> {
    Int(i64),
    Text(&'a str),
}

impl<'a> Number<'a> {
    /// The integer `number`.
    pub const fn from_i64(number: i64) -> Self {
        Number(Repr::Int(number))
    }

    /// The number written as `text`, which must be a number of JSON's grammar.
    pub fn from_text(text: &'a str) -> Self {
        match text.parse::<i64>() {
            Ok(number) if text != "-0" => Number(Repr::Int(number)),
            _ => Number(Repr::Text(text)),
        }
    }

    /// The number with the text `text`, which the compiler has checked to be one.
    pub const fn from_static_text(text: &'a str) -> Self {
        Number(Repr::Text(text))
    }

    /// The value as an `i64`, if it is written as an integer that fits: `1.0` and `1e3` are not,
    /// as for OPA's `Number.Int`.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(number) => Some(number),
            Repr::Text(text) => text.parse().ok(),
        }
    }

    /// Compares by value: `1` equals `1.0`.
    pub fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self.0, other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(&b),
            (Repr::Text(a), Repr::Text(b)) => a.cmp(b),
            _ => Ordering::Less,
        }
    }
}

impl core::fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Repr::Int(number) => number.fmt(f),
            Repr::Text(text) => f.write_str(text),
        }
    }
}
