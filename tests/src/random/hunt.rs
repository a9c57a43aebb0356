//! Runs many random policies in several engines, and compares the runs.

use std::collections::BTreeMap;
use std::fmt;

use ferrego_compiler::parse;
use ferrego_compiler::source::SourceId;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::policy::RandomPolicy;
use super::reduce::minimise;
use super::strategy::policies;
use crate::cases::Engine;
use crate::cases::engine::{Answer, Run};
use crate::cases::record::Policy;
use crate::oracle::OPA;

/// The kind of a difference if a whole run failed.
const FAILURE: &str = "failure";

/// Generates the policy with the number `index` for `seed`.
pub fn generate(seed: u64, index: u64, inputs: usize) -> Option<RandomPolicy> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&index.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    policies(inputs).new_tree(&mut runner).ok().map(|tree| tree.current())
}

/// Counts of policies and answers.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The number of generated policies.
    pub generated: usize,
    /// The number of policies that the analysis accepts.
    pub accepted: usize,
    /// The numbers of policies that the analysis refuses, by the first code, and of unsupported
    /// policies, by the reason.
    pub refused: BTreeMap<String, usize>,
    /// The number of answers of the first engine.
    pub answers: usize,
    /// The number of answers that are values.
    pub defined: usize,
    /// The number of values that are not empty, false or null.
    pub telling: usize,
    /// The number of answers that are evaluation errors.
    pub errors: usize,
    /// The number of policies on which the engines disagree.
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

/// Findings, grouped by kind and shape and by the functions that the smallest policy calls.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    groups: BTreeMap<String, Vec<u64>>,
    /// The number of findings of each kind and shape.
    counts: BTreeMap<(&'static str, String), usize>,
}

impl Groups {
    /// Counts a difference, and returns `true` if it is among the first `limit` of its kind and
    /// shape.
    pub fn count(&mut self, difference: &Difference, limit: usize) -> bool {
        let count = self.counts.entry((difference.kind, difference.shape.clone())).or_default();
        *count += 1;
        *count <= limit
    }

    /// Removes a counted difference, because it is a known one.
    pub fn explained(&mut self, difference: &Difference) {
        let key = (difference.kind, difference.shape.clone());
        if let Some(count) = self.counts.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&key);
            }
        }
    }

    /// Returns the number of counted differences.
    pub fn len(&self) -> usize {
        self.counts.values().sum()
    }

    /// Returns `true` if no difference was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Adds a finding to its group.
    pub fn add(&mut self, finding: &Finding) {
        let Finding { index, policy, difference } = finding;
        let calls = calls(&policy.texts().concat()).join(" ");
        let group = format!("{}: {} [{calls}]", difference.kind, difference.shape);
        self.groups.entry(group).or_default().push(*index);
    }
}

/// Returns the names before a parenthesis in `text`, sorted.
fn calls(text: &str) -> Vec<&str> {
    let of_name = |c: char| c.is_alphanumeric() || c == '.' || c == '_';
    let before = text.match_indices('(').map(|(at, _)| {
        let name = text[..at].trim_end_matches(of_name);
        &text[name.len()..at]
    });
    let mut names: Vec<&str> = before.filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl fmt::Display for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((kind, shape), count) in &self.counts {
            writeln!(f, "{count} times: {kind}: {shape}")?;
        }
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by_key(|(_, indices)| std::cmp::Reverse(indices.len()));
        for (group, indices) in groups {
            let first = &indices[..indices.len().min(4)];
            writeln!(f, "  made small {} times, first {first:?}: {group}", indices.len())?;
        }
        Ok(())
    }
}

/// A policy on which engines disagree.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The number of the policy.
    pub index: u64,
    /// The policy.
    pub policy: RandomPolicy,
    /// The difference.
    pub difference: Difference,
}

/// A difference between two engines, or a fault of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The kind of the difference.
    pub kind: &'static str,
    /// The kinds of both engines' answers, without parts that depend on the policy. A smaller
    /// policy must fail in the same way.
    pub shape: String,
    /// The indexes of the engines that disagree.
    pub between: [usize; 2],
    /// The answers of the engines.
    pub text: String,
}

impl Difference {
    /// Returns `true` if the engine `name` failed as a whole.
    pub fn is_failure_of(&self, name: &str) -> bool {
        self.kind == FAILURE && self.shape == name
    }

    /// Returns `true` if `other` fails in the same way.
    pub fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind && self.shape == other.shape
    }
}

/// Runs all policies in the engines, and returns the differences in the order of the policies.
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

/// Returns the answers to `policy` of the last engine, which is OPA if it takes part.
pub fn answers(engines: &[&dyn Engine], policy: &RandomPolicy) -> Vec<Answer> {
    let written = policy.policy("random");
    match engines.last().map(|engine| engine.run(&[&written])).as_deref() {
        Some([Run::Answers(answers)]) => answers.clone(),
        _ => Vec::new(),
    }
}

/// Returns the smallest policy that shows a difference like `difference`, and the difference that it
/// shows. In each of `rounds`, at most `width` smaller policies are tried at once.
pub fn smallest(
    engines: &[&dyn Engine],
    policy: &RandomPolicy,
    difference: Difference,
    rounds: usize,
    width: usize,
) -> (RandomPolicy, Difference) {
    let mut last = difference;
    // Only the engines that differ run, because an engine that builds programs is slow.
    let [left, right] = last.between;
    let pair = [engines[left], engines[right]];
    let engines = if left == right { &pair[..1] } else { &pair[..] };
    let smallest = minimise(policy, rounds, width, &mut |candidates| {
        let found = compare(engines, candidates, &mut Figures::default());
        let like = |found: &Option<Difference>| found.as_ref().is_some_and(|f| f.is_like(&last));
        let index = found.iter().position(like)?;
        if let Some(difference) = &found[index] {
            last = difference.clone();
        }
        Some(index)
    });
    (smallest, last)
}

/// Runs policies in an engine. If the engine builds programs and one does not build, all runs fail.
/// Each half is then run separately.
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

/// Checks that parsing the printed policy returns the tree that was printed.
fn printing(policy: &RandomPolicy) -> Option<Difference> {
    let faulty =
        policy.modules.iter().zip(policy.texts()).find_map(
            |(module, text)| match parse::module(SourceId(0), &text, policy.version) {
                Ok(parsed) => (parsed != *module).then(|| format!("another tree:\n{text}")),
                Err(faults) => Some(format!("{faults}\n{text}")),
            },
        )?;
    Some(Difference { kind: "printing", shape: String::new(), between: [0, 0], text: faulty })
}

fn difference(policy: &Policy, runs: &[(&str, &Run)]) -> Option<Difference> {
    runs.iter().enumerate().find_map(|(at, run)| failure(at, run)).or_else(|| {
        let pairs = (1..runs.len()).rev().map(|at| [0, at]);
        pairs.into_iter().find_map(|pair| between(policy, runs, pair))
    })
}

/// Returns the difference for a run that failed as a whole, or with a panic in an answer.
fn failure(at: usize, &(name, run): &(&str, &Run)) -> Option<Difference> {
    let (kind, text) = match run {
        Run::Failed(text) => (FAILURE, text),
        Run::Answers(answers) => ("panic", answers.iter().find_map(Answer::panic)?),
        Run::Refused { .. } | Run::Unsupported(_) => return None,
    };
    let text = format!("{name}: {text}");
    Some(Difference { kind, shape: name.to_owned(), between: [at, at], text })
}

fn between(policy: &Policy, runs: &[(&str, &Run)], pair: [usize; 2]) -> Option<Difference> {
    let [(left_name, left), (right_name, right)] = pair.map(|at| runs[at]);
    let (kind, left_shape, right_shape, text) = match (left, right) {
        (Run::Answers(left), Run::Answers(right)) => {
            // The engines' errors have the wording of another version of OPA.
            let exact = left_name != OPA && right_name != OPA;
            let differ = |at: &usize| match (left.get(*at), right.get(*at)) {
                (Some(left), Some(right)) => !agree(left, right, exact),
                _ => true,
            };
            let at = (0..left.len().max(right.len())).find(differ)?;
            let query = policy.requests.get(at).map_or("", |request| &request.query);
            let (left, right) = (left.get(at), right.get(at));
            let text = format!(
                "{query}, request {at}\n  {left_name}: {left:?}\n  {right_name}: {right:?}"
            );
            let shape = |answer: Option<&Answer>| answer.map_or("none", Answer::shape).to_owned();
            ("answer", shape(left), shape(right), text)
        }
        (Run::Refused { codes: left, .. }, Run::Refused { codes: right, .. })
            if left.first().is_some_and(|code| right.contains(code)) =>
        {
            return None;
        }
        (Run::Unsupported(left), Run::Unsupported(right)) if left == right => return None,
        _ => {
            let text = format!("{left_name}: {left:?}\n{right_name}: {right:?}");
            ("acceptance", shape(left), shape(right), text)
        }
    };
    let shape = format!("{left_name} {left_shape}, {right_name} {right_shape}");
    Some(Difference { kind, shape, between: pair, text })
}

/// Returns `true` if the answers are equal. Unless `exact`, errors are equal if their codes are.
fn agree(left: &Answer, right: &Answer, exact: bool) -> bool {
    match (left, right) {
        (Answer::Error { code: left, .. }, Answer::Error { code: right, .. }) if !exact => {
            left == right
        }
        _ => left == right,
    }
}

fn shape(run: &Run) -> String {
    match run {
        Run::Answers(_) => "accepts".to_owned(),
        Run::Refused { codes, .. } => codes.first().cloned().unwrap_or_default(),
        Run::Unsupported(text) => format!("unsupported: {text}"),
        Run::Failed(_) => "failed".to_owned(),
    }
}
