//! Runs many random policies through engines and compares what they make of them.

use std::collections::BTreeMap;
use std::fmt;

use ferrego_compiler::parse;
use ferrego_compiler::source::SourceId;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::strategy::{RandomPolicy, policies};
use crate::cases::Engine;
use crate::cases::engine::{Answer, Run};
use crate::cases::record::Policy;

/// The policy with the number `index` of those that `seed` gives.
pub fn generate(seed: u64, index: u64, inputs: usize) -> Option<RandomPolicy> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&index.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    policies(inputs).new_tree(&mut runner).ok().map(|tree| tree.current())
}

/// How many policies there were, and what came of them.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Policies written.
    pub generated: usize,
    /// Policies that the analysis accepts.
    pub accepted: usize,
    /// Policies that it refuses, by the first code, and those that are not supported, by the reason.
    pub refused: BTreeMap<String, usize>,
    /// Answers of the first engine.
    pub answers: usize,
    /// Answers that are values.
    pub defined: usize,
    /// Values that are not empty, false or null.
    pub telling: usize,
    /// Answers that are errors of the evaluation.
    pub errors: usize,
    /// Policies on which the engines do not agree.
    pub disagreements: usize,
}

impl Figures {
    fn count(&mut self, run: &Run) {
        self.generated += 1;
        match run {
            Run::Answers(answers) => {
                self.accepted += 1;
                for answer in answers {
                    self.count_answer(answer);
                }
            }
            Run::Refused { codes, .. } => {
                let code = codes.first().cloned().unwrap_or_default();
                *self.refused.entry(code).or_default() += 1;
            }
            Run::Unsupported(text) | Run::Failed(text) => {
                *self.refused.entry(format!("unsupported: {text}")).or_default() += 1;
            }
        }
    }

    fn count_answer(&mut self, answer: &Answer) {
        self.answers += 1;
        match answer {
            Answer::Value(text) => {
                self.defined += 1;
                let empty = ["set()", "{}", "[]", "false", "null", "\"\""].contains(&text.as_str());
                self.telling += usize::from(!empty);
            }
            Answer::Error { .. } => self.errors += 1,
            Answer::Undefined | Answer::Panic(_) => {}
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |part: usize, whole: usize| part * 100 / whole.max(1);
        writeln!(
            f,
            "policies: generated {}, accepted {} ({} %)",
            self.generated,
            self.accepted,
            percent(self.accepted, self.generated)
        )?;
        for (code, count) in &self.refused {
            writeln!(f, "  refused with {code}: {count}")?;
        }
        write!(
            f,
            "answers: {}, defined {} %, not empty {} %, errors {}; policies that disagree: {}",
            self.answers,
            percent(self.defined, self.answers),
            percent(self.telling, self.answers),
            self.errors,
            self.disagreements
        )
    }
}

/// A policy that engines do not agree on.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its number.
    pub index: u64,
    /// The policy.
    pub policy: RandomPolicy,
    /// What is wrong with it.
    pub difference: Difference,
}

/// A difference between two engines, or a fault of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Of what kind it is: a smaller policy must fail in the same way.
    pub kind: &'static str,
    /// What each engine said.
    pub text: String,
}

/// Asks the engines for all policies and gives the differences, in the policies' order.
pub fn compare(
    engines: &[&dyn Engine],
    policies: &[RandomPolicy],
    figures: &mut Figures,
) -> Vec<Option<Difference>> {
    let written: Vec<Policy> = policies.iter().map(|policy| policy.policy("random")).collect();
    let asked: Vec<&Policy> = written.iter().collect();
    let runs: Vec<Vec<Run>> = engines.iter().map(|engine| run(*engine, &asked)).collect();
    let mut differences = Vec::with_capacity(policies.len());
    for (index, policy) in policies.iter().enumerate() {
        let of_policy: Vec<(&str, &Run)> =
            engines.iter().zip(&runs).map(|(engine, runs)| (engine.name(), &runs[index])).collect();
        if let Some((_, run)) = of_policy.first() {
            figures.count(run);
        }
        let found = printing(policy).or_else(|| difference(&written[index], &of_policy));
        figures.disagreements += usize::from(found.is_some());
        differences.push(found);
    }
    differences
}

/// An engine that builds programs fails as a whole where one does not build; then each half is
/// asked by itself.
fn run(engine: &dyn Engine, policies: &[&Policy]) -> Vec<Run> {
    let runs = engine.run(policies);
    let all_failed = runs.iter().all(|run| matches!(run, Run::Failed(_)));
    if policies.len() < 2 || !all_failed {
        return runs;
    }
    let (first, second) = policies.split_at(policies.len() / 2);
    let mut runs = run(engine, first);
    runs.extend(run(engine, second));
    runs
}

/// Parsing what was printed gives the tree that was printed.
fn printing(policy: &RandomPolicy) -> Option<Difference> {
    let faulty =
        policy.modules.iter().zip(policy.texts()).find_map(
            |(module, text)| match parse::module(SourceId(0), &text, policy.version) {
                Ok(parsed) => (parsed != *module).then(|| format!("another tree:\n{text}")),
                Err(faults) => Some(format!("{faults}\n{text}")),
            },
        )?;
    Some(Difference { kind: "printing", text: faulty })
}

fn difference(policy: &Policy, runs: &[(&str, &Run)]) -> Option<Difference> {
    let &(first_name, first) = runs.first()?;
    for &(name, run) in runs {
        match run {
            Run::Failed(text) => return Some(fault("failure", name, text)),
            Run::Answers(answers) => {
                if let Some(Answer::Panic(text)) =
                    answers.iter().find(|answer| matches!(answer, Answer::Panic(_)))
                {
                    return Some(fault("panic", name, text));
                }
            }
            Run::Refused { .. } | Run::Unsupported(_) => {}
        }
        match (first, run) {
            (Run::Answers(left), Run::Answers(right)) => {
                if let Some(at) = (0..left.len()).find(|&at| left.get(at) != right.get(at)) {
                    let query = policy.requests.get(at).map_or("", |request| &request.query);
                    let text = format!(
                        "{query}, request {at}\n  {first_name}: {:?}\n  {name}: {:?}",
                        left.get(at),
                        right.get(at)
                    );
                    return Some(Difference { kind: "answer", text });
                }
            }
            _ if kind(first) != kind(run) => {
                let text = format!("{first_name}: {first:?}\n{name}: {run:?}");
                return Some(Difference { kind: "acceptance", text });
            }
            _ => {}
        }
    }
    None
}

fn fault(kind: &'static str, name: &str, text: &str) -> Difference {
    Difference { kind, text: format!("{name}: {text}") }
}

fn kind(run: &Run) -> &'static str {
    match run {
        Run::Answers(_) => "answers",
        Run::Refused { .. } => "refused",
        Run::Unsupported(_) => "unsupported",
        Run::Failed(_) => "failed",
    }
}
