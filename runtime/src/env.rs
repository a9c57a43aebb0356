//! The part of an evaluation that builtins can access, and the services of the embedding program.

use core::cell::Cell;
use core::fmt;
use core::hash::BuildHasher;

use crate::arena::Arena;
use crate::budget::Budget;
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
    /// error. If the call fails, returns `Some(Err(_))` with a [`HostError`]. The call then fails as a builtin does: it is undefined, or an error in a strict evaluation.
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
    now_ns: Cell<Option<i64>>,
    seed: Cell<Option<u64>>,
    #[cfg(feature = "regex")]
    patterns: Cell<Option<&'a EvaluationCache<'a>>>,
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
            now_ns: Cell::new(None),
            seed: Cell::new(None),
            #[cfg(feature = "regex")]
            patterns: Cell::new(None),
        }
    }

    /// Creates an environment for a strict evaluation, in which failures have messages.
    #[cfg(test)]
    pub(crate) fn strict(arena: &'a Arena, host: &'a dyn Host) -> Self {
        Self { strict: true, ..Self::new(arena, host) }
    }

    /// Returns the time of this evaluation in nanoseconds since 1970. All calls return one time.
    pub fn now_ns(&self) -> i64 {
        if let Some(now) = self.now_ns.get() {
            return now;
        }
        let now = self.host.now_ns();
        self.now_ns.set(Some(now));
        now
    }

    /// Returns the seed of this evaluation's random numbers. All calls return one seed.
    pub fn seed(&self) -> u64 {
        if let Some(seed) = self.seed.get() {
            return seed;
        }
        let seed = self.host.seed();
        self.seed.set(Some(seed));
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
        self.arena.charge(steps).map_err(|exceeded| BuiltinError {
            code: ErrorCode::Cancel,
            message: exceeded.message(),
        })
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

impl fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env").field("strict", &self.strict).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
