//! The rules that parts of a program mention.

use std::collections::HashSet;

use crate::hir::walk::{self, Visited};
use crate::hir::{Branch, Callee, Constant, Head, Node, Program, Ref, Root, Rule, RuleId, Term};

/// Returns the rules that a rule mentions.
pub(super) fn of(program: &Program, rule: &Rule) -> HashSet<RuleId> {
    let mut found = HashSet::new();
    let mut visit = |item: Visited<'_>| note(program, item, &mut found);
    let branches = rule.clauses.iter().flat_map(|clause| &clause.branches).chain(&rule.default);
    for Branch { parameters, keys, head, body, .. } in branches {
        let (Head::Value(value) | Head::Member(value)) = head;
        for part in parameters.iter().chain(keys).chain([value]) {
            walk::term(part, &mut visit);
        }
        walk::body(body, &mut visit);
    }
    found
}

/// Returns all rules in an order in which rules come before those that mention them. Rego has no
/// recursion.
pub(super) fn callees_first(program: &Program) -> Vec<RuleId> {
    let sorted = |rule| {
        let mut used: Vec<RuleId> = of(program, rule).into_iter().collect();
        used.sort_unstable();
        used
    };
    let uses: Vec<Vec<RuleId>> = program.rules.iter().map(sorted).collect();
    let (mut seen, mut order) = (HashSet::new(), Vec::with_capacity(uses.len()));
    for root in 0..uses.len() {
        let mut stack = vec![(root, 0)];
        while let Some((rule, next)) = stack.pop() {
            if next == 0 && !seen.insert(rule) {
                continue;
            }
            match uses[rule].get(next) {
                Some(used) => {
                    stack.push((rule, next + 1));
                    stack.push((used.0 as usize, 0));
                }
                None => order.push(RuleId::at(rule)),
            }
        }
    }
    order
}

/// Adds the rules that an item mentions, a function, a reference or a replaced path.
pub(super) fn note(program: &Program, item: Visited<'_>, found: &mut HashSet<RuleId>) {
    match item {
        Visited::Callee(Callee::Function(id)) => {
            found.insert(id);
        }
        Visited::Term(Term::Ref(Ref { root: Root::Data, operands, .. })) => {
            at(program, operands, found);
        }
        Visited::Replaced(path) => {
            let path: Vec<Term> =
                path.iter().map(|part| Term::Constant(Constant::String(part.clone()))).collect();
            at(program, &path, found);
        }
        _ => {}
    }
}

/// Adds the rules to which a path below `data` leads. A path such as that of `data.inventory` leads to
/// none.
fn at(program: &Program, path: &[Term], found: &mut HashSet<RuleId>) {
    let (node, consumed) = program.walk_tree(path);
    let is_document = node.rule.is_none() && matches!(path.get(consumed), Some(Term::Constant(_)));
    if !is_document {
        below(node, found);
    }
}

/// Adds the rules at a node and below.
fn below(node: &Node, found: &mut HashSet<RuleId>) {
    found.extend(node.rule);
    for child in node.children.values() {
        below(child, found);
    }
}
