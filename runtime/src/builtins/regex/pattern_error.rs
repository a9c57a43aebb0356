//! Errors about patterns.

use core::fmt;

use crate::env::Env;
use crate::error::{BuiltinError, ErrorCode};

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    cause: Cause,
    part: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// Go refuses the pattern, with this text.
    Go(&'static str),
    /// Go takes the pattern, or refuses it for its size, but the engine cannot hold it.
    Limit,
}

impl PatternError {
    /// Go's error `code` about `part` of the pattern.
    pub(super) fn new(code: &'static str, part: &str) -> Self {
        Self { cause: Cause::Go(code), part: part.into() }
    }

    /// The error about a pattern that is too large for the engine.
    pub(super) fn beyond_engine(pattern: &str) -> Self {
        Self { cause: Cause::Limit, part: pattern.into() }
    }

    /// Returns `true` if the engine cannot hold a pattern that may be valid. Such a call must stop
    /// the evaluation, since OPA may have a value for it.
    pub fn is_limit(&self) -> bool {
        self.cause == Cause::Limit
    }

    /// Returns the error of a call with the pattern.
    pub(in crate::builtins) fn in_call<'a>(&self, env: &Env<'a>) -> BuiltinError<'a> {
        match self.cause {
            Cause::Go(_) => env.fail(format_args!("{self}")),
            Cause::Limit => BuiltinError {
                code: ErrorCode::Internal,
                message: env.arena.format(format_args!("{self}")),
            },
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Go(code) => write!(f, "error parsing regexp: {code}: `{}`", self.part),
            Cause::Limit => {
                // Such patterns are long.
                let shown: String = self.part.chars().take(60).collect();
                write!(f, "expected a smaller regular expression, found `{shown}…`")
            }
        }
    }
}

impl core::error::Error for PatternError {}
