//! Verbs of integers.

use core::fmt::{self, Write};

use num_bigint::BigInt;

use super::quote;
use super::spec::{Spec, repeat};

/// The verbs of an `int64`.
pub(super) const VERBS: &str = "vdboOxXcqU";

/// Writes an `int64` with one of [`VERBS`].
pub(super) fn int(out: &mut impl Write, spec: &Spec, number: i64, verb: char) -> fmt::Result {
    match verb {
        'b' => digits(out, spec, number, 2, verb),
        'o' | 'O' => digits(out, spec, number, 8, verb),
        'x' | 'X' => digits(out, spec, number, 16, verb),
        'c' => spec.pad(out, character(number).encode_utf8(&mut [0; 4])),
        'q' => quoted(out, spec, number),
        'U' => unicode(out, spec, number),
        _ => digits(out, spec, number, 10, verb),
    }
}

/// Implements Go's `fmt.fmtInteger`.
fn digits(out: &mut impl Write, spec: &Spec, number: i64, base: u64, verb: char) -> fmt::Result {
    let magnitude = number.unsigned_abs();
    if spec.precision == Some(0) && magnitude == 0 {
        return repeat(out, ' ', spec.width.unwrap_or_default());
    }
    let sign = spec.sign(number < 0);
    let least = match (spec.precision, spec.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if spec.flags.zero && !spec.flags.minus => {
            width.saturating_sub(sign.len())
        }
        _ => 0,
    };
    let mut buffer = [0; 64];
    let digits = to_base(magnitude, base, verb == 'X', &mut buffer);
    let zeros = least.saturating_sub(digits.len());
    let base_prefix = match (spec.flags.sharp, base) {
        (true, 2) => "0b",
        (true, 8) if zeros == 0 && !digits.starts_with('0') => "0",
        (true, 16) if verb == 'X' => "0X",
        (true, 16) => "0x",
        _ => "",
    };
    let octal_prefix = if verb == 'O' { "0o" } else { "" };
    write_parts(out, spec, &[sign, octal_prefix, base_prefix], zeros, digits)
}

/// Writes prefixes, zeros and digits, padded with spaces.
fn write_parts(
    out: &mut impl Write,
    spec: &Spec,
    prefixes: &[&str],
    zeros: usize,
    digits: &str,
) -> fmt::Result {
    let length = prefixes.iter().map(|prefix| prefix.len()).sum::<usize>() + zeros + digits.len();
    let missing = spec.width.unwrap_or_default().saturating_sub(length);
    if !spec.flags.minus {
        repeat(out, ' ', missing)?;
    }
    prefixes.iter().try_for_each(|prefix| out.write_str(prefix))?;
    repeat(out, '0', zeros)?;
    out.write_str(digits)?;
    if spec.flags.minus { repeat(out, ' ', missing) } else { Ok(()) }
}

/// Writes the digits of `number` at the end of `buffer` and returns them.
fn to_base(mut number: u64, base: u64, upper: bool, buffer: &mut [u8; 64]) -> &str {
    let alphabet = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut start = buffer.len();
    loop {
        start -= 1;
        let digit = usize::try_from(number % base).unwrap_or_default();
        buffer[start] = alphabet[digit];
        number /= base;
        if number == 0 || start == 0 {
            return core::str::from_utf8(&buffer[start..]).unwrap_or_default();
        }
    }
}

/// Returns the character with this code, or U+FFFD if there is none.
fn character(code: i64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn quoted(out: &mut impl Write, spec: &Spec, number: i64) -> fmt::Result {
    let mut quoted = Short::default();
    quote::quote_char(&mut quoted, character(number), spec.flags.plus)?;
    spec.pad(out, quoted.as_str())
}

/// Implements Go's `fmt.fmtUnicode`: `U+0078`, with `#` followed by the character.
fn unicode(out: &mut impl Write, spec: &Spec, number: i64) -> fmt::Result {
    // A negative number is printed as the unsigned number with equal bits.
    let code = number.cast_unsigned();
    let least = spec.precision.unwrap_or_default().max(4);
    let mut buffer = [0; 64];
    let digits = to_base(code, 16, true, &mut buffer);
    let shown = u32::try_from(code).ok().and_then(char::from_u32);
    let shown = shown.filter(|&c| spec.flags.sharp && quote::is_print(c));
    let mut tail = Short::default();
    if let Some(c) = shown {
        write!(tail, " '{c}'")?;
    }
    let zeros = least.saturating_sub(digits.len());
    let length = 2 + zeros + digits.len() + tail.as_str().chars().count();
    let missing = spec.width.unwrap_or_default().saturating_sub(length);
    if !spec.flags.minus {
        repeat(out, ' ', missing)?;
    }
    out.write_str("U+")?;
    repeat(out, '0', zeros)?;
    out.write_str(digits)?;
    out.write_str(tail.as_str())?;
    if spec.flags.minus { repeat(out, ' ', missing) } else { Ok(()) }
}

/// Writes a `*big.Int` (`math/big`'s `Int.Format`), whose error for a wrong verb names its type.
pub(super) fn big(out: &mut impl Write, spec: &Spec, decimal: &str, verb: char) -> fmt::Result {
    let base = match verb {
        'v' | 'd' | 's' => 10,
        'b' => 2,
        'o' | 'O' => 8,
        'x' | 'X' => 16,
        _ => return write!(out, "%!{verb}(big.Int={decimal})"),
    };
    let (negative, magnitude) = match decimal.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, decimal),
    };
    // Go's `big.Int` also applies the plus of `%+v`.
    let sign = if spec.plus_v && !negative { "+" } else { spec.sign(negative) };
    let prefix = match (spec.flags.sharp, verb) {
        (_, 'O') => "0o",
        (true, 'b') => "0b",
        (true, 'o') => "0",
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        _ => "",
    };
    let prefixes = [sign, prefix];
    if base == 10 {
        return big_digits(out, spec, prefixes, magnitude);
    }
    let number = BigInt::parse_bytes(magnitude.as_bytes(), 10).unwrap_or_default();
    let mut digits = number.to_str_radix(base);
    if verb == 'X' {
        digits.make_ascii_uppercase();
    }
    big_digits(out, spec, prefixes, &digits)
}

fn big_digits(out: &mut impl Write, spec: &Spec, prefixes: [&str; 2], digits: &str) -> fmt::Result {
    let length = prefixes.iter().map(|prefix| prefix.len()).sum::<usize>() + digits.len();
    let zeros = match (spec.precision, spec.width) {
        (Some(precision), _) => precision.saturating_sub(digits.len()),
        (None, Some(width)) if spec.flags.zero && !spec.flags.minus => width.saturating_sub(length),
        _ => 0,
    };
    write_parts(out, spec, &prefixes, zeros, digits)
}

/// A short string without a heap allocation.
#[derive(Default)]
struct Short {
    bytes: [u8; 16],
    length: usize,
}

impl Short {
    fn as_str(&self) -> &str {
        self.bytes
            .get(..self.length)
            .and_then(|bytes| core::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
