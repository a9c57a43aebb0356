//! Checks that Gatekeeper's hook can use a template's `violation`.
//!
//! Gatekeeper compiles a module of its own beside the template's:
//!
//! ```rego
//! data.template.violation[r] with input as inp
//! response := {"key": key, "details": object.get(r, "details", {}), "msg": r.msg}
//! ```
//!
//! If OPA's type check rejects that module, Gatekeeper rejects the template: otherwise every `r`
//! would be dropped, and no request would ever be denied. This module checks these three
//! expressions for the type that was inferred for `violation`.

use std::sync::Arc;

use super::algebra::{keys, select};
use super::key::Key;
use super::rule_types::Node;
use super::ty::Type;
use super::unify::unifies;
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::Program;

const HELP: &str = "write `violation[{\"msg\": msg}]`; Gatekeeper reads `msg` of each element and \
                    rejects the template otherwise";

/// Checks the rule at `path`, the template's `violation`, against the types of all rules.
pub(super) fn check(program: &Program, tree: &Node, path: &[Arc<str>]) -> Option<Diagnostic> {
    let mut node = tree;
    for name in path {
        node = node.child(&Key::String(name.clone()))?;
    }
    let ty = node.value.clone().unwrap_or_else(|| node.document_type());
    let found = rejected_type(&ty)?;
    let message = format!("expected elements of `violation` that can have a `msg`, found {found}");
    let rules = program.rules.iter().filter(|rule| rule.path.starts_with(path));
    let span = rules.map(|rule| rule.span).min_by_key(|span| (span.source, span.start));
    Some(Diagnostic::new(Code::Type, span.unwrap_or_default(), message).with_help(HELP))
}

/// Describes the type that the hook finds in a `violation` of type `ty`, if OPA rejects it.
fn rejected_type(ty: &Type) -> Option<String> {
    if let Type::Function(_) = ty {
        return Some("a function".to_owned());
    }
    // OPA accepts the iteration of an empty collection.
    if ty.is_empty_collection() {
        return None;
    }
    let Some(element) = keys(ty) else { return Some(format!("a value of type {ty}")) };
    let is_object = unifies(Some(&element), Some(&Type::any_object()));
    let has_message = select(&element, &Key::String("msg".into())).is_some();
    (!is_object || !has_message).then(|| format!("{element}"))
}
