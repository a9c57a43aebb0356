//! The engines of this project.

use std::rc::Rc;
use std::sync::Arc;

use ferrego_compiler::pipeline;
use ferrego_gatekeeper::external_data::{ExternalData, FileProvider};
use ferrego_interpreter::InterpretedPolicy;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::json::{self, Escape, Needs};
use ferrego_runtime::{Arena, Document, Evaluation, Host, Value, Violations};

use super::{Answer, Prepared, Runs};
use crate::Fault;
use crate::target::{Question, Target};

/// Prepares the compiled policy.
pub(super) fn compiled<'s>(
    target: &'s Target,
    question: &'s Question,
) -> Result<Prepared<'s>, Fault> {
    prepare(&Rc::new(*target.policy), question)
}

/// Prepares the interpreter.
pub(super) fn interpreted<'s>(
    target: &'s Target,
    question: &'s Question,
) -> Result<Prepared<'s>, Fault> {
    let modules = pipeline::parse(&target.sources, &target.options)?;
    let modules: Vec<_> = target.sources.iter().cloned().zip(modules).collect();
    prepare(&Rc::new(InterpretedPolicy::new(&modules)?), question)
}

/// The state that is kept from one request to the next.
struct Session<E> {
    engine: Rc<E>,
    host: Rc<dyn Host>,
    data: Rc<Document>,
    arena: Arena,
}

impl<E: Violations> Session<E> {
    fn new(engine: &Rc<E>, host: &Rc<dyn Host>, data: &Rc<Document>) -> Self {
        let (engine, host, data) = (Rc::clone(engine), Rc::clone(host), Rc::clone(data));
        Self { engine, host, data, arena: Arena::new() }
    }

    fn evaluate(&mut self, input: &Document) -> usize {
        self.arena.reset();
        members(self.violations(input.value()))
    }

    fn judge(&mut self, input: &str, needs: &Needs) -> usize {
        self.arena.reset();
        let input = json::parse_demanded(&self.arena, input.as_bytes(), needs);
        members(input.ok().and_then(|input| self.violations(input)))
    }

    fn violations<'a>(&'a self, input: Value<'a>) -> Option<Value<'a>> {
        let evaluation = Evaluation::new(&self.arena).host(&*self.host).data(self.data.value());
        self.engine.violations(&evaluation.input(input)).ok().flatten()
    }
}

fn prepare<'s, E: Violations + 's>(
    engine: &Rc<E>,
    question: &'s Question,
) -> Result<Prepared<'s>, Fault> {
    let host = host(question)?;
    let data = Rc::new(Document::parse(&question.data)?);
    let input = Document::parse(&question.input)?;
    let session = Session::new(engine, &host, &data);
    let answer = session.violations(input.value()).ok_or("the evaluation has no answer")?;
    let answer = Answer::Violations(json::to_string(&answer, Escape::Plain));
    let mut evaluating = Session::new(engine, &host, &data);
    let mut judging = Session::new(engine, &host, &data);
    let needs = Needs::of(engine.needs());
    let runs = Runs {
        evaluate: Box::new(move || evaluating.evaluate(&input)),
        judge: Box::new(move || judging.judge(&question.input, &needs)),
    };
    Ok(Prepared { answer, runs })
}

fn host(question: &Question) -> Result<Rc<dyn Host>, Fault> {
    let Some(answers) = &question.external_data else { return Ok(Rc::new(NoHost)) };
    let provider = FileProvider::from_json(answers.as_bytes());
    let provider = provider.map_err(|faults| format!("external data: {faults:?}"))?;
    Ok(Rc::new(ExternalData::new(Arc::new(provider))))
}

fn members(violations: Option<Value<'_>>) -> usize {
    violations.and_then(|violations| violations.len()).unwrap_or(usize::MAX)
}
