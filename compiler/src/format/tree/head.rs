//! Builds heads (`parseRules` and `parseHead` of OPA's parser, and `parser_ext.go` for rules without
//! bodies).

use std::sync::Arc;

use super::from_ast::Builder;
use super::{Head, Literal, Term, TermKind, Value};
use crate::ast::{self, HeadKind};

impl Builder<'_> {
    /// Builds the head of a rule.
    pub(super) fn head(self, rule: &ast::Rule) -> Head {
        let head = &rule.head;
        let name = Term {
            kind: TermKind::Var(Arc::clone(&head.reference.name.text)),
            location: self.location(head.reference.name.span),
        };
        let operands = head.reference.operands.iter().map(|operand| self.operand(operand));
        let reference: Vec<Term> = [name].into_iter().chain(operands).collect();
        let mut location = self.location(head.span);
        if let (HeadKind::Function { value: None, .. }, []) = (&head.kind, &rule.bodies[..]) {
            // As in OPA, the place of `f(x)` without a body is that of its name.
            let text = self.text.at(location);
            location.end = location.start + text.find('(').unwrap_or(text.len());
        }
        let mut built = Head { reference, arguments: Vec::new(), key: None, value: None, location };
        match &head.kind {
            HeadKind::Set { key, .. } => built.key = Some(self.term(key)),
            HeadKind::Function { parameters, value } => {
                built.arguments = parameters.iter().map(|term| self.term(term)).collect();
                built.value = Some(self.value(value.as_ref(), &built, rule));
            }
            HeadKind::Value(value) => {
                built.value = Some(self.value(value.as_ref(), &built, rule));
                built.key = self.object_key(rule);
            }
        }
        built
    }

    /// Returns the key of an object with one operand.
    fn object_key(self, rule: &ast::Rule) -> Option<Term> {
        let [operand] = &rule.head.reference.operands[..] else { return None };
        let key = self.operand(operand);
        let dynamic = !is_ground(&key) || matches!(key.kind, TermKind::Ref(_));
        (!rule.default && (!rule.head.uses_if || dynamic)).then_some(key)
    }

    fn value(self, value: Option<&ast::Assigned>, head: &Head, rule: &ast::Rule) -> Value {
        if let Some(value) = value {
            let chained = self.fixed.is_some();
            let term = self.term(&value.term);
            let implied = chained && super::from_ast::is_true(&term);
            return Value { term, declares: value.declares, implied };
        }
        let term = Term { kind: TermKind::Scalar("true".into()), location: head.location };
        // OPA notes that the source has no value only for these heads.
        let bare = rule.bodies.is_empty() && !rule.default;
        let condition = rule.head.uses_if && head.reference.len() == 2 && head.arguments.is_empty();
        Value { term, declares: false, implied: bare || condition || self.fixed.is_some() }
    }

    /// Builds an operand of a reference.
    pub(super) fn operand(self, operand: &ast::Operand) -> Term {
        match operand {
            ast::Operand::Field(name) => Term {
                kind: TermKind::String { value: Arc::clone(&name.text), literal: Literal(None) },
                location: self.location(name.span),
            },
            ast::Operand::Index(term) => self.term(term),
        }
    }
}

/// Returns `true` if the term holds no variable. Composites with variables are rare as keys, and
/// count as ground only if all their members are scalars.
fn is_ground(term: &Term) -> bool {
    match &term.kind {
        TermKind::Scalar(_) | TermKind::String { .. } => true,
        TermKind::Array(terms) | TermKind::Set(terms) => terms.iter().all(is_ground),
        TermKind::Object(pairs) => {
            pairs.iter().all(|(key, value)| is_ground(key) && is_ground(value))
        }
        TermKind::Ref(terms) => terms.iter().skip(1).all(is_ground),
        TermKind::Call(call) => call.arguments.iter().all(is_ground),
        _ => false,
    }
}
