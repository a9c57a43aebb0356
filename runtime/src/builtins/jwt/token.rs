//! Tokens in compact form, and their decoded parts.

use crate::builtins::encoding::base64url_bytes;
use crate::builtins::{json, operand};
use crate::env::Env;
use crate::error::BuiltinError;
use crate::json::JsonErrorKind;
use crate::text;
use crate::value::{Object, Value};

/// The three parts of a token, still encoded.
#[derive(Debug)]
pub(super) struct Token<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    /// The signed text: header and payload with the period between them.
    pub(super) signed: &'a str,
}

impl<'a> Token<'a> {
    /// Reads the token in the first operand.
    pub(super) fn operand(env: &Env<'a>, operands: &[Value<'a>]) -> Result<Self, BuiltinError<'a>> {
        Self::split(env, operand::string(env, operands, 1)?)
    }

    /// Splits `text` into the parts of a token.
    pub(super) fn split(env: &Env<'a>, text: &'a str) -> Result<Self, BuiltinError<'a>> {
        let mut parts = text.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(header), Some(payload), Some(signature), None) => {
                let signed = text.get(..header.len() + 1 + payload.len()).unwrap_or_default();
                Ok(Self { header, payload, signature, signed })
            }
            (_, None, ..) => Err(env.fail(format_args!("encoded JWT had no period separators"))),
            _ => {
                let found = text.split('.').count();
                Err(env.fail(format_args!("encoded JWT must have 3 sections, found {found}")))
            }
        }
    }

    /// Decodes the header. Encrypted tokens are not supported.
    pub(super) fn header(&self, env: &Env<'a>) -> Result<Object<'a>, BuiltinError<'a>> {
        let text = decoded(env, "header", self.header)?;
        let header = object(env, text)
            .map_err(|fault| env.fail(format_args!("bad JWT header: {}", fault.message)))?;
        if header.get_str("enc").is_some() {
            return Err(env.fail(format_args!("JWT is a JWE object, which is not supported")));
        }
        Ok(header)
    }

    /// Decodes the text of the payload.
    pub(super) fn payload(&self, env: &Env<'a>) -> Result<&'a str, BuiltinError<'a>> {
        decoded(env, "payload", self.payload)
    }

    /// Decodes the signature for `io.jwt.decode`, whose errors name the part.
    pub(super) fn named_signature(&self, env: &Env<'a>) -> Result<Vec<u8>, BuiltinError<'a>> {
        part(env, "signature", self.signature)
    }

    /// Decodes the signature.
    pub(super) fn signature(&self, env: &Env<'a>) -> Result<Vec<u8>, BuiltinError<'a>> {
        base64url_bytes(env, self.signature)
    }
}

fn decoded<'a>(env: &Env<'a>, name: &str, encoded: &str) -> Result<&'a str, BuiltinError<'a>> {
    Ok(text::from_bytes(env.arena, &part(env, name, encoded)?))
}

fn part<'a>(env: &Env<'a>, name: &str, encoded: &str) -> Result<Vec<u8>, BuiltinError<'a>> {
    base64url_bytes(env, encoded).map_err(|fault| {
        env.fail(format_args!("JWT {name} had invalid encoding: {}", fault.message))
    })
}

/// Parses the JSON object `text`. Of duplicate keys, the last one wins.
pub(super) fn object<'a>(env: &Env<'a>, text: &'a str) -> Result<Object<'a>, BuiltinError<'a>> {
    match json::read(env, text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(env.fail(format_args!("decoded JSON type was not an Object"))),
        Err(error) if error.kind == JsonErrorKind::TooDeep => Err(json::refused(env, error)),
        Err(error) => Err(env.fail(format_args!("invalid JSON: {error}"))),
    }
}

/// The header parameters that decide how a token is verified.
pub(super) struct Parameters<'a> {
    pub(super) alg: &'a str,
    pub(super) kid: &'a str,
    pub(super) cty: &'a str,
    /// `true` if the header declares an unknown parameter critical.
    pub(super) critical: bool,
}

/// The names of the known parameters.
const KNOWN: [&str; 5] = ["alg", "kid", "typ", "cty", "crit"];

impl<'a> Parameters<'a> {
    /// Reads the parameters of `header`, and checks their types.
    pub(super) fn of(env: &Env<'a>, header: &Object<'a>) -> Result<Self, BuiltinError<'a>> {
        let mut parameters = Self { alg: "", kid: "", cty: "", critical: false };
        for (key, value) in header.pairs() {
            match key.as_str() {
                Some(name @ "alg") => parameters.alg = string(env, name, value)?,
                Some(name @ "kid") => parameters.kid = string(env, name, value)?,
                Some(name @ "cty") => parameters.cty = string(env, name, value)?,
                Some(name @ "typ") => _ = string(env, name, value)?,
                Some("crit") => parameters.critical = critical(env, header, value)?,
                _ => {}
            }
        }
        Ok(parameters)
    }
}

/// Returns the string `value` of the parameter `name`.
pub(super) fn string<'a>(
    env: &Env<'a>,
    name: &str,
    value: &Value<'a>,
) -> Result<&'a str, BuiltinError<'a>> {
    value.as_str().ok_or_else(|| env.fail(format_args!("{name}: must be a string")))
}

/// Returns `true` if `crit` names an unknown parameter of `header`. Like OPA, reads the names only
/// up to the first one that is not a string.
fn critical<'a>(
    env: &Env<'a>,
    header: &Object<'a>,
    crit: &Value<'a>,
) -> Result<bool, BuiltinError<'a>> {
    let Value::Array(names) = crit else {
        return Err(env.fail(format_args!("crit: must be a list")));
    };
    let mut names = names.iter().map_while(Value::as_str).peekable();
    if names.peek().is_none() {
        return Err(env.fail(format_args!("crit: must be a nonempty list")));
    }
    let mut unknown = names.filter(|name| !KNOWN.contains(name));
    Ok(unknown.any(|name| header.get_str(name).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn tokens_have_three_parts() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let fault = |text| Token::split(&env, text).err().map(|fault| fault.message);
        assert_eq!(fault(""), Some("encoded JWT had no period separators"));
        assert_eq!(fault("a.b"), Some("encoded JWT must have 3 sections, found 2"));
        assert_eq!(fault("a.b.c.d"), Some("encoded JWT must have 3 sections, found 4"));
        let token = Token::split(&env, "a.bc.").expect("three parts");
        assert_eq!(token.signed, "a.bc");
    }

    #[test]
    fn headers_are_checked() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let critical = |text| {
            let header = object(&env, text).expect("an object");
            Parameters::of(&env, &header).map(|found| found.critical).map_err(|e| e.message)
        };
        assert_eq!(critical(r#"{"crit": ["exp"], "exp": 1}"#), Ok(true));
        assert_eq!(critical(r#"{"crit": ["exp"]}"#), Ok(false));
        assert_eq!(critical(r#"{"crit": ["alg"], "alg": "HS256"}"#), Ok(false));
        assert_eq!(critical(r#"{"crit": []}"#), Err("crit: must be a nonempty list"));
        assert_eq!(critical(r#"{"crit": 1}"#), Err("crit: must be a list"));
        assert_eq!(critical(r#"{"typ": 1}"#), Err("typ: must be a string"));
    }
}
