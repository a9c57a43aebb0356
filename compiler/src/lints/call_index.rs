//! The calls in the syntax trees, by their places.

use std::collections::HashMap;

use crate::ast::{self, Call, LiteralKind, Term, TermKind};
use crate::source::Span;

use super::Subject;

/// The calls in the syntax trees. The analyzed program has only the places of its calls, and a
/// finding may be about the name or an operand.
pub(super) struct CallIndex<'p>(HashMap<(u32, u32, u32), &'p Term>);

impl<'p> CallIndex<'p> {
    /// Finds all calls.
    pub(super) fn of(subject: &Subject<'p>) -> Self {
        let mut calls = HashMap::new();
        for rule in subject.modules.iter().flat_map(|module| &module.rules) {
            ast::walk::nodes(rule, &mut |node| match node {
                ast::walk::Node::Term(term) => {
                    if let TermKind::Call(_) = &term.kind {
                        calls.insert(key(term.span), term);
                    }
                }
                // The place of a literal that is a call includes its `not` and `with`.
                ast::walk::Node::Body(body) => {
                    for literal in &body.literals {
                        if let Some(call) = call_of(&literal.kind) {
                            calls.insert(key(literal.span), call);
                        }
                    }
                }
            });
        }
        Self(calls)
    }

    /// Returns the call at a place of the analyzed program, with its own place.
    pub(super) fn at(&self, span: Span) -> Option<(Span, &'p Call)> {
        let term = self.0.get(&key(span))?;
        match &term.kind {
            TermKind::Call(call) => Some((term.span, call)),
            _ => None,
        }
    }
}

fn key(span: Span) -> (u32, u32, u32) {
    (span.source.0, span.start, span.end)
}

fn call_of(kind: &LiteralKind) -> Option<&Term> {
    match kind {
        LiteralKind::Term(term @ Term { kind: TermKind::Call(_), .. }) => Some(term),
        LiteralKind::Not(inner) => call_of(inner),
        _ => None,
    }
}
