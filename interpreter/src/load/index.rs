//! The conditions that OPA's rule index would test (`ast/index.go`).

use crate::program::{
    Branch, Condition, Expected, Key, LiteralKind, Node, Ref, Root, Subject, Term,
};

/// The conditions that the branch's literals state, of several on one subject the last. Negated
/// literals and those with modifiers state none.
pub(super) fn conditions(branch: &Branch, tree: &Node) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for literal in branch.body.iter().filter(|literal| literal.with.is_empty()) {
        let condition = match &literal.kind {
            LiteralKind::Term(Term::Ref(reference)) => document(reference, tree)
                .map(|subject| Condition { subject, expected: Expected::Defined }),
            LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
                condition(branch, left, right, tree)
                    .or_else(|| condition(branch, right, left, tree))
            }
            _ => None,
        };
        let Some(condition) = condition else { continue };
        conditions.retain(|other| other.subject != condition.subject);
        conditions.push(condition);
    }
    conditions
}

fn condition(branch: &Branch, subject: &Term, value: &Term, tree: &Node) -> Option<Condition> {
    let subject = match subject {
        Term::Var(_) => {
            Subject::Argument(branch.parameters.iter().position(|parameter| parameter == subject)?)
        }
        Term::Ref(reference) => document(reference, tree)?,
        _ => return None,
    };
    Some(Condition { subject, expected: expected(value)? })
}

/// The base document that a constant reference leads to.
fn document(reference: &Ref, tree: &Node) -> Option<Subject> {
    let path: Vec<Key> = reference.operands.iter().map(scalar).collect::<Option<_>>()?;
    match reference.root {
        Root::Input => Some(Subject::Input(path)),
        Root::Data if !is_virtual(tree, &path) => Some(Subject::Data(path)),
        _ => None,
    }
}

/// Whether rules can give something at `path`.
fn is_virtual(tree: &Node, path: &[Key]) -> bool {
    let mut node = tree;
    for key in path {
        match node.children.get(key) {
            None => return false,
            Some(child) if child.group.is_some() => return true,
            Some(child) => node = child,
        }
    }
    true
}

fn expected(value: &Term) -> Option<Expected> {
    match value {
        Term::Var(_) => Some(Expected::Defined),
        Term::Array(items) => {
            let items = items.iter().map(|item| match item {
                Term::Var(_) => Some(None),
                item => scalar(item).map(Some),
            });
            items.collect::<Option<_>>().map(Expected::Array)
        }
        value => scalar(value).map(Expected::Scalar),
    }
}

fn scalar(term: &Term) -> Option<Key> {
    match term {
        Term::Null => Some(Key::Null),
        Term::Bool(value) => Some(Key::Bool(*value)),
        Term::Number(text) => Some(Key::Number(text.clone())),
        Term::String(text) => Some(Key::String(text.clone())),
        _ => None,
    }
}
