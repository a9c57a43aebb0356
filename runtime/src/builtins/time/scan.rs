//! Scanners of the parts of a time.

/// The reason why an element of the layout does not match the text.
pub(super) enum Misfit {
    /// The text has another form.
    Syntax,
    /// A number is out of range; the field names the element.
    Range(&'static str),
}

/// Splits `count` bytes off the beginning.
pub(super) fn take<'t>(left: &mut &'t [u8], count: usize) -> Result<&'t [u8], Misfit> {
    let (taken, rest) = left.split_at_checked(count).ok_or(Misfit::Syntax)?;
    *left = rest;
    Ok(taken)
}

pub(super) fn skip_space(left: &mut &[u8]) {
    if let [b' ', rest @ ..] = left {
        *left = rest;
    }
}

/// Removes `prefix` from the beginning of `left`, where runs of spaces of any length are equal. On
/// failure, returns the text from the first difference on.
pub(super) fn skip<'t>(mut left: &'t [u8], mut prefix: &[u8]) -> Result<&'t [u8], &'t [u8]> {
    while let Some((&wanted, rest)) = prefix.split_first() {
        if wanted == b' ' {
            if left.first().is_some_and(|&byte| byte != b' ') {
                return Err(left);
            }
            prefix = without_spaces(prefix);
            left = without_spaces(left);
        } else {
            let Some((_, after)) = left.split_first().filter(|(byte, _)| **byte == wanted) else {
                return Err(left);
            };
            (prefix, left) = (rest, after);
        }
    }
    Ok(left)
}

fn without_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|&&byte| byte == b' ').count();
    &text[spaces..]
}

/// Reads one or two digits, or exactly two if `fixed`.
pub(super) fn number(left: &mut &[u8], fixed: bool) -> Result<i64, Misfit> {
    let digits = left.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || (fixed && digits != 2) {
        return Err(Misfit::Syntax);
    }
    Ok(decimal(take(left, digits)?))
}

pub(super) fn ranged(
    left: &mut &[u8],
    fixed: bool,
    range: core::ops::RangeInclusive<i64>,
    what: &'static str,
) -> Result<i64, Misfit> {
    let number = number(left, fixed)?;
    if range.contains(&number) { Ok(number) } else { Err(Misfit::Range(what)) }
}

/// Reads one to three digits, or exactly three if `fixed`.
pub(super) fn year_day(left: &mut &[u8], fixed: bool) -> Result<i64, Misfit> {
    let digits = left.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || (fixed && digits != 3) {
        return Err(Misfit::Syntax);
    }
    Ok(decimal(take(left, digits)?))
}

/// Returns the value of at most nine digits.
fn decimal(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// Parses a number of a few digits with an optional sign (`time.atoi`), which Go allows for years.
pub(super) fn signed(text: &[u8]) -> Result<i64, Misfit> {
    let digits = if let [b'-' | b'+', digits @ ..] = text { digits } else { text };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Misfit::Syntax);
    }
    let value = decimal(digits);
    Ok(if text.first() == Some(&b'-') { -value } else { value })
}

/// Returns the nanoseconds of a fraction with its separator. Digits after the ninth are ignored.
pub(super) fn nanoseconds(text: &[u8]) -> Result<i64, Misfit> {
    let [b'.' | b',', digits @ ..] = text else { return Err(Misfit::Syntax) };
    let digits = &digits[..digits.len().min(9)];
    let value = signed(digits)?;
    if value < 0 {
        return Err(Misfit::Range("fractional second"));
    }
    Ok((digits.len()..9).fold(value, |value, _| value * 10))
}

/// Reads one of `names`, ignoring the case and comparing only the first `length` letters. Returns
/// its place, from 1 on.
pub(super) fn name(names: &[&str], length: usize, left: &mut &[u8]) -> Result<i64, Misfit> {
    for (place, name) in (1..).zip(names) {
        let name = name.as_bytes();
        let name = &name[..name.len().min(length)];
        if left.get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name)) {
            take(left, name.len())?;
            return Ok(place);
        }
    }
    Err(Misfit::Syntax)
}

pub(super) fn one_of(left: &mut &[u8], before: &[u8], after: &[u8]) -> Result<bool, Misfit> {
    match take(left, 2)? {
        text if text == before => Ok(false),
        text if text == after => Ok(true),
        _ => Err(Misfit::Syntax),
    }
}

/// Returns the length of the zone abbreviation at the beginning of the text (`parseTimeZone`). It
/// consists of three capital letters, of four or five that end in T, of `GMT` with hours, or of a
/// signed number.
pub(super) fn zone_length(text: &[u8]) -> Result<usize, Misfit> {
    if text.len() < 3 {
        return Err(Misfit::Syntax);
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Ok(4);
    }
    if let Some(offset) = text.strip_prefix(b"GMT") {
        return Ok(3 + signed_hours(offset));
    }
    if matches!(text[0], b'+' | b'-') {
        return Some(signed_hours(text)).filter(|&length| length > 0).ok_or(Misfit::Syntax);
    }
    match text.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count() {
        5 if text[4] == b'T' => Ok(5),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Ok(4),
        3 => Ok(3),
        _ => Err(Misfit::Syntax),
    }
}

/// Returns the length of a sign and a number up to 23 at the beginning of `text`, or 0.
fn signed_hours(text: &[u8]) -> usize {
    let [b'+' | b'-', digits @ ..] = text else { return 0 };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let significant =
        &digits[digits.iter().take(count).take_while(|&&byte| byte == b'0').count()..count];
    if count == 0 || significant.len() > 2 || decimal(significant) > 23 { 0 } else { 1 + count }
}
