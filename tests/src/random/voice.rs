//! Compares an engine with another implementation of Rego on random policies. Known differences are
//! counted by the reasons of [`Departures`], and other differences are minimized.

use std::fmt;

use ferrego_runtime::Arena;

use super::departures::{Departures, Evidence};
use super::policy::RandomPolicy;
use super::reduce::minimise;
use crate::cases::Engine;
use crate::cases::engine::{Answer, Run};
use crate::cases::input::Document;

/// An engine, and another implementation that receives the same policies.
pub struct Voice<'v> {
    /// The engine of this project.
    pub own: &'v dyn Engine,
    /// The other implementation.
    pub other: &'v dyn Engine,
    /// The number of policies that are tried at once during the minimization.
    pub width: usize,
    /// The number of rounds of the minimization.
    pub rounds: usize,
}

/// Counts of the comparison.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// The number of policies that this project's analysis accepts.
    pub policies: usize,
    /// The number of compared answers.
    pub answers: usize,
    /// The number of answers that differ.
    pub differ: usize,
}

/// A difference that no row explains.
#[derive(Clone, Debug)]
pub struct Objection {
    /// The smallest policy that shows the difference, with its input.
    pub smallest: String,
    /// The engine's answer.
    pub own: String,
    /// The answer of the other implementation.
    pub said: String,
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  own:  {}\n  said: {}", self.smallest, self.own, self.said)
    }
}

/// Two answers that differ.
#[derive(Clone, Debug)]
struct Difference {
    /// The number of the input.
    input: usize,
    own: String,
    said: String,
    /// The kinds of the answers. A smaller policy must differ in the same way.
    shape: (u8, u8),
}

impl Voice<'_> {
    /// Compares all policies, and returns the differences that no row of `known` explains.
    pub fn listen(
        &self,
        policies: &[RandomPolicy],
        known: &mut Departures,
        heard: &mut Heard,
    ) -> Vec<Objection> {
        let mut objections = Vec::new();
        for (policy, (own, said)) in policies.iter().zip(self.ask(policies)) {
            let Run::Answers(answers) = &own else { continue };
            heard.policies += 1;
            heard.answers += answers.len();
            let found = differences(policy, &own, &said);
            heard.differ += found.len();
            // Of the differences that need a minimized policy, only one is minimized for each
            // policy.
            let mut unknown = found.into_iter().filter(|found| !known.explains(found.evidence()));
            let first = unknown.next();
            unknown.for_each(drop);
            objections.extend(first.and_then(|first| self.smaller(policy, first, known)));
        }
        objections
    }

    fn ask(&self, policies: &[RandomPolicy]) -> Vec<(Run, Run)> {
        let written: Vec<_> = policies.iter().map(|policy| policy.policy("random")).collect();
        let asked: Vec<_> = written.iter().collect();
        self.own.run(&asked).into_iter().zip(self.other.run(&asked)).collect()
    }

    /// Returns the smallest policy with such a difference, unless a row explains it.
    fn smaller(
        &self,
        policy: &RandomPolicy,
        first: Difference,
        known: &mut Departures,
    ) -> Option<Objection> {
        let one_input = policy.inputs.get(first.input).cloned().into_iter().collect();
        let policy = RandomPolicy { inputs: one_input, ..policy.clone() };
        let mut last = first;
        let smallest = minimise(&policy, self.rounds, self.width, &mut |candidates| {
            let runs = self.ask(candidates);
            candidates.iter().zip(&runs).position(|(candidate, (own, said))| {
                let found = differences(candidate, own, said).into_iter().find(|found| {
                    found.shape == last.shape && known.reason(found.evidence()).is_none()
                });
                last = found.clone().unwrap_or_else(|| last.clone());
                found.is_some()
            })
        });
        let smallest = [smallest.texts().join("\n---\n"), smallest.inputs.concat()].concat();
        let evidence = Evidence { smallest: Some(&smallest), ..last.evidence() };
        if known.explains(evidence) {
            return None;
        }
        Some(Objection { smallest, own: last.own, said: last.said })
    }
}

/// Returns the answers that differ. Policies that this project's analysis refuses are left out,
/// because other implementations accept much that OPA does not.
fn differences(policy: &RandomPolicy, own: &Run, said: &Run) -> Vec<Difference> {
    let Run::Answers(own) = own else { return Vec::new() };
    match said {
        Run::Answers(said) => own
            .iter()
            .zip(said)
            .enumerate()
            .filter(|(_, (own, said))| !agree(own, said))
            .map(|(index, (own, said))| Difference {
                input: index % policy.inputs.len().max(1),
                own: shown(own),
                said: shown(said),
                shape: (kind(own), kind(said)),
            })
            .collect(),
        Run::Refused { text, .. } | Run::Unsupported(text) | Run::Failed(text) => {
            let own = "accepted".to_owned();
            vec![Difference { input: 0, own, said: text.clone(), shape: (u8::MAX, u8::MAX) }]
        }
    }
}

/// Returns `true` if the answers are equal. Values are compared by value, because other
/// implementations do not keep the text of numbers. Errors are not compared by code, because the
/// codes are specific to OPA.
fn agree(own: &Answer, said: &Answer) -> bool {
    match (own, said) {
        (Answer::Value(own), Answer::Value(said)) => {
            let arena = Arena::new();
            let value = |text: &String| Document::Term(text.clone()).value(&arena);
            own == said || matches!((value(own), value(said)), (Ok(a), Ok(b)) if a == b)
        }
        (Answer::Undefined, Answer::Undefined) | (Answer::Error { .. }, Answer::Error { .. }) => {
            true
        }
        _ => false,
    }
}

impl Difference {
    fn evidence(&self) -> Evidence<'_> {
        Evidence { said: &self.said, own: &self.own, smallest: None }
    }
}

fn kind(answer: &Answer) -> u8 {
    match answer {
        Answer::Value(_) => 0,
        Answer::Undefined => 1,
        Answer::Error { .. } => 2,
        Answer::Panic(_) => 3,
    }
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Value(text) => text.clone(),
        Answer::Undefined => "undefined".to_owned(),
        Answer::Error { code, message } => format!("{code}: {message}"),
        Answer::Panic(text) => format!("panic: {text}"),
    }
}
