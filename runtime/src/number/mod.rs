//! Rego's numbers: any size, text kept where a number is only passed on.
//!
//! OPA holds a number as its text and computes through `math/big` (`ast.Number`,
//! `topdown/arithmetic.go`). Integers are exact in every notation, as there. All else is a binary float
//! with a mantissa of 64 bits, of which `math/big` is the only well-known implementation with
//! these roundings and this shortest text; hence [`float`] is our own.
//!
//! One thing differs from OPA on purpose: arithmetic on numbers of more than [`MAX_BITS`] bits
//! stops the evaluation instead of taking unbounded time and memory.

pub mod arithmetic;
mod decimal;
pub(crate) mod digits;
pub mod float;
pub(crate) mod hexadecimal;
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

/// The largest magnitude arithmetic works on, as a power of two, up and down. It holds the product
/// of any two numbers with an exponent that [`is_in_range`].
pub const MAX_BITS: u32 = 1 << 18;

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
    /// one that `to_number` takes: a sign `+`, leading zeros, `_` between digits, and hexadecimal
    /// floats.
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

    /// The value as OPA's `Number.Int` gives it: an integer of 64 bits, also with a point and zeros
    /// behind it (`1.0`), in at most 19 characters.
    #[inline]
    pub fn as_int(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(number) => Some(number),
            Repr::Text(text) => decimal::int(text),
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

    /// The value as an integer of any size, if it is one in any notation (`1e3` and `1.0` are), as
    /// OPA's `NumberToInt`. It is exact.
    ///
    /// # Errors
    /// [`ArithmeticError::OutOfRange`] for an integer beyond [`MAX_BITS`].
    pub fn to_integer(&self) -> Result<Option<Integer>, ArithmeticError> {
        let text = match self.0 {
            Repr::Int(number) => return Ok(Some(number.into())),
            Repr::Text(text) => text,
        };
        if decimal::is_integer(text) {
            return integer_of(text).map(Some).ok_or(ArithmeticError::OutOfRange);
        }
        if let Some(decimal) = hexadecimal::to_decimal(text) {
            return Number(Repr::Text(&decimal)).to_integer();
        }
        let decimal = Decimal::parse(text);
        if !decimal.is_integral() {
            return Ok(None);
        }
        decimal.integer().map(Some).ok_or(ArithmeticError::OutOfRange)
    }

    /// Whether the text is digits with perhaps a sign.
    pub(crate) fn is_written_as_integer(&self) -> bool {
        match self.0 {
            Repr::Int(_) => true,
            Repr::Text(text) => decimal::is_integer(text),
        }
    }

    /// The nearest double; infinite beyond the largest.
    pub fn to_f64(&self) -> f64 {
        match self.0 {
            #[expect(clippy::cast_precision_loss, reason = "the nearest double is asked for")]
            Repr::Int(number) => number as f64,
            Repr::Text(text) => text.parse().unwrap_or_else(|_| {
                if let Some(decimal) = hexadecimal::to_decimal(text) {
                    return decimal.parse().unwrap_or(f64::NAN);
                }
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
        if let (Repr::Text(a), Repr::Text(b)) = (self.0, other.0)
            && decimal::compares_as_double(a)
            && decimal::compares_as_double(b)
            && self.to_f64().is_finite()
            && self.to_f64().total_cmp(&other.to_f64()).is_eq()
        {
            return Ordering::Equal;
        }
        if let (Some(a), Some(b)) = (Short::of(self), Short::of(other)) {
            return a.compare(&b);
        }
        for (text, is_first) in [(self.as_text(), true), (other.as_text(), false)] {
            if let Some(decimal) = text.and_then(hexadecimal::to_decimal) {
                let decimal = Number(Repr::Text(&decimal));
                return if is_first { decimal.compare(other) } else { self.compare(&decimal) };
            }
        }
        match (self.0, other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(&b),
            (Repr::Text(a), Repr::Text(b)) => Decimal::parse(a).compare(&Decimal::parse(b)),
            (Repr::Int(a), Repr::Text(b)) => compare_with_text(a, b),
            (Repr::Text(a), Repr::Int(b)) => compare_with_text(b, a).reverse(),
        }
    }
}

/// Whether OPA takes the number `text` (`ast.NumberChecked`): one with an exponent is less than two
/// to the power of 100,000 and more than its reciprocal, or zero.
pub fn is_in_range(text: &str) -> bool {
    !text.contains(['e', 'E']) || is_literal_in_range(text)
}

/// Returns `true` if OPA's parser accepts the number `text` as a literal (`ast.validateNumber`).
/// The bound is that of [`is_in_range`], for numbers without an exponent too.
pub fn is_literal_in_range(text: &str) -> bool {
    /// The bound as a power of two.
    const MOST_BITS: i64 = 100_000;
    /// No number with so many decimal digits before or behind the point is within the bound.
    const MOST_DIGITS: i64 = 30_105;
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let Ok(exponent) = exponent.parse::<i64>() else { return false };
    let small = || {
        let digits = i64::try_from(mantissa.len()).unwrap_or(MOST_BITS);
        digits + exponent.abs() <= MOST_BITS / 4
    };
    if exponent.unsigned_abs() < MOST_BITS.unsigned_abs() && small() {
        return true;
    }
    let decimal = Decimal::parse(text);
    match decimal.leading_place() {
        None => true,
        Some(place) if place.abs() > MOST_DIGITS => false,
        Some(_) => Float::from_number(&Number(Repr::Text(text))).is_some_and(|float| {
            let bits = float.parts().1 + i64::from(u64::BITS);
            bits.abs() <= MOST_BITS
        }),
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
