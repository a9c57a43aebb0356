//! The dependencies between the rules of the analyzed program.

use std::collections::BTreeSet;

use crate::analyze::checks::cycles::cyclic_components;
use crate::analyze::messages;
use crate::diagnostics::Diagnostics;
use crate::hir::walk::{self, Visited};
use crate::hir::{Branch, Callee, Constant, Head, Node, Program, Root, Rule, RuleId, Term};

/// Returns the rules that each rule may depend on, by the index of the rule.
fn dependencies(program: &Program) -> Vec<BTreeSet<RuleId>> {
    program
        .rules
        .iter()
        .map(|rule| {
            let mut collector = Collector { program, needed: BTreeSet::new() };
            collector.rule(rule);
            collector.needed
        })
        .collect()
}

/// Rejects rules that depend on themselves only because rules below a dynamic head are part of
/// them. OPA considers each definition alone and accepts them.
pub(crate) fn reject_cycles(program: &Program) -> Diagnostics {
    let edges: Vec<Vec<usize>> = dependencies(program)
        .iter()
        .map(|needed| needed.iter().map(|rule| rule.0 as usize).collect())
        .collect();
    let mut errors = Diagnostics::default();
    for (rule, cycle) in program.rules.iter().zip(cyclic_components(&edges)) {
        if cycle.is_some() {
            let path = rule.path.join(".");
            let what = format!("`data.{path}` depends on a part of itself, which is not supported");
            errors.push(messages::unsupported(rule.span, &what));
        }
    }
    errors
}

struct Collector<'p> {
    program: &'p Program,
    needed: BTreeSet<RuleId>,
}

impl Collector<'_> {
    fn rule(&mut self, rule: &Rule) {
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        branches.chain(&rule.default).for_each(|branch| self.branch(branch));
    }

    fn branch(&mut self, branch: &Branch) {
        let (Head::Value(value) | Head::Member(value)) = &branch.head;
        for term in branch.keys.iter().chain([value]) {
            walk::term(term, &mut |visited| self.visit(visited));
        }
        walk::body(&branch.body, &mut |visited| self.visit(visited));
    }

    fn visit(&mut self, visited: Visited<'_>) {
        match visited {
            Visited::Callee(Callee::Function(rule)) => {
                self.needed.insert(rule);
            }
            Visited::Term(Term::Ref(reference)) if reference.root == Root::Data => {
                self.node(&self.program.tree, &reference.operands);
            }
            _ => {}
        }
    }

    /// Adds the rules that the operands may select from `node`.
    fn node(&mut self, node: &Node, operands: &[Term]) {
        self.needed.extend(node.rule);
        match operands.split_first() {
            Some((Term::Constant(Constant::String(key)), rest)) => {
                if let Some(child) = node.children.get(key) {
                    self.node(child, rest);
                }
            }
            Some((Term::Constant(_), _)) => {}
            Some((_, rest)) => node.children.values().for_each(|child| self.node(child, rest)),
            None => node.children.values().for_each(|child| self.node(child, &[])),
        }
    }
}
