//! Facts about a query that decide the shape of its solutions.

use std::sync::Arc;

use ferrego_compiler::ast::{LiteralKind, Operand, Rule, Term, TermKind, walk};

use super::{builtin, constant, is_data};

/// Facts about a query that decide the shape of its solutions.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) variables: Vec<Arc<str>>,
    pub(super) iterates: bool,
    /// `true` if the query names `data` as a whole, or a part that is found during the evaluation.
    pub(super) reads_all: bool,
}

impl Facts {
    /// Collects facts about every term, including the terms in comprehensions.
    pub(super) fn rule(&mut self, rule: &Rule) {
        walk::terms(rule, &mut |term| match &term.kind {
            TermKind::Ref(reference) => {
                let first = reference.operands.first().and_then(constant);
                self.reads_all |= is_data(&reference.head) && first.is_none();
            }
            _ => self.reads_all |= is_data(term),
        });
    }

    pub(super) fn kind(&mut self, kind: &LiteralKind) {
        match kind {
            LiteralKind::Term(term) => self.term(term),
            LiteralKind::Unify(left, right) | LiteralKind::Assign(left, right) => {
                self.term(left);
                self.term(right);
            }
            // Variables of negated bodies, and of the operands of `and` and `or`, are local to
            // them.
            LiteralKind::Not(_) | LiteralKind::NotBody(_) | LiteralKind::Logical(_) => {}
            LiteralKind::Some(names) => {
                self.iterates = true;
                for name in names {
                    self.variable(&name.text);
                }
            }
            LiteralKind::SomeIn { key, value, collection } => {
                self.iterates = true;
                key.iter().chain([value, collection]).for_each(|term| self.term(term));
            }
            LiteralKind::Every { domain, .. } => self.term(domain),
        }
    }

    /// Collects the variables outside comprehensions, whose variables are local to them.
    fn term(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Var(name) => self.variable(name),
            TermKind::Ref(reference) => {
                let is_variable = |operand: &Operand| match operand {
                    Operand::Index(term) => matches!(term.kind, TermKind::Var(_)),
                    Operand::Field(_) => false,
                };
                self.iterates |= reference.operands.iter().any(is_variable);
                self.term(&reference.head);
                for operand in &reference.operands {
                    if let Operand::Index(term) = operand {
                        self.term(term);
                    }
                }
            }
            TermKind::Call(call) => {
                self.iterates |= builtin(call).is_some_and(|builtin| builtin.name == "walk");
                call.arguments.iter().for_each(|term| self.term(term));
            }
            TermKind::Array(items) | TermKind::Set(items) => {
                for term in items {
                    self.term(term);
                }
            }
            TermKind::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                self.term(key);
                self.term(value);
            }),
            TermKind::Infix(infix) => {
                self.term(&infix.left);
                self.term(&infix.right);
            }
            TermKind::Negative(term) => self.term(term),
            TermKind::In(membership) => {
                let operands = [&membership.value, &membership.collection];
                membership.key.iter().chain(operands).for_each(|term| self.term(term));
            }
            _ => {}
        }
    }

    fn variable(&mut self, name: &Arc<str>) {
        let bound = !matches!(&**name, "input" | "data" | "_");
        if bound && !self.variables.contains(name) {
            self.variables.push(name.clone());
        }
    }
}
