//! Literals that test nothing because of how they are written.

use crate::ast::{self, Body, Infix, Literal, LiteralKind, Operand, Operator, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};

use super::evaluate::{ALWAYS_TRUE, NEVER_TRUE};
use super::{Findings, Subject};

/// A body has a literal twice.
pub(super) static REPEATED_LITERAL: Lint = Lint {
    name: "repeated-literal",
    group: Group::Style,
    summary: "a body has a literal twice",
    page: include_str!("pages/repeated-literal.md"),
};

/// The number of literals of a body that are compared with each other.
const COMPARED: usize = 64;

/// Looks at the literals of all bodies.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in subject.modules.iter().flat_map(|module| &module.rules) {
        ast::walk::bodies(rule, &mut |body| {
            repeated(subject, body, findings);
            negated(subject, body, findings);
            bare_true(body, findings);
            for literal in &body.literals {
                if let LiteralKind::Term(Term { kind: TermKind::Infix(infix), .. }) = &literal.kind
                {
                    with_itself(subject, literal, infix, findings);
                }
            }
        });
    }
}

/// Reports a literal that an earlier one repeats.
fn repeated(subject: &Subject<'_>, body: &Body, findings: &mut Findings) {
    let literals = &body.literals[..body.literals.len().min(COMPARED)];
    for (index, literal) in literals.iter().enumerate() {
        let Some(first) = literals[..index].iter().find(|first| *first == literal) else {
            continue;
        };
        if !tests(&literal.kind) {
            continue;
        }
        let message = format!("`{}` is repeated", subject.quoted(literal.span));
        let finding = Diagnostic::warning(&REPEATED_LITERAL, literal.span, message);
        let finding = finding.with_label(first.span, "first here");
        findings.report(finding.with_help("remove one of the two, or correct it"));
    }
}

/// Reports a literal that another one negates.
fn negated(subject: &Subject<'_>, body: &Body, findings: &mut Findings) {
    let literals = &body.literals[..body.literals.len().min(COMPARED)];
    for (index, literal) in literals.iter().enumerate() {
        let contradicts = |other: &&Literal| {
            let (one, other) = (*other, literal);
            let is_negation = |negation: &LiteralKind, of: &LiteralKind| matches!(negation, LiteralKind::Not(inner) if **inner == *of);
            one.with == other.with
                && (is_negation(&one.kind, &other.kind) || is_negation(&other.kind, &one.kind))
        };
        let Some(first) = literals[..index].iter().find(contradicts) else { continue };
        if !tests(&literal.kind) {
            continue;
        }
        let quoted = subject.quoted(literal.span);
        let message = format!("`{quoted}` never holds: an earlier literal requires the opposite");
        let finding = Diagnostic::warning(&NEVER_TRUE, literal.span, message);
        let finding = finding.with_label(first.span, "the opposite");
        findings.report(finding.with_help("correct or remove the literal"));
    }
}

/// Returns `true` if the literal tests the same in both places: it has no variable of its own for
/// each place, as `_` is.
fn tests(kind: &LiteralKind) -> bool {
    let term = match kind {
        LiteralKind::Term(term) => term,
        LiteralKind::Not(inner) => return tests(inner),
        LiteralKind::Unify(left, right) => return !has_wildcard(left) && !has_wildcard(right),
        _ => return false,
    };
    !has_wildcard(term) && !matches!(term.kind, TermKind::Bool(_))
}

fn has_wildcard(term: &Term) -> bool {
    let mut found = false;
    ast::walk::terms_of(term, &mut |part| {
        found |= matches!(&part.kind, TermKind::Var(name) if &**name == "_");
        found |= matches!(&part.kind, TermKind::Call(call)
            if matches!(&call.function.kind, TermKind::Var(name) if &**name == "print"));
    });
    found
}

/// Reports `true` beside other literals.
fn bare_true(body: &Body, findings: &mut Findings) {
    if body.literals.len() < 2 {
        return;
    }
    for literal in &body.literals {
        if let LiteralKind::Term(Term { kind: TermKind::Bool(true), .. }) = &literal.kind {
            let message = "`true` always holds: it is a constant";
            let finding = Diagnostic::warning(&ALWAYS_TRUE, literal.span, message);
            findings.report(finding.with_help("remove the literal"));
        }
    }
}

/// Reports the comparison of a reference with itself.
fn with_itself(subject: &Subject<'_>, literal: &Literal, infix: &Infix, findings: &mut Findings) {
    let (lint, verb) = match infix.operator {
        Operator::Equal | Operator::LessEqual | Operator::GreaterEqual => (&ALWAYS_TRUE, "always"),
        Operator::NotEqual | Operator::Less | Operator::Greater => (&NEVER_TRUE, "never"),
        _ => return,
    };
    let is_path = match &infix.left.kind {
        TermKind::Ref(reference) => {
            matches!(reference.head.kind, TermKind::Var(_))
                && reference.operands.iter().all(|operand| match operand {
                    Operand::Field(_) => true,
                    Operand::Index(index) => !has_wildcard(index),
                })
        }
        TermKind::Var(name) => &**name != "_" && infix.operator != Operator::Equal,
        _ => false,
    };
    if !is_path || infix.left != infix.right {
        return;
    }
    let quoted = subject.quoted(literal.span);
    let name = subject.quoted(infix.left.span);
    let message = format!("`{quoted}` {verb} holds: it compares `{name}` with itself");
    let finding = Diagnostic::warning(lint, literal.span, message);
    findings.report(finding.with_help("compare it with another value, or remove the literal"));
}
