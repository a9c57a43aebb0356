//! Explanations in the reports of commands.

mod json;
mod text;

use ferrego_gatekeeper::explain::explanation::{
    Definition, Explanation, Outcome, Place, Prints, Rule,
};

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
