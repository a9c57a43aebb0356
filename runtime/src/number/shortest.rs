//! The shortest text of a float, like `big.Float.Text` with precision -1 (`ftoa.go`).

use core::fmt::Write as _;

use super::float::Float;
use super::natural;
use super::stream::Stream;
use super::{MAX_BITS, Number};
use crate::arena::{Arena, ArenaText, ArenaVec};

impl Float {
    /// Returns the number with the fewest digits that denote this float at `precision` bits
    /// (`FloatToNumber`). An integer is written plain, any other number as Go's `%g` does. Returns
    /// `None` beyond [`MAX_BITS`].
    pub fn to_number<'a>(&self, arena: &'a Arena, precision: u32) -> Option<Number<'a>> {
        if let Some(integer) = self.small_integer(precision) {
            return Some(Number::from_i64(integer));
        }
        if self.parts().1.unsigned_abs() > u64::from(MAX_BITS) {
            return None;
        }
        Some(Number::from_text(text(arena, self, precision)))
    }
}

/// Digits with the place of the point: `0.digits × 10^point`.
struct Digits<'a> {
    digits: ArenaVec<'a, u8>,
    point: i64,
}

/// Returns the text of `float` with the fewest digits that denote it at `precision` bits. An
/// integer is written plain (`FloatToNumber`), any other number as `%g` does.
fn text<'a>(arena: &'a Arena, float: &Float, precision: u32) -> &'a str {
    let mut text = arena.text();
    if float.is_negative() {
        text.push('-');
    }
    if float.is_zero() {
        text.push('0');
        return text.into_bump_str();
    }
    let digits = shortest(arena, float, precision);
    let exponent = digits.point - 1;
    if !float.is_integer() && !(-4..6).contains(&exponent) {
        scientific(&mut text, &digits);
    } else {
        plain(&mut text, &digits);
    }
    text.into_bump_str()
}

fn push_digits(text: &mut ArenaText<'_>, digits: &[u8]) {
    // Digits are ASCII.
    text.push_str(core::str::from_utf8(digits).unwrap_or_default());
}

fn push_zeros(text: &mut ArenaText<'_>, count: usize) {
    text.extend(core::iter::repeat_n('0', count));
}

fn plain(text: &mut ArenaText<'_>, number: &Digits<'_>) {
    let digits = &number.digits;
    match usize::try_from(number.point) {
        Ok(point @ 1..) if point >= digits.len() => {
            push_digits(text, digits);
            push_zeros(text, point - digits.len());
        }
        Ok(point @ 1..) => {
            push_digits(text, &digits[..point]);
            text.push('.');
            push_digits(text, &digits[point..]);
        }
        _ => {
            text.push_str("0.");
            push_zeros(text, usize::try_from(-number.point).unwrap_or_default());
            push_digits(text, digits);
        }
    }
}

fn scientific(text: &mut ArenaText<'_>, number: &Digits<'_>) {
    let (first, rest) = number.digits.split_at(1.min(number.digits.len()));
    push_digits(text, first);
    if !rest.is_empty() {
        text.push('.');
        push_digits(text, rest);
    }
    let exponent = number.point - 1;
    text.push_str(if exponent < 0 { "e-" } else { "e+" });
    // Writing to memory does not fail.
    let _ = write!(text, "{:02}", exponent.unsigned_abs());
}

/// Returns the digits of the float up to the first at which the bounds of its rounding interval
/// differ from it (`roundShortest`).
fn shortest<'a>(arena: &'a Arena, float: &Float, precision: u32) -> Digits<'a> {
    let (mantissa, exponent) = float.parts();
    // In units of one bit below the last bit of the precision, half a unit of that bit is one.
    let spare = u64::BITS - precision;
    let middle = (u128::from(mantissa) >> spare) << 1;
    let exponent = exponent + i64::from(spare) - 1;
    let inclusive = middle & 2 == 0;
    first_digits(arena, middle, exponent, inclusive)
        .unwrap_or_else(|| from_all_digits(arena, middle, exponent, inclusive))
}

/// Returns the shortest digits of a float that is not an integer and neither large nor tiny. They
/// are generated one by one, and a few usually suffice.
fn first_digits(arena: &Arena, middle: u128, exponent: i64, inclusive: bool) -> Option<Digits<'_>> {
    let (mut own, point) = Stream::new(middle, exponent)?;
    let (mut lower, _) = Stream::new(middle - 1, exponent)?;
    let (mut upper, _) = Stream::new(middle + 1, exponent)?;
    let mut digits = Digits { digits: arena.vec_with_capacity(LIKELY), point };
    while !own.is_done() {
        let lower_goes_on = !lower.is_done();
        let (digit, low, high) = (own.next(), lower.next(), upper.next());
        digits.digits.push(b'0' + digit);
        let down = low != digit || inclusive && lower_goes_on && lower.is_done();
        let up = digit != high && (inclusive || digit + 1 < high || !upper.is_done());
        let up = match (down, up) {
            (false, false) => continue,
            _ if own.is_done() => return Some(digits.trimmed()),
            (true, true) => is_rounded_up(&mut own, digit),
            (_, up) => up,
        };
        return Some(if up { digits.incremented() } else { digits.trimmed() });
    }
    Some(digits)
}

/// The number of digits for which room is reserved.
const LIKELY: usize = 24;

/// Returns `true` if the digits after `digit` round it up. A tie rounds to the even digit.
fn is_rounded_up(rest: &mut Stream, digit: u8) -> bool {
    let next = rest.next();
    next > 5 || next == 5 && (!rest.is_done() || digit & 1 == 1)
}

/// Returns the shortest digits of any float.
fn from_all_digits(arena: &Arena, middle: u128, exponent: i64, inclusive: bool) -> Digits<'_> {
    let digits = Digits::of(arena, middle, exponent);
    let lower = Digits::of(arena, middle - 1, exponent);
    let upper = Digits::of(arena, middle + 1, exponent);
    for index in 0..digits.digits.len() {
        let digit = digits.at(index);
        let (low, high) = (lower.at(index), upper.at(index));
        let down = low != digit || inclusive && index + 1 == lower.digits.len();
        let up = digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
        match (down, up) {
            (true, true) => return digits.rounded(index + 1),
            (true, false) => return digits.rounded_down(index + 1),
            (false, true) => return digits.rounded_up(index + 1),
            (false, false) => {}
        }
    }
    digits
}

impl<'a> Digits<'a> {
    /// Returns all digits of `mantissa × 2^exponent`.
    fn of(arena: &'a Arena, mantissa: u128, exponent: i64) -> Self {
        let mut digits = arena.vec();
        natural::push_digits(mantissa, exponent, &mut digits);
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        Self { digits, point: length + exponent.min(0) }.trimmed()
    }

    fn trimmed(mut self) -> Self {
        let length =
            self.digits.iter().rposition(|&digit| digit != b'0').map_or(0, |last| last + 1);
        self.digits.truncate(length);
        self
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    fn rounded(self, length: usize) -> Self {
        match self.digits.get(length..) {
            None | Some([]) => self,
            // A tie rounds to the even digit.
            Some([b'5']) if self.at(length - 1) & 1 == 0 => self.rounded_down(length),
            Some([b'5'..=b'9', ..]) => self.rounded_up(length),
            Some(_) => self.rounded_down(length),
        }
    }

    fn rounded_down(mut self, length: usize) -> Self {
        self.digits.truncate(length);
        self.trimmed()
    }

    fn rounded_up(mut self, length: usize) -> Self {
        if length >= self.digits.len() {
            return self;
        }
        self.digits.truncate(length);
        self.incremented()
    }

    /// Increments the last digit.
    fn incremented(mut self) -> Self {
        let kept = self.digits.iter().rposition(|&digit| digit != b'9');
        if let Some(last) = kept {
            self.digits.truncate(last + 1);
            self.digits[last] += 1;
            return self;
        }
        self.digits.clear();
        self.digits.push(b'1');
        Self { point: self.point + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_digits_are_those_of_all(
            mantissa in any::<u64>(), narrow in 0..64_u32, exponent in -130..3_i64,
            precision in prop_oneof![Just(53_u32), Just(64)],
        ) {
            let arena = Arena::new();
            let mantissa = (mantissa >> narrow << narrow) | 1 << 63;
            let middle = (u128::from(mantissa) >> (64 - precision)) << 1;
            let inclusive = middle & 2 == 0;
            if let Some(digits) = first_digits(&arena, middle, exponent, inclusive) {
                let expected = from_all_digits(&arena, middle, exponent, inclusive);
                prop_assert_eq!(digits.point, expected.point);
                prop_assert_eq!(&digits.digits[..], &expected.digits[..]);
            } else {
                let near = (-124..0).contains(&exponent);
                prop_assert!(!near || middle << (128 + exponent) == 0);
            }
        }
    }
}
