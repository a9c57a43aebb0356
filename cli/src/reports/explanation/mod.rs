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
    let _ = text::explanation(explanation, &mut text);
    tell(&String::from_utf8_lossy(&text));
}

/// Returns `true` if a definition of the explained rule holds.
fn is_held(explanation: &Explanation) -> bool {
    let definitions = explanation.rule.iter().flat_map(|rule| &rule.definitions);
    definitions.into_iter().any(|one| matches!(one.outcome, Outcome::Holds { .. }))
}
