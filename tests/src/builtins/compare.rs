//! Compares the runtime with the oracle, and minimizes the differences.

use std::collections::BTreeSet;
use std::io;

use ferrego_runtime::builtins::Builtin;

use super::answer::{self, Answer};
use super::generate::Generator;
use super::known::Known;
use super::opa;
use super::term::Term;
use crate::oracle::Oracle;

/// The number of calls in one question to the oracle.
const BATCH: usize = 250;
/// The number of differences of a builtin that are minimized. Further differences are only counted.
const MINIMIZED: usize = 12;
/// The number of further calls of OPA for an answer that may change.
const REPEATS: usize = 64;
/// The number of steps in which a difference is minimized.
const STEPS: usize = 60;

/// A call that the runtime and OPA answer differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The operands as Rego terms.
    pub operands: Vec<String>,
    /// The runtime's answer.
    pub own: Answer,
    /// OPA's answer.
    pub opa: Answer,
}

/// The result of comparing one builtin.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The number of calls.
    pub calls: usize,
    /// The number of calls for which OPA returned a value.
    pub values: usize,
    /// The number of calls whose answers differ, including the listed ones.
    pub differ: usize,
    /// The number of calls that differ as a listed difference says.
    pub known: usize,
    /// Minimized differences that are not listed.
    pub differences: Vec<Difference>,
}

/// Compares `calls` random calls of `builtin`.
///
/// # Errors
/// Returns an error if the oracle does not answer, or the builtin's signature does not parse.
pub fn builtin(
    oracle: &Oracle,
    builtin: &Builtin,
    calls: usize,
    seed: u64,
    known: &Known,
) -> io::Result<Outcome> {
    let mut generator = Generator::new(builtin, seed).map_err(io::Error::other)?;
    let mut outcome = Outcome::default();
    let mut seen = BTreeSet::new();
    while outcome.calls < calls {
        let count = BATCH.min(calls - outcome.calls);
        let batch: Vec<Vec<Term>> = (0..count).map(|_| generator.call()).collect();
        outcome.calls += count;
        for (index, found) in ask(oracle, builtin, &batch, &mut outcome.values)? {
            outcome.differ += 1;
            if known.covers(builtin.name, &found.operands) {
                outcome.known += 1;
                continue;
            }
            if seen.len() >= MINIMIZED {
                continue;
            }
            let smallest = minimized(oracle, builtin, &batch[index], found)?;
            if known.covers(builtin.name, &smallest.operands) {
                outcome.known += 1;
            } else if seen.insert(smallest.operands.clone()) {
                outcome.differences.push(smallest);
            }
        }
    }
    Ok(outcome)
}

/// Returns the answers to one call of `builtin`, if they differ.
///
/// # Errors
/// Returns an error if the oracle does not answer.
pub fn one(
    oracle: &Oracle,
    builtin: &Builtin,
    operands: &[String],
) -> io::Result<Option<Difference>> {
    let own = answer::call(builtin, operands);
    if overflows_opas_stack(&own) {
        return Ok(None);
    }
    let calls = [operands.to_vec()];
    let mut answers = opa::call(oracle, builtin.name, &calls)?;
    let opa = answers.pop().ok_or_else(|| io::Error::other("the oracle gave no answer"))?;
    Ok((!own.agrees_with(&opa)).then(|| Difference { operands: operands.to_vec(), own, opa }))
}

/// Returns the differences among `calls`, each with its index.
fn ask(
    oracle: &Oracle,
    builtin: &Builtin,
    calls: &[Vec<Term>],
    values: &mut usize,
) -> io::Result<Vec<(usize, Difference)>> {
    let mut owns = Vec::new();
    let mut texts: Vec<Vec<String>> = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let operands = call.iter().map(ToString::to_string).collect::<Vec<_>>();
        let own = answer::call(builtin, &operands);
        if !overflows_opas_stack(&own) {
            owns.push((index, own));
            texts.push(operands);
        }
    }
    let answers = opa::call(oracle, builtin.name, &texts)?;
    if answers.len() != texts.len() {
        return Err(io::Error::other("the oracle left out answers"));
    }
    let mut found = Vec::new();
    for ((operands, opa), (index, own)) in texts.into_iter().zip(answers).zip(owns) {
        *values += usize::from(matches!(opa, Answer::Value(_)));
        if !own.agrees_with(&opa) && !is_one_of_many(oracle, builtin, &operands, &own)? {
            found.push((index, Difference { operands, own, opa }));
        }
    }
    Ok(found)
}

/// Returns `true` if the call is not sent to OPA, whose process it ends: `json.match_schema` follows
/// a schema that refers to itself for the same value until the stack overflows.
fn overflows_opas_stack(own: &Answer) -> bool {
    matches!(own, Answer::Stopped(message) if message.ends_with("the schema nests too deeply"))
}

/// Returns `true` if OPA's answers to a call vary, and one of them equals the runtime's. For
/// example, `yaml.marshal` sorts keys with an order that is not transitive, starting from the
/// random order of a Go map. Schemas are checked in the random order of their maps.
fn is_one_of_many(
    oracle: &Oracle,
    builtin: &Builtin,
    operands: &[String],
    own: &Answer,
) -> io::Result<bool> {
    if !["yaml.marshal", "json.match_schema", "json.verify_schema"].contains(&builtin.name) {
        return Ok(false);
    }
    let answers = opa::call(oracle, builtin.name, &vec![operands.to_vec(); REPEATS])?;
    Ok(answers.iter().any(|opa| own.agrees_with(opa)))
}

/// Minimizes a call step by step, and returns the smallest that differs in the same way.
fn minimized(
    oracle: &Oracle,
    builtin: &Builtin,
    call: &[Term],
    found: Difference,
) -> io::Result<Difference> {
    let (mut call, mut smallest) = (call.to_vec(), found);
    for _ in 0..STEPS {
        let mut candidates = Vec::new();
        for (index, operand) in call.iter().enumerate() {
            for smaller in operand.smaller() {
                let mut changed = call.clone();
                changed[index] = smaller;
                candidates.push(changed);
            }
        }
        candidates.truncate(BATCH);
        let differing = ask(oracle, builtin, &candidates, &mut 0)?;
        let alike = differing.into_iter().find(|(_, other)| {
            let kinds = |difference: &Difference| {
                [&difference.own, &difference.opa].map(std::mem::discriminant)
            };
            kinds(other) == kinds(&smallest)
        });
        let Some((index, difference)) = alike else { break };
        call.clone_from(&candidates[index]);
        smallest = difference;
    }
    Ok(smallest)
}
