//! The reference interpreter: simple and slow, and tested against OPA's answers.
//!
//! It shares with the compiled path only the parser, the syntax tree, the values and the builtins.
//! It resolves names, orders bodies and evaluates rules with its own code, so that one mistake
//! cannot hide in both engines. It accepts every policy that it can run. The compiler decides
//! whether OPA accepts a policy.

/// The examples in the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod eval;
#[doc(hidden)]
pub mod explanation;
mod load;
mod program;

#[cfg(test)]
mod tests;

use explanation::{Explanation, Prints};
use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::source::Source;
use ferrego_runtime::{Env, EvalError, Evaluation, Value, Violations};

/// The bytes that a part of an evaluation takes before its own parts are evaluated in regions. The
/// price of a region is then small compared with what was evaluated before.
const REGION_LIMIT: usize = 1 << 20;

/// Loaded modules, which any thread can query.
#[derive(Debug)]
pub struct Interpreter {
    program: program::Program,
    region_limit: usize,
}

impl Interpreter {
    /// Loads modules. The source of each module's spans must be the module's index in `modules`.
    ///
    /// # Errors
    /// Returns diagnostics if the modules cannot run: for an unknown function, an unsupported
    /// builtin, or a variable that nothing binds.
    pub fn new(modules: &[(Source, Module)]) -> Result<Self, Diagnostics> {
        load::load(modules, false).map(|program| Self { program, region_limit: REGION_LIMIT })
    }

    /// Sets the bytes that a part of an evaluation takes before its own parts are evaluated in
    /// regions, whose memory is used again. No answer depends on it. With 0, every literal has a
    /// region, which tests the regions.
    #[doc(hidden)]
    #[must_use]
    pub fn regions_from(mut self, bytes: usize) -> Self {
        self.region_limit = bytes;
        self
    }

    /// Evaluates the document at `path` below `data`, such as `["pkg", "violation"]`. Returns
    /// `None` if it is undefined.
    ///
    /// # Errors
    /// Returns an error if the evaluation stops: at a conflict, at the end of its budget, or at a
    /// host builtin that the host does not offer. If `env` is strict, the failure of a builtin is an error too.
    pub fn query<'a>(
        &self,
        env: &Env<'a>,
        path: &[&str],
        input: Option<Value<'a>>,
        data: Option<Value<'a>>,
    ) -> Result<Option<Value<'a>>, Box<EvalError>> {
        eval::query(&self.program, self.region_limit, env, path, input, data)
    }
}

/// Modules that explain their answers. They run beside the engine that answers.
#[doc(hidden)]
#[derive(Debug)]
pub struct Explainer {
    program: program::Program,
    /// The program with its calls of `print`, or the faults of their operands.
    printing: Result<program::Program, Diagnostics>,
}

impl Explainer {
    /// Loads modules like [`Interpreter::new`], and again with their calls of `print`.
    ///
    /// # Errors
    /// Returns the errors of [`Interpreter::new`].
    pub fn new(modules: &[(Source, Module)]) -> Result<Self, Diagnostics> {
        let program = load::load(modules, false)?;
        let printing = load::load(modules, true).map_err(|mut faults| {
            // An unsafe variable also makes the set of its values unsafe.
            faults.0.retain(|fault| fault.message != "var _ is unsafe");
            faults
        });
        Ok(Self { program, printing })
    }

    /// Returns the faults of operands of `print`, because of which [`Explainer::prints`] returns
    /// nothing.
    pub fn print_faults(&self) -> Option<&Diagnostics> {
        self.printing.as_ref().err()
    }

    /// Explains the document at `path` below `data`, by an evaluation of its own within the budget
    /// of `env`.
    pub fn explain<'a>(
        &self,
        env: &Env<'a>,
        path: &[&str],
        input: Option<Value<'a>>,
        data: Option<Value<'a>>,
    ) -> Explanation {
        eval::explain(&self.program, env, path, input, data)
    }

    /// Returns the output of `print` in an evaluation of the document at `path` below `data`.
    pub fn prints<'a>(
        &self,
        env: &Env<'a>,
        path: &[&str],
        input: Option<Value<'a>>,
        data: Option<Value<'a>>,
    ) -> Prints {
        let Ok(program) = &self.printing else { return Prints::default() };
        eval::prints(program, env, path, input, data)
    }
}

/// The modules of a template in the interpreter, as a policy with the query `violation`.
#[derive(Debug)]
pub struct InterpretedPolicy {
    interpreter: Interpreter,
    path: Vec<String>,
}

impl InterpretedPolicy {
    /// Loads the modules of a template. The module with `violation` must be the first.
    ///
    /// # Errors
    /// Returns the errors of [`Interpreter::new`].
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
