//! Compares every builtin of the runtime's table with OPA's on random calls.
//!
//! [`generate`] draws operands by the declared types and the domains of each builtin. [`answer`]
//! returns the runtime's answer to a call, and [`opa`] OPA's. [`compare`] finds and minimizes
//! the differences.

pub mod answer;
mod call;
pub mod compare;
mod domain;
pub mod generate;
pub mod known;
mod numbers;
pub mod opa;
mod schemas;
pub(crate) mod signature;
mod special;
mod templates;
pub mod term;
mod texts;
mod tokens;

use ferrego_runtime::builtins::{Builtin, Kind};

/// Builtins whose values cannot be equal in OPA and the runtime.
const RANDOM: &[&str] = &["rand.intn", "time.now_ns", "uuid.rfc4122"];

/// Returns the reason why calls of a builtin are not compared, or `None` if they are.
pub fn left_out(builtin: &Builtin) -> Option<&'static str> {
    match builtin.kind {
        Kind::Host => Some("answered by the embedding program"),
        Kind::Engine(_) => Some("a construct of the engines"),
        Kind::Refused(_) => Some("not supported"),
        _ if RANDOM.contains(&builtin.name) => Some("random, or the time"),
        _ => None,
    }
}
