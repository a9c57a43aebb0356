//! Numbers as strings.

use super::text;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::number::digits::Backwards;
use crate::number::float::Float;
use crate::number::integer::Integer;
use crate::value::Value;

/// Implements `format_int(number, base)`, which formats the integer part. As in OPA, the text of
/// the base must match, so that `10.0` is not a base.
pub fn format_int<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let number = operand::number(env, operands, 1)?;
    let base = operand::number(env, operands, 2)?;
    let radix = match (base.as_text(), base.as_i64()) {
        (None, Some(2)) => 2,
        (None, Some(8)) => 8,
        (None, Some(10)) => 10,
        (None, Some(16)) => 16,
        _ => {
            let message = format_args!("must be one of {{2, 8, 10, 16}}");
            return Err(operand::invalid(env, 2, message));
        }
    };
    if let (Some(integer), 10) = (number.held(), radix) {
        return text(env.arena.string(Backwards::short(integer).as_str()));
    }
    let whole = if number.is_written_as_integer() {
        number.to_integer().ok().flatten()
    } else {
        Float::from_number(&number).map(|float| float.truncate())
    };
    match whole {
        Some(Integer::Small(integer)) => text(small(env, integer, radix)),
        Some(Integer::Big(big)) => text(env.arena.string(&big.to_str_radix(radix))),
        None => Err(operand::OUT_OF_RANGE),
    }
}

fn small<'a>(env: &Env<'a>, integer: i128, radix: u32) -> &'a str {
    let sign = if integer < 0 { "-" } else { "" };
    let magnitude = integer.unsigned_abs();
    match radix {
        2 => env.arena.format(format_args!("{sign}{magnitude:b}")),
        8 => env.arena.format(format_args!("{sign}{magnitude:o}")),
        16 => env.arena.format(format_args!("{sign}{magnitude:x}")),
        _ => env.arena.string(Backwards::integer(integer).as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;
    use crate::number::Number;

    #[test]
    fn whole_parts_in_four_bases() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |number, base| {
            let operands = [number, base].map(|text| Value::Number(Number::from_text(text)));
            let result = format_int(&env, &operands).map_err(|error| error.message);
            result.map(|value| value.and_then(|value| value.as_str()))
        };
        assert_eq!(run("-255", "16"), Ok(Some("-ff")));
        assert_eq!(run("5", "2"), Ok(Some("101")));
        assert_eq!(run("10.7", "10"), Ok(Some("10")));
        assert_eq!(run("-10.7", "8"), Ok(Some("-12")));
        assert_eq!(run("1e3", "10"), Ok(Some("1000")));
        assert_eq!(run("18446744073709551615", "16"), Ok(Some("ffffffffffffffff")));
        let big = "123456789012345678901234567890";
        assert_eq!(run(big, "10"), Ok(Some(big)));
        assert_eq!(run("1", "3"), Err("operand 2 must be one of {2, 8, 10, 16}"));
        assert_eq!(run("1", "10.0"), Err("operand 2 must be one of {2, 8, 10, 16}"));
    }
}
