//! Calls of builtins with constant operands, and the texts of expressions.

use std::rc::Rc;

use ferrego_runtime::builtins::{Builtin, Kind};
use ferrego_runtime::{Arena, Budget, Env, ErrorCode, NoHost, Value};

use crate::hir::VarId;

/// The text of an expression that has one value, such as a reference whose operands have one each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Path(Rc<str>);

impl Path {
    /// Returns the path of a variable.
    pub(super) fn variable(variable: VarId) -> Self {
        Self(format!("#{}", variable.0).into())
    }

    /// Returns the path that `text` writes.
    pub(super) fn of_text(text: &str) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// The result of a call.
pub(in crate::lints) enum Called<'a> {
    /// The call was not evaluated.
    Unknown,
    /// A value, or undefined.
    Result(Option<Value<'a>>),
    /// The call fails, with the builtin's message.
    Fails(&'a str),
}

/// Calls a pure builtin.
pub(in crate::lints) fn call<'a>(
    arena: &'a Arena,
    builtin: &Builtin,
    operands: &[Value<'a>],
) -> Called<'a> {
    const BUDGET: Budget = Budget::DEFAULT.steps(20_000).memory(1 << 20);
    let Some(function) = builtin.function.filter(|_| builtin.kind == Kind::Pure) else {
        return Called::Unknown;
    };
    let mut env = Env::new(arena, &NoHost);
    env.strict = true; // Only then failures have messages.
    let running = arena.begin(BUDGET);
    let result = function(&env, operands);
    if running.finish().is_some() {
        return Called::Unknown;
    }
    match result {
        Ok(value) => Called::Result(value),
        Err(error) => match error.code {
            ErrorCode::Type | ErrorCode::Builtin => Called::Fails(error.message),
            _ => Called::Unknown,
        },
    }
}
