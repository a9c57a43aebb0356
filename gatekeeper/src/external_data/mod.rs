//! External data: what the builtin `external_data` asks providers for.
//!
//! Gatekeeper sends the keys to a provider over HTTPS. Here whoever embeds the policies gives a
//! [`Provider`]; [`FileProvider`] answers from a file, for tests and suites.

mod file;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Document, Host, Value};

pub use file::FileProvider;

/// Where policies get external data from.
pub trait Provider: Send + Sync {
    /// What the provider called `provider` says to `keys`. A provider that fails as a whole says
    /// so in [`Response::system_error`].
    ///
    /// # Errors
    /// No provider of this name; the builtin call is undefined then, as in Gatekeeper.
    fn fetch(&self, provider: &str, keys: &[&str]) -> Result<Response, UnknownProvider>;
}

/// What a provider says to some keys (`ProviderResponse` of `externaldata.gatekeeper.sh`).
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The keys that have a value.
    pub responses: Vec<(String, Arc<Document>)>,
    /// The keys that have none, with the reason.
    pub errors: Vec<(String, String)>,
    /// The status of the HTTP response.
    pub status_code: u16,
    /// Why there is no answer at all; empty where there is one.
    pub system_error: String,
}

/// There is no provider of the name that a policy asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProvider;

impl fmt::Display for UnknownProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("key is not found in provider cache")
    }
}

impl std::error::Error for UnknownProvider {}

/// A host that answers `external_data` from a [`Provider`], and leaves the rest to another host.
#[derive(Clone)]
pub struct ExternalData {
    provider: Arc<dyn Provider>,
    rest: Arc<dyn Host + Send + Sync>,
}

impl ExternalData {
    /// A host that offers external data and nothing else.
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Self { provider, rest: Arc::new(NoHost) }
    }

    /// Leaves what is no external data to `rest`.
    #[must_use]
    pub fn over(mut self, rest: Arc<dyn Host + Send + Sync>) -> Self {
        self.rest = rest;
        self
    }

    fn answer<'a>(&self, request: &Value<'a>, arena: &'a Arena) -> Result<Value<'a>, String> {
        let (provider, keys) = request_of(request)?;
        // Without keys Gatekeeper asks no provider.
        let response = if keys.is_empty() {
            Response::default()
        } else {
            self.provider.fetch(provider, &keys).map_err(|error| error.to_string())?
        };
        Ok(response_value(&response, arena))
    }
}

impl Host for ExternalData {
    fn call<'a>(
        &self,
        name: &str,
        operands: &[Value<'a>],
        arena: &'a Arena,
    ) -> Option<Result<Value<'a>, String>> {
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

/// The provider and the keys of a request: `{"provider": …, "keys": […]}`.
fn request_of<'a>(request: &Value<'a>) -> Result<(&'a str, Vec<&'a str>), String> {
    if !matches!(request, Value::Object(_)) {
        return Err(format!("the request must be an object, not {}", request.type_name()));
    }
    let provider = match request.get_str("provider") {
        Some(Value::String(provider)) => provider,
        None | Some(Value::Null) => "",
        Some(other) => return Err(format!("provider must be a string, not {}", other.type_name())),
    };
    let keys = match request.get_str("keys") {
        Some(Value::Array(keys)) => keys,
        Some(Value::Set(keys)) => keys.members(),
        None | Some(Value::Null) => &[],
        Some(other) => return Err(format!("keys must be an array, not {}", other.type_name())),
    };
    let texts = keys.iter().map(|key| {
        key.as_str().ok_or_else(|| format!("a key must be a string, not {}", key.type_name()))
    });
    Ok((provider, texts.collect::<Result<_, _>>()?))
}

/// What the policy sees (`RegoResponse`).
fn response_value<'a>(response: &Response, arena: &'a Arena) -> Value<'a> {
    let pair =
        |key: &str, value: Value<'a>| arena.array(&[Value::String(arena.string(key)), value]);
    let mut responses = arena.vec_with_capacity(response.responses.len());
    responses.extend(
        response.responses.iter().map(|(key, value)| pair(key, value.value().copy_to(arena))),
    );
    let mut errors = arena.vec_with_capacity(response.errors.len());
    errors.extend(
        response.errors.iter().map(|(key, error)| pair(key, Value::String(arena.string(error)))),
    );
    let mut object = ObjectBuilder::with_capacity(arena, 4);
    object.insert(Value::String("errors"), Value::Array(errors.into_bump_slice()));
    object.insert(Value::String("responses"), Value::Array(responses.into_bump_slice()));
    object.insert(Value::String("status_code"), Value::int(response.status_code.into()));
    object
        .insert(Value::String("system_error"), Value::String(arena.string(&response.system_error)));
    object.finish()
}
