//! Calls of builtins with constant operands, and the paths of references.

use std::rc::Rc;

use ferrego_runtime::builtins::{Builtin, Kind};
use ferrego_runtime::{Arena, Budget, Env, ErrorCode, NoHost, Value};

use crate::hir::{Ref, Root, Term, VarId};

/// A reference whose operands have one value each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Path(Rc<str>);

impl Path {
    /// Returns the path of a variable.
    pub(super) fn variable(variable: VarId) -> Self {
        Self(format!("#{}", variable.0).into())
    }

    /// Returns the path, or `None` if an operand is not bound or is a composite.
    pub(super) fn of(reference: &Ref, is_bound: &dyn Fn(&VarId) -> bool) -> Option<Self> {
        use std::fmt::Write;
        let mut text = match reference.root {
            Root::Input => "input".to_owned(),
            Root::Data => "data".to_owned(),
            Root::Var(variable) => format!("#{}", variable.0),
        };
        for operand in &reference.operands {
            // Writing to a string does not fail.
            let _ = match operand {
                Term::Constant(constant) => write!(text, "/{constant:?}"),
                Term::Var(variable) if is_bound(variable) => write!(text, "/#{}", variable.0),
                _ => return None,
            };
        }
        Some(Self(text.into()))
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
