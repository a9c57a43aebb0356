//! The host on which the answers were recorded.

use ferrego_runtime::collections::SetBuilder;
use ferrego_runtime::{Arena, Host, HostError, Value};

/// The host of OPA's test runner: an empty configuration, and no network except the machine itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordingHost;

impl Host for RecordingHost {
    fn call<'a>(
        &self,
        name: &str,
        operands: &[Value<'a>],
        arena: &'a Arena,
    ) -> Option<Result<Value<'a>, HostError<'a>>> {
        match (name, operands) {
            ("opa.runtime", _) => Some(Ok(Value::EMPTY_OBJECT)),
            ("net.lookup_ip_addr", [Value::String("localhost")]) => {
                let mut addresses = SetBuilder::new(arena);
                addresses.insert(Value::String("127.0.0.1"));
                Some(Ok(addresses.finish()))
            }
            _ => None,
        }
    }
}
