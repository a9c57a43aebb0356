//! The part of an evaluation that builtins can access, and the services of the embedding program.

use core::cell::Cell;
use core::fmt;
use core::hash::BuildHasher;
use std::time::Duration;

use crate::arena::Arena;
use crate::budget::{Budget, Exceeded};
#[cfg(feature = "regex")]
use crate::builtins::regex::evaluation_cache::EvaluationCache;
use crate::error::{BuiltinError, ErrorCode, HostError};
use crate::value::Value;

/// Functions that only the embedding program can offer: the network, the clock and the source of
/// random numbers. Every method has a default, so a program implements only the methods that it
/// needs.
///
/// ```
/// use ferrego_runtime::{Arena, Evaluation, Host};
///
/// /// A host with a fixed time, for tests.
/// struct Midnight;
///
/// impl Host for Midnight {
///     fn now_ns(&self) -> i64 {
///         1_767_225_600_000_000_000
///     }
/// }
///
/// let arena = Arena::new();
/// let evaluation = Evaluation::new(&arena).host(&Midnight);
/// # let _ = evaluation;
/// ```
pub trait Host {
    /// Evaluates a call of the host builtin `name`, such as `http.send` or `external_data`.
    ///
    /// If this host does not offer the builtin, returns `None`, which stops the evaluation with an
    /// error. If the call fails, returns `Some(Err(_))` with a [`HostError`]. The call then fails as a
    /// builtin does: it is undefined, or an error in a strict evaluation.
    fn call<'a>(
        &self,
        name: &str,
        operands: &[Value<'a>],
        arena: &'a Arena,
    ) -> Option<Result<Value<'a>, HostError<'a>>> {
        let _ = (name, operands, arena);
        None
    }

    /// Receives the text of a `print` call. The default drops it, as Gatekeeper does.
    fn print(&self, text: &str) {
        let _ = text;
    }

    /// Returns the nanoseconds since 1970 for `time.now_ns`. It is called at most once per
    /// evaluation.
    fn now_ns(&self) -> i64 {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .ok()
            .and_then(|elapsed| i64::try_from(elapsed.as_nanos()).ok())
            .unwrap_or_default()
    }

    /// Returns the seed of `rand.intn` and `uuid.rfc4122`. It is called at most once per
    /// evaluation.
    fn seed(&self) -> u64 {
        std::collections::hash_map::RandomState::new().hash_one(())
    }
}

/// A host that offers only the system's clock and random numbers.
///
/// ```
/// use ferrego_runtime::{Arena, Host, NoHost};
///
/// let arena = Arena::new();
/// assert!(NoHost.call("http.send", &[], &arena).is_none());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {}

/// The environment of one evaluation.
#[derive(Clone)]
pub struct Env<'a> {
    /// The arena for new values.
    pub arena: &'a Arena,
    /// The services of the embedding program.
    pub host: &'a dyn Host,
    /// If `true`, errors of builtins stop the evaluation.
    pub strict: bool,
    /// The limits of the evaluation.
    pub budget: Budget,
    asked: Asked,
    /// The answers of the host that the environment outside of the region holds.
    asked_outside: Option<&'a Asked>,
    #[cfg(feature = "regex")]
    patterns: Cell<Option<&'a EvaluationCache<'a>>>,
}

/// The answers of the host that do not change during an evaluation.
#[derive(Clone, Debug, Default)]
struct Asked {
    now_ns: Cell<Option<i64>>,
    seed: Cell<Option<u64>>,
}

impl<'a> Env<'a> {
    /// Creates an environment over `arena` and `host` that is not strict.
    #[inline]
    pub fn new(arena: &'a Arena, host: &'a dyn Host) -> Self {
        Self {
            arena,
            host,
            strict: false,
            budget: Budget::DEFAULT,
            asked: Asked::default(),
            asked_outside: None,
            #[cfg(feature = "regex")]
            patterns: Cell::new(None),
        }
    }

    /// Creates the environment of a [`Region`](crate::arena::Region), with the region's arena in
    /// place of this environment's. Everything else is equal: the host, its answers and the limits.
    pub fn in_region<'s>(&'s self, arena: &'s Arena) -> Env<'s> {
        Env {
            strict: self.strict,
            budget: self.budget,
            asked_outside: Some(self.asked()),
            ..Env::new(arena, self.host)
        }
    }

    fn asked(&self) -> &Asked {
        self.asked_outside.unwrap_or(&self.asked)
    }

    /// Creates an environment for a strict evaluation, in which failures have messages.
    #[cfg(test)]
    pub(crate) fn strict(arena: &'a Arena, host: &'a dyn Host) -> Self {
        Self { strict: true, ..Self::new(arena, host) }
    }

    /// Returns the time of this evaluation in nanoseconds since 1970. All calls return one time.
    pub fn now_ns(&self) -> i64 {
        let cell = &self.asked().now_ns;
        if let Some(now) = cell.get() {
            return now;
        }
        let now = self.host.now_ns();
        cell.set(Some(now));
        now
    }

    /// Returns the seed of this evaluation's random numbers. All calls return one seed.
    pub fn seed(&self) -> u64 {
        let cell = &self.asked().seed;
        if let Some(seed) = cell.get() {
            return seed;
        }
        let seed = self.host.seed();
        cell.set(Some(seed));
        seed
    }

    /// Returns the patterns that this evaluation has used, if any.
    #[cfg(feature = "regex")]
    #[inline]
    pub(crate) fn patterns(&self) -> Option<&'a EvaluationCache<'a>> {
        self.patterns.get()
    }

    /// Stores the cache of the patterns that this evaluation uses.
    #[cfg(feature = "regex")]
    pub(crate) fn know(&self, known: EvaluationCache<'a>) -> &'a EvaluationCache<'a> {
        let known = self.arena.place(known);
        self.patterns.set(Some(known));
        known
    }

    /// Takes steps from the budget of the evaluation.
    ///
    /// # Errors
    /// Returns the error that stops the evaluation if its budget is exceeded.
    #[inline]
    pub fn charge(&self, steps: usize) -> Result<(), BuiltinError<'a>> {
        self.arena.charge(steps).map_err(over_budget)
    }

    /// Returns the error that stops the evaluation if it has less than `time` left, before work
    /// that cannot be stopped.
    pub(crate) fn leaves(&self, time: Duration) -> Result<(), BuiltinError<'a>> {
        self.arena.leaves(time).map_err(over_budget)
    }

    /// Creates a builtin's failure, which has a message if the evaluation is strict.
    #[cold]
    pub fn fail(&self, message: fmt::Arguments<'_>) -> BuiltinError<'a> {
        BuiltinError { code: ErrorCode::Builtin, message: self.reason(message) }
    }

    /// Creates OPA's error for operand `position` (from 1) that is not `wanted`:
    /// `operand 1 must be string but got number`.
    #[cold]
    pub fn operand(&self, position: usize, wanted: &str, got: &Value<'_>) -> BuiltinError<'a> {
        let got = got.type_name();
        let message = format_args!("operand {position} must be {wanted} but got {got}");
        BuiltinError { code: ErrorCode::Type, message: self.reason(message) }
    }

    /// Formats the message of a failure in the arena. If the evaluation is not strict, the failure
    /// makes the call undefined and nobody reads its message, so the result is empty.
    pub(crate) fn reason(&self, message: fmt::Arguments<'_>) -> &'a str {
        if self.strict { self.arena.format(message) } else { "" }
    }
}

/// Returns the error of a builtin that notices that the evaluation exceeds its budget.
#[cold]
fn over_budget<'a>(exceeded: Exceeded) -> BuiltinError<'a> {
    BuiltinError { code: ErrorCode::Cancel, message: exceeded.message() }
}

impl fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env").field("strict", &self.strict).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_shares_the_answers_of_the_host() {
        /// A host whose clock and seed never repeat.
        struct Counter(Cell<i64>);
        impl Host for Counter {
            fn now_ns(&self) -> i64 {
                self.0.replace(self.0.get() + 1)
            }
            fn seed(&self) -> u64 {
                self.now_ns().unsigned_abs()
            }
        }
        let (arena, counter) = (Arena::new(), Counter(Cell::new(0)));
        let env = Env::strict(&arena, &counter);
        let region = arena.region();
        let inner = env.in_region(region.arena());
        let nested = inner.arena.region();
        let innermost = inner.in_region(nested.arena());
        assert_eq!((innermost.now_ns(), inner.now_ns(), env.now_ns()), (0, 0, 0));
        assert_eq!((env.seed(), inner.seed(), innermost.seed()), (1, 1, 1));
        assert!(innermost.strict);
    }

    #[test]
    fn failures_have_texts_where_they_are_read() {
        let arena = Arena::new();
        let (strict, lenient) = (Env::strict(&arena, &NoHost), Env::new(&arena, &NoHost));
        let fail = |env: &Env<'_>| env.fail(format_args!("no {}", 1)).message.to_owned();
        let operand = |env: &Env<'_>| env.operand(1, "string", &Value::Null).message.to_owned();
        assert_eq!(fail(&strict), "no 1");
        assert_eq!(operand(&strict), "operand 1 must be string but got null");
        assert_eq!((fail(&lenient), operand(&lenient)), (String::new(), String::new()));
    }
}
