//! An engine that compares two engines.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::template::Template;
use ferrego_runtime::{ErrorCode, EvalError, Evaluation, Value, Violations, json};

use super::Engine;

/// An engine that runs every policy in two engines and records the differences between their
/// answers. It returns the first engine's answer, or the error of an engine that exceeds its budget.
pub struct Both<A, B> {
    first: A,
    second: B,
    differences: Arc<Mutex<Vec<Difference>>>,
}

/// A pair of answers that should be equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The template's kind.
    pub kind: Arc<str>,
    /// The first engine's answer: the set `violation`, or an error.
    pub first: String,
    /// The second engine's answer.
    pub second: String,
}

impl<A: Engine, B: Engine> Both<A, B> {
    /// Combines two engines.
    pub fn new(first: A, second: B) -> Self {
        Self { first, second, differences: Arc::default() }
    }
}

impl<A: Engine, B: Engine> Engine for Both<A, B> {
    fn policy(
        &self,
        template: &Template,
        modules: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics> {
        Ok(Arc::new(Pair {
            kind: template.kind.clone(),
            first: self.first.policy(template, modules)?,
            second: self.second.policy(template, modules)?,
            differences: self.differences.clone(),
        }))
    }

    fn take_differences(&self) -> Vec<Difference> {
        std::mem::take(&mut self.differences.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<A: fmt::Debug, B: fmt::Debug> fmt::Debug for Both<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Both").field(&self.first).field(&self.second).finish()
    }
}

struct Pair {
    kind: Arc<str>,
    first: Arc<dyn Violations>,
    second: Arc<dyn Violations>,
    differences: Arc<Mutex<Vec<Difference>>>,
}

type Answer<'a> = Result<Option<Value<'a>>, Box<EvalError>>;

impl Violations for Pair {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Answer<'a> {
        let first = self.first.violations(evaluation);
        if is_over_budget(&first) {
            return first;
        }
        let second = self.second.violations(evaluation);
        if is_over_budget(&second) {
            return second;
        }
        if is_large(&first) || is_large(&second) {
            return Err(too_large(&self.kind));
        }
        let (own, other) = (shown(&first), shown(&second));
        if own != other {
            let difference = Difference { kind: self.kind.clone(), first: own, second: other };
            self.differences.lock().unwrap_or_else(PoisonError::into_inner).push(difference);
        }
        first
    }
}

/// Returns `true` if an evaluation exceeded its budget. Engines take different numbers of steps, so
/// the other engine may have an answer, which does not count as a difference.
fn is_over_budget(answer: &Answer<'_>) -> bool {
    matches!(answer, Err(error) if error.code == ErrorCode::Cancel)
}

/// The bytes of JSON that answers may have to be compared. Answers that share their parts can be
/// small in memory and endless when they are written.
const COMPARED: usize = 64 << 20;

fn is_large(answer: &Answer<'_>) -> bool {
    matches!(answer, Ok(Some(value)) if json::size(value, COMPARED).is_none())
}

/// Returns the error of a policy whose answers are too large to be compared.
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn too_large(kind: &str) -> Box<EvalError> {
    let message =
        format!("the answer takes more than {COMPARED} bytes as JSON, and is not compared");
    let (rule, file) = (String::new(), kind.to_owned());
    Box::new(EvalError { code: ErrorCode::Cancel, message, rule, file, line: 0, column: 0 })
}

/// Formats an answer. The place of an error is left out, because the engines may report a conflict
/// between two rules at either.
fn shown(answer: &Answer<'_>) -> String {
    match answer {
        Ok(Some(value)) => value.to_string(),
        Ok(None) => "undefined".to_owned(),
        Err(error) => format!("{}: {}", error.code.as_str(), error.message),
    }
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::{Arena, ErrorCode};

    use super::*;

    struct Fixed(&'static str);

    impl Violations for Fixed {
        fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Answer<'a> {
            let error = |line| EvalError {
                code: ErrorCode::Conflict,
                message: "conflict".to_owned(),
                rule: String::new(),
                file: String::new(),
                line,
                column: 0,
            };
            match self.0 {
                "undefined" => Ok(None),
                "line 1" => Err(Box::new(error(1))),
                "over budget" => Err(Box::new(EvalError { code: ErrorCode::Cancel, ..error(1) })),
                "line 2" => Err(Box::new(error(2))),
                "endless" => {
                    let mut value = Value::Null;
                    for _ in 0..40 {
                        value = evaluation.arena().array(&[value, value]);
                    }
                    Ok(Some(value))
                }
                text => Ok(Some(Value::String(text))),
            }
        }
    }

    impl Engine for Fixed {
        fn policy(&self, _: &Template, _: &[Module]) -> Result<Arc<dyn Violations>, Diagnostics> {
            Ok(Arc::new(Self(self.0)))
        }
    }

    fn template() -> Template {
        Template {
            name: "t".into(),
            name_span: ferrego_compiler::source::Span::default(),
            kind: "T".into(),
            schema: "".into(),
            legacy_schema: false,
            warnings: Diagnostics::default(),
            sources: Vec::new(),
            document: ferrego_compiler::template::document("t.yaml", ""),
            declared: Vec::new(),
            written: Vec::new(),
            synced: None,
        }
    }

    #[test]
    fn an_engine_over_budget_decides() {
        for (first, second) in [("a", "over budget"), ("over budget", "a")] {
            let both = Both::new(Fixed(first), Fixed(second));
            let policy = both.policy(&template(), &[]).expect("a policy");
            let arena = Arena::new();
            let error = policy.violations(&Evaluation::new(&arena)).expect_err("over budget");
            assert_eq!(error.code, ErrorCode::Cancel);
            assert!(both.take_differences().is_empty());
        }
    }

    #[test]
    fn answers_too_large_to_be_written_are_errors() {
        for (first, second) in [("endless", "a"), ("a", "endless")] {
            let both = Both::new(Fixed(first), Fixed(second));
            let policy = both.policy(&template(), &[]).expect("a policy");
            let arena = Arena::new();
            let error = policy.violations(&Evaluation::new(&arena)).expect_err("too large");
            assert_eq!((error.code, &*error.file), (ErrorCode::Cancel, "T"));
        }
    }

    #[test]
    fn answers_that_differ_are_kept() {
        for (first, second, differences) in [
            ("a", "a", 0),
            ("a", "b", 1),
            ("undefined", "a", 1),
            ("line 1", "line 2", 0),
            ("line 1", "undefined", 1),
        ] {
            let both = Both::new(Fixed(first), Fixed(second));
            let policy = both.policy(&template(), &[]).expect("a policy");
            let arena = Arena::new();
            let answer = policy.violations(&Evaluation::new(&arena));
            assert_eq!(shown(&answer), shown(&Fixed(first).violations(&Evaluation::new(&arena))));
            assert_eq!(both.take_differences().len(), differences, "{first}, {second}");
            assert!(both.take_differences().is_empty());
        }
    }
}
