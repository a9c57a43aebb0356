//! Visits the terms and bodies of a rule.

use super::{
    Assigned, Body, Call, Else, Head, HeadKind, Literal, LiteralKind, Operand, Rule, TemplatePart,
    Term, TermKind, With,
};

/// A node that a walk visits before its parts.
#[derive(Clone, Copy, Debug)]
pub enum Node<'t> {
    /// A term.
    Term(&'t Term),
    /// A body.
    Body(&'t Body),
}

/// Calls `visit` for every term of `rule` before the term's parts: in heads, bodies, `else`
/// branches and `with` modifiers. The name at the head of a reference is part of the reference and
/// is not visited by itself.
pub fn terms<'t>(rule: &'t Rule, visit: &mut dyn FnMut(&'t Term)) {
    nodes(rule, &mut |node| {
        if let Node::Term(term) = node {
            visit(term);
        }
    });
}

/// Calls `visit` for every body of `rule`, before the bodies in its terms.
pub fn bodies<'t>(rule: &'t Rule, visit: &mut dyn FnMut(&'t Body)) {
    nodes(rule, &mut |node| {
        if let Node::Body(body) = node {
            visit(body);
        }
    });
}

/// Calls `visit` for a term and for every term in it.
pub fn terms_of<'t>(root: &'t Term, visit: &mut dyn FnMut(&'t Term)) {
    term(root, &mut |node| {
        if let Node::Term(term) = node {
            visit(term);
        }
    });
}

/// Calls `visit` for every term of a literal.
pub fn terms_of_literal<'t>(part: &'t Literal, visit: &mut dyn FnMut(&'t Term)) {
    literal(part, &mut |node| {
        if let Node::Term(term) = node {
            visit(term);
        }
    });
}

/// Calls `visit` for every node of a rule.
pub fn nodes<'t>(rule: &'t Rule, visit: &mut dyn FnMut(Node<'t>)) {
    head(&rule.head, visit);
    for part in &rule.bodies {
        body(part, visit);
    }
    for part in &rule.branches {
        branch(part, visit);
    }
}

fn head<'t>(head: &'t Head, visit: &mut dyn FnMut(Node<'t>)) {
    operands(&head.reference.operands, visit);
    match &head.kind {
        HeadKind::Value(value) => assigned(value.as_ref(), visit),
        HeadKind::Function { parameters, value } => {
            all(parameters, visit);
            assigned(value.as_ref(), visit);
        }
        HeadKind::Set { key, .. } => term(key, visit),
    }
}

fn branch<'t>(branch: &'t Else, visit: &mut dyn FnMut(Node<'t>)) {
    assigned(branch.value.as_ref(), visit);
    if let Some(part) = &branch.body {
        body(part, visit);
    }
}

fn assigned<'t>(value: Option<&'t Assigned>, visit: &mut dyn FnMut(Node<'t>)) {
    if let Some(value) = value {
        term(&value.term, visit);
    }
}

fn body<'t>(body: &'t Body, visit: &mut dyn FnMut(Node<'t>)) {
    visit(Node::Body(body));
    for part in &body.literals {
        literal(part, visit);
    }
}

fn literal<'t>(literal: &'t Literal, visit: &mut dyn FnMut(Node<'t>)) {
    literal_kind(&literal.kind, visit);
    modifiers(&literal.with, visit);
}

fn modifiers<'t>(with: &'t [With], visit: &mut dyn FnMut(Node<'t>)) {
    for modifier in with {
        term(&modifier.target, visit);
        term(&modifier.value, visit);
    }
}

fn literal_kind<'t>(kind: &'t LiteralKind, visit: &mut dyn FnMut(Node<'t>)) {
    match kind {
        LiteralKind::Term(part) => term(part, visit),
        LiteralKind::Unify(left, right) | LiteralKind::Assign(left, right) => {
            term(left, visit);
            term(right, visit);
        }
        LiteralKind::Not(inner) => literal_kind(inner, visit),
        LiteralKind::NotBody(part) => body(part, visit),
        LiteralKind::Logical(logical) => {
            body(&logical.left.body, visit);
            body(&logical.right.body, visit);
        }
        LiteralKind::Some(_) => {}
        LiteralKind::SomeIn { key, value, collection } => {
            key.iter().chain([value, collection]).for_each(|part| term(part, visit));
        }
        LiteralKind::Every { domain, body: part, .. } => {
            term(domain, visit);
            body(part, visit);
        }
    }
}

fn operands<'t>(operands: &'t [Operand], visit: &mut dyn FnMut(Node<'t>)) {
    for operand in operands {
        if let Operand::Index(part) = operand {
            term(part, visit);
        }
    }
}

fn all<'t>(items: &'t [Term], visit: &mut dyn FnMut(Node<'t>)) {
    for item in items {
        term(item, visit);
    }
}

fn term<'t>(node: &'t Term, visit: &mut dyn FnMut(Node<'t>)) {
    visit(Node::Term(node));
    match &node.kind {
        TermKind::Null
        | TermKind::Bool(_)
        | TermKind::Number(_)
        | TermKind::String(_)
        | TermKind::Var(_) => {}
        TermKind::Template(parts) => template(parts, visit),
        TermKind::Ref(reference) => {
            if !matches!(reference.head.kind, TermKind::Var(_)) {
                term(&reference.head, visit);
            }
            operands(&reference.operands, visit);
        }
        TermKind::Call(inner) => call(inner, visit),
        TermKind::Array(items) | TermKind::Set(items) => {
            all(items, visit);
        }
        TermKind::Object(pairs) => {
            pairs.iter().flat_map(|(key, value)| [key, value]).for_each(|part| term(part, visit));
        }
        TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
            term(&inner.value, visit);
            body(&inner.body, visit);
        }
        TermKind::ObjectComprehension(inner) => {
            term(&inner.key, visit);
            term(&inner.value, visit);
            body(&inner.body, visit);
        }
        TermKind::Infix(inner) => {
            term(&inner.left, visit);
            term(&inner.right, visit);
        }
        TermKind::Negative(inner) => term(inner, visit),
        TermKind::In(inner) => {
            inner.key.iter().chain([&inner.value, &inner.collection]).for_each(|part| {
                term(part, visit);
            });
        }
    }
}

fn template<'t>(parts: &'t [TemplatePart], visit: &mut dyn FnMut(Node<'t>)) {
    for part in parts {
        match part {
            TemplatePart::Text(_) => {}
            TemplatePart::Term(inner) => term(inner, visit),
            TemplatePart::With(inner, with) => {
                term(inner, visit);
                modifiers(with, visit);
            }
        }
    }
}

fn call<'t>(call: &'t Call, visit: &mut dyn FnMut(Node<'t>)) {
    term(&call.function, visit);
    all(&call.arguments, visit);
}
