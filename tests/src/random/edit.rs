//! Numbered edits of a syntax tree. Each edit makes it smaller.

use ferrego_compiler::ast::{
    Assigned, Body, HeadKind, Literal, LiteralKind, Module, Operand, Rule, TemplatePart, Term,
    TermKind, With,
};

/// An edit, identified by the number of edits before it.
pub(super) struct Edit {
    left: usize,
    applied: bool,
}

impl Edit {
    /// Applies the edit `number` to `modules`. Returns `false` if there are fewer edits.
    pub(super) fn apply(number: usize, modules: &mut [Module]) -> bool {
        let mut edit = Self { left: number, applied: false };
        for module in modules.iter_mut() {
            edit.list(&mut module.rules, 0);
        }
        for module in modules.iter_mut() {
            module.rules.iter_mut().for_each(|rule| edit.rule(rule));
        }
        edit.applied
    }

    /// Returns the index of the edit among `options` edits at this place, if it is one of them.
    fn choose(&mut self, options: usize) -> Option<usize> {
        if self.applied {
            return None;
        }
        if self.left < options {
            self.applied = true;
            return Some(self.left);
        }
        self.left -= options;
        None
    }

    /// Removes one item if there are more than `least`.
    fn list<T>(&mut self, items: &mut Vec<T>, least: usize) {
        if items.len() > least
            && let Some(at) = self.choose(items.len())
        {
            items.remove(at);
        }
    }

    fn rule(&mut self, rule: &mut Rule) {
        self.list(&mut rule.branches, 0);
        self.list(&mut rule.bodies, 1);
        for body in &mut rule.bodies {
            self.body(body);
        }
        for branch in &mut rule.branches {
            self.assigned(branch.value.as_mut());
            branch.body.iter_mut().for_each(|body| self.body(body));
        }
        match &mut rule.head.kind {
            HeadKind::Value(value) | HeadKind::Function { value, .. } => {
                self.assigned(value.as_mut());
            }
            HeadKind::Set { key, .. } => self.term(key),
        }
    }

    fn assigned(&mut self, value: Option<&mut Assigned>) {
        if let Some(value) = value {
            self.term(&mut value.term);
        }
    }

    fn body(&mut self, body: &mut Body) {
        self.list(&mut body.literals, 1);
        body.literals.iter_mut().for_each(|literal| self.literal(literal));
    }

    fn literal(&mut self, literal: &mut Literal) {
        self.list(&mut literal.with, 0);
        self.modifiers(&mut literal.with);
        self.kind(&mut literal.kind);
    }

    fn modifiers(&mut self, with: &mut [With]) {
        for modifier in with {
            self.term(&mut modifier.value);
        }
    }

    fn kind(&mut self, kind: &mut LiteralKind) {
        match kind {
            LiteralKind::Term(term) => self.term(term),
            LiteralKind::Unify(left, right) | LiteralKind::Assign(left, right) => {
                self.term(left);
                self.term(right);
            }
            LiteralKind::Not(inner) => self.kind(inner),
            LiteralKind::NotBody(body) => self.body(body),
            LiteralKind::Logical(logical) => {
                self.body(&mut logical.left.body);
                self.body(&mut logical.right.body);
            }
            LiteralKind::Some(names) => self.list(names, 1),
            LiteralKind::SomeIn { collection, .. } => self.term(collection),
            LiteralKind::Every { domain, body, .. } => {
                self.term(domain);
                self.body(body);
            }
        }
    }

    fn term(&mut self, term: &mut Term) {
        self.replace(term);
        match &mut term.kind {
            TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::Var(_) => {}
            TermKind::Template(parts) => self.template(parts),
            TermKind::Ref(reference) => {
                self.list(&mut reference.operands, 1);
                self.term(&mut reference.head);
                self.operands(&mut reference.operands);
            }
            TermKind::Call(call) => call.arguments.iter_mut().for_each(|term| self.term(term)),
            TermKind::Array(items) | TermKind::Set(items) => {
                self.list(items, 0);
                for item in items {
                    self.term(item);
                }
            }
            TermKind::Object(pairs) => {
                self.list(pairs, 0);
                for (_, value) in pairs {
                    self.term(value);
                }
            }
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                self.body(&mut inner.body);
                self.term(&mut inner.value);
            }
            TermKind::ObjectComprehension(inner) => {
                self.body(&mut inner.body);
                self.term(&mut inner.value);
            }
            TermKind::Infix(inner) => {
                self.term(&mut inner.left);
                self.term(&mut inner.right);
            }
            TermKind::Negative(inner) => self.term(inner),
            TermKind::In(inner) => {
                self.term(&mut inner.value);
                self.term(&mut inner.collection);
            }
        }
    }

    fn operands(&mut self, operands: &mut [Operand]) {
        for operand in operands {
            if let Operand::Index(term) = operand {
                self.term(term);
            }
        }
    }

    fn template(&mut self, parts: &mut Vec<TemplatePart>) {
        self.list(parts, 1);
        for part in parts {
            if let TemplatePart::Term(term) | TemplatePart::With(term, _) = part {
                self.term(term);
            }
        }
    }

    /// Replaces a term with one of its parts.
    fn replace(&mut self, term: &mut Term) {
        let parts = parts(term);
        if let Some(at) = self.choose(parts.len()) {
            *term = parts[at].clone();
        }
    }
}

fn parts(term: &Term) -> Vec<Term> {
    match &term.kind {
        TermKind::Call(call) => call.arguments.clone(),
        TermKind::Infix(inner) => vec![inner.left.clone(), inner.right.clone()],
        TermKind::Array(items) | TermKind::Set(items) if items.len() == 1 => items.clone(),
        TermKind::Ref(reference) if reference.operands.len() == 1 => match reference.head.kind {
            TermKind::Var(_) => Vec::new(),
            _ => vec![reference.head.clone()],
        },
        _ => Vec::new(),
    }
}
