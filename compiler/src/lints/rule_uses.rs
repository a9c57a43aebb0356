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

/// Adds the rules that an item mentions, a function, a reference or a replaced path.
pub(super) fn note(program: &Program, item: Visited<'_>, found: &mut HashSet<RuleId>) {
    match item {
        Visited::Callee(Callee::Function(id)) => {
            found.insert(id);
        }
        Visited::Term(Term::Ref(Ref { root: Root::Data, operands, .. })) => {
            below(program.walk_tree(operands).0, found);
        }
        Visited::Replaced(path) => {
            let path: Vec<Term> =
                path.iter().map(|part| Term::Constant(Constant::String(part.clone()))).collect();
            below(program.walk_tree(&path).0, found);
        }
        _ => {}
    }
}

/// Adds the rules at a node and below.
fn below(node: &Node, found: &mut HashSet<RuleId>) {
    found.extend(node.rule);
    for child in node.children.values() {
        below(child, found);
    }
}
