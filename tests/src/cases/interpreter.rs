//! An engine that runs the interpreter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use ferrego_interpreter::Interpreter;
use ferrego_runtime::{Arena, Env};

use super::acceptance;
use super::engine::{Answer, Engine, Run};
use super::host::RecordingHost;
use super::record::{Policy, Request};

/// The stack size of each worker. Values may be nested as deeply as JSON allows.
const STACK: usize = 256 * 1024 * 1024;

/// An engine that runs policies in the interpreter, on all processors.
#[derive(Clone, Copy, Debug, Default)]
pub struct InterpreterEngine;

impl Engine for InterpreterEngine {
    fn name(&self) -> &'static str {
        "interpreter"
    }

    fn run(&self, policies: &[&Policy]) -> Vec<Run> {
        let next = AtomicUsize::new(0);
        let runs = Mutex::new(vec![Run::Failed("not run".to_owned()); policies.len()]);
        let work = || {
            while let Some(index) = claim(&next, policies.len()) {
                let run = guarded(policies[index]);
                runs.lock().unwrap_or_else(PoisonError::into_inner)[index] = run;
            }
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                if thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).is_err() {
                    work();
                }
            }
        });
        runs.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An engine that runs policies in the interpreter, one after another on the caller's stack.
#[derive(Clone, Copy, Debug, Default)]
pub struct InterpreterHere;

impl Engine for InterpreterHere {
    fn name(&self) -> &'static str {
        InterpreterEngine.name()
    }

    fn run(&self, policies: &[&Policy]) -> Vec<Run> {
        policies.iter().map(|policy| guarded(policy)).collect()
    }
}

fn claim(next: &AtomicUsize, length: usize) -> Option<usize> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    (index < length).then_some(index)
}

fn guarded(policy: &Policy) -> Run {
    catch_unwind(AssertUnwindSafe(|| run(policy)))
        .unwrap_or_else(|panic| Run::Failed(format!("panic: {}", panic_text(&*panic))))
}

fn run(policy: &Policy) -> Run {
    let loaded = acceptance::modules(policy).and_then(|modules| {
        acceptance::check(policy, &modules)?;
        Interpreter::new(&modules)
    });
    match loaded {
        Ok(interpreter) => Run::Answers(
            policy.requests.iter().map(|request| answer(&interpreter, policy, request)).collect(),
        ),
        Err(diagnostics) => Run::from(&diagnostics),
    }
}

fn answer(interpreter: &Interpreter, policy: &Policy, request: &Request) -> Answer {
    catch_unwind(AssertUnwindSafe(|| evaluate(interpreter, policy, request)))
        .unwrap_or_else(|panic| Answer::Panic(panic_text(&*panic)))
}

fn evaluate(interpreter: &Interpreter, policy: &Policy, request: &Request) -> Answer {
    let arena = Arena::new();
    let mut env = Env::new(&arena, &RecordingHost);
    env.strict = request.strict;
    let document = |document: &Option<super::input::Document>| {
        document.as_ref().map(|document| document.value(&arena)).transpose()
    };
    let (input, data) = match (document(&request.input), document(&policy.data)) {
        (Ok(input), Ok(data)) => (input, data),
        (Err(text), _) | (_, Err(text)) => return Answer::Panic(text),
    };
    let path: Vec<&str> = request.query.split('.').skip(1).collect();
    match interpreter.query(&env, &path, input, data) {
        Ok(Some(value)) => Answer::Value(value.to_string()),
        Ok(None) => Answer::Undefined,
        Err(error) => {
            Answer::Error { code: error.code.as_str().to_owned(), message: error.message }
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("panic")
        .to_owned()
}
