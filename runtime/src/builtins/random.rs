//! `rand.intn` and `uuid.rfc4122` (OPA's `topdown/numbers.go` and `topdown/uuid.go`). Within one
//! evaluation, equal operands have equal answers. OPA achieves this with a cache, ferrego by
//! deriving the answer from the evaluation's seed and the operands.

use core::hash::{Hash, Hasher};
use std::hash::DefaultHasher;

use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(random::intn, "rand.intn", "(string, number) => number", kind: Nondeterministic, effect: Any),
    row!(random::uuid, "uuid.rfc4122", "(string) => string", kind: Nondeterministic, effect: Any),
];

/// Implements `rand.intn(str, n)`: a number from 0 up to but excluding the magnitude of `n`, or 0
/// if `n` is 0.
pub fn intn<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let name = operand::string(env, operands, 1)?;
    let limit = operand::integer(env, operands, 2)?.unsigned_abs();
    let drawn = draw(env, &("intn", name, limit)).checked_rem(limit).unwrap_or(0);
    Ok(Some(Value::int(i64::try_from(drawn).unwrap_or_default())))
}

/// Implements `uuid.rfc4122(k)`: a random UUID of version 4.
pub fn uuid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let key = operand::at(operands, 1).to_string();
    let (high, low) = (draw(env, &("uuid", &key, 0)), draw(env, &("uuid", &key, 1)));
    let number = u128::from(high) << 64 | u128::from(low);
    // The version is the thirteenth digit, the variant the two highest bits of the seventeenth.
    let number = number & !(0xf << 76 | 0b11 << 62) | 0x4 << 76 | 0b10 << 62;
    let digits = format!("{number:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let groups = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    Ok(Some(Value::String(env.arena.string(&groups.join("-")))))
}

fn draw(env: &Env<'_>, of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    env.seed().hash(&mut hasher);
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::{Host, NoHost};

    struct Seeded;

    impl Host for Seeded {
        fn seed(&self) -> u64 {
            7
        }
    }

    #[test]
    fn numbers_are_the_same_within_an_evaluation_and_below_the_limit() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let draw = |name, limit| {
            let drawn = intn(&env, &[Value::String(name), Value::int(limit)]);
            drawn.map(|value| value.and_then(|value| value.as_index()))
        };
        for limit in [1, 2, 1000, -1000, i64::MIN] {
            let drawn = draw("a", limit).expect("numbers are accepted").expect("a number");
            assert!((drawn as u64) < limit.unsigned_abs());
            assert_eq!(draw("a", limit), Ok(Some(drawn)));
        }
        assert_eq!(draw("a", 0), Ok(Some(0)));
        let different =
            (0..100).filter(|&limit| draw("a", 1 << 40 | limit) != draw("b", 1 << 40 | limit));
        assert!(different.count() > 90);
    }

    #[test]
    fn identifiers_are_of_version_4_and_follow_the_seed() {
        let arena = Arena::new();
        let make = |host, key| {
            let env = Env::new(&arena, host);
            uuid(&env, &[Value::String(key)]).map(|value| value.and_then(|value| value.as_str()))
        };
        let made = make(&Seeded, "a").expect("strings are accepted").expect("a string");
        assert_eq!(made.len(), 36);
        assert_eq!(made.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&made.as_bytes()[19]));
        assert_eq!(make(&Seeded, "a"), Ok(Some(made)));
        assert_ne!(make(&Seeded, "b"), Ok(Some(made)));
        assert_ne!(make(&NoHost, "a"), Ok(Some(made)));
    }
}
