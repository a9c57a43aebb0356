//! HTTP requests as objects, the operands of `http.send` and `providers.aws.sign_req` (OPA's
//! `topdown/http.go`).

use super::operand;
use crate::collections::SetBuilder;
use crate::env::Env;
use crate::error::BuiltinError;
use crate::value::{Object, Value};

/// The keys that a request must contain.
pub(super) const REQUIRED: &[&str] = &["method", "url"];

/// The other keys that a request may contain, which are those of `http.send`.
const ALLOWED: &[&str] = &[
    "body",
    "cache",
    "cache_ignored_headers",
    "caching_mode",
    "enable_redirect",
    "force_cache",
    "force_cache_duration_seconds",
    "force_json_decode",
    "force_yaml_decode",
    "headers",
    "max_retry_attempts",
    "raise_error",
    "raw_body",
    "timeout",
    "tls_ca_cert",
    "tls_ca_cert_env_variable",
    "tls_ca_cert_file",
    "tls_client_cert",
    "tls_client_cert_env_variable",
    "tls_client_cert_file",
    "tls_client_key",
    "tls_client_key_env_variable",
    "tls_client_key_file",
    "tls_insecure_skip_verify",
    "tls_server_name",
    "tls_use_system_certs",
];

/// Checks the keys of a request, which is the operand at `position`.
pub(super) fn check<'a>(
    env: &Env<'a>,
    request: &Object<'a>,
    position: usize,
) -> Result<(), BuiltinError<'a>> {
    let unknown = |key: &Value<'a>| match key {
        Value::String(key) => !REQUIRED.contains(key) && !ALLOWED.contains(key),
        _ => true,
    };
    let mut invalid = SetBuilder::new(env.arena);
    let mut any = false;
    for (key, _) in request.pairs().iter().filter(|(key, _)| unknown(key)) {
        invalid.insert(*key);
        any = true;
    }
    if any {
        let invalid = invalid.finish();
        let message = format_args!("invalid request parameters(s): {invalid}");
        return Err(operand::invalid(env, position, message));
    }
    let missing = REQUIRED.iter().filter(|key| request.get_str(key).is_none());
    refuse(env, position, "missing required request parameters(s)", missing.copied())
}

/// Returns an error about `keys` if there are any.
pub(super) fn refuse<'a>(
    env: &Env<'a>,
    position: usize,
    message: &str,
    keys: impl Iterator<Item = &'static str>,
) -> Result<(), BuiltinError<'a>> {
    let keys: Vec<Value<'_>> = keys.map(Value::String).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let mut set = SetBuilder::new(env.arena);
    for key in keys {
        set.insert(key);
    }
    let keys = set.finish();
    Err(operand::invalid(env, position, format_args!("{message}: {keys}")))
}
