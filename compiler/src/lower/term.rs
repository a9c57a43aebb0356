//! Lowers terms to expressions.

use crate::hir::{Body, Constant, Term};
use crate::ir::{CollectKind, ContextId, Expr, Statement, Yield};
use crate::lower::Lowered;
use crate::lower::scope::Scope;
use crate::source::Span;

impl<'p> Scope<'_, 'p> {
    /// Returns the value of a term. A reference in it may open loops and bind variables.
    pub(super) fn term(&mut self, term: &'p Term, span: Span) -> Lowered<Expr> {
        match term {
            Term::Constant(constant) => Ok(Expr::Constant(constant.clone())),
            Term::Var(variable) => self.variable(*variable, span),
            Term::Ref(reference) => self.reference(reference),
            Term::Array(items) => Ok(Expr::Array(self.terms(items, span)?)),
            Term::Set(items) => Ok(Expr::Set(self.terms(items, span)?)),
            Term::Object(pairs) => self.object(pairs, span),
            Term::ArrayComprehension(inner) => {
                self.comprehension(CollectKind::Array, &inner.body, &[&inner.value], inner.span)
            }
            Term::SetComprehension(inner) => {
                self.comprehension(CollectKind::Set, &inner.body, &[&inner.value], inner.span)
            }
            Term::ObjectComprehension(inner) => {
                let terms = [&inner.key, &inner.value];
                self.comprehension(CollectKind::Object, &inner.body, &terms, inner.span)
            }
        }
    }

    /// Returns the values of terms, each of them defined.
    pub(super) fn terms(&mut self, terms: &'p [Term], span: Span) -> Lowered<Vec<Expr>> {
        terms.iter().map(|term| self.defined_term(term, span)).collect()
    }

    /// Returns the value of a term, as a defined expression.
    pub(super) fn defined_term(&mut self, term: &'p Term, span: Span) -> Lowered<Expr> {
        let value = self.term(term, span)?;
        Ok(self.defined(value, "value"))
    }

    fn object(&mut self, pairs: &'p [(Term, Term)], span: Span) -> Lowered<Expr> {
        let pairs = pairs
            .iter()
            .map(|(key, value)| {
                Ok((self.defined_term(key, span)?, self.defined_term(value, span)?))
            })
            .collect::<Lowered<_>>()?;
        Ok(Expr::Object(pairs))
    }

    fn comprehension(
        &mut self,
        kind: CollectKind,
        body: &'p Body,
        terms: &[&'p Term],
        span: Span,
    ) -> Lowered<Expr> {
        let counted = kind == CollectKind::Array;
        let (block, given) = self.nested(counted, |scope| {
            scope.body(body, terms)?;
            terms.iter().map(|term| scope.defined_term(term, span)).collect::<Lowered<Vec<_>>>()
        })?;
        let mut given = given.into_iter();
        let last = match (given.next(), given.next()) {
            (Some(key), Some(value)) => Yield::Pair { key, value },
            (Some(member), None) => Yield::Member(member),
            _ => Yield::Member(Expr::Constant(Constant::Null)),
        };
        let local = self.temporary(collection_name(kind));
        self.block.push(Statement::Collect {
            local,
            kind,
            context: ContextId(0),
            body: block.finish(last),
            at: span,
        });
        Ok(Expr::Local(local))
    }
}

fn collection_name(kind: CollectKind) -> &'static str {
    match kind {
        CollectKind::Array => "list",
        CollectKind::Set | CollectKind::Multiset => "set",
        CollectKind::Object | CollectKind::Document | CollectKind::GroundDocument => "object",
    }
}
