//! The conditions of definitions, and whether one input can satisfy those of two.
//!
//! ```text
//! tier(n) := "small" if n < 10
//! tier(n) := "large" if n > 5      # 7.5 satisfies both
//! ```
//!
//! A condition compares a value, its subject, with constants. Two definitions are compared only if
//! all literals of both are conditions that this module knows. Of a subject that both have, a value
//! is searched that satisfies both. Subjects that only one has must be independent of the others: two
//! fields of one object may exclude each other, as the sources of a volume do.

use std::collections::HashMap;

use crate::ast::{
    Call, Infix, Literal, LiteralKind, Membership, Operand, Operator, Ref, Term, TermKind,
};

use super::witness::{Scalar, Test, have_witness};

/// The fields whose values depend on each other.
const DEPENDENT: [&str; 9] = [
    "apiVersion",
    "group",
    "kind",
    "operation",
    "phase",
    "resource",
    "subResource",
    "type",
    "version",
];

/// The objects in which a field exists whether or not another does.
const FREE: [&str; 4] = ["labels", "annotations", "parameters", "securityContext"];

/// A condition: a subject, and the test that it must pass.
struct Condition {
    subject: Subject,
    test: Test,
}

/// A value that a condition is about.
#[derive(PartialEq, Eq)]
struct Subject {
    /// The builtins that are applied to the field, such as `count`.
    functions: Vec<String>,
    /// The names on the way to the field; an empty one stands for each member.
    path: Vec<String>,
}

/// The conditions of a definition.
pub(super) struct Conditions(Vec<Condition>);

impl Conditions {
    /// Returns the conditions of a definition, or `None` if a literal is something else.
    pub(super) fn of(literals: &[&Literal]) -> Option<Self> {
        let mut members = HashMap::new();
        let mut conditions = Vec::with_capacity(literals.len());
        for literal in literals {
            if !literal.with.is_empty() {
                return None;
            }
            match &literal.kind {
                LiteralKind::SomeIn { key: None, value, collection } => {
                    members.insert(variable(value)?, member_of(collection, &members)?);
                }
                LiteralKind::Assign(left, right) => {
                    members.insert(variable(left)?, subject(right, &members)?.plain()?);
                }
                kind => conditions.push(condition(kind, &members)?),
            }
        }
        (!conditions.is_empty()).then_some(Self(conditions))
    }

    /// Returns `true` if some input surely satisfies both.
    pub(super) fn are_compatible(&self, other: &Conditions) -> bool {
        self.0.iter().all(|condition| {
            let subject = &condition.subject;
            let common = |of: &&Condition| of.subject == *subject && !subject.iterates();
            let (mut first, second) = (self.0.iter().filter(common), other.0.iter().filter(common));
            let mut both = second.map(|condition| &condition.test).peekable();
            if both.peek().is_some() {
                let own = first.by_ref().map(|condition| &condition.test);
                return have_witness(&own.chain(both).collect::<Vec<_>>());
            }
            other.0.iter().all(|other| are_independent(condition, other))
        }) && other.0.iter().all(|condition| {
            let is_common =
                |of: &Condition| of.subject == condition.subject && !condition.subject.iterates();
            self.0.iter().any(is_common)
                || self.0.iter().all(|other| are_independent(condition, other))
        })
    }
}

impl Subject {
    /// Returns `true` if the subject is a field of some member of a collection, so that another
    /// definition may be about another member.
    fn iterates(&self) -> bool {
        self.path.iter().any(String::is_empty)
    }

    fn plain(self) -> Option<Vec<String>> {
        self.functions.is_empty().then_some(self.path)
    }
}

/// Returns `true` if the one condition says nothing about the value of the other.
fn are_independent(one: &Condition, other: &Condition) -> bool {
    let (first, second) = (&one.subject.path, &other.subject.path);
    if one.subject.iterates() && other.subject.iterates() {
        return true;
    }
    let dependent =
        |path: &Vec<String>| path.last().is_some_and(|name| DEPENDENT.contains(&&**name));
    let exists = |condition: &Condition| matches!(condition.test, Test::Holds(_));
    let free = |path: &Vec<String>| path.iter().any(|name| FREE.contains(&&**name));
    let siblings = exists(one) && exists(other) && !(free(first) || free(second));
    let nested = first.starts_with(second) || second.starts_with(first);
    let both_dependent = dependent(first) && dependent(second);
    !(nested || both_dependent || siblings)
}

/// Returns the condition of a literal.
fn condition(kind: &LiteralKind, members: &HashMap<&str, Vec<String>>) -> Option<Condition> {
    match kind {
        LiteralKind::Unify(left, right) => compared(Operator::Equal, left, right, members),
        LiteralKind::Not(inner) => {
            let Condition { subject, test } = condition(inner, members)?;
            let ground = !subject.path.iter().any(String::is_empty)
                || names(inner).is_some_and(|name| members.contains_key(name));
            ground.then(|| Condition { subject, test: test.negated() })
        }
        LiteralKind::Term(term) => match &term.kind {
            TermKind::Infix(infix) => {
                let Infix { operator, left, right, .. } = &**infix;
                compared(*operator, left, right, members)
            }
            TermKind::Call(call) => part(call, members),
            TermKind::In(membership) => among(membership, members),
            TermKind::Var(_) | TermKind::Ref(_) => {
                Some(Condition { subject: subject(term, members)?, test: Test::Holds(true) })
            }
            _ => None,
        },
        _ => None,
    }
}

/// Returns the name at the head of a negated reference, whose other operands are names.
fn names(kind: &LiteralKind) -> Option<&str> {
    let LiteralKind::Term(Term { kind: TermKind::Ref(reference), .. }) = kind else { return None };
    let ground = reference.operands.iter().all(|operand| field(operand).is_some());
    variable(&reference.head).filter(|_| ground)
}

/// Returns the condition of a comparison with a constant.
fn compared(
    operator: Operator,
    left: &Term,
    right: &Term,
    members: &HashMap<&str, Vec<String>>,
) -> Option<Condition> {
    let (of, constant, operator) = match Scalar::of(right) {
        Some(constant) => (left, constant, operator),
        None => (right, Scalar::of(left)?, turned(operator)),
    };
    let test = Test::compares(operator, constant)?;
    Some(Condition { subject: subject(of, members)?, test })
}

fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessEqual => Operator::GreaterEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterEqual => Operator::LessEqual,
        other => other,
    }
}

/// Returns the condition of `startswith` and the like with a constant.
fn part(call: &Call, members: &HashMap<&str, Vec<String>>) -> Option<Condition> {
    let [text, part] = &call.arguments[..] else { return None };
    let TermKind::String(part) = &part.kind else { return None };
    let test = Test::has_part(variable(&call.function)?, part)?;
    Some(Condition { subject: subject(text, members)?, test })
}

/// Returns the condition of `x in {"a", "b"}`.
fn among(membership: &Membership, members: &HashMap<&str, Vec<String>>) -> Option<Condition> {
    let (TermKind::Array(items) | TermKind::Set(items)) = &membership.collection.kind else {
        return None;
    };
    let values: Option<Vec<Scalar>> = items.iter().map(Scalar::of).collect();
    let subject = subject(&membership.value, members).filter(|_| membership.key.is_none())?;
    Some(Condition { subject, test: Test::Among(values?, true) })
}

/// Returns the subject that a term is.
fn subject(term: &Term, members: &HashMap<&str, Vec<String>>) -> Option<Subject> {
    match &term.kind {
        TermKind::Var(name) => {
            let path = members.get(&**name).cloned().unwrap_or_else(|| vec![name.to_string()]);
            Some(Subject { functions: Vec::new(), path })
        }
        TermKind::Ref(reference) => {
            let path = path(reference, members)?;
            Some(Subject { functions: Vec::new(), path })
        }
        TermKind::Call(call) => {
            let ([argument], Some(name)) = (&call.arguments[..], variable(&call.function)) else {
                return None;
            };
            let known = matches!(name, "count" | "lower" | "upper" | "to_number");
            let mut of = subject(argument, members).filter(|_| known)?;
            of.functions.push(name.to_owned());
            Some(of)
        }
        _ => None,
    }
}

/// Returns the path of each member of a collection.
fn member_of(collection: &Term, members: &HashMap<&str, Vec<String>>) -> Option<Vec<String>> {
    let mut path = subject(collection, members)?.plain()?;
    path.push(String::new());
    Some(path)
}

fn path(reference: &Ref, members: &HashMap<&str, Vec<String>>) -> Option<Vec<String>> {
    let head = variable(&reference.head)?;
    let mut path = members.get(head).cloned().unwrap_or_else(|| vec![head.to_owned()]);
    for operand in &reference.operands {
        path.push(match operand {
            Operand::Index(Term { kind: TermKind::Var(name), .. }) if &**name == "_" => {
                String::new()
            }
            operand => field(operand)?.to_owned(),
        });
    }
    Some(path)
}

fn field(operand: &Operand) -> Option<&str> {
    match operand {
        Operand::Field(name) => Some(&name.text),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(text),
        Operand::Index(_) => None,
    }
}

fn variable(term: &Term) -> Option<&str> {
    match &term.kind {
        TermKind::Var(name) if &**name != "_" => Some(name),
        _ => None,
    }
}
