//! Finds the exact places of parts of terms, which the analyzed program does not have.

use std::collections::{HashMap, HashSet};

use crate::ast::{self, LiteralKind, Module, Operand, Term, TermKind};
use crate::source::Span;

/// The terms of the modules by their spans.
#[derive(Debug, Default)]
pub(super) struct Places<'p> {
    terms: HashMap<(u32, u32, u32), &'p Term>,
    /// The outermost terms by where they end, for literals with a `not`.
    ends: HashMap<(u32, u32), &'p Term>,
    /// The collections of `every` by the spans of their literals.
    domains: HashMap<(u32, u32, u32), Span>,
    /// The names of all fields, and all strings.
    names: HashSet<&'p str>,
    /// The places of the strings, unless there are several.
    strings: HashMap<&'p str, Option<Span>>,
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
                match &term.kind {
                    TermKind::String(text) => {
                        places.names.insert(text);
                        let place = places.strings.entry(text).or_insert(Some(term.span));
                        *place = place.filter(|place| *place == term.span);
                    }
                    TermKind::Ref(reference) => {
                        places.names.extend(reference.operands.iter().filter_map(field));
                    }
                    _ => {}
                }
            });
            ast::walk::bodies(rule, &mut |body| {
                for literal in &body.literals {
                    if let LiteralKind::Every { domain, .. } = &literal.kind {
                        let Span { source, start, end } = literal.span;
                        places.domains.insert((source.0, start, end), domain.span);
                    }
                }
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

    /// Returns the place of the collection of the `every` at `span`.
    pub(super) fn domain(&self, span: Span) -> Span {
        self.domains.get(&(span.source.0, span.start, span.end)).copied().unwrap_or(span)
    }

    /// Returns `true` if a reference has a field of this name, or a string is this text.
    pub(super) fn names(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Returns the place of the only string with this text.
    pub(super) fn only_string(&self, text: &str) -> Option<Span> {
        self.strings.get(text).copied().flatten()
    }

    /// Returns the whole term at a span, without a `not` before it.
    pub(super) fn whole(&self, span: Span) -> Span {
        self.term(span).map_or(span, |term| term.span)
    }

    /// Returns the place of an operand of the reference at `span`. The analyzed reference has more
    /// operands than the source: those of an import or of the package before it, and after it the
    /// iteration of `some … in`. The first are at the name that stands for them, the last one is at
    /// the whole reference.
    pub(super) fn operand(&self, span: Span, index: usize, of_data: bool) -> Span {
        let Some(Term { kind, .. }) = self.term(span) else { return span };
        let (head, operands) = match kind {
            TermKind::Ref(reference) => (&reference.head, &reference.operands[..]),
            _ => return span,
        };
        match index.checked_sub(self.before(head, span, of_data)) {
            None => head.span,
            Some(index) => operands.get(index).map_or(span, |operand| match operand {
                Operand::Field(name) => name.span,
                Operand::Index(term) => term.span,
            }),
        }
    }

    /// Returns the number of operands that the name at the head of a reference replaces.
    fn before(&self, head: &Term, used: Span, of_data: bool) -> usize {
        let (TermKind::Var(name), true) = (&head.kind, of_data) else { return 0 };
        let Some(module) = self.modules.get(used.source.0 as usize) else { return 0 };
        let is = |import: &&ast::Import| match &import.alias {
            Some(alias) => *alias.text == **name,
            None => import.path.last().is_some_and(|last| **last == **name),
        };
        match (&**name, module.imports.iter().find(is)) {
            ("data", _) => 0,
            (_, Some(import)) => import.path.len() - 1,
            (_, None) => module.package.path.len() + 1,
        }
    }

    /// Returns `true` if the operand is written `.name`, not `["name"]`.
    pub(super) fn is_field(&self, place: Span) -> bool {
        self.term(place).is_none()
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

fn field(operand: &Operand) -> Option<&str> {
    match operand {
        Operand::Field(name) => Some(&name.text),
        Operand::Index(_) => None,
    }
}
