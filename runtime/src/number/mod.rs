//! Rego's numbers: any size, text kept where a number is only passed on.
//!
//! OPA holds a number as its text and computes through `math/big` (`ast.Number`,
//! `topdown/arithmetic.go`). Integers are exact here as there. Everything else is a binary float
//! with a mantissa of 64 bits, of which `math/big` is the only well-known implementation with
//! these roundings and this shortest text; hence [`float`] is our own.
//!
//! Two things differ from OPA 1.19, both on purpose. It compares after trimming the characters
//! `.` and `0` from the end of texts with a point, so that `10.0 == 1` there (fixed in OPA
//! 1.20); here numbers compare by value, which keeps the order total. And arithmetic on numbers
//! of more than [`MAX_BITS`] bits fails instead of taking unbounded time and memory.

pub mod arithmetic;
mod decimal;
pub(crate) mod digits;
pub mod float;
pub mod integer;
mod natural;
mod quotient;
pub(crate) mod short;
mod shortest;
mod stream;
mod wide;

#[cfg(test)]
mod tests;

use core::cmp::Ordering;
use core::fmt;

use num_bigint::BigInt;

use crate::arena::Arena;
pub use arithmetic::ArithmeticError;
use decimal::Decimal;
use digits::Backwards;
use float::Float;
use integer::Integer;
use short::Short;

/// The largest magnitude arithmetic works on, as a power of two, up and down.
pub const MAX_BITS: u32 = 1 << 16;

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

    /// The number written as `text`, which must be a number of JSON's grammar, or of the wider
    /// one that `to_number` takes: a sign `+`, leading zeros and `_` between digits.
    pub fn from_text(text: &'a str) -> Self {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let canonical = text == "0" || digits.starts_with(|first: char| matches!(first, '1'..='9'));
        match text.parse() {
            Ok(number) if canonical => Number(Repr::Int(number)),
            _ => Number(Repr::Text(text)),
        }
    }

    /// As [`Number::from_text`] for what is nothing but a few digits without zeros in front.
    #[inline]
    pub(crate) fn from_digits(text: &str) -> Option<Self> {
        if text.len() > short::FEW_DIGITS || (text.starts_with('0') && text.len() > 1) {
            return None;
        }
        let number = short::append(0, text.as_bytes()).filter(|_| !text.is_empty())?;
        Some(Number(Repr::Int(number.cast_signed())))
    }

    /// The number with the text `text`, which the compiler has checked to be one and not to be
    /// an integer that [`Number::from_i64`] takes.
    pub const fn from_static_text(text: &'a str) -> Self {
        Number(Repr::Text(text))
    }

    /// The number with the text `text`, which has a point among its digits.
    #[inline]
    pub(crate) const fn from_fraction(text: &'a str) -> Self {
        Number(Repr::Text(text))
    }

    /// The integer `number`, with its text in `arena` if it is big.
    pub fn from_big(arena: &'a Arena, number: &BigInt) -> Self {
        match i64::try_from(number) {
            Ok(small) => Number(Repr::Int(small)),
            Err(_) => Number(Repr::Text(arena.format(format_args!("{number}")))),
        }
    }

    /// The integer `number`, with its text in `arena` if it is big.
    pub fn from_integer(arena: &'a Arena, number: &Integer) -> Self {
        match number {
            Integer::Small(small) => Self::from_i128(arena, *small),
            Integer::Big(_) => Number(Repr::Text(arena.format(format_args!("{number}")))),
        }
    }

    /// The integer `number`, with its text in `arena` if it is big.
    pub(crate) fn from_i128(arena: &'a Arena, number: i128) -> Self {
        match i64::try_from(number) {
            Ok(small) => Number(Repr::Int(small)),
            Err(_) => Number(Repr::Text(arena.string(Backwards::integer(number).as_str()))),
        }
    }

    /// The value as an `i64`, if it is written as an integer that fits: `1.0` and `1e3` are not,
    /// as for OPA's `Number.Int`.
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(number) => Some(number),
            Repr::Text(text) => text.parse().ok(),
        }
    }

    /// The value, if it is held as an integer.
    #[inline]
    pub(crate) fn held(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(number) => Some(number),
            Repr::Text(_) => None,
        }
    }

    /// Whether the text is the only plain one of an equal number: an integer that is held as one,
    /// or a fraction of few digits.
    pub(crate) fn is_plain(&self) -> bool {
        match self.0 {
            Repr::Int(_) => true,
            Repr::Text(text) => decimal::is_plain_fraction(text),
        }
    }

    /// The text, unless the number is held as an integer; then its text is the integer's.
    pub fn as_text(&self) -> Option<&'a str> {
        match self.0 {
            Repr::Int(_) => None,
            Repr::Text(text) => Some(text),
        }
    }

    /// The number with its text, if it has one, put elsewhere.
    pub(crate) fn map_text<'b>(self, place: impl FnOnce(&'a str) -> &'b str) -> Number<'b> {
        Number(match self.0 {
            Repr::Int(number) => Repr::Int(number),
            Repr::Text(text) => Repr::Text(place(text)),
        })
    }

    /// The value as an integer of any size, if it is one (`1e3` and `1.0` are), as OPA's
    /// `NumberToInt`: what is not written as an integer goes through a [`Float`]. `None` also
    /// beyond [`MAX_BITS`].
    pub fn to_integer(&self) -> Option<Integer> {
        match self.0 {
            Repr::Int(number) => Some(number.into()),
            Repr::Text(text) if self.is_written_as_integer() => integer_of(text),
            Repr::Text(_) => {
                let float = Float::from_number(self)?;
                float.is_integer().then(|| float.truncate())
            }
        }
    }

    /// Whether the text is that of an integer.
    fn is_written_as_integer(&self) -> bool {
        match self.0 {
            Repr::Int(_) => true,
            Repr::Text(text) => decimal::is_integer(text),
        }
    }

    /// [`Number::to_integer`] for what computes with integers of any size alone.
    pub fn to_big(&self) -> Option<BigInt> {
        self.to_integer().map(BigInt::from)
    }

    /// The nearest double; infinite beyond the largest.
    pub fn to_f64(&self) -> f64 {
        match self.0 {
            #[expect(clippy::cast_precision_loss, reason = "the nearest double is asked for")]
            Repr::Int(number) => number as f64,
            Repr::Text(text) => text.parse().unwrap_or_else(|_| {
                let plain: String = text.chars().filter(|&c| c != '_').collect();
                plain.parse().unwrap_or(f64::NAN)
            }),
        }
    }

    /// Compares by value: `1` equals `1.0`. Takes time in the length of the texts, whatever
    /// their exponents.
    #[inline]
    pub fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self.0, other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(&b),
            _ => self.compare_texts(other),
        }
    }

    fn compare_texts(&self, other: &Number<'_>) -> Ordering {
        if let (Some(a), Some(b)) = (Short::of(self), Short::of(other)) {
            return a.compare(&b);
        }
        match (self.0, other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(&b),
            (Repr::Text(a), Repr::Text(b)) => Decimal::parse(a).compare(&Decimal::parse(b)),
            (Repr::Int(a), Repr::Text(b)) => compare_with_text(a, b),
            (Repr::Text(a), Repr::Int(b)) => compare_with_text(b, a).reverse(),
        }
    }
}

/// The value of an integer's text.
fn integer_of(text: &str) -> Option<Integer> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    if let Some(Ok(small)) = short::digits_of(digits).map(i128::try_from) {
        return Some(Integer::Small(if text.starts_with('-') { -small } else { small }));
    }
    match text.parse() {
        Ok(small) => Some(Integer::Small(small)),
        Err(_) if decimal::within_limit(text) => text.parse().ok().map(Integer::Big),
        Err(_) => None,
    }
}

fn compare_with_text(number: i64, text: &str) -> Ordering {
    let mut buffer = [0; decimal::I64_DIGITS];
    Decimal::of_integer(number, &mut buffer).compare(&Decimal::parse(text))
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other).is_eq()
    }
}

impl Eq for Number<'_> {}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(other)
    }
}

impl Number<'_> {
    /// Writes the number.
    pub(crate) fn print(&self, out: &mut impl fmt::Write) -> fmt::Result {
        match self.0 {
            Repr::Int(number) => out.write_str(Backwards::short(number).as_str()),
            Repr::Text(text) => out.write_str(text),
        }
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f)
    }
}
