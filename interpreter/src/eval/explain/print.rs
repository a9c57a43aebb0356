//! The output of `print` (`topdown/print.go` of OPA).

use std::cell::RefCell;

use ferrego_compiler::source::Span;
use ferrego_runtime::{Env, Value};

use super::text::shortened;
use crate::eval::{Machine, Shared};
use crate::explanation::{Printed, Prints};
use crate::program::Program;

/// The most calls whose output is kept.
const LINES: usize = 1_000;

/// The most characters of a value that is printed.
const TEXT: usize = 1_000;

/// A collector of the output of an evaluation.
#[derive(Default)]
pub(crate) struct Printer(RefCell<Prints>);

/// Evaluates the document at `path` below `data`, and returns the output of the calls of `print`.
/// If the evaluation stops, it is the output up to then.
pub(crate) fn prints<'a>(
    program: &Program,
    env: &Env<'a>,
    path: &[&str],
    input: Option<Value<'a>>,
    data: Option<Value<'a>>,
) -> Prints {
    let printer = Some(Printer::default());
    let shared = Shared { region_limit: usize::MAX, printer, ..Shared::default() };
    // The caller knows the answer, and the error, from the evaluation itself.
    let _ = Machine::new(program, env, data, &shared).ask(path, input);
    shared.printer.map(|printer| printer.0.into_inner()).unwrap_or_default()
}

impl Printer {
    /// Adds the output of a call. Each operand is the set of its values; every combination of the
    /// values is a line.
    pub(in crate::eval) fn print(&self, program: &Program, span: Span, operands: &Value<'_>) {
        let Value::Array(operands) = operands else { return };
        self.line(program, span, operands, &mut Vec::new());
    }

    fn line(&self, program: &Program, span: Span, operands: &[Value<'_>], words: &mut Vec<String>) {
        if self.0.borrow().is_cut {
            return;
        }
        let Some((operand, rest)) = operands.split_first() else {
            return self.add(program, span, words);
        };
        let values = match operand {
            Value::Set(set) if !set.is_empty() => set.members(),
            _ => return self.with_word("<undefined>".to_owned(), program, span, rest, words),
        };
        for value in values {
            let word = match value {
                Value::String(text) => text.chars().take(TEXT).collect(),
                other => shortened(other, TEXT),
            };
            self.with_word(word, program, span, rest, words);
        }
    }

    fn with_word(
        &self,
        word: String,
        program: &Program,
        span: Span,
        rest: &[Value<'_>],
        words: &mut Vec<String>,
    ) {
        words.push(word);
        self.line(program, span, rest, words);
        words.pop();
    }

    fn add(&self, program: &Program, span: Span, words: &[String]) {
        let mut prints = self.0.borrow_mut();
        if prints.lines.len() < LINES {
            prints.lines.push(Printed { place: program.place_of(span), text: words.join(" ") });
        } else {
            prints.is_cut = true;
        }
    }
}
