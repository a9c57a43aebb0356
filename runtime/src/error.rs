//! What stops an evaluation, and what makes a builtin call undefined.

use core::fmt;

use crate::value::Value;

/// OPA's code of an error that stops an evaluation (`topdown/errors.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `eval_conflict_error`: one rule or function gave different values.
    Conflict,
    /// `eval_type_error`: a builtin got an operand of a type it does not take (strict mode).
    Type,
    /// `eval_builtin_error`: a builtin failed (strict mode), or its host is missing.
    Builtin,
    /// `eval_with_merge_error`: a `with` target cannot hold its value.
    WithMerge,
    /// `eval_internal_error`: a limit of this implementation, such as its depth of calls.
    Internal,
}

impl ErrorCode {
    /// The code as OPA writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorCode::Conflict => "eval_conflict_error",
            ErrorCode::Type => "eval_type_error",
            ErrorCode::Builtin => "eval_builtin_error",
            ErrorCode::WithMerge => "eval_with_merge_error",
            ErrorCode::Internal => "eval_internal_error",
        }
    }
}

/// Where in the policy's source an error arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// Full path of the rule, `data.pkg.rule`.
    pub rule: &'static str,
    /// The source's name as given to the compiler.
    pub file: &'static str,
    /// Line in the Rego module, from 1.
    pub line: u32,
}

/// What stops an evaluation: no answer can be given, and none must be assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// OPA's code.
    pub code: ErrorCode,
    /// The text in OPA's words.
    pub message: String,
    /// Full path of the rule, `data.pkg.rule`; empty where there is none.
    pub rule: String,
    /// The source's name.
    pub file: String,
    /// Line in the Rego module, from 1.
    pub line: u32,
}

impl EvalError {
    /// An error of `code` at `location`.
    pub fn new(code: ErrorCode, message: impl Into<String>, location: &Location) -> Box<Self> {
        Box::new(Self {
            code,
            message: message.into(),
            rule: location.rule.to_owned(),
            file: location.file.to_owned(),
            line: location.line,
        })
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.code.as_str(), self.message)
    }
}

impl core::error::Error for EvalError {}

/// What a builtin gives: a value, undefined, or an error that makes the call undefined unless
/// the evaluation is strict.
pub type BuiltinResult<'a> = Result<Option<Value<'a>>, BuiltinError<'a>>;

/// Why a builtin gave no value. Its text lives in the arena and costs no heap memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltinError<'a> {
    /// [`ErrorCode::Type`] for operands, else [`ErrorCode::Builtin`]; any other code stops the
    /// evaluation, whether it is strict or not.
    pub code: ErrorCode,
    /// The text in OPA's words, without the builtin's name in front; empty where the evaluation
    /// is not strict and goes on, for nobody reads it then.
    pub message: &'a str,
}

impl BuiltinError<'_> {
    /// Whether the error stops the evaluation instead of making the call undefined.
    pub fn stops(&self, strict: bool) -> bool {
        strict || !matches!(self.code, ErrorCode::Type | ErrorCode::Builtin)
    }
}
