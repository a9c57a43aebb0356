//! The two engines of regorus.

use std::sync::Arc;

use ferrego_compiler::source::RegoVersion;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine, Value};

use super::{Answer, Prepared, Runs};
use crate::Fault;
use crate::target::{Question, Target};

/// Prepares the interpreter.
pub(super) fn interpreter<'s>(
    target: &'s Target,
    question: &'s Question,
) -> Result<Prepared<'s>, Fault> {
    let query = target.query();
    let input = Value::from_json_str(&question.input)?;
    let mut evaluating = engine(target, question)?;
    evaluating.set_input(input.clone());
    let answer = answer(&evaluating.eval_rule(query.to_owned())?)?;
    let mut judging = engine(target, question)?;
    let runs = Runs {
        evaluate: Box::new(move || {
            evaluating.set_input(input.clone());
            evaluating.eval_rule(query.to_owned()).as_ref().map_or(usize::MAX, members)
        }),
        judge: Box::new(move || {
            let Ok(input) = Value::from_json_str(&question.input) else { return usize::MAX };
            judging.set_input(input);
            judging.eval_rule(query.to_owned()).as_ref().map_or(usize::MAX, members)
        }),
    };
    Ok(Prepared { answer, runs })
}

/// Prepares the bytecode VM.
pub(super) fn vm<'s>(target: &'s Target, question: &'s Question) -> Result<Prepared<'s>, Fault> {
    let query = target.query();
    let input = Value::from_json_str(&question.input)?;
    let mut evaluating = loaded(target, question)?;
    evaluating.set_input(input.clone());
    let answer = answer(&evaluating.execute_entry_point_by_name(query)?)?;
    let mut judging = loaded(target, question)?;
    let runs = Runs {
        evaluate: Box::new(move || {
            evaluating.set_input(input.clone());
            evaluating.execute_entry_point_by_name(query).as_ref().map_or(usize::MAX, members)
        }),
        judge: Box::new(move || {
            let Ok(input) = Value::from_json_str(&question.input) else { return usize::MAX };
            judging.set_input(input);
            judging.execute_entry_point_by_name(query).as_ref().map_or(usize::MAX, members)
        }),
    };
    Ok(Prepared { answer, runs })
}

fn engine(target: &Target, question: &Question) -> Result<Engine, Fault> {
    let mut engine = modules(target)?;
    engine.add_data(Value::from_json_str(&question.data)?)?;
    Ok(engine)
}

fn modules(target: &Target) -> Result<Engine, Fault> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(false);
    for (index, source) in target.sources.iter().enumerate() {
        engine.set_rego_v0(source.version == RegoVersion::V0);
        engine.add_policy(format!("{index}.rego"), source.text.to_string())?;
    }
    Ok(engine)
}

fn loaded(target: &Target, question: &Question) -> Result<RegoVM, Fault> {
    let query = target.query();
    let compiled = modules(target)?.compile_with_entrypoint(&Arc::from(query))?;
    let program = Compiler::compile_from_policy(&compiled, &[query])?;
    let mut vm = RegoVM::new();
    vm.load_program(program);
    vm.set_data(Value::from_json_str(&question.data)?)?;
    Ok(vm)
}

fn answer(violations: &Value) -> Result<Answer, Fault> {
    match violations {
        Value::Undefined => Err("undefined".into()),
        violations => Ok(Answer::Violations(violations.to_json_str()?)),
    }
}

fn members(violations: &Value) -> usize {
    violations.as_set().map_or(usize::MAX, regorus::value::Set::len)
}
