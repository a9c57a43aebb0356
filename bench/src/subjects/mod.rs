//! The programs that are measured.
//!
//! Each has two doors: one evaluates an input that is already parsed, and one goes from JSON bytes
//! to the verdict.

mod compiled;
mod hand;
mod regorus;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Fault;
use crate::clock::Run;
use crate::target::{Question, Target};

/// A program that evaluates a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Program {
    /// This project's compiled policy.
    Compiled,
    /// Rust written by hand over `serde_json::Value`.
    HandValue,
    /// Rust written by hand over structs that borrow from the JSON.
    HandTyped,
    /// This project's interpreter.
    Interpreter,
    /// The interpreter of regorus.
    Regorus,
    /// The bytecode VM of regorus.
    RegorusVm,
}

impl Program {
    /// Returns the name for tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Compiled => "ferrego, compiled",
            Self::HandValue => "hand-written, serde_json::Value",
            Self::HandTyped => "hand-written, typed structs",
            Self::Interpreter => "ferrego, interpreter",
            Self::Regorus => "regorus, interpreter",
            Self::RegorusVm => "regorus, VM",
        }
    }
}

/// A program, ready to judge one request.
pub(crate) struct Subject<'s> {
    /// The program.
    pub(crate) program: Program,
    /// The reason why the program is not measured, or a remark on its answer.
    pub(crate) note: Option<String>,
    /// The runs, or `None` if the program does not give the right answer.
    pub(crate) runs: Option<Runs<'s>>,
}

/// The runs of a subject that are measured. Each returns the number of violations.
pub(crate) struct Runs<'s> {
    /// The evaluation of an input that is already parsed.
    pub(crate) evaluate: Run<'s>,
    /// The way from JSON bytes to the verdict.
    pub(crate) judge: Run<'s>,
}

/// A program's answer, and its runs.
struct Prepared<'s> {
    answer: Answer,
    runs: Runs<'s>,
}

/// The answer of a program.
enum Answer {
    /// The violations as JSON.
    Violations(String),
    /// The messages of the violations. The types do not describe the details.
    Messages(Vec<String>),
}

/// Prepares all programs for one question to a policy.
///
/// # Errors
/// Returns an error if the compiled or the hand-written policy gives a wrong answer.
pub(crate) fn all<'s>(
    target: &'s Target,
    question: &'s Question,
) -> Result<Vec<Subject<'s>>, Fault> {
    let mut subjects = vec![
        must(subject(Program::Compiled, question, compiled::compiled(target, question)))?,
        must(subject(Program::Interpreter, question, compiled::interpreted(target, question)))?,
        subject(Program::Regorus, question, regorus::interpreter(target, question)),
        subject(Program::RegorusVm, question, regorus::vm(target, question)),
    ];
    for (program, prepared) in hand::by_name(&target.name, question) {
        subjects.push(must(subject(program, question, prepared))?);
    }
    subjects.sort_by_key(|subject| subject.program);
    Ok(subjects)
}

/// Prepares the compiled policy for one question.
///
/// # Errors
/// Returns an error if the answer is wrong.
pub(crate) fn compiled<'s>(
    target: &'s Target,
    question: &'s Question,
) -> Result<Subject<'s>, Fault> {
    must(subject(Program::Compiled, question, compiled::compiled(target, question)))
}

fn must(subject: Subject<'_>) -> Result<Subject<'_>, Fault> {
    match subject.note {
        Some(note) => Err(format!("{}: {note}", subject.program.name()).into()),
        None => Ok(subject),
    }
}

fn subject<'s>(
    program: Program,
    question: &Question,
    prepared: Result<Prepared<'s>, Fault>,
) -> Subject<'s> {
    match prepared.and_then(|prepared| check(prepared, question)) {
        Ok(runs) => Subject { program, note: None, runs: Some(runs) },
        Err(fault) => Subject { program, note: Some(told(&fault)), runs: None },
    }
}

fn check<'s>(prepared: Prepared<'s>, question: &Question) -> Result<Runs<'s>, Fault> {
    let Prepared { answer, mut runs } = prepared;
    let expected: Value = serde_json::from_str(&question.expected)?;
    let (expected, got) = match answer {
        Answer::Violations(text) => (expected, serde_json::from_str(&text)?),
        Answer::Messages(messages) => (messages_of(&expected), Value::from(messages)),
    };
    let (expected, got) = (sorted(expected), sorted(got));
    if expected != got {
        return Err(format!("another answer: {}", shortened(&Value::from(got).to_string())).into());
    }
    if ((runs.evaluate)(), (runs.judge)()) != (expected.len(), expected.len()) {
        return Err("another number of violations when it is repeated".into());
    }
    Ok(runs)
}

fn messages_of(violations: &Value) -> Value {
    let violations = violations.as_array().into_iter().flatten();
    violations.map(|violation| violation["msg"].clone()).collect()
}

/// Normalizes violations for a comparison: sorts them, and writes equal numbers alike.
fn sorted(violations: Value) -> Vec<Value> {
    let Value::Array(mut violations) = violations else { return Vec::new() };
    violations.iter_mut().for_each(level);
    violations.sort_by_cached_key(Value::to_string);
    violations
}

fn level(value: &mut Value) {
    match value {
        Value::Number(number) => {
            *value = number.as_f64().map_or(Value::Null, Value::from);
        }
        Value::Array(items) => items.iter_mut().for_each(level),
        Value::Object(members) => members.values_mut().for_each(level),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Returns the last line of an error. Of several lines, the last describes the error, and the
/// others show its place.
fn told(fault: &Fault) -> String {
    let text = fault.to_string();
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
