//! Conditions that hold if any element meets them, and that read as if all had to.
//!
//! ```text
//! input.review.object.metadata.name != input.parameters.names[_]   # some name is another one
//! repo := input.parameters.repos[_]; not startswith(image, repo)   # some repo is not a prefix
//! ```
//!
//! A reference iterates, and one element that satisfies the condition is enough. With two names in
//! the list, the first line always holds. It is meant as "the name is not in the list". The lint
//! reports a negated condition on an element of a list of parameters or constants if nothing else
//! uses the element. For other lists, such as the containers of a pod, "some element is not …" is
//! often meant; then only a comparison of the element itself by `!=` is reported.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{
    Body, Branch, Callee, Constant, Head, Literal, LiteralKind, Program, Ref, Root, Rule, RuleId,
    RuleKind, Term, VarId,
};
use crate::source::Span;

use super::occurrences::Occurrences;
use super::{Findings, Subject, bodies};

/// A negated condition holds if any element meets it.
pub(super) static ANY_ELEMENT_DIFFERS: Lint = Lint {
    name: "any-element-differs",
    group: Group::Suspicious,
    summary: "a negated condition holds if any element meets it, and reads as if all had to",
    page: include_str!("pages/any-element-differs.md"),
};

/// Looks for negated conditions on elements that nothing else uses.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut arguments = None;
    for (id, branch) in branches(subject.program) {
        let mut lists = None;
        let mut counts = None;
        bodies::of_branch(branch, &mut |body| {
            let negated = negated(body);
            if negated.is_empty() {
                return;
            }
            let arguments = arguments.get_or_insert_with(|| list_arguments(subject));
            let lists =
                lists.get_or_insert_with(|| lists_of(subject.program, id, branch, arguments));
            let counts = counts.get_or_insert_with(|| Occurrences::of(branch));
            for element in elements(subject.program, lists, body) {
                let once = |index: &VarId| counts.count(*index) == 1;
                let alone = counts.count(element.variable) == 2
                    && once(&element.index)
                    && element.others.iter().all(once);
                let used = negated.get(&element.variable).filter(|_| alone);
                if let Some(literal) = used.filter(|literal| is_misread(literal, &element)) {
                    findings.report(finding(subject, literal.span, &element));
                }
            }
        });
    }
}

/// A variable that is bound to each element of a collection.
struct Element {
    variable: VarId,
    /// The variable that iterates.
    index: VarId,
    /// The variables that iterate over the collections in it.
    others: Vec<VarId>,
    /// The place of the reference that iterates.
    span: Span,
    /// `true` if the collection is a list of parameters or constants.
    list: bool,
    /// `true` if the variable is the element itself and not a part of it.
    whole: bool,
}

/// Returns the variables that a body binds to elements.
fn elements(program: &Program, lists: &HashSet<VarId>, body: &Body) -> Vec<Element> {
    let bound = body.iter().filter_map(|literal| match &literal.kind {
        LiteralKind::Unify(Term::Var(variable), Term::Ref(reference))
        | LiteralKind::Unify(Term::Ref(reference), Term::Var(variable)) => {
            element(program, lists, *variable, reference)
        }
        _ => None,
    });
    bound.collect()
}

fn element(
    program: &Program,
    lists: &HashSet<VarId>,
    variable: VarId,
    reference: &Ref,
) -> Option<Element> {
    let operands = &reference.operands;
    let mut indexes = operands.iter().enumerate().filter_map(|(place, operand)| match operand {
        Term::Var(index) => Some((place, *index)),
        _ => None,
    });
    let (first, index) = indexes.next()?;
    let (place, others): (usize, Vec<VarId>) =
        indexes.fold((first, Vec::new()), |(_, mut others), (place, index)| {
            others.push(index);
            (place, others)
        });
    let list = match reference.root {
        Root::Input => is_parameter(reference),
        Root::Var(root) => lists.contains(&root),
        Root::Data => is_constant_rule(program, reference),
    };
    let whole = place + 1 == operands.len();
    Some(Element { variable, index, others, span: reference.span, list, whole })
}

fn is_parameter(reference: &Ref) -> bool {
    let first = reference.operands.first();
    reference.root == Root::Input
        && matches!(first, Some(Term::Constant(Constant::String(name))) if &**name == "parameters")
}

/// Returns `true` if each definition of a rule is a constant without a body.
fn is_constant(rule: &Rule) -> bool {
    let mut branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
    branches.all(|branch| {
        let (Head::Value(head) | Head::Member(head)) = &branch.head;
        branch.body.is_empty() && matches!(head, Term::Constant(_))
    })
}

/// Iterates over the definitions of all rules.
fn branches(program: &Program) -> impl Iterator<Item = (RuleId, &Branch)> {
    program.rules.iter().enumerate().flat_map(|(index, rule)| {
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        rule.default.iter().chain(branches).map(move |branch| (RuleId::at(index), branch))
    })
}

/// Returns the arguments of functions that are lists of parameters or constants in all calls, callers
/// first.
fn list_arguments(subject: &Subject<'_>) -> HashMap<(RuleId, usize), bool> {
    let program = subject.program;
    let mut arguments = HashMap::new();
    for id in subject.callees_first().iter().copied().rev() {
        for branch in program.rule(id).clauses.iter().flat_map(|clause| &clause.branches) {
            let mut calls = Vec::new();
            bodies::of_branch(branch, &mut |body| {
                for literal in body {
                    let negated = match &literal.kind {
                        LiteralKind::Not(inner) => inner.as_slice(),
                        _ => &[],
                    };
                    for one in std::iter::once(literal).chain(negated) {
                        if let LiteralKind::Call {
                            callee: Callee::Function(id), arguments, ..
                        } = &one.kind
                        {
                            calls.push((*id, arguments));
                        }
                    }
                }
            });
            if calls.is_empty() {
                continue;
            }
            let lists = lists_of(program, id, branch, &arguments);
            for (called, given) in calls {
                for (index, argument) in given.iter().enumerate() {
                    let is_list = match argument {
                        Term::Var(variable) => lists.contains(variable),
                        Term::Constant(_) => true,
                        _ => false,
                    };
                    *arguments.entry((called, index)).or_insert(true) &= is_list;
                }
            }
        }
    }
    arguments
}

/// Returns the variables that a branch binds to constants or to parameters.
fn lists_of(
    program: &Program,
    id: RuleId,
    branch: &Branch,
    arguments: &HashMap<(RuleId, usize), bool>,
) -> HashSet<VarId> {
    let mut lists = HashSet::new();
    for (index, parameter) in branch.parameters.iter().enumerate() {
        if let Term::Var(variable) = parameter
            && arguments.get(&(id, index)) == Some(&true)
        {
            lists.insert(*variable);
        }
    }
    bodies::of_branch(branch, &mut |body| {
        for literal in body {
            match &literal.kind {
                LiteralKind::Unify(Term::Var(variable), Term::Constant(_)) => {
                    lists.insert(*variable);
                }
                LiteralKind::Unify(Term::Var(variable), Term::Ref(reference))
                    if is_parameter(reference) || is_constant_rule(program, reference) =>
                {
                    lists.insert(*variable);
                }
                _ => {}
            }
        }
    });
    lists
}

/// Returns `true` for a rule whose values are constants or parameters.
fn is_constant_rule(program: &Program, reference: &Ref) -> bool {
    let rule = program.walk_tree(&reference.operands).0.rule;
    reference.root == Root::Data
        && rule.is_some_and(|id| {
            let rule = program.rule(id);
            is_constant(rule) || (rule.kind == RuleKind::PartialSet && is_of_parameters(rule))
        })
}

/// Returns `true` if each definition of a set adds a part of the parameters.
fn is_of_parameters(rule: &Rule) -> bool {
    let mut branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
    branches.all(|branch| {
        let (Head::Value(Term::Var(member)) | Head::Member(Term::Var(member))) = &branch.head
        else {
            return false;
        };
        let mut parts: HashSet<VarId> = HashSet::new();
        for literal in &branch.body {
            if let LiteralKind::Unify(Term::Var(variable), Term::Ref(reference)) = &literal.kind {
                let of_part = match reference.root {
                    Root::Var(root) => parts.contains(&root),
                    _ => is_parameter(reference),
                };
                if of_part {
                    parts.insert(*variable);
                }
            }
        }
        parts.contains(member)
    })
}

/// Returns the literals that use a variable in a negated condition, by the variable.
fn negated(body: &Body) -> HashMap<VarId, &Literal> {
    let mut negated = HashMap::new();
    for literal in body {
        let operands: Vec<&Term> = match &literal.kind {
            LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, output: None }
                if builtin.name == "neq" =>
            {
                arguments.iter().collect()
            }
            LiteralKind::Not(inner) => match inner.as_slice() {
                [Literal { kind: LiteralKind::Call { arguments, .. }, .. }] => {
                    arguments.iter().collect()
                }
                [Literal { kind: LiteralKind::Unify(left, right), .. }] => vec![left, right],
                _ => continue,
            },
            _ => continue,
        };
        for operand in operands {
            if let Term::Var(variable) = operand {
                negated.insert(*variable, literal);
            }
        }
    }
    negated
}

/// Returns `true` if the negated condition on the element is probably meant for all elements.
fn is_misread(literal: &Literal, element: &Element) -> bool {
    element.list || (element.whole && matches!(literal.kind, LiteralKind::Call { .. }))
}

fn finding(subject: &Subject<'_>, span: Span, element: &Element) -> Diagnostic {
    let quoted = subject.quoted(span);
    let message = format!("`{quoted}` holds if any element differs, even if another one does not");
    let mut finding = Diagnostic::warning(&ANY_ELEMENT_DIFFERS, span, message);
    if !(span.start <= element.span.start && element.span.end <= span.end) {
        finding = finding.with_label(element.span, "each element is tried");
    }
    finding.with_help(
        "to require it of all elements, test one element in a helper rule without the negation, \
         and negate the rule",
    )
}
