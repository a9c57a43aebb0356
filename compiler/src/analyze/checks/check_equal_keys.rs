//! The check for constant keys of rules that are equal numbers with different texts, which this
//! compiler does not support.
//!
//! ```rego
//! p[1].x := 2
//! p[1.0].y := 4
//! ```
//!
//! OPA files the two rules apart, so that `p[1]` lacks `y`, but merges their values in `p`.

use ferrego_runtime::Number;

use crate::analyze::messages;
use crate::analyze::names::rule_tree::{Key, RulePosition, RuleTree};
use crate::analyze::unit::Unit;

/// Reports each rule whose path differs from another only in the text of a number.
pub(crate) fn unsupported(unit: &mut Unit<'_>) {
    let mut found = Vec::new();
    search(&unit.tree, &mut found);
    for (node, one, other) in found {
        let message = format!("the keys `{one}` and `{other}` of one document are not supported");
        let span = first_rule(node).and_then(|position| {
            Some(unit.modules.get(position.module)?.rules.get(position.rule)?.span)
        });
        let fault = messages::unsupported(span.unwrap_or_default(), &message);
        unit.errors.push(fault.with_help("write equal numbers alike"));
    }
}

/// Finds children of one node whose keys are equal numbers, at any depth.
fn search<'t>(tree: &'t RuleTree, found: &mut Vec<(&'t RuleTree, String, String)>) {
    let mut numbers: Vec<(Number<'_>, &str)> = Vec::new();
    for (key, child) in &tree.children {
        if let Some((number, text)) = number(key) {
            match numbers.iter().find(|(other, _)| *other == number) {
                Some((_, other)) => found.push((child, (*other).to_owned(), text.to_owned())),
                None => numbers.push((number, text)),
            }
        }
        search(child, found);
    }
}

fn number(key: &Key) -> Option<(Number<'_>, &str)> {
    match key {
        Key::Scalar(text) if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            Some((Number::from_text(text), text))
        }
        Key::Scalar(_) | Key::String(_) => None,
    }
}

fn first_rule(tree: &RuleTree) -> Option<RulePosition> {
    let own = tree.rules.first().map(|(position, _)| *position);
    own.or_else(|| tree.children.values().find_map(first_rule))
}
