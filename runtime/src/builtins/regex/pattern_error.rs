//! Errors of patterns.

use core::fmt;

use crate::env::Env;
use crate::error::{BuiltinError, ErrorCode};

/// The reason why a pattern is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    cause: Cause,
    part: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// Go rejects the pattern, with this message.
    Go(&'static str),
    /// The engine cannot hold the pattern. Go accepts it, or rejects it for its size.
    Limit,
}

/// A part of a pattern, or the reason why the pattern is rejected.
pub(super) type Parsed<T> = Result<T, PatternError>;

impl PatternError {
    /// Creates Go's error `code` about `part` of the pattern.
    pub(super) fn new(code: &'static str, part: &str) -> Self {
        Self { cause: Cause::Go(code), part: part.into() }
    }

    /// Creates the error of a pattern that is too large for the engine.
    pub(super) fn beyond_engine(pattern: &str) -> Self {
        Self { cause: Cause::Limit, part: pattern.into() }
    }

    /// Returns `true` if the engine cannot hold a pattern that may be valid. Such a call must stop
    /// the evaluation, because OPA may have a value for it.
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
