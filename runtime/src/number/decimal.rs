//! Numbers as decimal texts: their parts, and their order without computing their values.

use core::cmp::Ordering;

use super::MAX_BITS;
use super::integer::Integer;

/// The room for the digits of the magnitude of any `i64`.
pub(super) const I64_DIGITS: usize = 20;

/// The parts of a number's text.
#[derive(Clone, Copy)]
pub(super) struct Decimal<'a> {
    pub(super) negative: bool,
    /// The digits, with at most one point and optional `_` among them.
    mantissa: &'a [u8],
    /// The power of ten as written, clamped such that sums of a few exponents cannot overflow.
    pub(super) exponent: i64,
}

impl<'a> Decimal<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let (negative, bytes) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, bytes),
        };
        match bytes.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            None => Self { negative, mantissa: bytes, exponent: 0 },
            Some(place) => {
                let exponent = parse_exponent(&bytes[place + 1..]);
                Self { negative, mantissa: &bytes[..place], exponent }
            }
        }
    }

    /// Returns the integer `number`, with its digits in `buffer`.
    pub(super) fn of_integer(number: i64, buffer: &'a mut [u8; I64_DIGITS]) -> Self {
        let mut rest = number.unsigned_abs();
        let mut start = I64_DIGITS;
        while rest > 0 {
            start -= 1;
            buffer[start] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        Self { negative: number < 0, mantissa: &buffer[start..], exponent: 0 }
    }

    /// Returns the digits of the mantissa without its point.
    pub(super) fn digits(&self) -> impl Iterator<Item = u8> + Clone + use<'a> {
        self.mantissa.iter().copied().filter(u8::is_ascii_digit)
    }

    /// Returns the number of digits after the point.
    pub(super) fn fraction_digits(&self) -> i64 {
        match self.mantissa.iter().position(|&byte| byte == b'.') {
            None => 0,
            Some(point) => count_digits(&self.mantissa[point..]),
        }
    }

    pub(super) fn compare(&self, other: &Decimal<'_>) -> Ordering {
        match (self.leading_place(), other.leading_place()) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => sign(!other.negative),
            (Some(_), None) => sign(self.negative),
            _ if self.negative != other.negative => sign(self.negative),
            (Some(place), Some(other_place)) => {
                let magnitude = place.cmp(&other_place).then_with(|| self.compare_digits(other));
                if self.negative { magnitude.reverse() } else { magnitude }
            }
        }
    }

    /// Returns `true` if the value is an integer.
    pub(super) fn is_integral(&self) -> bool {
        let zeros = self.digits_backwards().take_while(|&digit| digit == b'0').count();
        let is_zero = || self.digits().all(|digit| digit == b'0');
        self.unit() + i64::try_from(zeros).unwrap_or(i64::MAX / 4) >= 0 || is_zero()
    }

    /// Returns the value, which must be an integer, or `None` if it is beyond [`MAX_BITS`].
    pub(super) fn integer(&self) -> Option<Integer> {
        let Some(place) = self.leading_place() else { return Some(Integer::Small(0)) };
        if place > i64::from(MAX_BITS / 3) {
            return None;
        }
        let count = usize::try_from(place + 1).ok()?;
        let significant = self.digits().skip_while(|&digit| digit == b'0');
        let digits = significant.chain(core::iter::repeat(b'0')).take(count);
        let magnitude = Integer::from_digits(digits)?;
        Some(if self.negative { Integer::Small(0) - magnitude } else { magnitude })
    }

    fn digits_backwards(&self) -> impl Iterator<Item = u8> + use<'a> {
        self.mantissa.iter().rev().copied().filter(u8::is_ascii_digit)
    }

    /// Returns the power of ten of the last digit.
    fn unit(&self) -> i64 {
        self.exponent - self.fraction_digits()
    }

    /// Returns the power of ten of the first digit that is not zero, or `None` for zero.
    pub(super) fn leading_place(&self) -> Option<i64> {
        let first = self.mantissa.iter().position(|byte| matches!(byte, b'1'..=b'9'))?;
        let point = self.mantissa.iter().position(|&byte| byte == b'.');
        let place = match point {
            Some(point) if point < first => -count_digits(&self.mantissa[point..=first]),
            Some(point) => count_digits(&self.mantissa[first..point]) - 1,
            None => count_digits(&self.mantissa[first..]) - 1,
        };
        Some(place + self.exponent)
    }

    /// Compares digit by digit from the first that is not zero.
    fn compare_digits(&self, other: &Decimal<'_>) -> Ordering {
        let mut own = self.digits().skip_while(|&digit| digit == b'0');
        let mut others = other.digits().skip_while(|&digit| digit == b'0');
        loop {
            let (a, b) = match (own.next(), others.next()) {
                (None, None) => return Ordering::Equal,
                (a, b) => (a.unwrap_or(b'0'), b.unwrap_or(b'0')),
            };
            if a != b {
                return a.cmp(&b);
            }
        }
    }
}

/// Returns the order of a number with the given sign relative to zero.
fn sign(negative: bool) -> Ordering {
    if negative { Ordering::Less } else { Ordering::Greater }
}

fn count_digits(bytes: &[u8]) -> i64 {
    let count = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    i64::try_from(count).unwrap_or(i64::MAX / 4)
}

fn parse_exponent(bytes: &[u8]) -> i64 {
    const LIMIT: i64 = i64::MAX / 4;
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    let mut exponent = 0_i64;
    for byte in digits.iter().filter(|byte| byte.is_ascii_digit()) {
        let digit = i64::from(byte - b'0');
        exponent = exponent.saturating_mul(10).saturating_add(digit).min(LIMIT);
    }
    if negative { -exponent } else { exponent }
}

/// Returns `true` if `text` is written as an integer: an optional sign and digits.
pub(super) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the integer of 64 bits that OPA reads from `text` (`util.Atoi64`).
pub(super) fn int(text: &str) -> Option<i64> {
    /// The greatest number of characters after the sign, including the point.
    const MOST: usize = 19;
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.len() > MOST {
        return None;
    }
    let Some((whole, fraction)) = text.split_once('.') else { return text.parse().ok() };
    fraction.bytes().all(|byte| byte == b'0').then(|| whole.parse().ok())?
}

/// Returns `true` if OPA compares `text` as a double first (`ast.NumberCompare`): a fraction that
/// ends in zeros after other digits. Two such numbers are equal if their doubles are.
pub(super) fn compares_as_double(text: &str) -> bool {
    text.ends_with('0') && text.trim_end_matches(['.', '0']).contains('.')
}

/// Returns `true` if an integer of this length can be within [`MAX_BITS`].
pub(super) fn within_limit(text: &str) -> bool {
    // A digit holds more than three bits.
    text.len() <= MAX_BITS as usize / 3
}

/// Returns `true` if `text` is the shortest text of a fraction of few digits: no sign `+`, no
/// exponent, and no redundant `0` at either end. Different texts of this form are different
/// numbers.
pub(super) fn is_plain_fraction(text: &str) -> bool {
    /// The greatest number of characters. A mantissa of 64 bits distinguishes that many digits.
    const FEW: usize = 17;
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let Some((whole, fraction)) = unsigned.split_once('.') else { return false };
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    unsigned.len() <= FEW
        && are_digits(whole)
        && are_digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && !fraction.ends_with('0')
}
