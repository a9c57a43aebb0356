//! Rego's numbers, which have any size and keep their text.
//!
//! OPA holds a number as its text and computes with `math/big` (`ast.Number`,
//! `topdown/arithmetic.go`). Integers are exact in every notation, as in OPA. All other numbers are
//! binary floats with a mantissa of 64 bits. `math/big` is the only well-known implementation with
//! these roundings and this shortest text, so [`float`] implements them again.
//!
//! There is one deliberate difference from OPA. If a number has more than [`MAX_BITS`] bits,
//! arithmetic on it stops the evaluation instead of taking unbounded time and memory.

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
use crate::budget::read_text;
pub use arithmetic::ArithmeticError;
use decimal::Decimal;
use digits::Backwards;
use float::Float;
use integer::Integer;
use short::Short;

/// The greatest magnitude for arithmetic, as a power of two: numbers and their reciprocals are
/// below it. It admits the product of any two numbers with an exponent that [`is_in_range`]
/// accepts.
pub const MAX_BITS: u32 = 1 << 18;

/// A number. If it is written as a canonical integer of 64 bits, it is held as that integer. Any
/// other number (`1.0`, `1e3`, `-0`, a big integer) is held as its text, and printed as that text.
///
/// ```
/// use ferrego_runtime::Number;
///
/// let (plain, written) = (Number::from_i64(1), Number::from_text("1.0"));
/// assert_eq!(plain, written);
/// assert_eq!(written.to_string(), "1.0");
/// assert_eq!((plain.as_i64(), written.as_i64()), (Some(1), None));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Number<'a>(Repr<'a>);

#[derive(Clone, Copy, Debug)]
enum Repr<'a> {
    Int(i64),
    Text(&'a str),
}

impl<'a> Number<'a> {
    /// Returns the integer `number`.
    pub const fn from_i64(number: i64) -> Self {
        Number(Repr::Int(number))
    }

    /// Returns the number written as `text`, which must follow JSON's grammar or the wider grammar
    /// of `to_number`. The wider one also allows a sign `+`, leading zeros, `_` between digits, and
    /// hexadecimal floats.
    pub fn from_text(text: &'a str) -> Self {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let canonical = text == "0" || digits.starts_with(|first: char| matches!(first, '1'..='9'));
        match text.parse() {
            Ok(number) if canonical => Number(Repr::Int(number)),
            _ => Number(Repr::Text(text)),
        }
    }

    /// Returns the number written as `text` if it consists only of a few digits without leading
    /// zeros.
    #[inline]
    pub(crate) fn from_digits(text: &str) -> Option<Self> {
        if text.len() > short::FEW_DIGITS || (text.starts_with('0') && text.len() > 1) {
            return None;
        }
        let number = short::append(0, text.as_bytes()).filter(|_| !text.is_empty())?;
        Some(Number(Repr::Int(number.cast_signed())))
    }

    /// Returns the number with the text `text`. The compiler has checked that it is a number, but
    /// not an integer that [`Number::from_i64`] can hold.
    pub const fn from_static_text(text: &'a str) -> Self {
        Number(Repr::Text(text))
    }

    /// Returns the number with the text `text`, which has a point among its digits.
    #[inline]
    pub(crate) const fn from_fraction(text: &'a str) -> Self {
        Number(Repr::Text(text))
    }

    /// Returns the integer `number`. If it is big, its text is in `arena`.
    pub fn from_big(arena: &'a Arena, number: &BigInt) -> Self {
        match i64::try_from(number) {
            Ok(small) => Number(Repr::Int(small)),
            Err(_) => Number(Repr::Text(arena.format(format_args!("{number}")))),
        }
    }

    /// Returns the integer `number`. If it is big, its text is in `arena`.
    pub fn from_integer(arena: &'a Arena, number: &Integer) -> Self {
        match number {
            Integer::Small(small) => Self::from_i128(arena, *small),
            Integer::Big(_) => Number(Repr::Text(arena.format(format_args!("{number}")))),
        }
    }

    /// Returns the integer `number`. If it is big, its text is in `arena`.
    pub(crate) fn from_i128(arena: &'a Arena, number: i128) -> Self {
        match i64::try_from(number) {
            Ok(small) => Number(Repr::Int(small)),
            Err(_) => Number(Repr::Text(arena.string(Backwards::integer(number).as_str()))),
        }
    }

    /// Returns the value as an `i64`, if it is written as an integer that fits. Numbers such as
    /// `1.0` and `1e3` are not.
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(number) => Some(number),
            Repr::Text(text) => text.parse().ok(),
        }
    }

    /// Returns the value as OPA's `Number.Int` does: an integer of 64 bits in at most 19
    /// characters, optionally with a point followed by zeros (`1.0`).
    #[inline]
    pub fn as_int(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(number) => Some(number),
            Repr::Text(text) => decimal::int(text),
        }
    }

    /// Returns the value, if it is held as an integer.
    #[inline]
    pub(crate) fn held(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(number) => Some(number),
            Repr::Text(_) => None,
        }
    }

    /// Returns `true` if no other plain number is equal and has another text. Plain numbers are
    /// those held as integers, and fractions of few digits.
    pub(crate) fn is_plain(&self) -> bool {
        match self.0 {
            Repr::Int(_) => true,
            Repr::Text(text) => decimal::is_plain_fraction(text),
        }
    }

    /// Returns the text, or `None` if the number is held as an integer, whose text it then has.
    pub fn as_text(&self) -> Option<&'a str> {
        match self.0 {
            Repr::Int(_) => None,
            Repr::Text(text) => Some(text),
        }
    }

    /// Returns the number with its text, if it has one, copied by `place`.
    pub(crate) fn map_text<'b>(self, place: impl FnOnce(&'a str) -> &'b str) -> Number<'b> {
        Number(match self.0 {
            Repr::Int(number) => Repr::Int(number),
            Repr::Text(text) => Repr::Text(place(text)),
        })
    }

    /// Returns the exact value as an integer of any size, if it is one in any notation (`1e3` and
    /// `1.0` are), like OPA's `NumberToInt`.
    ///
    /// # Errors
    /// Returns [`ArithmeticError::OutOfRange`] for an integer beyond [`MAX_BITS`].
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

    /// Returns `true` if the text consists of digits with an optional sign.
    pub(crate) fn is_written_as_integer(&self) -> bool {
        match self.0 {
            Repr::Int(_) => true,
            Repr::Text(text) => decimal::is_integer(text),
        }
    }

    /// Returns the nearest double, which is infinite beyond the largest finite one.
    pub fn to_f64(&self) -> f64 {
        match self.0 {
            #[expect(clippy::cast_precision_loss, reason = "the result is the nearest double")]
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

    /// Compares by value: `1` equals `1.0`. The time is linear in the length of the texts and does
    /// not depend on their exponents.
    #[inline]
    pub fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self.0, other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(&b),
            _ => self.compare_texts(other),
        }
    }

    fn compare_texts(&self, other: &Number<'_>) -> Ordering {
        let length = |number: &Number<'_>| number.as_text().map_or(0, str::len);
        // A comparison that exceeds the budget has any result; see `crate::order`.
        if !read_text(length(self).saturating_add(length(other))) {
            return Ordering::Less;
        }
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

/// Returns `true` if OPA accepts the number `text` (`ast.NumberChecked`). A number with an exponent
/// must be zero, or less than two to the power of 100,000 and more than its reciprocal.
pub fn is_in_range(text: &str) -> bool {
    !text.contains(['e', 'E']) || is_literal_in_range(text)
}

/// Returns `true` if OPA's parser accepts the number `text` as a literal (`ast.validateNumber`).
/// The bound is that of [`is_in_range`], but it also holds for numbers without an exponent.
pub fn is_literal_in_range(text: &str) -> bool {
    /// The bound as a power of two.
    const MOST_BITS: i64 = 100_000;
    /// A number with more decimal digits than this before or after the point is beyond the bound.
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

/// Returns the value of an integer's text.
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
