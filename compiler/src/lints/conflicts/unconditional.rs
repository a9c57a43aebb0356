//! Definitions without conditions beside others of their rule.
//!
//! ```text
//! message(parameters, default) := default              # for every input
//! message(parameters, default) := parameters.message   # another value, if there is one
//! ```
//!
//! Such a definition gives a value for every input for which the fields that it reads exist. Another
//! definition conflicts with it if it may apply at the same time: if it reads the same fields or
//! fields in them, fields of another document, or those of an object whose fields are independent.
//! Other fields may exclude each other: a Pod has `spec.containers`, and a Deployment has
//! `spec.template`.

use std::collections::HashMap;

use ferrego_runtime::builtins::{Effect, lookup};

use crate::ast::{Call, Literal, LiteralKind, Operand, Ref, Term, TermKind};

use super::Definition;

/// The objects whose fields exist whether or not another one does.
const FREE: [&str; 5] = ["labels", "annotations", "parameters", "securityContext", "metadata"];

/// A value that a definition gives, with the fields that it reads.
pub(super) struct Given<'p> {
    value: Option<&'p Term>,
    /// The paths of the fields, with their roots. A path without fields is an argument.
    paths: Vec<Vec<&'p str>>,
    /// `true` if the definition has no conditions.
    unconditional: bool,
    /// The conditions.
    conditions: Vec<&'p Literal>,
    arguments: Vec<&'p str>,
}

impl<'p> Given<'p> {
    /// Returns the value of a definition, or `None` if it is computed in a way that may fail for
    /// other reasons than a missing field.
    pub(super) fn of(definition: &Definition<'p>) -> Option<Self> {
        let arguments: Vec<&str> = definition
            .parameters
            .iter()
            .map(|parameter| super::variable(parameter).unwrap_or_default())
            .collect();
        let mut bound: HashMap<&str, &Term> = HashMap::new();
        let mut conditions = Vec::new();
        for literal in &definition.literals {
            match &literal.kind {
                LiteralKind::Assign(left, right) | LiteralKind::Unify(left, right)
                    if literal.with.is_empty() && super::variable(left).is_some() =>
                {
                    bound.insert(super::variable(left)?, right);
                }
                _ => conditions.push(*literal),
            }
        }
        let resolved = |term: &'p Term| {
            super::variable(term).and_then(|name| bound.get(name).copied()).unwrap_or(term)
        };
        let value = definition.value.map(resolved);
        let mut given = Given {
            value,
            paths: Vec::new(),
            unconditional: conditions.is_empty() && accept_all(&arguments),
            conditions,
            arguments,
        };
        let mut known = true;
        for term in bound.values().copied().chain(value) {
            known &= given.reads(term, &bound);
        }
        given.unconditional &= known;
        Some(given)
    }

    /// Adds the fields that a term reads. Returns `false` if it may be undefined for another reason.
    fn reads(&mut self, term: &'p Term, bound: &HashMap<&str, &'p Term>) -> bool {
        match &term.kind {
            TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::ArrayComprehension(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_) => true,
            TermKind::Var(name) => self.arguments.contains(&&**name) || bound.contains_key(&**name),
            TermKind::Ref(reference) => self.reads_reference(reference, bound),
            TermKind::Array(items) | TermKind::Set(items) => {
                items.iter().all(|item| self.reads(item, bound))
            }
            TermKind::Object(pairs) => {
                pairs.iter().all(|(key, value)| self.reads(key, bound) && self.reads(value, bound))
            }
            TermKind::Call(call) => self.reads_call(call, bound),
            _ => false,
        }
    }

    fn reads_call(&mut self, call: &'p Call, bound: &HashMap<&str, &'p Term>) -> bool {
        let name = match &call.function.kind {
            TermKind::Var(name) => name.to_string(),
            TermKind::Ref(reference) => match path(reference) {
                Some(path) => path.join("."),
                None => return false,
            },
            _ => return false,
        };
        let parses = name.starts_with("units.");
        let rarely_fails =
            lookup(&name).is_some_and(|one| one.builds || one.effect == Effect::Total || parses);
        rarely_fails && call.arguments.iter().all(|argument| self.reads(argument, bound))
    }

    fn reads_reference(&mut self, reference: &'p Ref, bound: &HashMap<&str, &'p Term>) -> bool {
        if let TermKind::Call(call) = &reference.head.kind {
            return self.reads_call(call, bound);
        }
        let Some(path) = path(reference) else { return false };
        let known = path[0] == "input" || self.arguments.contains(&path[0]);
        self.paths.push(path);
        known
    }

    /// Returns `true` if the definition gives a value whenever the fields exist that it reads, and
    /// another definition may give another value then.
    pub(super) fn conflicts_with(&self, other: &Given<'_>) -> bool {
        if !self.unconditional || self.arguments.len() != other.arguments.len() {
            return false;
        }
        let same_place = |name: &str, other_name: &str| {
            let place = |names: &[&str], name| names.iter().position(|own| *own == name);
            let own = place(&self.arguments, name);
            own.is_some() && own == place(&other.arguments, other_name)
        };
        let same = match (self.value, other.value) {
            (Some(one), Some(other)) => match (super::variable(one), super::variable(other)) {
                (Some(one), Some(other)) => one == other || same_place(one, other),
                // Arrays and objects that are written in two ways rarely have one value.
                _ if is_composite(one) && is_composite(other) => one == other,
                _ => super::is_same_value(Some(one), Some(other)),
            },
            (one, other) => super::is_same_value(one, other),
        };
        if same || (!self.paths.is_empty() && other.negates()) {
            return false;
        }
        self.paths.iter().all(|path| {
            let exists = |of: &Vec<&str>| of.starts_with(path);
            let free = path.len() > 1 && FREE.contains(&path[path.len() - 2]);
            other.paths.iter().any(exists)
                || free
                || other.paths.iter().all(|of| document(of) != document(path))
                    && !other.paths.is_empty()
        })
    }

    /// Returns `true` if the definition requires that something does not hold.
    fn negates(&self) -> bool {
        self.conditions.iter().any(|literal| {
            matches!(literal.kind, LiteralKind::Not(_) | LiteralKind::NotBody(_))
                || !literal.with.is_empty()
        })
    }
}

fn is_composite(term: &Term) -> bool {
    matches!(term.kind, TermKind::Array(_) | TermKind::Object(_))
}

/// Returns `true` if the parameters are distinct variables.
fn accept_all(arguments: &[&str]) -> bool {
    arguments.iter().enumerate().all(|(index, name)| {
        !name.is_empty() && (*name == "_" || !arguments[..index].contains(name))
    })
}

/// Returns the document to which a path belongs.
fn document<'t>(path: &'t [&str]) -> &'t [&'t str] {
    match path {
        ["input", ..] => &path[..path.len().min(2)],
        _ => &path[..1],
    }
}

/// Returns the names on the way to a field, with the root. A bound index is an empty name.
fn path(reference: &Ref) -> Option<Vec<&str>> {
    let root = super::variable(&reference.head)?;
    let names = reference.operands.iter().map(|operand| match operand {
        Operand::Field(name) => Some(&*name.text),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(&**text),
        Operand::Index(Term { kind: TermKind::Var(name), .. }) if &**name != "_" => Some(""),
        Operand::Index(Term { kind: TermKind::Number(_), .. }) => Some(""),
        Operand::Index(_) => None,
    });
    std::iter::once(Some(root)).chain(names).collect()
}
