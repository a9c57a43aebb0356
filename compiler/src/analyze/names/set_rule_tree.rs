//! Stage `SetRuleTree`: builds the tree of the rules by their paths.

use crate::analyze::names::rule_tree::{Key, RulePosition, RuleTree, ground_path};
use crate::analyze::unit::Unit;

/// Builds the tree of all rules.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let mut tree = RuleTree::default();
    for (index, module) in unit.modules.iter().enumerate() {
        if module.rules.is_empty() {
            tree.node_at(module.package.iter().cloned().map(Key::String));
        }
        for (rule_index, rule) in module.rules.iter().enumerate() {
            let path = ground_path(module, rule, &unit.symbols);
            let arity = rule.branches.first().map_or(0, |branch| branch.head.parameters.len());
            let position = RulePosition { module: index, rule: rule_index };
            tree.node_at(path.into_iter()).rules.push((position, arity));
        }
    }
    unit.tree = tree;
}
