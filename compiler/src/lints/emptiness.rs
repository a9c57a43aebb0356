//! Tests of emptiness that are undefined for a missing field.
//!
//! `count(input.review.object.spec.rules) == 0` does not hold if the field is missing: `count` of an
//! undefined value is undefined, and so is the comparison.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{Body, Callee, Constant, Literal, LiteralKind, Ref, Root, Term, VarId};
use crate::source::Span;

use super::{Findings, Subject, bodies};

/// A test of emptiness is undefined for a missing field.
pub(super) static EMPTINESS_OF_MISSING: Lint = Lint {
    name: "emptiness-of-missing",
    group: Group::Suspicious,
    summary: "a test of emptiness is undefined for a missing field",
    page: include_str!("pages/emptiness-of-missing.md"),
};

/// Looks for comparisons of `count` with zero.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for branch in bodies::branches(subject.program) {
        bodies::of_branch(branch, &mut |body| {
            let mut fields = None;
            for literal in body {
                let Some(count) = compared(&literal.kind) else { continue };
                let fields = fields.get_or_insert_with(|| Fields::of(body));
                if let Some(reference) = fields.counted(count)
                    && !fields.is_tested(reference)
                    && !has_default(subject, reference)
                {
                    findings.report(finding(subject, literal.span, reference.span));
                }
            }
        });
    }
}

/// Returns the variable that a literal tests for zero: `n == 0`, `n < 1`, `n <= 0`, `not n > 0`.
fn compared(kind: &LiteralKind) -> Option<VarId> {
    match kind {
        LiteralKind::Unify(Term::Var(count), other)
        | LiteralKind::Unify(other, Term::Var(count)) => is_number(other, "0").then_some(*count),
        LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, output: None } => {
            let [Term::Var(count), limit] = &arguments[..] else { return None };
            let zero = match builtin.name {
                "equal" | "lte" => is_number(limit, "0"),
                "lt" => is_number(limit, "1"),
                _ => false,
            };
            zero.then_some(*count)
        }
        LiteralKind::Not(inner) => {
            let [Literal { kind: LiteralKind::Call { callee, arguments, output: None }, .. }] =
                inner.as_slice()
            else {
                return None;
            };
            let (Callee::Builtin(builtin), [Term::Var(count), limit]) = (callee, &arguments[..])
            else {
                return None;
            };
            let some = match builtin.name {
                "gt" | "neq" => is_number(limit, "0"),
                "gte" => is_number(limit, "1"),
                _ => false,
            };
            some.then_some(*count)
        }
        _ => None,
    }
}

fn is_number(term: &Term, number: &str) -> bool {
    matches!(term, Term::Constant(Constant::Number(text)) if &**text == number)
}

/// The fields of the input that a body reads.
struct Fields<'p> {
    /// The collections of the calls of `count`, by the variables of their results.
    counts: HashMap<VarId, &'p Term>,
    /// The fields that variables hold.
    held: HashMap<VarId, &'p Ref>,
    /// The variables that hold parts of the review, such as each container of a pod.
    parts: HashSet<VarId>,
    /// The fields that other literals need, with the fields around them.
    tested: HashSet<Path<'p>>,
}

/// The names on the way to a field, from the input or from a variable.
type Path<'p> = (Option<VarId>, Vec<&'p str>);

impl<'p> Fields<'p> {
    fn of(body: &'p Body) -> Self {
        let mut fields = Fields {
            counts: HashMap::new(),
            held: HashMap::new(),
            parts: HashSet::new(),
            tested: HashSet::new(),
        };
        for literal in body {
            match &literal.kind {
                LiteralKind::Call {
                    callee: Callee::Builtin(builtin),
                    arguments,
                    output: Some(Term::Var(output)),
                } if builtin.name == "count" => {
                    fields.counts.extend(arguments.first().map(|collection| (*output, collection)));
                }
                LiteralKind::Test(Term::Ref(reference)) => fields.add_tested(reference, 0),
                LiteralKind::Unify(Term::Var(variable), Term::Ref(reference)) => {
                    fields.held.insert(*variable, reference);
                    fields.add_tested(reference, 1);
                    if fields.is_part(reference) {
                        fields.parts.insert(*variable);
                    }
                }
                _ => {}
            }
        }
        fields
    }

    /// Notes the fields on the way to a reference, without the last `except` ones.
    fn add_tested(&mut self, reference: &'p Ref, except: usize) {
        let Some(root) = root(reference) else { return };
        let names: Vec<&str> = reference.operands.iter().map_while(as_name).collect();
        let complete = names.len() == reference.operands.len();
        let longest = names.len().saturating_sub(if complete { except } else { 0 });
        let shortest = if root.is_some() { 1 } else { 2 };
        for length in (shortest..=longest).rev() {
            if !self.tested.insert((root, names[..length].to_vec())) {
                break;
            }
        }
    }

    /// Returns the field of which a variable is the number of members.
    fn counted(&self, count: VarId) -> Option<&'p Ref> {
        let reference = match self.counts.get(&count)? {
            Term::Ref(reference) => reference,
            Term::Var(variable) => *self.held.get(variable)?,
            _ => return None,
        };
        let ground = reference.operands.iter().all(|operand| as_name(operand).is_some());
        let field = match reference.root {
            Root::Input => reference.operands.len() > 1,
            Root::Var(root) => self.parts.contains(&root) && !reference.operands.is_empty(),
            Root::Data => false,
        };
        (field && ground).then_some(reference)
    }

    /// Returns `true` for a reference into the review, or into a part of it.
    fn is_part(&self, reference: &Ref) -> bool {
        match reference.root {
            Root::Input => reference.operands.first().and_then(as_name) == Some("review"),
            Root::Var(root) => self.parts.contains(&root),
            Root::Data => false,
        }
    }

    /// Returns `true` if another literal needs the field.
    fn is_tested(&self, reference: &Ref) -> bool {
        let path: Vec<&str> = reference.operands.iter().filter_map(as_name).collect();
        root(reference).is_some_and(|root| self.tested.contains(&(root, path)))
    }
}

/// Returns `true` if the schema of the parameters has a default for the field, or requires it.
fn has_default(subject: &Subject<'_>, reference: &Ref) -> bool {
    let path: Vec<&str> = reference.operands.iter().filter_map(as_name).collect();
    match path.split_first() {
        Some((&"parameters", rest)) if reference.root == Root::Input => {
            super::parameters::is_always_present(subject, rest)
        }
        _ => false,
    }
}

/// Returns the variable at the root of a reference, or `None` for the input.
#[expect(clippy::option_option, reason = "the outer one is `None` for `data`")]
fn root(reference: &Ref) -> Option<Option<VarId>> {
    match reference.root {
        Root::Input => Some(None),
        Root::Var(root) => Some(Some(root)),
        Root::Data => None,
    }
}

fn as_name(operand: &Term) -> Option<&str> {
    match operand {
        Term::Constant(Constant::String(name)) => Some(name),
        _ => None,
    }
}

fn finding(subject: &Subject<'_>, span: Span, field: Span) -> Diagnostic {
    let (quoted, field_text) = (subject.quoted(span), subject.quoted(field));
    let message = format!("`{quoted}` is undefined if `{field_text}` is missing");
    Diagnostic::warning(&EMPTINESS_OF_MISSING, span, message).with_help(
        "give the field a default with `object.get`, or report the missing field in a rule of its \
         own",
    )
}
