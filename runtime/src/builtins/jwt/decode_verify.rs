//! `io.jwt.decode_verify`, which verifies a token and returns its parts.

use super::constraints::Constraints;
use super::token::{self, Parameters, Token};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::{Object, Value};

/// Implements `io.jwt.decode_verify(jwt, constraints)`. Returns `true` with header and payload if
/// the token satisfies the constraints, and `false` with two empty objects otherwise. A token that
/// cannot be decoded is an error.
pub fn decode_verify<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let constraints = operand::object(env, operands, 2)?;
    let constraints = Constraints::read(env, &constraints)?;
    let parts = match verified(env, Token::operand(env, operands)?, &constraints)? {
        Some((header, payload)) if constraints.accept(env, &payload)? => {
            [Value::Bool(true), Value::Object(header), Value::Object(payload)]
        }
        _ => [Value::Bool(false), Value::EMPTY_OBJECT, Value::EMPTY_OBJECT],
    };
    Ok(Some(env.arena.array(&parts)))
}

/// Returns header and payload if the signature is trusted. If tokens are nested, all signatures
/// must be.
fn verified<'a>(
    env: &Env<'a>,
    mut token: Token<'a>,
    constraints: &Constraints<'a>,
) -> Result<Option<(Object<'a>, Object<'a>)>, BuiltinError<'a>> {
    loop {
        let header = token.header(env)?;
        let parameters = Parameters::of(env, &header)?;
        if parameters.alg.is_empty() || parameters.critical {
            return Ok(None);
        }
        if !constraints.alg.is_empty() && constraints.alg != parameters.alg {
            return Ok(None);
        }
        let signature = token.signature(env)?;
        if !constraints.verify(&parameters, token.signed, &signature) {
            return Ok(None);
        }
        let payload = token.payload(env)?;
        // Go folds case beyond ASCII, but no other character folds to these three letters.
        if !parameters.cty.eq_ignore_ascii_case("JWT") {
            return Ok(Some((header, token::object(env, payload)?)));
        }
        token = Token::split(env, payload)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::jwt::encode_sign_raw;
    use crate::builtins::jwt::samples::{P256, RSA, sample, tokens};
    use crate::builtins::testing::object;
    use crate::env::{Host, NoHost};

    /// A clock that shows one second after the start of 1970.
    struct Clock;

    impl Host for Clock {
        fn now_ns(&self) -> i64 {
            1_000_000_000
        }
    }

    const KEY: &str = r#"{"kty":"oct","k":"c2hhcmVk"}"#;

    fn signed(arena: &Arena, header: &str, payload: &str) -> String {
        let env = Env::strict(arena, &NoHost);
        let operands = [header, payload, KEY].map(|text| Value::String(arena.string(text)));
        let token = encode_sign_raw(&env, &operands).expect("a token").expect("a token");
        token.as_str().expect("a string").to_owned()
    }

    /// Returns the answer for a token under `constraints` and the secret of [`KEY`].
    fn answer(token: &str, constraints: &[(&'static str, Value<'static>)]) -> String {
        let arena = Arena::new();
        let env = Env::strict(&arena, &Clock);
        let mut constraints = constraints.to_vec();
        if !constraints.iter().any(|(name, _)| *name == "cert") {
            constraints.push(("secret", Value::String("shared")));
        }
        let operands = [Value::String(arena.string(token)), object(&arena, &constraints)];
        match decode_verify(&env, &operands) {
            Ok(value) => {
                let value = value.map(|value| value.to_string()).unwrap_or_default();
                value.split(',').next().unwrap_or_default().trim_start_matches('[').to_owned()
            }
            Err(fault) => fault.message.to_owned(),
        }
    }

    #[test]
    fn claims_are_compared_with_constraints() {
        let arena = Arena::new();
        let text = Value::String;
        let at = |ns| [("time", Value::int(ns))];
        let check = |payload: &str, constraints: &[(&'static str, Value<'static>)]| {
            answer(&signed(&arena, r#"{"alg":"HS256"}"#, payload), constraints)
        };
        assert_eq!(check("{}", &[]), "true");
        assert_eq!(check("{}", &[("alg", text("HS256"))]), "true");
        assert_eq!(check("{}", &[("alg", text("HS384"))]), "false");
        assert_eq!(check("{}", &[("iss", text("us"))]), "false");
        assert_eq!(check(r#"{"iss":"us"}"#, &[("iss", text("us"))]), "true");
        assert_eq!(check(r#"{"iss":1}"#, &[("iss", text("us"))]), "iss value must be a string");
        assert_eq!(check(r#"{"aud":"me"}"#, &[]), "false");
        assert_eq!(check(r#"{"aud":[1,"me"]}"#, &[("aud", text("me"))]), "true");
        assert_eq!(check(r#"{"aud":["you"]}"#, &[("aud", text("me"))]), "false");
        assert_eq!(check("{}", &[("aud", text("me"))]), "false");
        assert_eq!(check(r#"{"exp":1}"#, &[]), "false");
        assert_eq!(check(r#"{"exp":1.0000001}"#, &[]), "true");
        assert_eq!(check(r#"{"nbf":1}"#, &[]), "true");
        assert_eq!(check(r#"{"nbf":1}"#, &at(999_999_999)), "false");
        assert_eq!(check(r#"{"exp":"1"}"#, &[]), "exp value must be a number");
        assert_eq!(check(r#"{"nbf":null}"#, &[]), "nbf value must be a number");
        assert_eq!(check("{}", &at(-1)), "token time constraint: must not be negative");
    }

    #[test]
    fn constraints_are_checked() {
        let fault =
            |constraints: &[(&'static str, Value<'static>)]| answer("e30.e30.", constraints);
        let text = Value::String;
        assert_eq!(fault(&[("x", Value::Null)]), "unknown token validation constraint: x");
        assert_eq!(fault(&[("iss", Value::Null)]), "iss constraint: must be a string");
        assert_eq!(fault(&[("time", text("1"))]), "token time constraint: must be a number");
        let both = [("cert", text(RSA.public_key)), ("secret", text("x"))];
        assert_eq!(fault(&both), "duplicate key constraints");
        assert_eq!(fault(&[("cert", Value::Null)]), "cert constraint: must be a string");
        // Without an algorithm, no token is valid.
        assert_eq!(fault(&[]), "false");
    }

    #[test]
    fn signatures_of_another_implementation() {
        for (algorithm, token) in tokens() {
            let by = |key| answer(token, &[("cert", Value::String(key))]);
            assert_eq!(by(sample(algorithm).certificate), "true", "{algorithm}");
            let other = if algorithm.starts_with("ES") { RSA } else { P256 };
            assert_eq!(by(other.certificate), "false", "{algorithm}");
        }
    }

    #[test]
    fn every_token_in_a_token_must_be_signed() {
        let arena = Arena::new();
        let inner = signed(&arena, r#"{"alg":"HS256"}"#, "{}");
        let outer = r#"{"alg":"HS256","cty":"jwt","typ":"x"}"#;
        assert_eq!(answer(&signed(&arena, outer, &inner), &[]), "true");
        let unsigned = format!("{}A.", inner.rsplit_once('.').expect("a signature").0);
        assert_eq!(answer(&signed(&arena, outer, &format!("{unsigned}AAA")), &[]), "false");
        let critical = signed(&arena, r#"{"alg":"HS256","crit":["x"],"x":1}"#, "{}");
        assert_eq!(answer(&critical, &[]), "false");
    }
}
