//! The conditions that OPA's rule index tests (`ast/index.go`).

use std::collections::BTreeMap;

use crate::program::{
    Branch, Condition, Expected, Group, Key, LiteralKind, Node, Ref, Root, Slot, Subject, Term,
};

/// Collects the conditions of the group's branches.
pub(super) fn arrange(group: &mut Group, tree: &Node) {
    for branch in group.definitions.iter_mut().flat_map(|definition| &mut definition.branches) {
        branch.conditions = strongest(&all_conditions(branch, tree));
    }
}

/// Returns one condition for each subject. If several literals expect a value of one subject, OPA's
/// index accepts any of them, so the condition requires only that the subject is defined.
fn strongest(all: &[Condition]) -> Vec<Condition> {
    let mut kept: Vec<Condition> = Vec::new();
    for condition in all {
        if kept.iter().any(|other| other.subject == condition.subject) {
            continue;
        }
        let wanted = |other: &&Condition| {
            other.subject == condition.subject && other.expected != Expected::Defined
        };
        let mut values = all.iter().filter(wanted).map(|other| &other.expected);
        let expected = match values.next() {
            Some(only) if values.next().is_none() => only.clone(),
            _ => Expected::Defined,
        };
        kept.push(Condition { subject: condition.subject.clone(), expected });
    }
    kept
}

/// Returns the conditions that the branch's literals state. Negated literals, and literals with
/// modifiers, state none.
fn all_conditions(branch: &Branch, tree: &Node) -> Vec<Condition> {
    let mut aliases = BTreeMap::new();
    let literals = branch.body.iter().filter(|literal| literal.with.is_empty());
    literals
        .filter_map(|literal| match &literal.kind {
            LiteralKind::Term(Term::Ref(reference)) => {
                let subject = aliased(reference, &aliases, tree)?;
                Some(Condition { subject, expected: Expected::Defined })
            }
            LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
                condition(branch, left, right, &mut aliases, tree)
                    .or_else(|| condition(branch, right, left, &mut aliases, tree))
            }
            _ => None,
        })
        .collect()
}

/// The documents to which earlier literals bind variables.
type Aliases = BTreeMap<Slot, Subject>;

fn condition(
    branch: &Branch,
    subject: &Term,
    value: &Term,
    aliases: &mut Aliases,
    tree: &Node,
) -> Option<Condition> {
    let parameter = |term: &Term| branch.parameters.iter().position(|other| other == term);
    let expected = expected(value)?;
    let subject = match subject {
        Term::Var(slot) => match parameter(subject) {
            Some(argument) => Subject::Argument(argument),
            None => aliases.get(slot)?.clone(),
        },
        Term::Ref(reference) => {
            let document = aliased(reference, aliases, tree)?;
            if let Term::Var(slot) = value
                && parameter(value).is_none()
            {
                aliases.entry(*slot).or_insert_with(|| document.clone());
            }
            document
        }
        _ => return None,
    };
    Some(Condition { subject, expected })
}

/// Returns the base document that a reference selects. The reference may start from a variable that
/// is bound to a document.
fn aliased(reference: &Ref, aliases: &Aliases, tree: &Node) -> Option<Subject> {
    let Root::Var(slot) = reference.root else { return document(reference, tree) };
    let keys: Vec<Key> = reference.operands.iter().map(scalar).collect::<Option<_>>()?;
    match aliases.get(&slot)?.clone() {
        Subject::Input(path) => Some(Subject::Input([path, keys].concat())),
        Subject::Data(path) => Some(Subject::Data([path, keys].concat())),
        Subject::Argument(_) => None,
    }
}

/// Returns the base document that a constant reference selects.
fn document(reference: &Ref, tree: &Node) -> Option<Subject> {
    let path: Vec<Key> = reference.operands.iter().map(scalar).collect::<Option<_>>()?;
    match reference.root {
        Root::Input => Some(Subject::Input(path)),
        Root::Data if !is_virtual(tree, &path) => Some(Subject::Data(path)),
        _ => None,
    }
}

/// Returns `true` if rules can define a value at `path`.
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
