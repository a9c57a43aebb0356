//! The response of a provider, as the policy sees it.

use core::fmt;

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

/// The response of a provider to some keys (`ProviderResponse` of `externaldata.gatekeeper.sh`),
/// while it is built. All its parts are allocated in the evaluation's arena.
///
/// ```
/// use ferrego_gatekeeper::external_data::Response;
///
/// /// Answers every key with an error.
/// fn refuse(keys: &[&str], response: &mut Response<'_>) {
///     for key in keys {
///         response.add_error(key, format_args!("`{key}` is not known"));
///     }
///     response.set_status_code(404);
/// }
/// # let _ = refuse;
/// ```
#[derive(Debug)]
pub struct Response<'a> {
    arena: &'a Arena,
    responses: ArenaVec<'a, Value<'a>>,
    errors: ArenaVec<'a, Value<'a>>,
    status_code: u16,
    system_error: &'a str,
    /// `true` if the provider gave no response.
    is_failed: bool,
}

impl<'a> Response<'a> {
    /// Creates an empty response to at most `keys` keys.
    pub(super) fn new(arena: &'a Arena, keys: usize) -> Self {
        Self {
            arena,
            responses: arena.vec_with_capacity(keys),
            errors: arena.vec_with_capacity(keys),
            status_code: 0,
            system_error: "",
            is_failed: false,
        }
    }

    /// Adds the value of a key.
    pub fn add_value(&mut self, key: &str, value: &Value<'_>) {
        let pair = self.pair(key, value.copy_to(self.arena));
        self.responses.push(pair);
    }

    /// Adds the reason why a key has no value.
    pub fn add_error(&mut self, key: &str, reason: fmt::Arguments<'_>) {
        let pair = self.pair(key, Value::String(self.arena.format(reason)));
        self.errors.push(pair);
    }

    /// Sets the status of the HTTP response; it is 0 if no provider was called.
    pub fn set_status_code(&mut self, status_code: u16) {
        self.status_code = status_code;
    }

    /// Sets the reason why the provider failed as a whole.
    pub fn set_system_error(&mut self, reason: fmt::Arguments<'_>) {
        self.system_error = self.arena.format(reason);
    }

    /// Replaces the response by the failure to get one. The policy then sees `null` for the values
    /// and for the errors of keys, as in Gatekeeper (`HandleError`).
    pub fn fail(&mut self, status_code: u16, reason: fmt::Arguments<'_>) {
        self.set_status_code(status_code);
        self.set_system_error(reason);
        self.is_failed = true;
    }

    fn pair(&self, key: &str, value: Value<'a>) -> Value<'a> {
        self.arena.array(&[Value::String(self.arena.string(key)), value])
    }

    /// Returns the value that the policy sees (`RegoResponse`).
    pub(super) fn finish(self) -> Value<'a> {
        let mut object = ObjectBuilder::with_capacity(self.arena, 4);
        let (errors, responses) = if self.is_failed {
            (Value::Null, Value::Null)
        } else {
            let arrays = [self.errors, self.responses];
            arrays.map(|pairs| Value::Array(pairs.into_bump_slice())).into()
        };
        object.insert(Value::String("errors"), errors);
        object.insert(Value::String("responses"), responses);
        object.insert(Value::String("status_code"), Value::int(self.status_code.into()));
        object.insert(Value::String("system_error"), Value::String(self.system_error));
        object.finish()
    }
}
