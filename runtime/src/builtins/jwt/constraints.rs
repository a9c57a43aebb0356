//! The constraints that `io.jwt.decode_verify` imposes on a token.

use core::cmp::Ordering;

use super::algorithm::Algorithm;
use super::public_key::PublicKey;
use super::token::Parameters;
use super::trust::{self, TrustedKey};
use crate::env::Env;
use crate::error::BuiltinError;
use crate::number::Number;
use crate::value::{Object, Value};

/// The keys or the secret by one of which a token must be signed.
enum Trust<'a> {
    Keys(Vec<TrustedKey<'a>>),
    Secret(PublicKey),
}

/// The conditions that a token must satisfy. An empty string imposes no condition.
pub(super) struct Constraints<'a> {
    trust: Trust<'a>,
    pub(super) alg: &'a str,
    iss: &'a str,
    aud: &'a str,
    /// The time at which the token must be valid, in nanoseconds since 1970.
    time: f64,
}

impl<'a> Constraints<'a> {
    /// Reads the constraints from `object`: `cert` or `secret`, and `alg`, `iss`, `aud`, `time`.
    pub(super) fn read(env: &Env<'a>, object: &Object<'a>) -> Result<Self, BuiltinError<'a>> {
        let (mut keys, mut secret, mut time) = (None, "", None);
        let (mut alg, mut iss, mut aud) = ("", "", "");
        for (key, value) in object.pairs() {
            match key.as_str() {
                Some(name @ "cert") => {
                    let found = trust::keys(env.arena, text(env, name, value)?);
                    keys = Some(found.map_err(|fault| env.fail(format_args!("{fault}")))?);
                }
                Some(name @ "secret") => secret = text(env, name, value)?,
                Some(name @ "alg") => alg = text(env, name, value)?,
                Some(name @ "iss") => iss = text(env, name, value)?,
                Some(name @ "aud") => aud = text(env, name, value)?,
                Some("time") => time = Some(moment(env, value)?),
                Some(name) => return Err(unknown(env, format_args!("{name}"))),
                None => return Err(unknown(env, format_args!("{key}"))),
            }
        }
        let time = time.map_or_else(|| moment(env, &Value::int(env.now_ns())), Ok)?;
        let trust = match (keys, secret) {
            (Some(keys), "") => Trust::Keys(keys),
            (Some(_), _) => return Err(env.fail(format_args!("duplicate key constraints"))),
            (None, "") => return Err(env.fail(format_args!("no key constraint"))),
            (None, secret) => Trust::Secret(PublicKey::Secret(secret.as_bytes().to_vec())),
        };
        Ok(Self { trust, alg, iss, aud, time })
    }

    /// Returns `true` if `signature` is a signature of `signed` by a trusted key.
    pub(super) fn verify(&self, header: &Parameters<'_>, signed: &str, signature: &[u8]) -> bool {
        let Some(algorithm) = Algorithm::named(header.alg) else {
            return false;
        };
        let by = |key: &PublicKey| {
            key.takes_length(signature.len())
                && key.verifies(algorithm, signed.as_bytes(), signature)
        };
        match &self.trust {
            Trust::Secret(key) => by(key),
            Trust::Keys(keys) => {
                trust::any_verifies(keys, header.kid, header.alg, |trusted| by(&trusted.key))
            }
        }
    }

    /// Returns `true` if the registered claims of `payload` satisfy the constraints (RFC 7519,
    /// section 4.1).
    pub(super) fn accept(
        &self,
        env: &Env<'a>,
        payload: &Object<'a>,
    ) -> Result<bool, BuiltinError<'a>> {
        if !self.iss.is_empty() && !self.accept_issuer(env, payload.get_str("iss"))? {
            return Ok(false);
        }
        if !self.accept_audience(payload.get_str("aud")) {
            return Ok(false);
        }
        let expires = claimed_time(env, payload, "exp")?;
        if expires.is_some_and(|expires| self.now_against(env, &expires).is_ge()) {
            return Ok(false);
        }
        let starts = claimed_time(env, payload, "nbf")?;
        Ok(!starts.is_some_and(|starts| self.now_against(env, &starts).is_lt()))
    }

    fn accept_issuer(
        &self,
        env: &Env<'a>,
        claimed: Option<Value<'a>>,
    ) -> Result<bool, BuiltinError<'a>> {
        match claimed {
            None => Ok(false),
            Some(Value::String(issuer)) => Ok(issuer == self.iss),
            // OPA itself panics here.
            Some(_) => Err(env.fail(format_args!("iss value must be a string"))),
        }
    }

    /// Returns `true` if the audience is accepted. If a token claims audiences, the constraints
    /// must name one of them.
    fn accept_audience(&self, claimed: Option<Value<'a>>) -> bool {
        match claimed {
            None => self.aud.is_empty(),
            Some(Value::String(audience)) => audience == self.aud,
            Some(Value::Array(audiences)) => {
                audiences.iter().any(|audience| audience.as_str() == Some(self.aud))
            }
            Some(_) => false,
        }
    }

    /// Compares the time with a claim in seconds, using the text of the nearest double.
    fn now_against(&self, env: &Env<'a>, seconds: &Number<'a>) -> Ordering {
        let now = env.arena.format(format_args!("{}", self.time / 1e9));
        Number::from_text(now).compare(seconds)
    }
}

fn claimed_time<'a>(
    env: &Env<'a>,
    payload: &Object<'a>,
    name: &str,
) -> Result<Option<Number<'a>>, BuiltinError<'a>> {
    match payload.get_str(name) {
        None => Ok(None),
        Some(Value::Number(seconds)) => Ok(Some(seconds)),
        Some(_) => Err(env.fail(format_args!("{name} value must be a number"))),
    }
}

fn text<'a>(env: &Env<'a>, name: &str, value: &Value<'a>) -> Result<&'a str, BuiltinError<'a>> {
    value.as_str().ok_or_else(|| env.fail(format_args!("{name} constraint: must be a string")))
}

fn moment<'a>(env: &Env<'a>, value: &Value<'a>) -> Result<f64, BuiltinError<'a>> {
    let Value::Number(time) = value else {
        return Err(env.fail(format_args!("token time constraint: must be a number")));
    };
    let time = time.to_f64();
    if !time.is_finite() {
        return Err(env.fail(format_args!("token time constraint: unvalid float64")));
    }
    if time < 0.0 {
        return Err(env.fail(format_args!("token time constraint: must not be negative")));
    }
    Ok(time)
}

fn unknown<'a>(env: &Env<'a>, name: core::fmt::Arguments<'_>) -> BuiltinError<'a> {
    env.fail(format_args!("unknown token validation constraint: {name}"))
}
