//! Explanations in the reports of commands.

mod json;
mod text;

use ferrego_gatekeeper::explain::explanation::{Explanation, Outcome, Prints};

use crate::output::{tell, visible};
pub(crate) use json::{AccountJson, ExplanationJson};
pub(crate) use text::account;

/// Prints the output of `print` on standard error, each line with its place, as OPA does.
pub(crate) fn tell_prints(prints: &Prints) {
    for line in &prints.lines {
        let place = &line.place;
        tell(&format!("{}:{}: {}\n", visible(&place.file), place.line, visible(&line.text)));
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
    let has = |is_wanted: fn(&Outcome) -> bool| {
        let mut definitions = explanation.rule.iter().flat_map(|rule| &rule.definitions);
        definitions.any(|one| is_wanted(&one.outcome))
    };
    if explanation.stopped.is_some() || has(|outcome| matches!(outcome, Outcome::Stops(_))) {
        Found::Stopped
    } else if has(|outcome| matches!(outcome, Outcome::Holds { .. })) {
        Found::Violation
    } else {
        Found::NoViolation
    }
}
