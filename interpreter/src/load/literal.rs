//! Loads bodies: turns each literal into flat literals (`expandExpr` and `rewriteLocalVars` of
//! OPA's compiler).

use std::sync::Arc;

use ferrego_compiler::ast::{self, Operator, TermKind};
use ferrego_compiler::diagnostics::Code;
use ferrego_compiler::source::Span;
use ferrego_runtime::builtins::lookup;

use super::scope::Scope;
use super::term::static_path;
use crate::program::{
    Call, Callee, Every, Literal, LiteralKind, PRINT, Ref, Root, Term, With, WithTarget, WithValue,
};

impl Scope<'_> {
    /// Loads the literals of a body, in source order, in the innermost block.
    pub(super) fn body(&mut self, body: &ast::Body) -> Vec<Literal> {
        let mut literals = Vec::new();
        for literal in &body.literals {
            self.literal(literal, &mut literals);
        }
        literals
    }

    /// Appends the literals of a head or of a comprehension's term to the literals of its body.
    /// They replace a body that is only `true` (`appendToBody` of OPA's compiler, which ignores
    /// `not` and `with` in this test).
    pub(super) fn append(
        &self,
        body: Option<&ast::Body>,
        literals: &mut Vec<Literal>,
        mut tail: Vec<Literal>,
    ) {
        let is_true = |kind: &ast::LiteralKind| matches!(kind, ast::LiteralKind::Term(term) if matches!(term.kind, TermKind::Bool(true)));
        let is_only_true = body.is_some_and(|body| match body.literals.as_slice() {
            [literal] => match &literal.kind {
                ast::LiteralKind::Not(inner) => !self.negates_bodies && is_true(inner),
                kind => is_true(kind),
            },
            _ => false,
        });
        if is_only_true && !tail.is_empty() {
            literals.clear();
        }
        literals.append(&mut tail);
    }

    fn literal(&mut self, literal: &ast::Literal, out: &mut Vec<Literal>) {
        let before = out.len();
        let with = self.with_all(&literal.with, out);
        let first = out.len();
        if let Some(kind) = self.kind(&literal.kind, literal.span, out) {
            let assigned = matches!(literal.kind, ast::LiteralKind::Assign(..));
            out.push(Literal { assigned, ..Literal::new(kind, literal.span) });
        }
        for new in &mut out[first..] {
            new.with.clone_from(&with);
        }
        for new in &mut out[before..] {
            new.statement = literal.span;
        }
    }

    fn kind(
        &mut self,
        kind: &ast::LiteralKind,
        span: Span,
        support: &mut Vec<Literal>,
    ) -> Option<LiteralKind> {
        Some(match kind {
            ast::LiteralKind::Term(term) => self.statement(term, support),
            ast::LiteralKind::Unify(left, right) => {
                let left = self.term(left, support);
                let right = self.term(right, support);
                match self.own_operator("eq") {
                    Some(callee) => self.call_statement(callee, vec![left, right]),
                    None => LiteralKind::Unify(left, right),
                }
            }
            ast::LiteralKind::Assign(left, right) => {
                let right = self.term(right, support);
                self.declare_pattern(left);
                LiteralKind::Unify(self.term(left, support), right)
            }
            ast::LiteralKind::Not(inner) if self.negates_bodies => {
                self.not_body(|scope| scope.negated(inner, span))
            }
            ast::LiteralKind::Not(inner) => {
                LiteralKind::Not(Box::new(self.kind(inner, span, support)?))
            }
            ast::LiteralKind::NotBody(body) => self.not_body(|scope| scope.body(body)),
            ast::LiteralKind::Logical(logical) => self.logical(logical, span),
            ast::LiteralKind::Some(names) => {
                for name in names {
                    self.declare(&name.text);
                }
                return None;
            }
            ast::LiteralKind::SomeIn { key, value, collection } => {
                self.some_in(key.as_ref(), value, collection, support)
            }
            ast::LiteralKind::Every { key, value, domain, body } => {
                self.every(key.as_ref(), value, domain, body, support)
            }
        })
    }

    /// Negates the literals that `inside` returns, in a separate block.
    fn not_body(&mut self, inside: impl FnOnce(&mut Self) -> Vec<Literal>) -> LiteralKind {
        self.open_block();
        let body = inside(self);
        self.close_block();
        LiteralKind::NotBody(body)
    }

    /// Translates `a or b` to `not { not { a }; not { b } }`, and `a and b` to the negation of
    /// `{ not not { a }; not not { b } }`.
    fn logical(&mut self, logical: &ast::Logical, span: Span) -> LiteralKind {
        let negate = |kind| LiteralKind::NotBody(vec![Literal::new(kind, span)]);
        let left = self.not_body(|scope| scope.body(&logical.left.body));
        let right = self.not_body(|scope| scope.body(&logical.right.body));
        let both = |left, right| {
            LiteralKind::NotBody(vec![Literal::new(left, span), Literal::new(right, span)])
        };
        match logical.connective {
            ast::Connective::Or => both(left, right),
            ast::Connective::And => negate(both(negate(left), negate(right))),
        }
    }

    /// Returns the literal that `not` negates, after the literals of its operands.
    fn negated(&mut self, inner: &ast::LiteralKind, span: Span) -> Vec<Literal> {
        let mut literals = Vec::new();
        if let Some(kind) = self.kind(inner, span, &mut literals) {
            let assigned = matches!(inner, ast::LiteralKind::Assign(..));
            literals.push(Literal { assigned, ..Literal::new(kind, span) });
        }
        literals
    }

    /// Loads a term as a statement. A call needs no output there, and may have an extra argument
    /// for it.
    fn statement(&mut self, term: &ast::Term, support: &mut Vec<Literal>) -> LiteralKind {
        match &term.kind {
            TermKind::Infix(infix)
                if infix.operator == Operator::Equal && self.own_operator("equal").is_none() =>
            {
                let left = self.term(&infix.left, support);
                LiteralKind::Equal(left, self.term(&infix.right, support))
            }
            TermKind::Call(call) if is_print(&call.function) => {
                self.print(&call.arguments, term.span)
            }
            TermKind::Call(_) | TermKind::Infix(_) | TermKind::Negative(_) | TermKind::In(_) => {
                if let Some((value, arguments)) = self.metadata_call(term) {
                    return match arguments.first() {
                        Some(output) => LiteralKind::Unify(self.term(output, support), value),
                        None => LiteralKind::Term(value),
                    };
                }
                let Some((callee, arguments)) = self.call(term, support) else {
                    return LiteralKind::Term(Term::Null);
                };
                self.call_statement(callee, arguments)
            }
            _ => LiteralKind::Term(self.term(term, support)),
        }
    }

    /// Loads a call of `print` as OPA's compiler does: each operand becomes a set, which is empty if
    /// the operand is undefined.
    fn print(&mut self, operands: &[ast::Term], span: Span) -> LiteralKind {
        if !self.prints {
            return LiteralKind::Term(Term::Bool(true));
        }
        let Some(callee) = self.builtin(PRINT, span) else { return LiteralKind::Term(Term::Null) };
        let sets = operands.iter().map(|operand| self.values_of(operand, &[])).collect();
        LiteralKind::Call(Call { callee, arguments: vec![Term::Array(sets)], output: None })
    }

    fn call_statement(&mut self, callee: Callee, mut arguments: Vec<Term>) -> LiteralKind {
        let name = match callee {
            Callee::Builtin(builtin) => builtin.name,
            Callee::Function(_) => "",
        };
        if let ("eq" | "assign" | "equal", 2) = (name, arguments.len())
            && let (Some(right), Some(left)) = (arguments.pop(), arguments.pop())
        {
            return if name == "equal" {
                LiteralKind::Equal(left, right)
            } else {
                LiteralKind::Unify(left, right)
            };
        }
        let with_output = self.arity(callee).is_some_and(|arity| arguments.len() == arity + 1);
        let output = if with_output { arguments.pop() } else { None };
        LiteralKind::Call(Call { callee, arguments, output })
    }

    /// Translates `some k, v in c` to `v = c[k]`.
    fn some_in(
        &mut self,
        key: Option<&ast::Term>,
        value: &ast::Term,
        collection: &ast::Term,
        support: &mut Vec<Literal>,
    ) -> LiteralKind {
        let collection_term = self.term(collection, support);
        key.into_iter().chain([value]).for_each(|pattern| self.declare_pattern(pattern));
        let key = match key {
            Some(key) => self.term(key, support),
            None => Term::Var(self.fresh()),
        };
        let value = self.term(value, support);
        let reference = match collection_term {
            Term::Ref(mut reference) => {
                reference.operands.push(key);
                reference
            }
            Term::Var(slot) => {
                Ref { root: Root::Var(slot), operands: vec![key], span: collection.span }
            }
            other => {
                let slot = self.bind_slot(other, collection.span, support);
                Ref { root: Root::Var(slot), operands: vec![key], span: collection.span }
            }
        };
        LiteralKind::Unify(value, Term::Ref(reference))
    }

    fn every(
        &mut self,
        key: Option<&ast::Name>,
        value: &ast::Name,
        domain: &ast::Term,
        body: &ast::Body,
        support: &mut Vec<Literal>,
    ) -> LiteralKind {
        let span = domain.span;
        let domain = self.term(domain, support);
        let domain = self.bind(domain, span, support);
        self.open_block();
        let key = key.map(|key| self.declare(&key.text));
        let value = self.declare(&value.text);
        self.open_block();
        let body = self.body(body);
        self.close_block();
        self.close_block();
        LiteralKind::Every(Box::new(Every { key, value, domain, body }))
    }

    /// Loads modifiers. The literals of their values are added to `out`, where they precede the
    /// modified literal and are outside the modifiers.
    pub(super) fn with_all(&mut self, with: &[ast::With], out: &mut Vec<Literal>) -> Vec<With> {
        with.iter().filter_map(|with| self.with(with, out)).collect()
    }

    fn with(&mut self, with: &ast::With, out: &mut Vec<Literal>) -> Option<With> {
        let target = self.with_target(&with.target)?;
        if matches!(target, WithTarget::Function(_))
            && let Some(callee) = self.with_function(&with.value)
        {
            return Some(With { target, value: WithValue::Function(callee) });
        }
        let value = self.bound_term(&with.value, out);
        Some(With { target, value: WithValue::Term(value) })
    }

    fn with_target(&mut self, target: &ast::Term) -> Option<WithTarget> {
        let Some(path) = static_path(target) else {
            self.report(
                Code::Type,
                target.span,
                "with keyword target must reference existing input, data, or a function",
            );
            return None;
        };
        if let Some(callee) = self.program_function(&path) {
            return Some(WithTarget::Function(callee));
        }
        let (first, rest) = path.split_first()?;
        let Some((root, mut full)) = self.global(first) else {
            return self.builtin(&path.join("."), target.span).map(WithTarget::Function);
        };
        full.extend(rest.iter().cloned());
        match root {
            Root::Input => Some(WithTarget::Input(full)),
            Root::Data => Some(WithTarget::Data(full)),
            Root::Var(_) => None,
        }
    }

    /// Returns the function that a modifier's value names, if it names one.
    fn with_function(&mut self, value: &ast::Term) -> Option<Callee> {
        let path = static_path(value)?;
        if let Some(callee) = self.program_function(&path) {
            return Some(callee);
        }
        let first: &Arc<str> = path.first()?;
        if self.is_known(first) {
            return None;
        }
        let builtin = lookup(&path.join("."))?;
        self.builtin(builtin.name, value.span)
    }
}

/// Returns `true` if `function` is `print`. By default, OPA drops calls of `print` without checking
/// their operands.
fn is_print(function: &ast::Term) -> bool {
    matches!(&function.kind, TermKind::Var(name) if name.as_ref() == "print")
}
