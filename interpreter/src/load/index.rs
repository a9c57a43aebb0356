//! The conditions that OPA's rule index would test, and the order in which it gives rules
//! (`ast/index.go`).

use ferrego_compiler::source::Span;

use crate::program::{
    Branch, Condition, Expected, Group, Key, LiteralKind, Node, Ref, Root, Subject, Term,
};

/// A subject of conditions in a group: how many name it, and where the first does.
struct Counted {
    subject: Subject,
    count: usize,
    span: Span,
}

/// Finds the conditions of the group's branches and ranks the branches.
///
/// OPA's index is a tree with a level for each subject, those named most often first. On each
/// level it takes the rules without a condition first, then those that want the subject to be
/// defined, then those that want a value.
pub(super) fn arrange(group: &mut Group, tree: &Node) {
    let mut levels: Vec<Counted> = Vec::new();
    let mut branches: Vec<&mut Branch> =
        group.definitions.iter_mut().flat_map(|definition| &mut definition.branches).collect();
    for branch in &mut branches {
        let all = all_conditions(branch, tree);
        for condition in &all {
            count(&mut levels, condition);
        }
        for condition in all {
            branch.conditions.retain(|other| other.subject != condition.subject);
            branch.conditions.push(condition);
        }
    }
    levels.sort_by(|a, b| {
        let place = |span: Span| (span.source, span.start);
        b.count.cmp(&a.count).then_with(|| place(a.span).cmp(&place(b.span)))
    });
    for branch in branches {
        branch.rank = levels.iter().map(|level| rank(branch, &level.subject)).collect();
    }
}

fn count(levels: &mut Vec<Counted>, condition: &Condition) {
    match levels.iter_mut().find(|level| level.subject == condition.subject) {
        Some(level) => level.count += 1,
        None => levels.push(Counted {
            subject: condition.subject.clone(),
            count: 1,
            span: condition.span,
        }),
    }
}

fn rank(branch: &Branch, subject: &Subject) -> u8 {
    let mut conditions = branch.conditions.iter();
    match conditions.find(|condition| condition.subject == *subject) {
        None => 0,
        Some(Condition { expected: Expected::Defined, .. }) => 1,
        Some(_) => 2,
    }
}

/// The conditions that the branch's literals state; of several on one subject the last will
/// count. Negated literals and those with modifiers state none.
fn all_conditions(branch: &Branch, tree: &Node) -> Vec<Condition> {
    let literals = branch.body.iter().filter(|literal| literal.with.is_empty());
    literals
        .filter_map(|literal| match &literal.kind {
            LiteralKind::Term(Term::Ref(reference)) => {
                let subject = document(reference, tree)?;
                Some(Condition { subject, expected: Expected::Defined, span: reference.span })
            }
            LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
                condition(branch, left, right, tree)
                    .or_else(|| condition(branch, right, left, tree))
            }
            _ => None,
        })
        .collect()
}

fn condition(branch: &Branch, subject: &Term, value: &Term, tree: &Node) -> Option<Condition> {
    let (subject, span) = match subject {
        Term::Var(_) => {
            let argument = branch.parameters.iter().position(|parameter| parameter == subject)?;
            (Subject::Argument(argument), Span::default())
        }
        Term::Ref(reference) => (document(reference, tree)?, reference.span),
        _ => return None,
    };
    Some(Condition { subject, expected: expected(value)?, span })
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
