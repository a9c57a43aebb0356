//! Which rules of the analysed program need which.

use std::collections::BTreeSet;

use super::messages;
use crate::diagnostics::Diagnostics;
use crate::hir::{
    Body, Branch, Callee, Constant, Head, Literal, LiteralKind, Node, Program, Ref, Root, Rule,
    RuleId, Term, With, WithTarget, WithValue,
};

/// The rules that each rule may need, by index.
pub fn dependencies(program: &Program) -> Vec<BTreeSet<RuleId>> {
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

/// Refuses rules that need themselves only because rules below a dynamic head are part of it.
/// OPA looks at each definition alone and takes them.
pub(super) fn refuse_cycles(program: &Program) -> Diagnostics {
    let graph = dependencies(program);
    let mut errors = Diagnostics::default();
    for (index, rule) in program.rules.iter().enumerate() {
        if reaches(&graph, index) {
            let path = rule.path.join(".");
            let what = format!("data.{path} needs a part of itself, which is not supported");
            errors.push(messages::unsupported(rule.span, &what));
        }
    }
    errors
}

/// Whether a way of dependencies leads from a rule back to it.
fn reaches(graph: &[BTreeSet<RuleId>], start: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![start];
    while let Some(index) = pending.pop() {
        for needed in graph.get(index).into_iter().flatten() {
            if needed.0 as usize == start {
                return true;
            }
            if seen.insert(*needed) {
                pending.push(needed.0 as usize);
            }
        }
    }
    false
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
        self.term(value);
        self.terms(&branch.keys);
        self.body(&branch.body);
    }

    fn body(&mut self, body: &Body) {
        for literal in body {
            self.literal(literal);
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match &literal.kind {
            LiteralKind::Test(term) => self.term(term),
            LiteralKind::Unify(left, right) => {
                self.term(left);
                self.term(right);
            }
            LiteralKind::Call { callee, arguments, output } => {
                self.callee(*callee);
                self.terms(arguments);
                if let Some(output) = output {
                    self.term(output);
                }
            }
            LiteralKind::Not(body) => self.body(body),
            LiteralKind::Every { domain, body, .. } => {
                self.term(domain);
                self.body(body);
            }
        }
        for With { target, value, .. } in &literal.with {
            if let WithTarget::Function(callee) = target {
                self.callee(*callee);
            }
            match value {
                WithValue::Value(term) => self.term(term),
                WithValue::Function(callee) => self.callee(*callee),
            }
        }
    }

    fn callee(&mut self, callee: Callee) {
        if let Callee::Function(rule) = callee {
            self.needed.insert(rule);
        }
    }

    fn terms(&mut self, terms: &[Term]) {
        for term in terms {
            self.term(term);
        }
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Constant(_) | Term::Var(_) => {}
            Term::Ref(reference) => self.reference(reference),
            Term::Array(terms) | Term::Set(terms) => self.terms(terms),
            Term::Object(pairs) => {
                for (key, value) in pairs {
                    self.term(key);
                    self.term(value);
                }
            }
            Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
                self.term(&inner.value);
                self.body(&inner.body);
            }
            Term::ObjectComprehension(inner) => {
                self.term(&inner.key);
                self.term(&inner.value);
                self.body(&inner.body);
            }
        }
    }

    fn reference(&mut self, reference: &Ref) {
        self.terms(&reference.operands);
        if reference.root == Root::Data {
            self.node(&self.program.tree, &reference.operands);
        }
    }

    /// The rules that the operands may lead to from `node`.
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
