//! The one table of builtins that the compiler, the generated code and the interpreter read.

use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// A builtin's implementation: values in, a value, undefined or a failure out. The caller has
/// checked the number of operands.
pub type BuiltinFn = for<'a> fn(&Env<'a>, &[Value<'a>]) -> BuiltinResult<'a>;

/// How a builtin is run.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A pure function of its operands.
    Pure(BuiltinFn),
    /// As [`Kind::Pure`], but its answer depends on the evaluation (`time.now_ns`).
    Nondeterministic(BuiltinFn),
    /// Gives many values for one call (`walk`): the function returns an array of them.
    Relation(BuiltinFn),
    /// Answered by the embedding program through [`crate::Host`].
    Host,
    /// A construct with a syntax of its own (`internal.member_2`, `internal.print`), which the
    /// engines run themselves; the reason is for readers of the table.
    Engine(&'static str),
    /// Not supported; a policy that uses it is refused when it is compiled.
    Refused(&'static str),
    /// Supported when the runtime is built with the named feature, which it is not.
    Feature(&'static str),
}

/// One builtin.
#[derive(Clone, Copy)]
pub struct Builtin {
    /// Rego's name, such as `startswith` or `json.marshal`.
    pub name: &'static str,
    /// Declared types in OPA's notation, such as
    /// `(string, any<array[string], set[string]>) => string`; the compiler's type checker reads it.
    pub signature: &'static str,
    /// The infix operator that calls it, or `""`.
    pub infix: &'static str,
    /// Path of the function below `ferrego_runtime::builtins`, for generated code:
    /// `strings::startswith`.
    pub path: &'static str,
    /// How it is run.
    pub kind: Kind,
    /// Whether OPA 1.x refuses it in v1 modules.
    pub deprecated: bool,
}

/// The row of the builtin `name`.
pub fn lookup(name: &str) -> Option<&'static Builtin> {
    let _ = name;
    None
}
