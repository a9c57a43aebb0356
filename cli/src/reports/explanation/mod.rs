//! Explanations in the reports of commands.

mod json;
mod text;

use std::io::{self, Write};

use ferrego_gatekeeper::expansion::Expander;
use ferrego_gatekeeper::explain::explanation::{
    Definition, Explanation, Outcome, Place, Prints, Rule,
};
use ferrego_gatekeeper::explain::{Account, Explainers};
use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_gatekeeper::policy_set::PolicySet;
use ferrego_gatekeeper::review::Review;
use ferrego_program::judge;
use ferrego_runtime::Arena;

use crate::output::{tell, visible};
pub(crate) use json::{AccountJson, ExplanationJson};
pub(crate) use text::account;

/// Prints the output of `print` on standard error, each line with its place, as OPA does.
pub(crate) fn tell_prints(prints: &Prints) {
    for line in &prints.lines {
        let Place { file, line: number, column } = &line.place;
        tell(&format!("{}:{number}:{column}: {}\n", visible(file), visible(&line.text)));
    }
    if prints.is_cut {
        tell("more output of print is left out\n");
    }
}

/// Prints the explanation of a rule on standard error.
pub(crate) fn tell_explanation(explanation: &Explanation) {
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = text::rule(explanation, &mut text);
    tell(&String::from_utf8_lossy(&text));
}

/// The outcome of a policy, as explanations name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Violation,
    NoViolation,
    /// An error stopped the policy or its explanation.
    Stopped,
}

/// Returns the outcome of a policy whose rule `violation` is explained.
fn found(explanation: &Explanation) -> Found {
    let is_held = |one: &Definition| matches!(one.outcome, Outcome::Holds { .. });
    match &explanation.rule {
        _ if explanation.stopped.is_some() => Found::Stopped,
        Some(Rule { error: Some(_), .. }) => Found::Stopped,
        Some(rule) if rule.definitions.iter().any(is_held) => Found::Violation,
        _ => Found::NoViolation,
    }
}

/// The explainers of templates, for judgments.
pub(crate) struct Explaining(Explainers);

impl Explaining {
    /// Returns the explainers, or `None` if no explanation is wanted.
    pub(crate) fn of(explainers: Explainers) -> Option<Box<dyn judge::Explain>> {
        if !explainers.is_wanted() {
            return None;
        }
        Some(Box::new(Self(explainers)))
    }
}

impl judge::Explain for Explaining {
    fn explain<'a>(
        &self,
        set: &'a PolicySet,
        review: &Review<'a>,
        expander: &'a Expander,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Option<Vec<Box<dyn judge::Account>>> {
        let accounts = self.0.explain(set, review, expander, snapshot, arena).ok()?;
        let account = |account| -> Box<dyn judge::Account> { Box::new(Explained(account)) };
        Some(accounts.into_iter().map(account).collect())
    }
}

/// The explanation of a constraint in a report.
struct Explained(Account);

impl judge::Account for Explained {
    fn tell_prints(&self) {
        tell_prints(&self.0.prints);
    }

    fn write(&self, about: &str, to: &mut dyn Write) -> io::Result<()> {
        account(&self.0, about, to)
    }

    fn fields(&self) -> Option<Box<dyn erased_serde::Serialize + '_>> {
        AccountJson::of(&self.0)
            .map(|account| -> Box<dyn erased_serde::Serialize> { Box::new(account) })
    }
}
