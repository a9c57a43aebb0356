//! Lowers unifications. Lowering knows which side binds which variable, so that only bindings,
//! destructuring and equality tests remain.

use crate::hir::Term;
use crate::ir::{Condition, Expr, Statement};
use crate::lower::scope::Scope;
use crate::lower::{Lowered, unsupported};
use crate::source::Span;

impl<'p> Scope<'_, 'p> {
    /// Lowers `left = right`.
    pub(super) fn unify(&mut self, left: &'p Term, right: &'p Term, span: Span) -> Lowered<()> {
        if let (Term::Array(a), Term::Array(b)) = (left, right)
            && self.has_unbound(left)
            && self.has_unbound(right)
        {
            return self.unify_arrays(a, b, span);
        }
        if let (Term::Object(a), Term::Object(b)) = (left, right)
            && self.has_unbound(left)
            && self.has_unbound(right)
        {
            return self.unify_objects(a, b, span);
        }
        if self.has_unbound(left) {
            let value = self.term(right, span)?;
            return self.matches(left, value, span);
        }
        match (left, right) {
            (Term::Ref(_), comprehension) if is_comprehension(comprehension) => {
                self.unify_comprehension(left, comprehension, span)
            }
            (comprehension, Term::Ref(_)) if is_comprehension(comprehension) => {
                self.unify_comprehension(right, comprehension, span)
            }
            _ => {
                let value = self.term(left, span)?;
                self.matches(right, value, span)
            }
        }
    }

    /// Unifies a reference and a comprehension. OPA evaluates the reference first. If it is
    /// undefined or a scalar, nothing in the comprehension can stop the evaluation.
    fn unify_comprehension(
        &mut self,
        reference: &'p Term,
        comprehension: &'p Term,
        span: Span,
    ) -> Lowered<()> {
        let value = self.term(reference, span)?;
        let value = self.atom(value, "value");
        self.block.test(Condition::Collection(value.clone()));
        self.matches(comprehension, value, span)
    }

    /// Matches a term with a value: binds the term's variables or tests for equality.
    pub(super) fn matches(&mut self, pattern: &'p Term, value: Expr, span: Span) -> Lowered<()> {
        if let Some(variable) = self.unbound(pattern) {
            self.bind(variable, value);
            return Ok(());
        }
        if !self.has_unbound(pattern) {
            let expected = self.term(pattern, span)?;
            self.block.test(Condition::Equal(value, expected));
            return Ok(());
        }
        match pattern {
            Term::Array(items) => self.match_array(items, value, span),
            Term::Object(pairs) => self.match_object(pairs, value, span),
            // OPA unifies sets only if they are ground, so the pattern never matches.
            _ => {
                self.block.test(Condition::Exists(crate::ir::Block::default()));
                self.bind_unreachable(pattern);
                Ok(())
            }
        }
    }

    /// Binds the unbound variables of a pattern that never matches to a value that is never read.
    fn bind_unreachable(&mut self, pattern: &'p Term) {
        if let Some(variable) = self.unbound(pattern) {
            self.bind(variable, Expr::Constant(crate::hir::Constant::Null));
            return;
        }
        match pattern {
            Term::Array(items) | Term::Set(items) => {
                for item in items {
                    self.bind_unreachable(item);
                }
            }
            Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                self.bind_unreachable(key);
                self.bind_unreachable(value);
            }),
            _ => {}
        }
    }

    fn match_array(&mut self, items: &'p [Term], value: Expr, span: Span) -> Lowered<()> {
        let locals: Vec<_> = items.iter().map(|_| self.temporary("item")).collect();
        self.block.push(Statement::Destructure { items: locals.clone(), of: value });
        for (item, local) in items.iter().zip(locals) {
            self.matches(item, Expr::Local(local), span)?;
        }
        Ok(())
    }

    fn match_object(&mut self, pairs: &'p [(Term, Term)], value: Expr, span: Span) -> Lowered<()> {
        let object = self.atom(value, "object");
        self.block.test(Condition::ObjectOf(object.clone(), pairs.len()));
        for (key, pattern) in pairs {
            let key = self.defined_term(key, span)?;
            let found = Expr::Get { base: Box::new(object.clone()), keys: vec![key] };
            self.matches(pattern, found, span)?;
        }
        Ok(())
    }

    /// Unifies arrays with unbound variables on both sides, item by item. Items with one bound side
    /// come first.
    fn unify_arrays(&mut self, a: &'p [Term], b: &'p [Term], span: Span) -> Lowered<()> {
        if a.len() != b.len() {
            self.block.test(Condition::Exists(crate::ir::Block::default()));
            return Ok(());
        }
        self.unify_pairs(a.iter().zip(b).collect(), span)
    }

    /// Unifies objects with unbound variables on both sides. Their keys are constants.
    fn unify_objects(
        &mut self,
        a: &'p [(Term, Term)],
        b: &'p [(Term, Term)],
        span: Span,
    ) -> Lowered<()> {
        let mut pairs = Vec::new();
        for (key, value) in a {
            let Term::Constant(wanted) = key else {
                return Err(unsupported(span, "an object with a variable key on both sides"));
            };
            let same =
                |(key, _): &&(Term, Term)| matches!(key, Term::Constant(key) if key == wanted);
            match b.iter().find(same) {
                Some((_, other)) => pairs.push((value, other)),
                None => self.block.test(Condition::Exists(crate::ir::Block::default())),
            }
        }
        if a.len() != b.len() {
            self.block.test(Condition::Exists(crate::ir::Block::default()));
        }
        self.unify_pairs(pairs, span)
    }

    fn unify_pairs(&mut self, mut pairs: Vec<(&'p Term, &'p Term)>, span: Span) -> Lowered<()> {
        while !pairs.is_empty() {
            let ready = |(a, b): &(&Term, &Term)| !self.has_unbound(a) || !self.has_unbound(b);
            let place = pairs.iter().position(ready).unwrap_or(0);
            let (a, b) = pairs.remove(place);
            if self.unbound(a).is_some() && self.has_unbound(b) {
                return Err(unsupported(span, "a unification of two unbound variables"));
            }
            self.unify(a, b, span)?;
        }
        Ok(())
    }
}

fn is_comprehension(term: &Term) -> bool {
    matches!(
        term,
        Term::ArrayComprehension(_) | Term::SetComprehension(_) | Term::ObjectComprehension(_)
    )
}
