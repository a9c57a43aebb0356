//! The bodies that must have a solution for a violation to be reported.
//!
//! ```text
//! violation[{"msg": name}] { writable[name] }
//! writable[c.name] { c := input.review.object.spec.containers[_]; c.readOnly == false }
//! ```
//!
//! If the comparison is undefined, the set has no member, and nothing is reported. A rule that some
//! body negates or uses in another way is left out.

use std::collections::{HashMap, HashSet};

use crate::hir::walk;
use crate::hir::{
    Body, Branch, Callee, Head, Literal, LiteralKind, Program, Ref, Root, RuleId, RuleKind, Term,
    VarId,
};
use crate::lints::review_fields::Fields;
use crate::lints::{Subject, bodies, rule_uses, wanted};

/// A definition that a violation requires.
#[derive(Clone, Copy)]
pub(super) struct Definition<'p> {
    pub(super) branch: &'p Branch,
    /// `true` if its value, a collection, must have a member.
    members: bool,
}

/// Returns the definitions of the violations, and those of the rules that are only used where a
/// violation requires their value.
pub(super) fn definitions<'p>(subject: &Subject<'p>) -> Vec<Definition<'p>> {
    let program = subject.program;
    let mentions = mentions(program);
    let mut required: HashMap<RuleId, (usize, bool)> = HashMap::new();
    let mut found = Vec::new();
    for id in subject.callees_first().iter().copied().rev() {
        let rule = program.rule(id);
        let is_violation = rule.span.source.0 == 0
            && rule.kind == RuleKind::PartialSet
            && rule.path.last().is_some_and(|name| **name == *"violation");
        let (uses, members) = required.get(&id).copied().unwrap_or_default();
        let only_required = uses > 0 && mentions.get(&id) == Some(&uses);
        if !is_violation && (!only_required || rule.default.is_some()) {
            continue;
        }
        let members = members && rule.kind != RuleKind::PartialSet;
        for branch in rule.clauses.iter().flat_map(|clause| &clause.branches) {
            let definition = Definition { branch, members };
            definition.bodies(Fields::default(), &mut |body, _| {
                let wanted = definition.wanted(body);
                for literal in body {
                    if let Some((rule, members)) = used(program, literal, &wanted) {
                        let uses = required.entry(rule).or_default();
                        uses.0 += 1;
                        uses.1 |= members;
                    }
                }
            });
            found.push(definition);
        }
    }
    found
}

impl<'p> Definition<'p> {
    /// Calls `visit` for the body of the definition, and for the comprehensions in it that must have a
    /// member, with the fields that each reads. `fields` are those around the body.
    pub(super) fn bodies(&self, fields: Fields<'p>, visit: &mut dyn FnMut(&'p Body, &Fields<'p>)) {
        let mut open = vec![(&self.branch.body, fields)];
        while let Some((body, around)) = open.pop() {
            let fields = around.with(body);
            visit(body, &fields);
            let wanted = self.wanted(body);
            for literal in body {
                if let LiteralKind::Unify(Term::Var(variable), value) = &literal.kind
                    && wanted.contains(variable)
                    && literal.with.is_empty()
                    && let Some(inner) = comprehension(value)
                {
                    open.push((inner, fields.clone()));
                }
            }
        }
    }

    /// Returns the variables of a body that hold collections, which must have a member.
    fn wanted(&self, body: &Body) -> HashSet<VarId> {
        let (Head::Value(value) | Head::Member(value)) = &self.branch.head;
        let own = match value {
            Term::Var(variable) if self.members => Some(*variable),
            _ => None,
        };
        wanted::of_body(body, own)
    }
}

fn comprehension(value: &Term) -> Option<&Body> {
    match value {
        Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => Some(&inner.body),
        Term::ObjectComprehension(inner) => Some(&inner.body),
        _ => None,
    }
}

/// Returns the rule whose value a literal requires, with `true` if it requires a member of it.
fn used(program: &Program, literal: &Literal, wanted: &HashSet<VarId>) -> Option<(RuleId, bool)> {
    if !literal.with.is_empty() {
        return None;
    }
    match &literal.kind {
        LiteralKind::Call { callee: Callee::Function(rule), output, .. } => {
            let members = match output {
                Some(Term::Var(variable)) => wanted.contains(variable),
                _ => false,
            };
            Some((*rule, members))
        }
        LiteralKind::Unify(Term::Var(variable), Term::Ref(reference)) => {
            let (rule, consumed) = rule_of(program, reference)?;
            let whole = consumed == reference.operands.len();
            let is_set = program.rule(rule).kind == RuleKind::PartialSet;
            let members = !whole || wanted.contains(variable);
            (members || !is_set).then_some((rule, members))
        }
        LiteralKind::Test(Term::Ref(reference)) | LiteralKind::Unify(_, Term::Ref(reference)) => {
            member(program, reference)
        }
        _ => None,
    }
}

/// Returns the rule of a reference that requires its value, or a member of it.
fn member(program: &Program, reference: &Ref) -> Option<(RuleId, bool)> {
    let (rule, consumed) = rule_of(program, reference)?;
    let whole = consumed == reference.operands.len();
    let is_set = program.rule(rule).kind == RuleKind::PartialSet;
    (!whole || !is_set).then_some((rule, !whole))
}

fn rule_of(program: &Program, reference: &Ref) -> Option<(RuleId, usize)> {
    if reference.root != Root::Data {
        return None;
    }
    let (node, consumed) = program.walk_tree(&reference.operands);
    node.rule.map(|rule| (rule, consumed))
}

/// Counts the places that mention each rule.
fn mentions(program: &Program) -> HashMap<RuleId, usize> {
    let mut counts = HashMap::new();
    let mut visit = |item: walk::Visited<'_>| {
        let mut found = HashSet::new();
        rule_uses::note(program, item, &mut found);
        for rule in found {
            *counts.entry(rule).or_default() += 1;
        }
    };
    for branch in bodies::branches(program) {
        let (Head::Value(value) | Head::Member(value)) = &branch.head;
        for part in branch.parameters.iter().chain(&branch.keys).chain([value]) {
            walk::term(part, &mut visit);
        }
        walk::body(&branch.body, &mut visit);
    }
    counts
}
