//! External data: the answers of providers to the builtin `external_data`.
//!
//! Gatekeeper sends the keys to a provider over HTTPS, and so does `ferrego-webhook`. A program that
//! embeds the policies supplies a [`Provider`]. A [`FileProvider`] answers from a file, for tests and
//! suites.
//!
//! A policy always gets a response. If the provider fails, `system_error` holds the reason, and
//! `responses` and `errors` are `null`, as in Gatekeeper.
//!
//! ```
//! use std::sync::Arc;
//!
//! use ferrego_gatekeeper::external_data::{ExternalData, FileProvider};
//! use ferrego_runtime::{Arena, Host, json};
//!
//! let answers = br#"{"lengths": {"abc": {"value": 3}}}"#;
//! let provider = FileProvider::from_json(answers).expect("answers");
//! let host = ExternalData::new(Arc::new(provider));
//!
//! let arena = Arena::new();
//! let request = json::parse(&arena, br#"{"provider": "lengths", "keys": ["abc"]}"#)?;
//! let answer = host.call("external_data", &[request], &arena);
//! let answer = answer.expect("an answer").expect("a value");
//! assert_eq!(answer["responses"].to_string(), r#"[["abc", 3]]"#);
//! # Ok::<(), json::JsonError>(())
//! ```

mod answer;
mod file;
mod protocol;
mod response;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Host, HostError, Value};

#[doc(hidden)]
pub use answer::Answer;
pub use file::FileProvider;
#[doc(hidden)]
pub use protocol::{ProviderResponse, provider_request};
pub use response::Response;

/// A source of external data for policies.
///
/// ```
/// # use std::sync::Arc;
/// # use ferrego_gatekeeper::external_data::ExternalData;
/// # use ferrego_runtime::{Arena, Host, json};
/// use ferrego_gatekeeper::external_data::{Provider, Response, UnknownProvider};
///
/// /// Answers each key with its length.
/// struct Lengths;
///
/// impl Provider for Lengths {
///     fn fetch(
///         &self,
///         provider: &str,
///         keys: &[&str],
///         response: &mut Response<'_>,
///     ) -> Result<(), UnknownProvider> {
///         if provider != "lengths" {
///             return Err(UnknownProvider);
///         }
///         for key in keys {
///             response.add_value(key, &i64::try_from(key.len()).unwrap_or(i64::MAX).into());
///         }
///         Ok(())
///     }
/// }
/// # let host = ExternalData::new(Arc::new(Lengths));
/// # let arena = Arena::new();
/// # let request = json::parse(&arena, br#"{"provider": "lengths", "keys": ["abc"]}"#)?;
/// # let answer = host.call("external_data", &[request], &arena);
/// # let answer = answer.expect("an answer").expect("a value");
/// # assert_eq!(answer["responses"].to_string(), r#"[["abc", 3]]"#);
/// # Ok::<(), json::JsonError>(())
/// ```
pub trait Provider: Send + Sync {
    /// Requests `keys` from the provider called `provider`, and writes its answers into `response`.
    /// A provider that reports its own failure calls [`Response::set_system_error`], and one that
    /// gives no response calls [`Response::fail`].
    ///
    /// # Errors
    /// Returns [`UnknownProvider`] if no provider has this name. The policy then sees the status 400
    /// and a `system_error`, as in Gatekeeper.
    fn fetch(
        &self,
        provider: &str,
        keys: &[&str],
        response: &mut Response<'_>,
    ) -> Result<(), UnknownProvider>;
}

/// The error for the name of a provider that does not exist.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::external_data::{ExternalData, FileProvider};
/// use ferrego_runtime::{Arena, Host, json};
///
/// let answers = br#"{"lengths": {"abc": {"value": 3}}}"#;
/// let provider = FileProvider::from_json(answers).expect("answers");
/// let host = ExternalData::new(Arc::new(provider));
///
/// let arena = Arena::new();
/// let request = json::parse(&arena, br#"{"provider": "others", "keys": ["abc"]}"#)?;
/// let answer = host.call("external_data", &[request], &arena).expect("an answer");
/// let error = answer.expect("a value")["system_error"].to_string();
/// assert_eq!(error, r#""key is not found in provider cache""#);
/// # Ok::<(), json::JsonError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProvider;

/// Gatekeeper's message for an unknown provider.
const UNKNOWN_PROVIDER: &str = "key is not found in provider cache";

impl fmt::Display for UnknownProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(UNKNOWN_PROVIDER)
    }
}

impl std::error::Error for UnknownProvider {}

/// A host that answers `external_data` from a [`Provider`], and delegates all other calls to
/// another host.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::external_data::{ExternalData, FileProvider};
/// use ferrego_runtime::{Arena, Host, json};
///
/// let answers = br#"{"lengths": {"abc": {"value": 3}}}"#;
/// let provider = FileProvider::from_json(answers).expect("answers");
/// let host = ExternalData::new(Arc::new(provider));
///
/// let arena = Arena::new();
/// let request = json::parse(&arena, br#"{"provider": "lengths", "keys": ["abc"]}"#)?;
/// let answer = host.call("external_data", &[request], &arena);
/// let answer = answer.expect("an answer").expect("a value");
/// assert_eq!(answer["responses"].to_string(), r#"[["abc", 3]]"#);
/// # Ok::<(), json::JsonError>(())
/// ```
#[derive(Clone)]
pub struct ExternalData {
    provider: Arc<dyn Provider>,
    rest: Arc<dyn Host + Send + Sync>,
}

impl ExternalData {
    /// Creates a host that offers external data and nothing else.
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Self { provider, rest: Arc::new(NoHost) }
    }

    /// Delegates all calls except `external_data` to `rest`.
    #[must_use]
    pub fn over(mut self, rest: Arc<dyn Host + Send + Sync>) -> Self {
        self.rest = rest;
        self
    }

    fn answer<'a>(
        &self,
        request: &Value<'a>,
        arena: &'a Arena,
    ) -> Result<Value<'a>, HostError<'a>> {
        let (provider, keys) = request_of(request, arena)?;
        let mut response = Response::new(arena, keys.len());
        // Without keys, Gatekeeper does not call the provider.
        if !keys.is_empty() {
            let fetched = self.provider.fetch(provider, &keys, &mut response);
            fetched.unwrap_or_else(|unknown| response.fail(400, format_args!("{unknown}")));
        }
        Ok(response.finish())
    }
}

impl Host for ExternalData {
    fn call<'a>(
        &self,
        name: &str,
        operands: &[Value<'a>],
        arena: &'a Arena,
    ) -> Option<Result<Value<'a>, HostError<'a>>> {
        match (name, operands) {
            ("external_data", [request]) => Some(self.answer(request, arena)),
            _ => self.rest.call(name, operands, arena),
        }
    }

    fn print(&self, text: &str) {
        self.rest.print(text);
    }

    fn now_ns(&self) -> i64 {
        self.rest.now_ns()
    }

    fn seed(&self) -> u64 {
        self.rest.seed()
    }
}

impl fmt::Debug for ExternalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalData").finish_non_exhaustive()
    }
}

/// Returns the provider and the keys of a request: `{"provider": …, "keys": […]}`.
fn request_of<'a>(
    request: &Value<'a>,
    arena: &'a Arena,
) -> Result<(&'a str, ArenaVec<'a, &'a str>), HostError<'a>> {
    let wrong = |what: &str, value: &Value<'_>| {
        HostError::new(arena.format(format_args!("{what}, not {}", value.type_name())))
    };
    if !matches!(request, Value::Object(_)) {
        return Err(wrong("the request must be an object", request));
    }
    let provider = match request.get_str("provider") {
        Some(Value::String(provider)) => provider,
        None | Some(Value::Null) => "",
        Some(other) => return Err(wrong("provider must be a string", &other)),
    };
    let keys = match request.get_str("keys") {
        Some(Value::Array(keys)) => keys,
        Some(Value::Set(keys)) => keys.members(),
        None | Some(Value::Null) => &[],
        Some(other) => return Err(wrong("keys must be an array", &other)),
    };
    let mut texts = arena.vec_with_capacity(keys.len());
    for key in keys {
        texts.push(key.as_str().ok_or_else(|| wrong("a key must be a string", key))?);
    }
    Ok((provider, texts))
}
