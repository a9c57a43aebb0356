//! Verbs of `float64` (`fmt.fmtFloat` and `strconv.AppendFloat`).

use core::fmt::{self, Write};

use super::spec::{Spec, repeat};
use crate::arena::Arena;

/// The verbs of floats.
pub(super) const VERBS: &str = "vgGeEfFbxX";

/// The maximum number of digits that a `float64` has after its first digit or after its point. A
/// larger precision appends zeros, which are not requested from the standard library.
const MOST_DIGITS: usize = 1100;

/// Writes a finite number with one of [`VERBS`].
pub(super) fn float(
    arena: &Arena,
    out: &mut impl Write,
    spec: &Spec,
    number: f64,
    verb: char,
) -> fmt::Result {
    let mut body = arena.text();
    let magnitude = number.abs();
    let precision = spec.precision;
    match verb {
        'G' => general(arena, &mut body, magnitude, precision, 'E')?,
        'e' | 'E' => scientific(arena, &mut body, magnitude, precision.unwrap_or(6), verb)?,
        'f' | 'F' => plain(&mut body, magnitude, precision.unwrap_or(6))?,
        'b' => binary(&mut body, magnitude)?,
        'x' | 'X' => hexadecimal(&mut body, magnitude, precision, verb == 'X')?,
        _ => general(arena, &mut body, magnitude, precision, 'e')?,
    }
    if spec.flags.sharp && verb != 'b' {
        let body = with_point(arena, &body, verb, precision)?;
        return signed(arena, out, spec, number.is_sign_negative(), body);
    }
    signed(arena, out, spec, number.is_sign_negative(), &body)
}

/// Writes the sign and the number in the width, with padding zeros between the two.
fn signed(
    arena: &Arena,
    out: &mut impl Write,
    spec: &Spec,
    negative: bool,
    body: &str,
) -> fmt::Result {
    let sign = spec.sign(negative);
    if sign.is_empty() {
        return spec.pad(out, body);
    }
    if let Some(width) = spec.width.filter(|_| spec.flags.zero && !spec.flags.minus) {
        out.write_str(sign)?;
        let missing = width.saturating_sub(body.len() + sign.len());
        return spec.padding(out, missing).and_then(|()| out.write_str(body));
    }
    spec.pad(out, arena.format(format_args!("{sign}{body}")))
}

/// Writes `%f`: `1.500000`.
fn plain(out: &mut impl Write, number: f64, precision: usize) -> fmt::Result {
    let digits = precision.min(MOST_DIGITS);
    write!(out, "{number:.digits$}")?;
    repeat(out, '0', precision - digits)
}

/// Writes `%e`: `1.500000e+00`.
fn scientific(
    arena: &Arena,
    out: &mut impl Write,
    number: f64,
    precision: usize,
    letter: char,
) -> fmt::Result {
    let shown = precision.min(MOST_DIGITS);
    let (digits, exponent) = digits_and_exponent(arena.format(format_args!("{number:.shown$e}")));
    out.write_str(digits)?;
    repeat(out, '0', precision - shown)?;
    write_exponent(out, letter, exponent)
}

/// Writes `%g` with the fewest digits that identify the number, or with as many as the precision
/// states. The magnitude decides between the forms of `%e` and `%f`.
pub(super) fn general(
    arena: &Arena,
    out: &mut impl Write,
    number: f64,
    precision: Option<usize>,
    letter: char,
) -> fmt::Result {
    if number == 0.0 {
        return out.write_char('0');
    }
    let precision = precision.map(|precision| precision.clamp(1, MOST_DIGITS));
    let text = match precision {
        None => shortest(arena, number),
        Some(precision) => arena.format(format_args!("{number:.*e}", precision - 1)),
    };
    let (digits, exponent) = digits_and_exponent(text);
    let (first, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let rest = rest.trim_end_matches('0');
    let count = i32::try_from(1 + rest.len()).unwrap_or(i32::MAX);
    let limit = match precision.map(i32::try_from) {
        Some(Ok(precision)) if precision > count && count > exponent => count,
        Some(Ok(precision)) => precision,
        Some(Err(_)) | None => 6,
    };
    if (-4..limit).contains(&exponent) {
        return fixed(out, first, rest, exponent);
    }
    out.write_str(first)?;
    if !rest.is_empty() {
        write!(out, ".{rest}")?;
    }
    write_exponent(out, letter, exponent)
}

/// Returns the fewest digits that identify `number`, in the form of `{:e}`. Of two such texts that
/// are equally near, Go chooses the one with an even last digit. For `9.6078041903986825e14`, this
/// is `9.607804190398682e14`, whereas the standard library rounds up.
fn shortest(arena: &Arena, number: f64) -> &str {
    /// The minimum number of digits for a tie: shorter texts are never equally near.
    const TIE_DIGITS: usize = 15;
    let text = arena.format(format_args!("{number:e}"));
    let (digits, _) = digits_and_exponent(text);
    let places = digits.len().saturating_sub(2);
    if places + 1 < TIE_DIGITS {
        return text;
    }
    let even = arena.format(format_args!("{number:.places$e}"));
    if even.parse() == Ok(number) { even } else { text }
}

/// Splits the output of Rust's `{:e}`, such as `1.5e3`.
fn digits_and_exponent(text: &str) -> (&str, i32) {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (digits, exponent.parse().unwrap_or_default())
}

/// Writes the digits `first` and `rest` with the point at the place that `exponent` determines.
fn fixed(out: &mut impl Write, first: &str, rest: &str, exponent: i32) -> fmt::Result {
    let Ok(places) = usize::try_from(exponent) else {
        out.write_str("0.")?;
        (1..exponent.unsigned_abs()).try_for_each(|_| out.write_char('0'))?;
        return write!(out, "{first}{rest}");
    };
    out.write_str(first)?;
    match rest.split_at_checked(places) {
        Some((whole, "")) => out.write_str(whole),
        Some((whole, fraction)) => write!(out, "{whole}.{fraction}"),
        None => write!(out, "{rest:0<places$}"),
    }
}

fn write_exponent(out: &mut impl Write, letter: char, exponent: i32) -> fmt::Result {
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(out, "{letter}{sign}{:02}", exponent.unsigned_abs())
}

/// Writes `%b`: the mantissa and the exponent of two, as stored.
fn binary(out: &mut impl Write, number: f64) -> fmt::Result {
    let (mantissa, exponent) = parts(number);
    let exponent = exponent - 52;
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(out, "{mantissa}p{sign}{}", exponent.unsigned_abs())
}

/// Returns the mantissa with its implicit bit at 2^52, and the exponent of that bit.
fn parts(number: f64) -> (u64, i32) {
    let bits = number.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    let exponent = i32::try_from(bits >> 52 & 0x7ff).unwrap_or_default();
    if exponent == 0 { (mantissa, -1022) } else { (mantissa | 1 << 52, exponent - 1023) }
}

/// Writes `%x`: `0x1.8p+01`.
fn hexadecimal(
    out: &mut impl Write,
    number: f64,
    precision: Option<usize>,
    upper: bool,
) -> fmt::Result {
    let (mantissa, mut exponent) = parts(number);
    let mut mantissa = mantissa << 8;
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros() - 3;
        mantissa <<= shift;
        exponent -= i32::try_from(shift).unwrap_or_default();
    }
    if let Some(precision @ ..15) = precision {
        let shift = precision * 4;
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        mantissa += u64::from(extra | (mantissa & 1) > 1 << 59);
        mantissa <<= 60 - shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let (prefix, letter) = if upper { ("0X", 'P') } else { ("0x", 'p') };
    write!(out, "{prefix}{}", mantissa >> 60 & 1)?;
    let mut fraction = mantissa << 4;
    let count = precision.unwrap_or_else(|| (64 - fraction.trailing_zeros()).div_ceil(4) as usize);
    if count > 0 {
        out.write_char('.')?;
    }
    for _ in 0..count {
        let digit = fraction >> 60;
        if upper { write!(out, "{digit:X}") } else { write!(out, "{digit:x}") }?;
        fraction <<= 4;
    }
    write_exponent(out, letter, exponent)
}

/// Applies the flag `#`: adds a point, and for `%g` zeros up to the precision.
fn with_point<'a>(
    arena: &'a Arena,
    body: &str,
    verb: char,
    precision: Option<usize>,
) -> Result<&'a str, fmt::Error> {
    let exponent = match verb {
        'x' | 'X' => body.find(['p', 'P']),
        _ => body.find(['e', 'E']),
    };
    let (number, tail) = body.split_at_checked(exponent.unwrap_or(body.len())).ok_or(fmt::Error)?;
    let wanted = match verb {
        'v' | 'g' | 'G' | 'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let point = if number.contains('.') { "" } else { "." };
    let significant = number.trim_start_matches(['0', '.']);
    let mut digits = significant.chars().filter(|&c| c != '.').count();
    if number == "0" {
        digits += 1;
    }
    let mut out = arena.text();
    write!(out, "{number}{point}")?;
    (digits..wanted).try_for_each(|_| out.write_char('0'))?;
    out.write_str(tail)?;
    Ok(out.into_bump_str())
}
