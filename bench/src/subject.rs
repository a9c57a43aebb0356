//! The programs that are measured, each behind the same two doors: evaluation of an input that is
//! parsed already, and from JSON bytes to the verdict.

use std::sync::Arc;

use ferrego_compiler::parse;
use ferrego_compiler::source::SourceId;
use ferrego_compiler::template::{self, OtherKinds};
use ferrego_interpreter::Interpreter;
use ferrego_runtime::{Arena, Env, Evaluation, Policy, env::NoHost, json};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;

use crate::{hand_typed, hand_value};

/// The entry point of the measured policy.
pub(crate) const RULE: &str = "data.sharednodes.violation";

/// What goes wrong when a subject is prepared or judges.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Gives a closure that judges once and returns the number of violations.
pub(crate) type Run<'r> = Box<dyn FnMut() -> usize + 'r>;

/// A program that judges reviews.
pub(crate) struct Subject<'s> {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// Evaluation with the input parsed; none where that is no step of its own.
    pub(crate) evaluate: Option<Run<'s>>,
    /// From JSON bytes to the verdict.
    pub(crate) judge: Run<'s>,
}

/// The policy's source as the interpreters take it, from a template.
///
/// # Errors
/// A template that cannot be read, and Rego that cannot be parsed.
pub(crate) fn sources(name: &str, text: &str) -> Result<Sources, Fault> {
    let templates =
        template::read(name, text, OtherKinds::Refuse).map_err(|faults| faults.to_string())?;
    let source = templates.first().and_then(|template| template.sources.first());
    let source = source.ok_or("the template holds no Rego")?.clone();
    let rego = source.text.to_string();
    let module = parse::module(SourceId(0), &source.text, source.version)?;
    let interpreter = Interpreter::new(&[(source, module)])?;
    Ok(Sources { rego, interpreter })
}

/// The policy's source, as the interpreters take it.
pub(crate) struct Sources {
    /// The Rego text.
    pub(crate) rego: String,
    /// The reference interpreter.
    pub(crate) interpreter: Interpreter,
}

fn members(value: Option<ferrego_runtime::Value<'_>>) -> usize {
    value.and_then(|value| value.len()).unwrap_or_default()
}

/// This project's compiled policy.
pub(crate) fn compiled<'s>(
    policy: &'static Policy,
    input: &'s str,
    parsed: &'s Arena,
) -> Result<Subject<'s>, Fault> {
    let value = json::parse(parsed, input.as_bytes())?;
    let mut arena = Arena::new();
    let mut whole = Arena::new();
    let entry = policy.entries.iter().find(|entry| entry.path == RULE).ok_or("no such rule")?;
    Ok(Subject {
        name: "ferrego, compiled",
        evaluate: Some(Box::new(move || {
            arena.reset();
            members(Evaluation::new(&arena).input(value).entry(policy, entry).ok().flatten())
        })),
        judge: Box::new(move || {
            whole.reset();
            let Ok(value) = json::parse(&whole, input.as_bytes()) else { return 0 };
            members(Evaluation::new(&whole).input(value).entry(policy, entry).ok().flatten())
        }),
    })
}

/// This project's reference interpreter.
pub(crate) fn interpreter<'s>(
    sources: &'s Sources,
    input: &'s str,
    parsed: &'s Arena,
) -> Result<Subject<'s>, Fault> {
    let value = json::parse(parsed, input.as_bytes())?;
    let mut arena = Arena::new();
    let mut whole = Arena::new();
    Ok(Subject {
        name: "ferrego, interpreter",
        evaluate: Some(Box::new(move || {
            arena.reset();
            interpreted(sources, &arena, value)
        })),
        judge: Box::new(move || {
            whole.reset();
            let Ok(value) = json::parse(&whole, input.as_bytes()) else { return 0 };
            interpreted(sources, &whole, value)
        }),
    })
}

fn interpreted<'a>(
    sources: &Sources,
    arena: &'a Arena,
    input: ferrego_runtime::Value<'a>,
) -> usize {
    let env = Env::new(arena, &NoHost);
    let path: Vec<&str> = RULE.split('.').skip(1).collect();
    members(sources.interpreter.query(&env, &path, Some(input), None).ok().flatten())
}

fn engine(sources: &Sources) -> Result<regorus::Engine, Fault> {
    let mut engine = regorus::Engine::new();
    engine.set_rego_v0(true);
    engine.add_policy("policy.rego".to_owned(), sources.rego.clone())?;
    Ok(engine)
}

fn set_len(value: &regorus::Value) -> usize {
    let Ok(set) = value.as_set() else { return 0 };
    set.len()
}

/// The interpreter of regorus.
pub(crate) fn regorus_interpreter<'s>(
    sources: &'s Sources,
    input: &'s str,
) -> Result<Subject<'s>, Fault> {
    let value = regorus::Value::from_json_str(input)?;
    let mut evaluating = engine(sources)?;
    let mut judging = engine(sources)?;
    evaluating.set_input(value.clone());
    evaluating.eval_rule(RULE.to_owned())?;
    Ok(Subject {
        name: "regorus, interpreter",
        evaluate: Some(Box::new(move || {
            evaluating.set_input(value.clone());
            evaluating.eval_rule(RULE.to_owned()).map_or(0, |value| set_len(&value))
        })),
        judge: Box::new(move || {
            let Ok(value) = regorus::Value::from_json_str(input) else { return 0 };
            judging.set_input(value);
            judging.eval_rule(RULE.to_owned()).map_or(0, |value| set_len(&value))
        }),
    })
}

/// The bytecode VM of regorus.
pub(crate) fn regorus_vm<'s>(sources: &'s Sources, input: &'s str) -> Result<Subject<'s>, Fault> {
    let value = regorus::Value::from_json_str(input)?;
    let mut evaluating = vm(sources)?;
    let mut judging = vm(sources)?;
    Ok(Subject {
        name: "regorus, VM",
        evaluate: Some(Box::new(move || {
            evaluating.set_input(value.clone());
            evaluating.execute_entry_point_by_name(RULE).map_or(0, |value| set_len(&value))
        })),
        judge: Box::new(move || {
            let Ok(value) = regorus::Value::from_json_str(input) else { return 0 };
            judging.set_input(value);
            judging.execute_entry_point_by_name(RULE).map_or(0, |value| set_len(&value))
        }),
    })
}

fn vm(sources: &Sources) -> Result<RegoVM, Fault> {
    let compiled = engine(sources)?.compile_with_entrypoint(&Arc::from(RULE))?;
    let program = Compiler::compile_from_policy(&compiled, &[RULE])?;
    let mut vm = RegoVM::new();
    vm.load_program(program);
    vm.set_data(regorus::Value::new_object())?;
    Ok(vm)
}

/// Hand-written Rust over `serde_json::Value`.
pub(crate) fn hand_value(input: &str) -> Result<Subject<'_>, Fault> {
    let value: serde_json::Value = serde_json::from_str(input)?;
    Ok(Subject {
        name: "hand-written, serde_json::Value",
        evaluate: Some(Box::new(move || hand_value::violations(&value).len())),
        judge: Box::new(move || {
            serde_json::from_str(input).map_or(0, |value| hand_value::violations(&value).len())
        }),
    })
}

/// Hand-written Rust over typed structs that borrow from the JSON.
pub(crate) fn hand_typed(input: &str) -> Result<Subject<'_>, Fault> {
    let value: hand_typed::Input<'_> = serde_json::from_str(input)?;
    Ok(Subject {
        name: "hand-written, typed structs",
        evaluate: Some(Box::new(move || hand_typed::violations(&value).len())),
        judge: Box::new(move || {
            serde_json::from_str(input).map_or(0, |value| hand_typed::violations(&value).len())
        }),
    })
}
