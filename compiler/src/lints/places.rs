//! Finds the exact places of parts of terms, which the analyzed program does not have.

use std::collections::HashMap;

use crate::ast::{self, Module, Operand, Term, TermKind};
use crate::source::Span;

/// The terms of the modules by their spans.
#[derive(Debug, Default)]
pub(super) struct Places<'p> {
    terms: HashMap<(u32, u32, u32), &'p Term>,
    /// The outermost terms by where they end, for literals with a `not`.
    ends: HashMap<(u32, u32), &'p Term>,
    modules: &'p [Module],
}

impl<'p> Places<'p> {
    /// Returns the places of all terms.
    pub(super) fn of(modules: &'p [Module]) -> Self {
        let mut places = Self { modules, ..Self::default() };
        for rule in modules.iter().flat_map(|module| &module.rules) {
            ast::walk::terms(rule, &mut |term| {
                let Span { source, start, end } = term.span;
                places.terms.entry((source.0, start, end)).or_insert(term);
                places.ends.entry((source.0, end)).or_insert(term);
            });
        }
        places
    }

    /// Returns the term at a span, or the one that follows a `not` at its beginning.
    fn term(&self, span: Span) -> Option<&'p Term> {
        let Span { source, start, end } = span;
        let exact = self.terms.get(&(source.0, start, end));
        let negated = || self.ends.get(&(source.0, end)).filter(|term| term.span.start >= start);
        exact.or_else(negated).copied()
    }

    /// Returns the place of an operand of the reference at `span`. `from_end` counts the operands
    /// after it. An operand that an import contains is at the import.
    pub(super) fn operand(&self, span: Span, from_end: usize) -> Span {
        let Some(Term { kind, .. }) = self.term(span) else { return span };
        let (head, operands) = match kind {
            TermKind::Ref(reference) => (&reference.head, &reference.operands[..]),
            TermKind::Var(name) => return self.import(name, span).unwrap_or(span),
            _ => return span,
        };
        match operands.len().checked_sub(from_end + 1).map(|index| &operands[index]) {
            Some(Operand::Field(name)) => name.span,
            Some(Operand::Index(term)) => term.span,
            None => match &head.kind {
                TermKind::Var(name) => self.import(name, span).unwrap_or(head.span),
                _ => head.span,
            },
        }
    }

    fn import(&self, name: &str, used: Span) -> Option<Span> {
        let module = self.modules.get(used.source.0 as usize)?;
        let is = |import: &&ast::Import| match &import.alias {
            Some(alias) => *alias.text == *name,
            None => import.path.last().is_some_and(|last| **last == *name),
        };
        module.imports.iter().find(is).map(|import| import.span)
    }

    /// Returns the text to put at the place of an operand: `.name` and `["name"]` differ.
    pub(super) fn is_field(&self, span: Span, from_end: usize) -> bool {
        let Some(Term { kind: TermKind::Ref(reference), .. }) = self.term(span) else {
            return false;
        };
        let index = reference.operands.len().checked_sub(from_end + 1);
        index.is_some_and(|index| matches!(reference.operands[index], Operand::Field(_)))
    }

    /// Returns the place of an argument of the call at `span`; of an operator, of an operand.
    pub(super) fn argument(&self, span: Span, index: usize) -> Span {
        let part = match self.term(span).map(|term| &term.kind) {
            Some(TermKind::Call(call)) => call.arguments.get(index),
            Some(TermKind::Infix(infix)) => [&infix.left, &infix.right].get(index).copied(),
            Some(TermKind::In(inner)) => [&inner.value, &inner.collection].get(index).copied(),
            _ => None,
        };
        part.map_or(span, |term| term.span)
    }

    /// Returns the place of the item `item` of the array or set that is an argument of the call at
    /// `span`.
    pub(super) fn item(&self, span: Span, index: usize, item: usize) -> Span {
        let place = self.argument(span, index);
        match self.term(place).map(|term| &term.kind) {
            Some(TermKind::Array(items) | TermKind::Set(items)) => {
                items.get(item).map_or(place, |term| term.span)
            }
            _ => place,
        }
    }
}
