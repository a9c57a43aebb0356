//! `io.jwt.encode_sign` and `io.jwt.encode_sign_raw`, which sign tokens.

use data_encoding::BASE64URL_NOPAD;

use super::algorithm::Algorithm;
use super::header::Header;
use super::jwk;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::json::{self, Escape};
use crate::value::Value;

/// Implements `io.jwt.encode_sign(headers, payload, key)`, whose operands are JSON values.
pub fn encode_sign<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = |position| json::in_arena(env.arena, &operand::at(operands, position), Escape::Html);
    sign(env, text(1), text(2), text(3))
}

/// Implements `io.jwt.encode_sign_raw(headers, payload, key)`, whose operands are JSON texts.
pub fn encode_sign_raw<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let key = operand::string(env, operands, 3)?;
    let header = operand::string(env, operands, 1)?;
    let payload = operand::string(env, operands, 2)?;
    sign(env, header, payload, key)
}

/// Returns the token of `header` and `payload`, signed with the first of the keys in `key`.
fn sign<'a>(env: &Env<'a>, header: &str, payload: &'a str, key: &'a str) -> BuiltinResult<'a> {
    let failed = |fault: String| env.fail(format_args!("{fault}"));
    let keys = jwk::parse(env.arena, key).map_err(|fault| failed(format!("jwk.Parse: {fault}")))?;
    let Some(key) = keys.first() else {
        return Err(failed("no keys found in JWK set".to_owned()));
    };
    let algorithm = algorithm(header, || json::parse(env.arena, payload.as_bytes()).is_ok());
    let algorithm = algorithm.map_err(failed)?;
    let signed = format!(
        "{}.{}",
        BASE64URL_NOPAD.encode_display(header.as_bytes()),
        BASE64URL_NOPAD.encode_display(payload.as_bytes())
    );
    let signature = key.private().and_then(|key| key.sign(algorithm, signed.as_bytes()));
    let Some(signature) = signature else {
        return Err(unsuited(env, key.type_name()));
    };
    let signature = BASE64URL_NOPAD.encode(&signature);
    Ok(Some(Value::String(env.arena.format(format_args!("{signed}.{signature}")))))
}

/// Returns the algorithm that `header` names. Unless the header states another type than `JWT`, the
/// payload must be JSON.
fn algorithm(header: &str, payload_is_json: impl FnOnce() -> bool) -> Result<Algorithm, String> {
    let header = Header::parse(header);
    let header = header.map_err(|fault| format!("missing or invalid 'alg' header: {fault}"))?;
    let name = header.get("alg");
    let name = name.map_err(|fault| format!("missing or invalid 'alg' header: {fault}"))?;
    let algorithm =
        Algorithm::named(name).ok_or_else(|| format!("unknown JWS algorithm: {name}"))?;
    let json = header.get("typ").map_or(true, |typ| typ == "JWT");
    if json && !payload_is_json() {
        return Err("type is JWT but payload is not JSON".to_owned());
    }
    Ok(algorithm)
}

fn unsuited<'a>(env: &Env<'a>, key: &str) -> BuiltinError<'a> {
    env.fail(format_args!("jwsbb.Sign: invalid key type *jwk.{key}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::jwt::decode_verify;
    use crate::builtins::jwt::samples::{RSA, sample};
    use crate::builtins::testing::object;
    use crate::env::NoHost;

    fn raw(header: &str, payload: &str, key: &str) -> Result<String, String> {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let operands = [header, payload, key].map(|text| Value::String(arena.string(text)));
        match encode_sign_raw(&env, &operands) {
            Ok(value) => Ok(value.and_then(|value| value.as_str()).unwrap_or_default().to_owned()),
            Err(fault) => Err(fault.message.to_owned()),
        }
    }

    #[test]
    fn what_is_signed_verifies() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        for alg in [
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA",
        ] {
            let sample = sample(alg);
            let header = format!("{{\"alg\":\"{alg}\"}}");
            let token = raw(&header, r#"{"iss":"us"}"#, sample.jwk).expect(alg);
            let token = Value::String(arena.string(&token));
            for key in [sample.public_key, sample.jwk] {
                let constraints =
                    object(&arena, &[("cert", Value::String(key)), ("iss", Value::String("us"))]);
                let answer = decode_verify(&env, &[token, constraints]);
                let shown = answer.ok().flatten().map(|answer| answer.to_string());
                let expected = format!("[true, {{\"alg\": \"{alg}\"}}, {{\"iss\": \"us\"}}]");
                assert_eq!(shown, Some(expected));
            }
        }
    }

    /// Checks the example of RFC 7515, appendix A.1.
    #[test]
    fn the_example_of_the_standard() {
        let token = raw(
            "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}",
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
            r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
        );
        let signature = ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(token.is_ok_and(|token| token.ends_with(signature)));
    }

    #[test]
    fn values_are_signed_as_their_json() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let text = Value::String;
        let token = encode_sign(
            &env,
            &[
                object(&arena, &[("alg", text("HS256"))]),
                object(&arena, &[("b", Value::EMPTY_SET), ("a", text("<"))]),
                object(&arena, &[("kty", text("oct")), ("k", text("AA"))]),
            ],
        );
        let token = token.ok().flatten().and_then(|token| token.as_str()).unwrap_or_default();
        let payload = token.split('.').nth(1).unwrap_or_default();
        let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap_or_default();
        assert_eq!(payload, br#"{"a":"\u003c","b":[]}"#);
    }

    #[test]
    fn faults() {
        let key = r#"{"kty":"oct","k":"AA"}"#;
        let fault = |header, payload, key| raw(header, payload, key).err().unwrap_or_default();
        assert_eq!(
            fault("{}", "", key),
            "missing or invalid 'alg' header: jwsbb: header \"alg\" not found"
        );
        assert_eq!(fault(r#"{"alg":"x"}"#, "", key), "unknown JWS algorithm: x");
        let not_json = "type is JWT but payload is not JSON";
        assert_eq!(fault(r#"{"alg":"HS256"}"#, "", key), not_json);
        assert_eq!(fault(r#"{"alg":"HS256","typ":"JWT"}"#, "x", key), not_json);
        assert!(raw(r#"{"alg":"HS256","typ":"text"}"#, "x", key).is_ok());
        assert_eq!(fault("{}", "", r#"{"keys":[]}"#), "no keys found in JWK set");
        assert_eq!(
            fault(r#"{"alg":"ES256"}"#, "{}", RSA.jwk),
            "jwsbb.Sign: invalid key type *jwk.rsaPrivateKey"
        );
        assert!(fault("{}", "", "{}").starts_with("jwk.Parse: failed to parse sole key: "));
    }
}
