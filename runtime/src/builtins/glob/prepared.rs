//! Globs that are literals of a compiled policy, which holds them in statics.

use std::sync::OnceLock;

use super::compile::{Fault, compile};
use super::program::Program;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// A pattern with its delimiters. The program is compiled at its first use and shared by all
/// threads.
#[derive(Debug)]
pub struct Glob {
    pattern: &'static str,
    delimiters: &'static [char],
    program: OnceLock<Result<Program, Fault>>,
}

impl Glob {
    /// Creates a glob from a pattern that the compiler has checked and the effective delimiters of
    /// the call.
    pub const fn new(pattern: &'static str, delimiters: &'static [char]) -> Self {
        Self { pattern, delimiters, program: OnceLock::new() }
    }
}

/// Implements `glob.match(pattern, delimiters, text)` for a literal pattern and literal delimiters.
pub fn matches<'a>(env: &Env<'a>, glob: &Glob, text: Value<'a>) -> BuiltinResult<'a> {
    let text = text.as_str().ok_or_else(|| env.operand(3, "string", &text))?;
    match glob.program.get_or_init(|| compile(glob.pattern)) {
        Ok(program) => Ok(Some(Value::Bool(program.matches(env.arena, text, glob.delimiters)))),
        Err(fault) => Err(env.fail(format_args!("{fault}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    static HOSTS: Glob = Glob::new("*.com", &['.']);
    static BROKEN: Glob = Glob::new("[", &[]);

    #[test]
    fn answers_are_those_of_a_pattern_at_run_time() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |glob, text| matches(&env, glob, text).map_err(|error| error.message);
        assert_eq!(run(&HOSTS, Value::String("a.com")), Ok(Some(Value::Bool(true))));
        assert_eq!(run(&HOSTS, Value::String("a.b.com")), Ok(Some(Value::Bool(false))));
        assert_eq!(run(&HOSTS, Value::Null), Err("operand 3 must be string but got null"));
        assert_eq!(
            run(&BROKEN, Value::String("a")),
            Err("glob: syntax error at 1: unexpected end of input")
        );
    }
}
