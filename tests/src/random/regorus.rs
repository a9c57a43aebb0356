//! regorus as an implementation to compare with. It is not OPA: [`super::departures`] lists its
//! departures.

use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use ferrego_compiler::source::RegoVersion;
use regorus::{Value, utils::limits::ExecutionTimerConfig};

use crate::cases::Engine;
use crate::cases::engine::{Answer, Run};
use crate::cases::input::Document;
use crate::cases::record::{Policy, Request};

/// The time limit of one answer, and the number of steps between checks of the clock.
const LIMIT: ExecutionTimerConfig = ExecutionTimerConfig {
    limit: Duration::from_secs(2),
    check_interval: NonZeroU32::new(1000).unwrap(),
};

/// The stack size of the thread that runs regorus, which recurses without a limit.
const STACK: usize = 256 * 1024 * 1024;

/// An engine that runs policies in regorus.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegorusEngine;

impl Engine for RegorusEngine {
    fn name(&self) -> &'static str {
        "regorus"
    }

    fn run(&self, policies: &[&Policy]) -> Vec<Run> {
        let failed = |text: &str| vec![Run::Failed(text.to_owned()); policies.len()];
        thread::scope(|scope| {
            let work = || policies.iter().map(|policy| guarded(policy)).collect();
            match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work) {
                Ok(worker) => worker.join().unwrap_or_else(|_| failed("panic")),
                Err(error) => failed(&error.to_string()),
            }
        })
    }
}

fn guarded(policy: &Policy) -> Run {
    catch_unwind(AssertUnwindSafe(|| run(policy)))
        .unwrap_or_else(|_| Run::Failed("panic".to_owned()))
}

fn run(policy: &Policy) -> Run {
    match engine(policy) {
        Ok(engine) => {
            let requests = policy.requests.iter();
            Run::Answers(requests.map(|request| answer(&engine, request)).collect())
        }
        Err(text) => Run::Refused { codes: Vec::new(), text },
    }
}

fn engine(policy: &Policy) -> Result<regorus::Engine, String> {
    let mut engine = regorus::Engine::new();
    engine.set_rego_v0(policy.version == RegoVersion::V0);
    engine.set_strict_builtin_errors(false);
    engine.set_execution_timer_config(LIMIT);
    for (index, module) in policy.modules.iter().enumerate() {
        let added = engine.add_policy(format!("{index}.rego"), module.clone());
        added.map_err(|error| error.to_string())?;
    }
    if let Some(Document::Json(data)) = &policy.data {
        engine.add_data_json(data.get()).map_err(|error| error.to_string())?;
    }
    Ok(engine)
}

fn answer(engine: &regorus::Engine, request: &Request) -> Answer {
    let mut engine = engine.clone();
    let input = match &request.input {
        Some(Document::Json(input)) => engine.set_input_json(input.get()),
        _ => Ok(()),
    };
    match input.and_then(|()| engine.eval_rule(request.query.clone())) {
        Ok(Value::Undefined) => Answer::Undefined,
        Ok(value) => {
            let mut text = String::new();
            write(&value, &mut text);
            Answer::Value(text)
        }
        Err(error) => Answer::Error { code: "regorus".to_owned(), message: error.to_string() },
    }
}

/// Writes a value as a Rego term.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => sequence(('[', ']'), items.iter(), text),
        Value::Set(items) if items.is_empty() => text.push_str("set()"),
        Value::Set(items) => sequence(('{', '}'), items.iter(), text),
        Value::Object(pairs) => {
            text.push('{');
            for (index, (key, value)) in pairs.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                write(key, text);
                text.push_str(": ");
                write(value, text);
            }
            text.push('}');
        }
        scalar => {
            // Writing to a string does not fail.
            let _ = write!(text, "{scalar}");
        }
    }
}

fn sequence<'v>(brackets: (char, char), items: impl Iterator<Item = &'v Value>, text: &mut String) {
    text.push(brackets.0);
    for (index, item) in items.enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        write(item, text);
    }
    text.push(brackets.1);
}
