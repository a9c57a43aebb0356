//! The order in which rules are visited.

use std::collections::HashSet;

use super::walk_literals;
use crate::hir::{self, Callee, Program, RuleId};

/// Returns all rules in an order in which callers come before the functions that they call. Rego
/// has no recursion.
pub(super) fn callers_first(program: &Program) -> Vec<RuleId> {
    let mut calls: Vec<Vec<RuleId>> = Vec::with_capacity(program.rules.len());
    for rule in &program.rules {
        let mut called = Vec::new();
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        for branch in branches.chain(&rule.default) {
            walk_literals(&branch.body, &mut |literal| {
                if let hir::LiteralKind::Call { callee: Callee::Function(id), .. } = literal.kind {
                    called.push(id);
                }
            });
        }
        calls.push(called);
    }
    let (mut seen, mut order) = (HashSet::new(), Vec::with_capacity(calls.len()));
    for root in 0..calls.len() {
        let mut stack = vec![(root, 0)];
        while let Some((rule, next)) = stack.pop() {
            if next == 0 && !seen.insert(rule) {
                continue;
            }
            match calls[rule].get(next) {
                Some(called) => {
                    stack.push((rule, next + 1));
                    stack.push((called.0 as usize, 0));
                }
                None => order.push(RuleId::at(rule)),
            }
        }
    }
    order.reverse();
    order
}
