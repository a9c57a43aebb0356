//! Tests of emptiness that are undefined for a missing field.
//!
//! ```text
//! count(input.review.object.spec.rules) == 0      # does not hold if the field is missing
//! input.review.object.metadata.annotations == {}  # neither does this
//! is_empty(xs) { count(xs) == 0 }                 # nor this, called with a missing field
//! ```
//!
//! A comparison with an undefined value is undefined. If the policy negates the field or looks for
//! it somewhere else, it handles a missing field there, and nothing is reported.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{
    Branch, Callee, Constant, Literal, LiteralKind, Program, Ref, RuleId, Term, VarId,
};
use crate::source::Span;

use super::review_fields::{Fields, ReviewRules, Tested, as_name, has_default};
use super::{Findings, Subject, bodies};

/// A test of emptiness is undefined for a missing field.
pub(super) static EMPTINESS_OF_MISSING: Lint = Lint {
    name: "emptiness-of-missing",
    group: Group::Suspicious,
    summary: "a test of emptiness is undefined for a missing field",
    page: include_str!("pages/emptiness-of-missing.md"),
};

/// Looks for tests of emptiness, in bodies and in the functions that they call.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut found: Vec<(Span, &Ref)> = Vec::new();
    let mut parameters: HashMap<RuleId, Vec<(usize, Span)>> = HashMap::new();
    let mut review = None;
    for (rule, branch) in branches(subject.program) {
        bodies::of_branch(branch, &mut |body| {
            let mut fields = None;
            for literal in body {
                let Some(tested) = tested(&literal.kind) else { continue };
                let review = review.get_or_insert_with(|| ReviewRules::of(subject));
                let fields = fields
                    .get_or_insert_with(|| Fields::of_arguments(branch).among(review).with(body));
                if let Some(reference) = fields.emptied(tested) {
                    found.push((literal.span, reference));
                } else if let Tested::Count(count) = tested
                    && let Some(Term::Var(collection)) = fields.counts.get(&count)
                    && let Some(index) = parameter(branch, *collection)
                {
                    parameters.entry(rule).or_default().push((index, literal.span));
                }
            }
        });
    }
    if !parameters.is_empty() {
        found.extend(calls(subject.program, &parameters));
    }
    if found.is_empty() {
        return;
    }
    let handled = Handled::of(subject.program);
    found.retain(|(_, field)| !handled.has(field) && !has_default(subject, field));
    for (literal, field) in found {
        findings.report(finding(subject, literal, field.span));
    }
}

/// Iterates over the definitions of all rules.
fn branches(program: &Program) -> impl Iterator<Item = (RuleId, &Branch)> {
    program.rules.iter().enumerate().flat_map(|(index, rule)| {
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        rule.default.iter().chain(branches).map(move |branch| (RuleId::at(index), branch))
    })
}

/// Returns the index of the parameter that is a variable.
fn parameter(branch: &Branch, variable: VarId) -> Option<usize> {
    branch.parameters.iter().position(|own| matches!(own, Term::Var(own) if *own == variable))
}

/// Returns the fields with which functions are called that test a parameter for emptiness, with the
/// places of the tests.
fn calls<'p>(
    program: &'p Program,
    parameters: &HashMap<RuleId, Vec<(usize, Span)>>,
) -> Vec<(Span, &'p Ref)> {
    let mut found = Vec::new();
    for (_, branch) in branches(program) {
        bodies::of_branch(branch, &mut |body| {
            let mut fields = None;
            for literal in body.iter().flat_map(with_negated) {
                let LiteralKind::Call { callee: Callee::Function(rule), arguments, .. } =
                    &literal.kind
                else {
                    continue;
                };
                for (index, test) in parameters.get(rule).into_iter().flatten() {
                    let fields = fields.get_or_insert_with(|| Fields::of(body));
                    let argument = arguments.get(*index);
                    let field =
                        argument.and_then(|argument| fields.emptied(Tested::Argument(argument)));
                    found.extend(field.map(|field| (*test, field)));
                }
            }
        });
    }
    found
}

/// Iterates over a literal and the literals that it negates.
fn with_negated(literal: &Literal) -> impl Iterator<Item = &Literal> {
    let negated = match &literal.kind {
        LiteralKind::Not(inner) => inner.as_slice(),
        _ => &[],
    };
    std::iter::once(literal).chain(negated)
}

/// The names of fields that the policy handles if they are missing.
pub(super) struct Handled<'p>(HashSet<&'p str>);

impl<'p> Handled<'p> {
    pub(super) fn of(program: &'p Program) -> Self {
        let mut names = HashSet::new();
        for (_, branch) in branches(program) {
            bodies::of_branch(branch, &mut |body| {
                for literal in body {
                    if let LiteralKind::Not(inner) | LiteralKind::NotBody(inner) = &literal.kind {
                        for negated in inner {
                            negated_names(&negated.kind, &mut names);
                        }
                    }
                }
            });
        }
        Self(names)
    }

    pub(super) fn has(&self, field: &Ref) -> bool {
        field.operands.last().and_then(as_name).is_some_and(|name| self.0.contains(name))
    }
}

/// Adds the name of the field that a negated literal requires, or the names that it passes to a
/// function.
fn negated_names<'p>(kind: &'p LiteralKind, names: &mut HashSet<&'p str>) {
    match kind {
        LiteralKind::Test(Term::Ref(reference)) => {
            names.extend(reference.operands.last().and_then(as_name));
        }
        LiteralKind::Call { callee: Callee::Function(_), arguments, .. } => {
            names.extend(arguments.iter().filter_map(as_name));
        }
        _ => {}
    }
}

/// Returns what a literal tests for emptiness.
fn tested(kind: &LiteralKind) -> Option<Tested<'_>> {
    if let Some(count) = compared(kind) {
        return Some(Tested::Count(count));
    }
    let LiteralKind::Unify(left, right) = kind else { return None };
    let tested = match (left, right) {
        (tested, Term::Constant(constant)) | (Term::Constant(constant), tested)
            if is_empty(constant) =>
        {
            tested
        }
        _ => return None,
    };
    // A variable may be bound here, so that only references are compared.
    matches!(tested, Term::Ref(_)).then_some(Tested::Term(tested))
}

fn is_empty(constant: &Constant) -> bool {
    match constant {
        Constant::String(text) => text.is_empty(),
        Constant::Array(items) | Constant::Set(items) => items.is_empty(),
        Constant::Object(pairs) => pairs.is_empty(),
        Constant::Null | Constant::Bool(_) | Constant::Number(_) => false,
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

fn finding(subject: &Subject<'_>, span: Span, field: Span) -> Diagnostic {
    let (quoted, field_text) = (subject.quoted(span), subject.quoted(field));
    let message = format!("`{quoted}` is undefined if `{field_text}` is missing");
    Diagnostic::warning(&EMPTINESS_OF_MISSING, span, message).with_help(
        "give the field a default with `object.get`, or report the missing field in a rule of its \
         own",
    )
}
