//! Digests and keyed digests in lower-case hexadecimal.

use ctutils::CtEq;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// Implements `crypto.md5(x)`.
pub fn md5<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    digest::<Md5>(env, operands)
}

/// Implements `crypto.sha1(x)`.
pub fn sha1<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    digest::<Sha1>(env, operands)
}

/// Implements `crypto.sha256(x)`.
pub fn sha256<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    digest::<Sha256>(env, operands)
}

/// Implements `crypto.hmac.md5(x, key)`.
pub fn hmac_md5<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    keyed_digest::<Hmac<Md5>>(env, operands)
}

/// Implements `crypto.hmac.sha1(x, key)`.
pub fn hmac_sha1<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    keyed_digest::<Hmac<Sha1>>(env, operands)
}

/// Implements `crypto.hmac.sha256(x, key)`.
pub fn hmac_sha256<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    keyed_digest::<Hmac<Sha256>>(env, operands)
}

/// Implements `crypto.hmac.sha512(x, key)`.
pub fn hmac_sha512<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    keyed_digest::<Hmac<Sha512>>(env, operands)
}

/// Implements `crypto.hmac.equal(mac1, mac2)`, which compares the strings in constant time: the
/// time does not depend on where they differ.
pub fn hmac_equal<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let one = operand::string(env, operands, 1)?;
    let other = operand::string(env, operands, 2)?;
    Ok(Some(Value::Bool(one.as_bytes().ct_eq(other.as_bytes()).to_bool())))
}

fn digest<'a, D: Digest>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    Ok(Some(hexadecimal(env, &D::digest(text))))
}

fn keyed_digest<'a, M: Mac + KeyInit>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let key = operand::string(env, operands, 2)?;
    // HMAC accepts keys of any length, so this does not fail.
    let mut mac =
        M::new_from_slice(key.as_bytes()).map_err(|error| env.fail(format_args!("{error}")))?;
    mac.update(text.as_bytes());
    Ok(Some(hexadecimal(env, &mac.finalize().into_bytes())))
}

fn hexadecimal<'a>(env: &Env<'a>, bytes: &[u8]) -> Value<'a> {
    let mut text = env.arena.text();
    for byte in bytes {
        for digit in [byte >> 4, byte & 0xf] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
    }
    Value::String(text.into_bump_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    type Function = for<'a> fn(&Env<'a>, &[Value<'a>]) -> BuiltinResult<'a>;

    fn text(function: Function, operands: &[&str]) -> String {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let operands: Vec<Value<'_>> = operands.iter().map(|text| Value::String(text)).collect();
        let value = function(&env, &operands).expect("strings are accepted").expect("a value");
        value.as_str().expect("a string").to_owned()
    }

    #[test]
    fn digests_of_the_empty_string() {
        assert_eq!(text(md5, &[""]), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(text(sha1, &[""]), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert!(text(sha256, &[""]).starts_with("e3b0c44298fc1c149afbf4c8996fb924"));
    }

    #[test]
    fn keyed_digests_of_rfc_2202_and_4231() {
        let message = "what do ya want for nothing?";
        assert_eq!(text(hmac_md5, &[message, "Jefe"]), "750c783e6ab0b503eaa86e310a5db738");
        assert!(text(hmac_sha1, &[message, "Jefe"]).starts_with("effcdf6ae5eb2fa2d274"));
        assert!(text(hmac_sha256, &[message, "Jefe"]).starts_with("5bdcc146bf60754e6a04"));
        assert!(text(hmac_sha512, &[message, "Jefe"]).starts_with("164b7a7bfcf819e2e395"));
    }

    #[test]
    fn comparison_and_operand_errors() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let equal = |one, other| hmac_equal(&env, &[Value::String(one), Value::String(other)]);
        assert_eq!(equal("ab", "ab"), Ok(Some(Value::Bool(true))));
        assert_eq!(equal("ab", "abc"), Ok(Some(Value::Bool(false))));
        let error =
            hmac_md5(&env, &[Value::String(""), Value::Null]).expect_err("null is not a key");
        assert_eq!(error.message, "operand 2 must be string but got null");
    }
}
