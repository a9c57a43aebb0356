//! Numbers with units (`topdown/parse_units.go`, `topdown/parse_bytes.go`).

mod amount;
mod decimal;

use self::amount::Amount;
use self::decimal::Decimal;
use super::operand;
use super::row::{Builtin, row};
use super::strings::char_to_lower;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::number::Number;
use crate::number::float::{Float, PRECISION};
use crate::number::short::Short;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(units::parse, "units.parse", "(string) => number", cost: Expensive),
    row!(units::parse_bytes, "units.parse_bytes", "(string) => number", cost: Expensive),
];

/// The words in which the messages of the two functions differ.
struct Words {
    name: &'static str,
    amount: &'static str,
    unit: &'static str,
}

const PARSE: Words = Words { name: "units.parse", amount: "amount", unit: "unit" };
const PARSE_BYTES: Words =
    Words { name: "units.parse_bytes", amount: "byte amount", unit: "byte unit" };

impl Words {
    fn no_amount<'a>(&self, env: &Env<'a>) -> BuiltinError<'a> {
        env.fail(format_args!("{}: no {} provided", self.name, self.amount))
    }

    fn not_a_number<'a>(&self, env: &Env<'a>) -> BuiltinError<'a> {
        env.fail(format_args!("{}: could not parse {} to a number", self.name, self.amount))
    }

    fn spaces<'a>(&self, env: &Env<'a>) -> BuiltinError<'a> {
        env.fail(format_args!("{}: spaces not allowed in resource strings", self.name))
    }

    fn exponent<'a>(&self, env: &Env<'a>) -> BuiltinError<'a> {
        env.fail(format_args!("{}: exponent too large", self.name))
    }

    fn unknown_unit<'a>(&self, env: &Env<'a>, unit: &str) -> BuiltinError<'a> {
        env.fail(format_args!("{}: {} {unit} not recognized", self.name, self.unit))
    }

    /// Splits `text` into the amount and the unit, ignoring quotes.
    fn split<'t, 'a: 't>(
        &self,
        env: &Env<'a>,
        text: &'t str,
    ) -> Result<Amount<'t>, BuiltinError<'a>> {
        let mut text = text;
        if amount::has_quote_or_space(text) {
            text = amount::without_quotes(env, text);
            if text.contains(' ') {
                return Err(self.spaces(env));
            }
        }
        let amount = Amount::split(text).ok_or_else(|| self.exponent(env))?;
        if amount.number.is_empty() {
            return Err(self.no_amount(env));
        }
        Ok(amount)
    }
}

/// The factor `dividend ÷ 2^shift` of a unit.
#[derive(Clone, Copy)]
struct Factor {
    dividend: u64,
    shift: u32,
}

/// The binary float nearest to 0.001. OPA multiplies by it, so that `1000m` is not an integer.
const MILLI: Factor = Factor { dividend: 0x0010_624d_d2f1_a9fc, shift: 62 };

/// Implements `units.parse(text)` with decimal and binary units. Units are case-insensitive, except
/// that `m` is milli and `M` is mega.
pub fn parse<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let Amount { number, unit } = PARSE.split(env, operand::string(env, operands, 1)?)?;
    if unit == "m"
        && let Some(number) = decimal::few_thousandths(env.arena, number)
    {
        return Ok(Some(Value::Number(number)));
    }
    let mut buffer = [0; SHORT_UNIT];
    let name = lower_tail(env, unit, &mut buffer);
    let factor = match name {
        "m" => MILLI,
        "M" => Factor { dividend: 1_000_000, shift: 0 },
        "mi" | "Mi" => Factor { dividend: 1 << 20, shift: 0 },
        name => {
            let dividend = factor(name).ok_or_else(|| PARSE.unknown_unit(env, name))?;
            Factor { dividend, shift: 0 }
        }
    };
    let short = decimal::short_product(env.arena, number, factor.dividend, factor.shift);
    let number = short.map_or_else(|| long_product(env, number, factor), Ok)?;
    Ok(Some(Value::Number(number)))
}

#[cold]
fn long_product<'a>(
    env: &Env<'a>,
    number: &str,
    factor: Factor,
) -> Result<Number<'a>, BuiltinError<'a>> {
    let decimal = Decimal::parse(number).ok_or_else(|| PARSE.not_a_number(env))?;
    let number = decimal
        .times(factor.dividend, 1 << factor.shift)
        .and_then(|product| product.to_number(env.arena, decimal::PLACES));
    number.ok_or(operand::OUT_OF_RANGE)
}

/// The maximum length of an ASCII unit.
const SHORT_UNIT: usize = 2;

/// Returns the unit with all letters except the first in lower case.
fn lower_tail<'t, 'a: 't>(
    env: &Env<'a>,
    unit: &'t str,
    buffer: &'t mut [u8; SHORT_UNIT],
) -> &'t str {
    match *unit.as_bytes() {
        [] | [_] => unit,
        [first, second] if unit.is_ascii() => {
            *buffer = [first, second.to_ascii_lowercase()];
            core::str::from_utf8(buffer).unwrap_or_default()
        }
        _ => {
            let mut letters = unit.chars();
            let mut name = env.arena.text();
            name.extend(letters.next());
            name.extend(letters.map(char_to_lower));
            name.into_bump_str()
        }
    }
}

/// Implements `units.parse_bytes(text)`. Units may be in any case, with or without a `b`, and a
/// bare `m` is mega. The result is the integer number of bytes, computed with a 64-bit float.
pub fn parse_bytes<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let mut lower = env.arena.text_with_capacity(text.len());
    lower.extend(text.chars().map(char_to_lower));
    let Amount { number, unit } = PARSE_BYTES.split(env, lower.into_bump_str())?;
    let name = match unit {
        "b" => unit,
        _ => unit.strip_suffix('b').unwrap_or(unit),
    };
    let factor = match name {
        "m" => 1_000_000,
        "mi" => 1 << 20,
        name => factor(name).ok_or_else(|| PARSE_BYTES.unknown_unit(env, unit))?,
    };
    if let Some(short) = Short::parse(number)
        && short.places == 0
        && let Some(total) = short.digits.checked_mul(factor)
    {
        // The product fits into the precision of the float.
        let total = i128::from(total);
        let total = if short.negative { -total } else { total };
        return Ok(Some(Value::Number(Number::from_i128(env.arena, total))));
    }
    let decimal = Decimal::parse(number).ok_or_else(|| PARSE_BYTES.not_a_number(env))?;
    let amount = decimal.to_float().ok_or(operand::OUT_OF_RANGE)?;
    let total = amount.times(Float::from_u64(factor), PRECISION).truncate();
    Ok(Some(Value::Number(Number::from_integer(env.arena, &total))))
}

/// Returns the factor of a unit other than those of the letter m.
fn factor(unit: &str) -> Option<u64> {
    Some(match unit {
        "" => 1,
        "k" | "K" => 1_000,
        "ki" | "Ki" => 1 << 10,
        "g" | "G" => 1_000_000_000,
        "gi" | "Gi" => 1 << 30,
        "t" | "T" => 1_000_000_000_000,
        "ti" | "Ti" => 1 << 40,
        "p" | "P" => 1_000_000_000_000_000,
        "pi" | "Pi" => 1 << 50,
        "e" | "E" => 1_000_000_000_000_000_000,
        "ei" | "Ei" => 1 << 60,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::BuiltinFn;
    use crate::env::NoHost;

    #[track_caller]
    fn check(function: BuiltinFn, cases: &[(&'static str, &str)]) {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        for (text, expected) in cases {
            let result = match function(&env, &[Value::String(text)]) {
                Ok(value) => value.map(|value| value.to_string()).unwrap_or_default(),
                Err(error) => error.message.to_owned(),
            };
            assert_eq!(&result, expected, "{text}");
        }
    }

    #[test]
    fn units_of_resources() {
        check(
            parse,
            &[
                ("100m", "0.1000000000"),
                ("1000m", "1.0000000000"),
                ("-1500m", "-1.5000000000"),
                ("1.5Gi", "1610612736"),
                ("\"10\"K", "10000"),
                ("1KI", "1024"),
                ("5E", "5000000000000000000"),
                ("1e3", "1000"),
                ("1e-1", "0.1000000000"),
                ("1e3k", "1000000"),
                (".5", "0.5000000000"),
                ("1.", "1"),
                ("+2M", "2000000"),
                ("0.00000000005", "0.0000000001"),
                ("100Ei", "115292150460684697600"),
                ("0.3Gi", "322122547.2000000000"),
                ("-0.5m", "-0.0005000000"),
                ("12345678901234567.5", "12345678901234567.5000000000"),
                ("2K\u{130}", "2048"),
            ],
        );
        check(
            parse,
            &[
                ("", "units.parse: no amount provided"),
                ("Gi", "units.parse: no amount provided"),
                ("1 G", "units.parse: spaces not allowed in resource strings"),
                ("1GB", "units.parse: unit Gb not recognized"),
                ("1é", "units.parse: unit é not recognized"),
                ("1.2.3", "units.parse: could not parse amount to a number"),
                ("1-2", "units.parse: could not parse amount to a number"),
                (".", "units.parse: could not parse amount to a number"),
                ("1e1234567", "units.parse: exponent too large"),
                ("1e+", "units.parse: could not parse amount to a number"),
            ],
        );
    }

    #[test]
    fn units_of_bytes() {
        check(
            parse_bytes,
            &[
                ("1.5Gi", "1610612736"),
                ("100m", "100000000"),
                ("100MiB", "104857600"),
                ("0.5", "0"),
                ("-1.5kb", "-1500"),
                ("1e3k", "1000000"),
                ("1E", "1000000000000000000"),
                ("16Eib", "18446744073709551616"),
                ("-3", "-3"),
                ("0.7ki", "716"),
                ("1\u{212a}", "1000"),
            ],
        );
        check(
            parse_bytes,
            &[
                ("", "units.parse_bytes: no byte amount provided"),
                ("1b", "units.parse_bytes: byte unit b not recognized"),
                ("1 k", "units.parse_bytes: spaces not allowed in resource strings"),
                ("1.1.k", "units.parse_bytes: could not parse byte amount to a number"),
            ],
        );
    }
}
