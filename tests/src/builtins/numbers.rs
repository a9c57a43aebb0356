//! Numbers in all notations of JSON.

use crate::draw::Draw;

const NOTABLE: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "10",
    "-5",
    "0.1",
    "0.5",
    "1.5",
    "-2.5",
    "1e3",
    "1E3",
    "1.0",
    "-0",
    "-0.0",
    "0.0",
    "1e0",
    "100",
    "255",
    "4294967296",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "1e15",
    "1e16",
    "1e18",
    "1e19",
    "1e21",
    "1e28",
    "1e300",
    "1e308",
    "1e309",
    "1e-7",
    "1e-300",
    "1e-400",
    "1e400",
    "123456789012345678901234567890",
    "0.1e1",
    "1.50",
    "3.14159",
    "0.30000000000000004",
    "0.2",
    "0.3",
    "1e+5",
    "1e05",
    "12345.678e-2",
    "99999999999999.9",
    "0.1234567890123456789012345",
    "1e999",
    "1.7976931348623157e308",
    "5e-324",
    "2.5e-5",
    "0.00001",
    "123456789.125",
    "1e6",
    "-0.5",
    "-0.1",
    "0.999999999999999999999",
    "1e22",
    "1e23",
    "-1e3",
    "1.0e3",
    "10e-1",
    "100e-2",
    "15e-1",
    "1e17",
    "1e1000",
    "999999999999999",
    "1000000000000000",
    "99999999999999999",
    "0.000001",
    "21e20",
    "1e20",
    "0e10",
    "0e400",
    "-0e1",
];

/// Returns the text of a number.
pub(super) fn number(draw: &mut Draw) -> String {
    match draw.below(10) {
        0..4 => draw.pick(NOTABLE).to_owned(),
        4..6 => small(draw),
        6 => near(draw),
        _ => written(draw),
    }
}

/// Returns an integer of one or two digits.
pub(super) fn small(draw: &mut Draw) -> String {
    let limit = if draw.chance(70) { 10 } else { 100 };
    let sign = if draw.chance(15) { "-" } else { "" };
    format!("{sign}{}", draw.below(limit))
}

/// Returns an integer next to a power of two.
fn near(draw: &mut Draw) -> String {
    let power = [8, 15, 16, 31, 32, 52, 53, 54, 62, 63, 64, 65, 100, 126][draw.below(14)];
    let offset = i128::try_from(draw.below(3)).unwrap_or_default() - 1;
    let number = (1_i128 << power) + offset;
    if draw.chance(30) { (-number).to_string() } else { number.to_string() }
}

/// Returns random digits, with a point or an exponent.
fn written(draw: &mut Draw) -> String {
    let mut text = String::new();
    if draw.chance(20) {
        text.push('-');
    }
    let length = [1, 2, 3, 6, 10, 15, 16, 17, 18, 19, 20, 25, 40][draw.below(13)];
    let whole = digits(draw, length);
    let whole = whole.trim_start_matches('0');
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if draw.chance(50) {
        text.push('.');
        let length = [1, 2, 3, 6, 10, 17, 25][draw.below(7)];
        text.push_str(&digits(draw, length));
    }
    if draw.chance(35) {
        text.push(if draw.chance(80) { 'e' } else { 'E' });
        text.push_str(["", "+", "-", "-"][draw.below(4)]);
        let limit = [5, 20, 40, 330][draw.below(4)];
        text.push_str(&draw.below(limit).to_string());
    }
    text
}

fn digits(draw: &mut Draw, length: usize) -> String {
    (0..length).map(|_| char::from(b"0123456789"[draw.below(10)])).collect()
}
