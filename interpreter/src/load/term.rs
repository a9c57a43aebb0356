//! Loads terms: calls become separate literals (`expandExprTerm` of OPA's compiler).

use std::cmp::Ordering;
use std::sync::Arc;

use ferrego_compiler::ast::{self, Operand, TemplatePart, TermKind};
use ferrego_compiler::diagnostics::Code;
use ferrego_compiler::source::Span;
use ferrego_runtime::builtins::{Kind, lookup};

use super::compare;
use super::scope::{Meaning, Scope};
use super::written;
use crate::program::{
    Call, Callee, Comprehension, ComprehensionResult, Literal, LiteralKind, Ref, Root, Slot, Term,
};

impl Scope<'_> {
    /// Loads a term. The literals of the calls in it are added to `support`.
    pub(super) fn term(&mut self, term: &ast::Term, support: &mut Vec<Literal>) -> Term {
        let span = term.span;
        match &term.kind {
            TermKind::Null => Term::Null,
            TermKind::Bool(value) => Term::Bool(*value),
            TermKind::Number(text) => Term::Number(text.clone()),
            TermKind::String(text) => Term::String(text.clone()),
            TermKind::Template(parts) => self.template(parts, span, support),
            TermKind::Var(name) => self.variable(name, span),
            TermKind::Ref(reference) => self.reference(reference, span, support),
            TermKind::Array(items) => Term::Array(self.terms(items, support)),
            TermKind::Set(items) => Term::Set(self.members(items, support)),
            TermKind::Object(pairs) => Term::Object(self.pairs(pairs, support)),
            TermKind::ArrayComprehension(comprehension) => {
                self.comprehension(&comprehension.body, span, |scope, tail| {
                    ComprehensionResult::Array(scope.bound_term(&comprehension.value, tail))
                })
            }
            TermKind::SetComprehension(comprehension) => {
                self.comprehension(&comprehension.body, span, |scope, tail| {
                    ComprehensionResult::Set(scope.bound_term(&comprehension.value, tail))
                })
            }
            TermKind::ObjectComprehension(comprehension) => {
                self.comprehension(&comprehension.body, span, |scope, tail| {
                    let key = scope.bound_term(&comprehension.key, tail);
                    let value = scope.bound_term(&comprehension.value, tail);
                    ComprehensionResult::Object(key, value)
                })
            }
            TermKind::Call(_) | TermKind::Infix(_) | TermKind::Negative(_) | TermKind::In(_) => {
                self.nested_call(term, support)
            }
        }
    }

    /// Loads a term as heads require it: if its value needs evaluation, a literal in `support`
    /// binds it to a variable.
    pub(super) fn bound_term(&mut self, term: &ast::Term, support: &mut Vec<Literal>) -> Term {
        let span = term.span;
        let term = self.term(term, support);
        if term.needs_evaluation() { self.bind(term, span, support) } else { term }
    }

    /// Adds a literal to `support` that unifies a new variable with `term`, and returns the
    /// variable.
    pub(super) fn bind(&mut self, term: Term, span: Span, support: &mut Vec<Literal>) -> Term {
        Term::Var(self.bind_slot(term, span, support))
    }

    /// Adds a literal to `support` that unifies a new variable with `term`, and returns the
    /// variable's slot.
    pub(super) fn bind_slot(&mut self, term: Term, span: Span, support: &mut Vec<Literal>) -> Slot {
        let slot = self.fresh_of(span);
        support.push(Literal::new(LiteralKind::Unify(Term::Var(slot), term), span));
        slot
    }

    fn terms(&mut self, terms: &[ast::Term], support: &mut Vec<Literal>) -> Vec<Term> {
        terms.iter().map(|term| self.term(term, support)).collect()
    }

    /// Loads the members of a set. The calls in them are added in the order of the members.
    fn members(&mut self, items: &[ast::Term], support: &mut Vec<Literal>) -> Vec<Term> {
        let mut members: Vec<Ordered<Term>> =
            items.iter().map(|item| self.ordered(item, |_, _, term| term)).collect();
        members.sort_by(Ordered::compare);
        members.into_iter().map(|member| member.take(support)).collect()
    }

    /// Loads the pairs of an object. The calls in them are added in the order of the keys.
    fn pairs(
        &mut self,
        pairs: &[(ast::Term, ast::Term)],
        support: &mut Vec<Literal>,
    ) -> Vec<(Term, Term)> {
        let mut kept: Vec<(&ast::Term, &ast::Term)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            // Of keys that are written alike, OPA's parser keeps the first, with the value of the
            // last. The other values are neither checked nor evaluated.
            match kept.iter_mut().find(|(earlier, _)| written::alike(earlier, key)) {
                Some(earlier) => earlier.1 = value,
                None => kept.push((key, value)),
            }
        }
        let mut lowered: Vec<Ordered<(Term, Term)>> = kept
            .into_iter()
            .map(|(key, value)| {
                self.ordered(key, |scope, support, key| (key, scope.term(value, support)))
            })
            .collect();
        // Of equal keys, the last one wins, so the sort must be stable.
        lowered.sort_by(Ordered::compare);
        lowered.into_iter().map(|pair| pair.take(support)).collect()
    }

    fn ordered<T>(
        &mut self,
        term: &ast::Term,
        make: impl FnOnce(&mut Self, &mut Vec<Literal>, Term) -> T,
    ) -> Ordered<T> {
        let mut support = Vec::new();
        let key = self.term(term, &mut support);
        let rank = if is_call(term) { compare::CALL_RANK } else { compare::rank(&key) };
        let part = make(self, &mut support, key.clone());
        Ordered { rank, key, support, part }
    }

    fn variable(&mut self, name: &Arc<str>, span: Span) -> Term {
        match self.meaning(name) {
            Meaning::Variable(slot) => Term::Var(slot),
            Meaning::Document(root, path) => Term::Ref(document(root, path, span)),
        }
    }

    fn reference(&mut self, reference: &ast::Ref, span: Span, support: &mut Vec<Literal>) -> Term {
        let mut start = self.start(&reference.head, span, support);
        for operand in &reference.operands {
            start.operands.push(match operand {
                Operand::Field(name) => Term::String(name.text.clone()),
                Operand::Index(term) => self.term(term, support),
            });
        }
        Term::Ref(start)
    }

    /// Loads the beginning of a reference. A call or composite is bound to a variable.
    fn start(&mut self, head: &ast::Term, span: Span, support: &mut Vec<Literal>) -> Ref {
        let slot = match &head.kind {
            TermKind::Var(name) => match self.meaning(name) {
                Meaning::Variable(slot) => slot,
                Meaning::Document(root, path) => return document(root, path, span),
            },
            _ => match self.term(head, support) {
                Term::Var(slot) => slot,
                term => self.bind_slot(term, span, support),
            },
        };
        Ref { root: Root::Var(slot), operands: Vec::new(), span }
    }

    fn comprehension(
        &mut self,
        body: &ast::Body,
        span: Span,
        result: impl FnOnce(&mut Self, &mut Vec<Literal>) -> ComprehensionResult,
    ) -> Term {
        self.open_block();
        let mut literals = self.body(body);
        let mut tail = Vec::new();
        let result = result(self, &mut tail);
        self.append(Some(body), &mut literals, tail);
        self.close_block();
        Term::Comprehension(Box::new(Comprehension { result, body: literals, span }))
    }

    fn nested_call(&mut self, term: &ast::Term, support: &mut Vec<Literal>) -> Term {
        if let Some((value, _)) = self.metadata_call(term) {
            return value;
        }
        let Some((callee, arguments)) = self.call(term, support) else { return Term::Null };
        let output = Term::Var(self.fresh_of(term.span));
        let call = Call { callee, arguments, output: Some(output.clone()) };
        support.push(Literal::new(LiteralKind::Call(call), term.span));
        output
    }

    /// Returns the value of a call of `rego.metadata.rule` or `rego.metadata.chain`, and the
    /// arguments of the call.
    pub(super) fn metadata_call<'t>(&self, term: &'t ast::Term) -> Option<(Term, &'t [ast::Term])> {
        let TermKind::Call(call) = &term.kind else { return None };
        let path = static_path(&call.function)?;
        let value = match path.join(".").as_str() {
            "rego.metadata.rule" => &self.metadata.rule,
            "rego.metadata.chain" => &self.metadata.chain,
            _ => return None,
        };
        let ours = self.program_path(&path).is_none();
        ours.then(|| (value.clone(), call.arguments.as_slice()))
    }

    /// Loads a call, operator or membership test as a function and its arguments. Reports an
    /// unknown function and returns `None`.
    pub(super) fn call(
        &mut self,
        term: &ast::Term,
        support: &mut Vec<Literal>,
    ) -> Option<(Callee, Vec<Term>)> {
        let span = term.span;
        match &term.kind {
            TermKind::Call(call) => {
                let callee = self.callee(&call.function, call.arguments.len())?;
                Some((callee, self.terms(&call.arguments, support)))
            }
            TermKind::Infix(infix) => {
                let left = self.term(&infix.left, support);
                let right = self.term(&infix.right, support);
                Some((self.operator(infix.operator.builtin(), span)?, vec![left, right]))
            }
            TermKind::Negative(operand) => {
                let operand = self.term(operand, support);
                Some((self.operator("minus", span)?, vec![Term::Number("0".into()), operand]))
            }
            TermKind::In(membership) => {
                let key = membership.key.as_ref().map(|key| self.term(key, support));
                let value = self.term(&membership.value, support);
                let collection = self.term(&membership.collection, support);
                let name = if key.is_some() { "internal.member_3" } else { "internal.member_2" };
                let arguments = key.into_iter().chain([value, collection]).collect();
                Some((self.operator(name, span)?, arguments))
            }
            _ => None,
        }
    }

    /// Returns the number of arguments of `callee`, or `None` if it accepts any number.
    pub(super) fn arity(&self, callee: Callee) -> Option<usize> {
        match callee {
            Callee::Function(id) => self.groups.arity(id),
            Callee::Builtin(builtin) => {
                let is_variadic = builtin.operands().any(|declared| declared.ends_with("..."));
                (!is_variadic).then(|| builtin.operands().count())
            }
        }
    }

    fn callee(&mut self, function: &ast::Term, arguments: usize) -> Option<Callee> {
        let Some(path) = static_path(function) else {
            self.report(Code::Type, function.span, "undefined function");
            return None;
        };
        if let Some(callee) = self.program_function(&path) {
            return Some(callee);
        }
        let rule = || self.groups.complete(&self.program_path(&path)?);
        // The only argument of a call of a rule is its output.
        if arguments <= 1
            && let Some(id) = rule()
        {
            return Some(Callee::Function(id));
        }
        self.builtin(&path.join("."), function.span)
    }

    /// Returns the function of the program that a dotted name refers to.
    pub(super) fn program_function(&self, path: &[Arc<str>]) -> Option<Callee> {
        self.groups.function(&self.program_path(path)?).map(Callee::Function)
    }

    /// Returns the path below `data` that a dotted name refers to.
    fn program_path(&self, path: &[Arc<str>]) -> Option<Vec<Arc<str>>> {
        let (first, rest) = path.split_first()?;
        let (root, mut full) = self.global(first)?;
        full.extend(rest.iter().cloned());
        (root == Root::Data).then_some(full)
    }

    /// Returns the function of an operator. OPA's parser turns an operator into a call by name
    /// (`plus`, `equal`, `internal.member_2`), which then means a function of the program with this
    /// name, if there is one.
    fn operator(&mut self, name: &str, span: Span) -> Option<Callee> {
        self.own_operator(name).or_else(|| self.builtin(name, span))
    }

    /// Returns the function of the program that has the name of an operator's builtin.
    pub(super) fn own_operator(&self, name: &str) -> Option<Callee> {
        self.program_function(&name.split('.').map(Arc::from).collect::<Vec<_>>())
    }

    pub(super) fn builtin(&mut self, name: &str, span: Span) -> Option<Callee> {
        let Some(builtin) = lookup(name) else {
            self.report(Code::Type, span, format!("undefined function {name}"));
            return None;
        };
        let Kind::Refused(reason) = builtin.kind else { return Some(Callee::Builtin(builtin)) };
        self.report(Code::Unsupported, span, format!("{name} is not supported: {reason}"));
        None
    }

    /// Loads a template string as a call. Each part becomes a set, so that an undefined part is an
    /// empty set.
    fn template(&mut self, parts: &[TemplatePart], span: Span, support: &mut Vec<Literal>) -> Term {
        let Some(callee) = self.builtin("internal.template_string", span) else {
            return Term::Null;
        };
        let parts = parts.iter().map(|part| self.template_part(part)).collect();
        let output = Term::Var(self.fresh_of(span));
        let arguments = vec![Term::Array(parts)];
        let call = Call { callee, arguments, output: Some(output.clone()) };
        support.push(Literal::new(LiteralKind::Call(call), span));
        output
    }

    fn template_part(&mut self, part: &TemplatePart) -> Term {
        let (term, with): (&ast::Term, &[ast::With]) = match part {
            TemplatePart::Text(text) => return Term::String(text.clone()),
            TemplatePart::Term(term) => (term, &[]),
            TemplatePart::With(term, with) => (term, with),
        };
        self.values_of(term, with)
    }

    /// Loads a term as the set of its values, which is empty if the term is undefined.
    pub(super) fn values_of(&mut self, term: &ast::Term, with: &[ast::With]) -> Term {
        self.open_block();
        let mut body = Vec::new();
        let value = self.fresh();
        let with = self.with_all(with, &mut body);
        let mut support = Vec::new();
        let inner = self.term(term, &mut support);
        let unify = LiteralKind::Unify(Term::Var(value), inner);
        support.push(Literal::new(unify, term.span));
        for literal in &mut support {
            literal.with.clone_from(&with);
        }
        body.append(&mut support);
        self.close_block();
        let result = ComprehensionResult::Set(Term::Var(value));
        Term::Comprehension(Box::new(Comprehension { result, body, span: term.span }))
    }
}

/// A part of a set or object that is not sorted yet.
struct Ordered<T> {
    rank: u8,
    key: Term,
    support: Vec<Literal>,
    part: T,
}

impl<T> Ordered<T> {
    fn compare(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| compare::terms(&self.key, &other.key))
    }

    fn take(mut self, support: &mut Vec<Literal>) -> T {
        support.append(&mut self.support);
        self.part
    }
}

fn is_call(term: &ast::Term) -> bool {
    matches!(
        term.kind,
        TermKind::Call(_) | TermKind::Infix(_) | TermKind::Negative(_) | TermKind::In(_)
    )
}

fn document(root: Root, path: Vec<Arc<str>>, span: Span) -> Ref {
    Ref { root, operands: path.into_iter().map(Term::String).collect(), span }
}

/// Returns the names in a term that is a name with constant fields, such as `a.b["c"]`.
pub(super) fn static_path(term: &ast::Term) -> Option<Vec<Arc<str>>> {
    match &term.kind {
        TermKind::Var(name) => Some(vec![name.clone()]),
        TermKind::Ref(reference) => {
            let mut path = static_path(&reference.head)?;
            for operand in &reference.operands {
                path.push(match operand {
                    Operand::Field(name) => name.text.clone(),
                    Operand::Index(ast::Term { kind: TermKind::String(text), .. }) => text.clone(),
                    Operand::Index(_) => return None,
                });
            }
            Some(path)
        }
        _ => None,
    }
}
