//! Builtins that only the embedding program can answer, through [`crate::Host::call`].

use std::net::IpAddr;

use super::operand;
use super::request;
use super::row::{Builtin, Kind};
use crate::collections::SetBuilder;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    Builtin::new("http.send", "(object[string: any]) => object[any: any]", Kind::Host),
    // Gatekeeper's builtin for external data providers.
    Builtin::new("external_data", "(any) => any", Kind::Host),
    Builtin::new("opa.runtime", "() => object[string: any]", Kind::Host),
    Builtin::new("net.lookup_ip_addr", "(string) => set[string]", Kind::Host),
];

/// Calls the host builtin `name`. Checks the operands and answers directly the calls that need no
/// host, and passes the rest to the host. Returns `None` if the host does not offer the builtin.
pub fn call<'a>(env: &Env<'a>, name: &str, operands: &[Value<'a>]) -> Option<BuiltinResult<'a>> {
    match name {
        "http.send" => {
            let checked = operand::object(env, operands, 1)
                .and_then(|request| request::check(env, &request, 1));
            if let Err(fault) = checked {
                return Some(Err(fault));
            }
        }
        "net.lookup_ip_addr" => match operand::string(env, operands, 1) {
            // An IP address resolves to itself.
            Ok(text) => {
                if let Ok(address) = text.parse::<IpAddr>() {
                    let address = address.to_canonical();
                    let mut addresses = SetBuilder::new(env.arena);
                    addresses.insert(Value::String(env.arena.format(format_args!("{address}"))));
                    return Some(Ok(Some(addresses.finish())));
                }
            }
            Err(fault) => return Some(Err(fault)),
        },
        _ => {}
    }
    let answer = env.host.call(name, operands, env.arena);
    // A host may wait longer than the evaluation may take. The evaluation then fails at its end,
    // whatever this call returns.
    let _ = env.arena.look();
    match answer {
        Some(Ok(value)) => Some(Ok(Some(value))),
        Some(Err(error)) => Some(Err(env.fail(format_args!("{error}")))),
        // OPA returns this if it runs without a configuration.
        None if name == "opa.runtime" => Some(Ok(Some(Value::EMPTY_OBJECT))),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::arena::Arena;
    use crate::budget::{Budget, Exceeded};
    use crate::builtins::testing::object;
    use crate::env::{Host, NoHost};
    use crate::error::HostError;

    fn shown<'a>(env: &Env<'a>, name: &str, operands: &[Value<'a>]) -> String {
        match call(env, name, operands) {
            None => String::from("not offered"),
            Some(Ok(value)) => value.map(|value| value.to_string()).unwrap_or_default(),
            Some(Err(fault)) => fault.message.to_owned(),
        }
    }

    #[test]
    fn what_needs_no_host_is_answered_without_one() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        assert_eq!(shown(&env, "opa.runtime", &[]), "{}");
        assert_eq!(shown(&env, "net.lookup_ip_addr", &[Value::String("::1")]), "{\"::1\"}");
        assert_eq!(shown(&env, "net.lookup_ip_addr", &[Value::String("localhost")]), "not offered");
        assert_eq!(shown(&env, "external_data", &[Value::EMPTY_OBJECT]), "not offered");
        let request = object(&arena, &[("url", Value::String("u")), ("x", Value::Null)]);
        assert_eq!(
            shown(&env, "http.send", &[request]),
            "operand 1 invalid request parameters(s): {\"x\"}"
        );
        assert_eq!(
            shown(&env, "http.send", &[Value::EMPTY_OBJECT]),
            "operand 1 missing required request parameters(s): {\"method\", \"url\"}"
        );
    }

    #[test]
    fn an_evaluation_whose_host_waits_too_long_has_no_answer() {
        struct Slow;

        impl Host for Slow {
            fn call<'a>(
                &self,
                _: &str,
                _: &[Value<'a>],
                _: &'a Arena,
            ) -> Option<Result<Value<'a>, HostError<'a>>> {
                std::thread::sleep(Duration::from_millis(20));
                Some(Ok(Value::Null))
            }
        }

        let arena = Arena::new();
        let deadline = Instant::now() + Duration::from_millis(10);
        let running = arena.begin(Budget::UNLIMITED.deadline(deadline));
        // The slice of the meter is not used up, so nothing else looks at the clock.
        assert_eq!(arena.charge(1), Ok(()));
        assert_eq!(shown(&Env::strict(&arena, &Slow), "external_data", &[]), "null");
        assert_eq!(running.finish().map(|(exceeded, _)| exceeded), Some(Exceeded::Deadline));
    }
}
