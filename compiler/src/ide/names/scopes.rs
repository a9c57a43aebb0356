//! The names that a body or pattern declares.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ast::{Body, LiteralKind, Term, TermKind};

/// The declared names of a scope.
pub(super) type Declared = HashSet<Arc<str>>;

/// Returns the names that a body declares: by `:=`, by `some`, and by `some … in`.
pub(super) fn of_body(body: &Body) -> Declared {
    let mut declared = Declared::new();
    for literal in &body.literals {
        match &literal.kind {
            LiteralKind::Assign(left, _) => pattern(left, &mut declared),
            LiteralKind::Some(names) => {
                declared.extend(names.iter().map(|name| Arc::clone(&name.text)));
            }
            LiteralKind::SomeIn { key, value, .. } => {
                key.iter().chain([value]).for_each(|term| pattern(term, &mut declared));
            }
            _ => {}
        }
    }
    declared.remove("_");
    declared
}

/// Adds the variables of a pattern. The parser bounds the depth of a term.
pub(super) fn pattern(term: &Term, to: &mut Declared) {
    match &term.kind {
        TermKind::Var(name) if is_variable(name) => {
            to.insert(Arc::clone(name));
        }
        TermKind::Array(items) | TermKind::Set(items) => {
            for item in items {
                pattern(item, to);
            }
        }
        TermKind::Object(pairs) => {
            for (key, value) in pairs {
                pattern(key, to);
                pattern(value, to);
            }
        }
        _ => {}
    }
}

/// Returns `true` for a name that can be a variable.
pub(super) fn is_variable(name: &str) -> bool {
    !matches!(name, "_" | "input" | "data")
}
