//! Reports references to libraries that Gatekeeper does not resolve.
//!
//! Gatekeeper moves a template's libraries below `data.libs`, and renames the references to them
//! (`regorewriter`). It renames imports, and each term of an expression or a head that is itself a
//! reference `data.lib…`. It does not visit the parts of terms, so that other references keep a
//! name that leads nowhere:
//!
//! ```rego
//! data.lib.k8s.is_pod(input)       # renamed: the function of an expression
//! x := data.lib.k8s.images[_]      # renamed: a term of an expression
//! x := data.lib.k8s.images(input)  # kept: the call is a term, and the reference is in it
//! count(data.lib.k8s.images) > 0   # kept
//! ```
//!
//! If Gatekeeper keeps the name of a function, the function is unknown. If it keeps the name of a
//! value, the value is undefined, so that the rule never holds. Both are faults here.

use std::collections::HashSet;

use super::faults::{Fault, quoted};
use crate::ast::walk::terms;
use crate::ast::{Assigned, Body, HeadKind, LiteralKind, Operand, Rule, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::{Source, Span};

/// Adds a fault for each reference to a library in `rule` that Gatekeeper does not rename.
pub(super) fn check(rule: &Rule, sources: &[Source], faults: &mut Diagnostics) {
    let mut renamed = Renamed::default();
    renamed.rule(rule);
    terms(rule, &mut |term| {
        if is_library(term) && !renamed.0.contains(&key(term)) {
            let reference = quoted(term.span, sources);
            faults.push(Fault::LibraryReference { reference }.at(term.span));
        }
    });
}

fn is_library(term: &Term) -> bool {
    let TermKind::Ref(reference) = &term.kind else { return false };
    let first = match reference.operands.first() {
        Some(Operand::Field(name)) => &name.text,
        Some(Operand::Index(Term { kind: TermKind::String(text), .. })) => text,
        _ => return false,
    };
    matches!(&reference.head.kind, TermKind::Var(name) if &**name == "data") && &**first == "lib"
}

fn key(term: &Term) -> (u32, u32) {
    let Span { start, end, .. } = term.span;
    (start, end)
}

/// The places of the terms that Gatekeeper visits.
#[derive(Default)]
struct Renamed(HashSet<(u32, u32)>);

impl Renamed {
    fn rule(&mut self, rule: &Rule) {
        for operand in &rule.head.reference.operands {
            if let Operand::Index(term) = operand {
                self.term(term);
            }
        }
        match &rule.head.kind {
            HeadKind::Value(value) => self.value(value.as_ref()),
            HeadKind::Function { parameters, value } => {
                for parameter in parameters {
                    self.term(parameter);
                }
                self.value(value.as_ref());
            }
            HeadKind::Set { key, .. } => self.term(key),
        }
        rule.bodies.iter().for_each(|body| self.body(body));
        for branch in &rule.branches {
            self.value(branch.value.as_ref());
            branch.body.iter().for_each(|body| self.body(body));
        }
    }

    fn value(&mut self, value: Option<&Assigned>) {
        if let Some(value) = value {
            self.term(&value.term);
        }
    }

    fn term(&mut self, term: &Term) {
        self.0.insert(key(term));
    }

    fn body(&mut self, body: &Body) {
        for literal in &body.literals {
            self.literal(&literal.kind);
            for with in &literal.with {
                self.term(&with.target);
                self.term(&with.value);
            }
        }
    }

    fn literal(&mut self, kind: &LiteralKind) {
        match kind {
            LiteralKind::Term(term) => self.expression(term),
            LiteralKind::Unify(left, right) | LiteralKind::Assign(left, right) => {
                self.term(left);
                self.term(right);
            }
            LiteralKind::Not(inner) => self.literal(inner),
            LiteralKind::NotBody(body) => self.body(body),
            // `some … in` is a single term, a call of the membership function. Gatekeeper's
            // rewriter is older than `and` and `or`, and does not visit their operands.
            LiteralKind::Some(_) | LiteralKind::SomeIn { .. } | LiteralKind::Logical(_) => {}
            LiteralKind::Every { domain, body, .. } => {
                self.term(domain);
                self.body(body);
            }
        }
    }

    /// Adds the terms of an expression: an operator's operands, or a call's function and arguments.
    fn expression(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Call(call) => {
                self.term(&call.function);
                call.arguments.iter().for_each(|argument| self.term(argument));
            }
            TermKind::Infix(infix) => {
                self.term(&infix.left);
                self.term(&infix.right);
            }
            TermKind::In(membership) => {
                membership.key.iter().for_each(|key| self.term(key));
                self.term(&membership.value);
                self.term(&membership.collection);
            }
            TermKind::Negative(operand) => self.term(operand),
            _ => self.term(term),
        }
    }
}
