//! The builtin itself: its operands and the signed request that it returns.

use std::collections::BTreeMap;

use super::signature::{Credentials, Request, sign};
use crate::builtins::url::Url;
use crate::builtins::{operand, request};
use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::json::{self, Escape};
use crate::value::{Object, Value};

/// The keys that the configuration must contain.
const CREDENTIALS: &[&str] =
    &["aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"];

/// Implements `providers.aws.sign_req(request, aws_config, time_ns)`, which returns the request
/// with the headers of its signature added.
pub fn sign_req<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let unsigned = operand::object(env, operands, 1)?;
    // OPA's type errors about the other operands also name operand 1.
    let config = operand::object(env, &[operand::at(operands, 2)], 1)?;
    check_config(env, &config)?;
    let time = operand::number(env, &[operand::at(operands, 3)], 1)?;
    let Some(time) = time.as_i64() else {
        let message = format_args!("could not convert time_ns value into a unix timestamp");
        return Err(operand::invalid(env, 3, message));
    };
    request::check(env, &unsigned, 1)?;
    let headers = headers(env, &unsigned)?;
    let (method, url) = (text(&unsigned, "method"), text(&unsigned, "url"));
    let url = Url::parse(url).map_err(|error| env.fail(format_args!("{error}")))?;
    let unsigned_body = match config.get_str("disable_payload_signing") {
        None => false,
        Some(Value::Bool(disabled)) => disabled,
        Some(_) => {
            let message = format_args!("invalid value for 'disable_payload_signing' in AWS config");
            return Err(operand::invalid(env, 2, message));
        }
    };
    let body = body(env, &unsigned);
    let body = (!unsigned_body).then_some(body.as_bytes());
    let credentials = Credentials {
        access_key: text(&config, "aws_access_key"),
        secret_key: text(&config, "aws_secret_access_key"),
        region: text(&config, "aws_region"),
        service: text(&config, "aws_service"),
        session_token: text(&config, "aws_session_token"),
    };
    let signed = sign(&Request { method, url, headers: &headers, body }, &credentials, time);
    let signed = signed.map_err(|fault| env.fail(format_args!("{fault}")))?;
    Ok(Some(with_headers(env, &unsigned, &headers, &signed)))
}

fn check_config<'a>(env: &Env<'a>, config: &Object<'a>) -> Result<(), BuiltinError<'a>> {
    let missing = CREDENTIALS.iter().filter(|key| config.get_str(key).is_none());
    request::refuse(env, 2, "missing required AWS config parameters(s)", missing.copied())?;
    let invalid = CREDENTIALS.iter().filter(|key| !is_text(config, key));
    request::refuse(
        env,
        2,
        "invalid values for required AWS config parameters(s)",
        invalid.copied(),
    )
}

/// Returns the headers of the request as strings. A value that is not a string becomes the empty
/// string.
fn headers<'a>(
    env: &Env<'a>,
    unsigned: &Object<'a>,
) -> Result<BTreeMap<&'a str, &'a str>, BuiltinError<'a>> {
    let headers = match unsigned.get_str("headers") {
        None => BTreeMap::new(),
        Some(Value::Object(headers)) => {
            let text = |value: &Value<'a>| value.as_str().unwrap_or_default();
            headers.pairs().iter().map(|(key, value)| (text(key), text(value))).collect()
        }
        Some(other) => return Err(env.operand(0, "object", &other)),
    };
    let invalid = request::REQUIRED.iter().filter(|key| !is_text(unsigned, key));
    request::refuse(env, 1, "invalid values for required request parameters(s)", invalid.copied())?;
    Ok(headers)
}

fn body<'a>(env: &Env<'a>, request: &Object<'a>) -> &'a str {
    match (request.get_str("raw_body"), request.get_str("body")) {
        (Some(raw), _) => raw.as_str().unwrap_or_default(),
        (None, Some(body)) => json::in_arena(env.arena, &body, Escape::Html),
        (None, None) => "",
    }
}

fn with_headers<'a>(
    env: &Env<'a>,
    request: &Object<'a>,
    headers: &BTreeMap<&'a str, &'a str>,
    signed: &BTreeMap<&str, String>,
) -> Value<'a> {
    let mut all = ObjectBuilder::new(env.arena);
    for (key, value) in headers {
        all.insert(Value::String(key), Value::String(value));
    }
    for (key, value) in signed {
        let (key, value) = (env.arena.string(key), env.arena.string(value));
        all.insert(Value::String(key), Value::String(value));
    }
    let mut result = ObjectBuilder::new(env.arena);
    for (key, value) in request.pairs() {
        result.insert(*key, *value);
    }
    result.insert(Value::String("headers"), all.finish());
    result.finish()
}

fn is_text(object: &Object<'_>, key: &str) -> bool {
    object.get_str(key).is_some_and(|value| value.as_str().is_some())
}

/// Returns the string at `key`, or the empty string if the value is missing or not a string.
fn text<'a>(object: &Object<'a>, key: &str) -> &'a str {
    object.get_str(key).and_then(|value| value.as_str()).unwrap_or_default()
}
