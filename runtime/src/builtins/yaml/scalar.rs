//! What plain scalars mean (`go-yaml` 2, `resolve.go`).

/// A scalar's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer above the largest `int64`.
    Unsigned(u64),
    Float(f64),
    Text(&'t str),
}

/// The value of a plain scalar.
pub(super) fn resolve(text: &str) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ if text.starts_with(|first: char| matches!(first, '+' | '-' | '.' | '0'..='9')) => {
            number(text).unwrap_or(Scalar::Text(text))
        }
        _ => Scalar::Text(text),
    }
}

fn number(text: &str) -> Option<Scalar<'_>> {
    if text.starts_with('.') {
        return float(text);
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    integer(&plain).or_else(|| {
        float(&plain).map(|float| match float {
            Scalar::Float(number) => Scalar::Float(number),
            _ => Scalar::Text(text),
        })
    })
}

/// An integer as Go's `ParseInt` with base 0 reads it: `0x`, `0o`, `0b`, and a leading zero for
/// octal.
fn integer<'t>(text: &str) -> Option<Scalar<'t>> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(digits) = lower.strip_prefix("0x") {
        (16, digits)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (8, digits)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (2, digits)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match i64::try_from(magnitude) {
        Ok(number) => Some(Scalar::Int(if negative { -number } else { number })),
        Err(_) if negative && magnitude == 1 << 63 => Some(Scalar::Int(i64::MIN)),
        // Go's `ParseUint` takes no sign.
        Err(_) => (!text.starts_with(['-', '+'])).then_some(Scalar::Unsigned(magnitude)),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float<'t>(text: &str) -> Option<Scalar<'t>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        }
        None => (unsigned, "0"),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some = !whole.is_empty() || !fraction.is_empty();
    let all = digits(whole) && digits(fraction) && digits(exponent) && !exponent.is_empty();
    let number: f64 = if some && all { text.parse().ok()? } else { return None };
    number.is_finite().then_some(Scalar::Float(number))
}

/// A number of base 60 (`1:30`), which YAML 1.1 has and `go-yaml` quotes though it does not read
/// it.
pub(super) fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.contains(':') || !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (parts, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = parts.split(':');
    let digits = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'_'));
    parts.next().is_some_and(digits)
        && digits(fraction)
        && parts.all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}
