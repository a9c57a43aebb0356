//! What a provider says, as the policy sees it.

use core::fmt;

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

/// What a provider says to some keys (`ProviderResponse` of `externaldata.gatekeeper.sh`), in the
/// making: all of it goes to the evaluation's arena.
#[derive(Debug)]
pub struct Response<'a> {
    arena: &'a Arena,
    responses: ArenaVec<'a, Value<'a>>,
    errors: ArenaVec<'a, Value<'a>>,
    status_code: u16,
    system_error: &'a str,
}

impl<'a> Response<'a> {
    /// A response to no more than `keys` keys, which says nothing yet.
    pub(super) fn new(arena: &'a Arena, keys: usize) -> Self {
        Self {
            arena,
            responses: arena.vec_with_capacity(keys),
            errors: arena.vec_with_capacity(keys),
            status_code: 0,
            system_error: "",
        }
    }

    /// The value of a key.
    pub fn value(&mut self, key: &str, value: &Value<'_>) {
        let pair = self.pair(key, value.copy_to(self.arena));
        self.responses.push(pair);
    }

    /// Why a key has no value.
    pub fn error(&mut self, key: &str, reason: fmt::Arguments<'_>) {
        let pair = self.pair(key, Value::String(self.arena.format(reason)));
        self.errors.push(pair);
    }

    /// The status of the HTTP response; 0 where nobody was asked.
    pub fn status_code(&mut self, status_code: u16) {
        self.status_code = status_code;
    }

    /// Why there is no answer at all.
    pub fn system_error(&mut self, reason: fmt::Arguments<'_>) {
        self.system_error = self.arena.format(reason);
    }

    fn pair(&self, key: &str, value: Value<'a>) -> Value<'a> {
        self.arena.array(&[Value::String(self.arena.string(key)), value])
    }

    /// What the policy sees (`RegoResponse`).
    pub(super) fn finish(self) -> Value<'a> {
        let mut object = ObjectBuilder::with_capacity(self.arena, 4);
        object.insert(Value::String("errors"), Value::Array(self.errors.into_bump_slice()));
        object.insert(Value::String("responses"), Value::Array(self.responses.into_bump_slice()));
        object.insert(Value::String("status_code"), Value::int(self.status_code.into()));
        object.insert(Value::String("system_error"), Value::String(self.system_error));
        object.finish()
    }
}
