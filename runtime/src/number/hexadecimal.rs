//! Hexadecimal floats (`0x1.8p3`), which `to_number` accepts and whose text a number keeps.

use num_bigint::BigUint;

/// The greatest magnitude of an exponent, as a power of two. It includes the exponents of doubles.
const MAX_EXPONENT: i64 = 100_000;

/// The number `±mantissa × 2^exponent`.
struct Parts {
    negative: bool,
    mantissa: BigUint,
    exponent: i64,
}

/// Returns `true` if `text` begins as a hexadecimal float does.
pub(crate) fn is_prefixed(text: &str) -> bool {
    matches!(unsigned(text).as_bytes(), [b'0', b'x' | b'X', ..])
}

/// Returns a decimal text equal to a hexadecimal float, or `None` if `text` is not one or its
/// exponent is out of range.
pub(crate) fn to_decimal(text: &str) -> Option<String> {
    if !is_prefixed(text) {
        return None;
    }
    let Parts { negative, mantissa, exponent } = parse(text)?;
    let sign = if negative { "-" } else { "" };
    let power = u32::try_from(exponent.unsigned_abs()).ok()?;
    Some(if exponent >= 0 {
        format!("{sign}{}", mantissa << power)
    } else {
        format!("{sign}{}e-{power}", mantissa * BigUint::from(5_u32).pow(power))
    })
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// Parses a hexadecimal floating-point literal of Go's grammar, with an optional sign. The exponent
/// is required.
fn parse(text: &str) -> Option<Parts> {
    let digits = unsigned(text).get(2..)?;
    let (mantissa, exponent) = digits.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // An underscore may follow the prefix, or separate digits.
    let whole_digits = without_underscores(whole.strip_prefix('_').unwrap_or(whole))?;
    let fraction_digits = without_underscores(fraction)?;
    if whole.ends_with('_') || whole_digits.len() + fraction_digits.len() == 0 {
        return None;
    }
    let exponent = {
        let magnitude = without_underscores(unsigned(exponent))?;
        let is_number = !magnitude.is_empty() && magnitude.bytes().all(|b| b.is_ascii_digit());
        let negative = exponent.starts_with('-');
        let magnitude = is_number.then(|| magnitude.parse::<i64>().ok())??;
        if negative { -magnitude } else { magnitude }
    };
    let places = i64::try_from(fraction_digits.len()).ok()?.checked_mul(4)?;
    let exponent = exponent.checked_sub(places)?;
    let mantissa = BigUint::parse_bytes(format!("{whole_digits}{fraction_digits}").as_bytes(), 16)?;
    let negative = text.starts_with('-');
    (exponent.abs() <= MAX_EXPONENT).then_some(Parts { negative, mantissa, exponent })
}

fn without_underscores(digits: &str) -> Option<String> {
    let is_single = digits.split('_').all(|part| !part.is_empty());
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
    (digits.is_empty() || is_single && all).then(|| digits.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    #[test]
    fn values_are_exact_and_compare_with_decimals() {
        let equal = [
            ("0x1p4", "16"),
            ("-0X1.8p1", "-3"),
            ("0x_1_0p-4", "1"),
            ("0x.8p0", "0.5"),
            ("0x1p-2", "0.25"),
            ("+0xFFp+8", "65280"),
            ("0x0p0", "0"),
        ];
        for (hexadecimal, decimal) in equal {
            let (a, b) = (Number::from_text(hexadecimal), Number::from_text(decimal));
            assert_eq!(a, b, "{hexadecimal}");
            assert_eq!(b, a, "{hexadecimal}");
            assert_eq!(a.to_integer(), b.to_integer(), "{hexadecimal}");
            assert_eq!(a.to_f64().to_bits(), (b.to_f64() + 0.0).to_bits(), "{hexadecimal}");
            assert_eq!(a.to_string(), hexadecimal);
        }
        for text in ["0x", "0x1", "0xp1", "0x.p1", "0x1p", "0x1_p1", "0x1__0p1", "0xgp1", "0x1p1.5"]
        {
            assert_eq!(to_decimal(text), None, "{text}");
        }
    }
}
