//! The reference interpreter: plain, slow, and judged by OPA's answers.
//!
//! It shares with the compiled path the parser, the syntax tree, the values and the builtins, and
//! nothing else: names are resolved, bodies ordered and rules evaluated by code of its own, so
//! that one mistake cannot hide in both. It accepts what it can run; whether OPA accepts a policy
//! is for the compiler to say.

mod eval;
mod load;
mod program;

#[cfg(test)]
mod tests;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::source::Source;
use ferrego_runtime::{Env, EvalError, Evaluation, Value, Violations};

/// Loaded modules, ready for queries from any thread.
#[derive(Debug)]
pub struct Interpreter {
    program: program::Program,
}

impl Interpreter {
    /// Loads modules. The spans of each module must name its index in `modules` as their source.
    ///
    /// # Errors
    /// Diagnostics of what cannot be run: unknown functions, builtins that are not supported,
    /// variables that nothing binds.
    pub fn new(modules: &[(Source, Module)]) -> Result<Self, Diagnostics> {
        load::load(modules).map(|program| Self { program })
    }

    /// The document at `path` below `data`, such as `["pkg", "violation"]`; `None` is undefined.
    ///
    /// # Errors
    /// What stops an evaluation: conflicts, a host builtin that the host does not offer, and
    /// failures of builtins where `env` is strict.
    pub fn query<'a>(
        &self,
        env: &Env<'a>,
        path: &[&str],
        input: Option<Value<'a>>,
        data: Option<Value<'a>>,
    ) -> Result<Option<Value<'a>>, Box<EvalError>> {
        eval::query(&self.program, env, path, input, data)
    }
}

/// A template's modules in the interpreter, asked for `violation` as compiled code is.
#[derive(Debug)]
pub struct InterpretedPolicy {
    interpreter: Interpreter,
    path: Vec<String>,
}

impl InterpretedPolicy {
    /// Loads the modules of a template: the one with `violation` first.
    ///
    /// # Errors
    /// As for [`Interpreter::new`].
    pub fn new(modules: &[(Source, Module)]) -> Result<Self, Diagnostics> {
        let package = modules.first().map(|(_, module)| &module.package.path[..]);
        let package = package.unwrap_or_default().iter().map(ToString::to_string);
        let path = package.chain(["violation".to_owned()]).collect();
        Ok(Self { interpreter: Interpreter::new(modules)?, path })
    }
}

impl Violations for InterpretedPolicy {
    fn violations<'a>(
        &self,
        evaluation: &Evaluation<'a>,
    ) -> Result<Option<Value<'a>>, Box<EvalError>> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let (input, data) = evaluation.documents();
        self.interpreter.query(&evaluation.env(), &path, input, Some(data))
    }
}
