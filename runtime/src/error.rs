//! Errors that stop an evaluation, and errors that make a builtin call undefined.

use core::fmt;

use crate::value::Value;

pub use crate::location::Location;

/// OPA's code of an error that stops an evaluation (`topdown/errors.go`).
///
/// ```
/// use ferrego_runtime::ErrorCode;
///
/// assert_eq!(ErrorCode::Conflict.as_str(), "eval_conflict_error");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `eval_conflict_error`: one rule or function has different values.
    Conflict,
    /// `eval_type_error`: a builtin does not accept the type of an operand (strict mode).
    Type,
    /// `eval_builtin_error`: a builtin failed (strict mode), or its host is missing.
    Builtin,
    /// `eval_cancel_error`: the evaluation exceeds its [`Budget`](crate::Budget).
    Cancel,
    /// `eval_with_merge_error`: a `with` target cannot hold its value.
    WithMerge,
    /// `eval_internal_error`: a limit of this implementation, such as its depth of calls.
    Internal,
}

impl ErrorCode {
    /// All codes.
    pub const ALL: [Self; 6] = [
        ErrorCode::Conflict,
        ErrorCode::Type,
        ErrorCode::Builtin,
        ErrorCode::Cancel,
        ErrorCode::WithMerge,
        ErrorCode::Internal,
    ];

    /// Returns the code as OPA writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorCode::Conflict => "eval_conflict_error",
            ErrorCode::Type => "eval_type_error",
            ErrorCode::Builtin => "eval_builtin_error",
            ErrorCode::Cancel => "eval_cancel_error",
            ErrorCode::WithMerge => "eval_with_merge_error",
            ErrorCode::Internal => "eval_internal_error",
        }
    }
}

/// An error that stops an evaluation. Callers must not assume any answer then.
///
/// ```
/// use ferrego_runtime::{Arena, ErrorCode, Evaluation, Policy};
///
/// # static POLICY: Policy = Policy {
/// #     name: "none", entries: &[], memo_cells: 0, needs: &[""], inventory: &[],
/// #     template: None,
/// # };
/// let arena = Arena::new();
/// let error = Evaluation::new(&arena).run(&POLICY, "data.none.allow").expect_err("no such rule");
/// assert_eq!(error.code, ErrorCode::Internal);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// OPA's code.
    pub code: ErrorCode,
    /// The message in OPA's words.
    pub message: String,
    /// The full path of the rule, `data.pkg.rule`; empty if there is none.
    pub rule: String,
    /// The file that the author wrote: the YAML of a template, or a Rego module.
    pub file: String,
    /// The line in the file, from 1; 0 if there is none.
    pub line: u32,
    /// The column in the line, in characters from 1; 0 if there is none.
    pub column: u32,
}

impl EvalError {
    /// Creates an error of `code` at `location`.
    pub fn new(code: ErrorCode, message: impl Into<String>, location: &Location) -> Box<Self> {
        Box::new(Self {
            code,
            message: message.into(),
            rule: location.rule.to_owned(),
            file: location.file.to_owned(),
            line: location.line,
            column: location.column,
        })
    }

    /// Displays the place as `file:line:column`, without the numbers that are not known.
    pub fn place(&self) -> impl fmt::Display + '_ {
        Place(self)
    }
}

/// The place of an error, as messages show it.
struct Place<'e>(&'e EvalError);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EvalError { file, line, column, .. } = self.0;
        f.write_str(file)?;
        for number in [line, column].into_iter().take_while(|&&number| number > 0) {
            write!(f, ":{number}")?;
        }
        Ok(())
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place(), self.code.as_str(), self.message)
    }
}

impl core::error::Error for EvalError {}

/// The failure of a host's answer to a call. It takes no heap memory.
///
/// ```
/// use ferrego_runtime::{Arena, Host, HostError, Value};
///
/// struct Offline;
///
/// impl Host for Offline {
///     fn call<'a>(
///         &self,
///         name: &str,
///         _: &[Value<'a>],
///         arena: &'a Arena,
///     ) -> Option<Result<Value<'a>, HostError<'a>>> {
///         let message = arena.format(format_args!("`{name}` needs the network"));
///         Some(Err(HostError::new(message)))
///     }
/// }
///
/// let arena = Arena::new();
/// let answer = Offline.call("http.send", &[], &arena);
/// assert_eq!(answer, Some(Err(HostError::new("`http.send` needs the network"))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostError<'a> {
    message: &'a str,
}

impl<'a> HostError<'a> {
    /// Creates a failure. Its message is static or in the arena of the call.
    pub const fn new(message: &'a str) -> Self {
        Self { message }
    }

    /// Returns the message.
    pub const fn message(&self) -> &'a str {
        self.message
    }
}

impl<'a> From<&'a str> for HostError<'a> {
    fn from(message: &'a str) -> Self {
        Self::new(message)
    }
}

impl fmt::Display for HostError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl core::error::Error for HostError<'_> {}

/// The result of a builtin: a value, undefined, or an error. The error makes the call undefined
/// unless the evaluation is strict.
pub type BuiltinResult<'a> = Result<Option<Value<'a>>, BuiltinError<'a>>;

/// The reason why a builtin returned no value. Its message is in the arena and takes no heap
/// memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltinError<'a> {
    /// [`ErrorCode::Type`] for operands, otherwise [`ErrorCode::Builtin`]. Any other code stops the
    /// evaluation even if it is not strict.
    pub code: ErrorCode,
    /// The message in OPA's words, without the builtin's name in front. It is empty if the
    /// evaluation is not strict and continues, because nobody reads it then.
    pub message: &'a str,
}

impl BuiltinError<'_> {
    /// Returns `true` if the error stops the evaluation, and `false` if it makes the call
    /// undefined.
    pub fn stops(&self, strict: bool) -> bool {
        strict || !matches!(self.code, ErrorCode::Type | ErrorCode::Builtin)
    }
}
