//! `io.jwt.decode`, which returns the parts of a token and ignores its signature.

use core::fmt::Write as _;

use super::token::{self, Token};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// Implements `io.jwt.decode(jwt)`, which returns the header, the payload, and the signature in
/// hexadecimal. If tokens are nested, returns the parts of the innermost one.
pub fn decode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let mut token = Token::operand(env, operands)?;
    loop {
        let header = token.header(env)?;
        let payload = token.payload(env)?;
        if let Some(cty) = header.get_str("cty")
            && token::string(env, "cty", &cty)? == "JWT"
        {
            // Some issuers quote the nested token.
            token = Token::split(env, payload.trim_matches(['"', '\'']))?;
            continue;
        }
        let payload = token::object(env, payload)?;
        let signature = token.named_signature(env)?;
        let mut digits = env.arena.text_with_capacity(2 * signature.len());
        for byte in signature {
            // Writing to memory does not fail.
            let _ = write!(digits, "{byte:02x}");
        }
        let parts =
            [Value::Object(header), Value::Object(payload), Value::String(digits.into_bump_str())];
        return Ok(Some(env.arena.array(&parts)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::jwt::samples::{encoded, token};
    use crate::env::NoHost;

    fn decoded(text: &str) -> String {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        match decode(&env, &[Value::String(arena.string(text))]) {
            Ok(value) => value.map(|value| value.to_string()).unwrap_or_default(),
            Err(fault) => fault.message.to_owned(),
        }
    }

    #[test]
    fn parts_and_tokens_in_tokens() {
        let inner = token(r#"{"alg":"none"}"#, r#"{"a":1,"a":2}"#, &[0, 0xff]);
        let shown = r#"[{"alg": "none"}, {"a": 2}, "00ff"]"#;
        assert_eq!(decoded(&inner), shown);
        let outer = token(r#"{"cty":"JWT"}"#, &format!("\"{inner}\""), &[1]);
        assert_eq!(decoded(&outer), shown);
    }

    #[test]
    fn faults_name_the_part() {
        assert_eq!(
            decoded("!.e30.AA"),
            "JWT header had invalid encoding: illegal base64url string: !"
        );
        assert_eq!(
            decoded("e30.e!!!.AA"),
            "JWT payload had invalid encoding: illegal base64 data at input byte 1"
        );
        assert_eq!(
            decoded("e30.e30.A!"),
            "JWT signature had invalid encoding: illegal base64 data at input byte 1"
        );
        let header = encoded(b"[]");
        assert_eq!(
            decoded(&format!("{header}.e30.")),
            "bad JWT header: decoded JSON type was not an Object"
        );
        assert_eq!(
            decoded(&token(r#"{"enc":""}"#, "{}", &[])),
            "JWT is a JWE object, which is not supported"
        );
    }
}
