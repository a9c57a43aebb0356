//! Constants with which a policy looks up the elements of partial sets.
//!
//! ```text
//! violation[{"msg": msg}] { unlimited[{"msg": msg, "field": "initContainers"}] }
//! unlimited[{"msg": msg, "field": field}] { input.review.object.spec[field][_]; … }
//! ```
//!
//! The variable `field` of the set's definition iterates over the fields of the object. Only those
//! matter that the policy looks up.

use std::collections::HashMap;
use std::sync::Arc;

use super::walk::branches;
use crate::hir::walk::{self, Visited};
use crate::hir::{Constant, Head, Program, Ref, Root, RuleId, RuleKind, Term, VarId};

/// The constants for a key of a set's elements, in all lookups.
pub(super) type Elements = HashMap<(RuleId, Arc<str>), Vec<Arc<str>>>;

/// Finds the constants in all lookups of sets.
pub(super) fn of(program: &Program) -> Elements {
    let mut found = Elements::new();
    for branch in branches(program) {
        walk::body(&branch.body, &mut |item| {
            if let Visited::Term(Term::Ref(Ref { root: Root::Data, operands, .. })) = item {
                lookup(program, operands, &mut found);
            }
        });
    }
    found
}

fn lookup(program: &Program, operands: &[Term], found: &mut Elements) {
    let (node, used) = program.walk_tree(operands);
    let (Some(rule), Some(element)) = (node.rule, operands.get(used)) else { return };
    if program.rule(rule).kind != RuleKind::PartialSet {
        return;
    }
    let mut note = |key: &Constant, value: &Constant| {
        if let (Constant::String(key), Constant::String(value)) = (key, value) {
            found.entry((rule, Arc::clone(key))).or_default().push(Arc::clone(value));
        }
    };
    match element {
        Term::Object(pairs) => {
            for pair in pairs {
                if let (Term::Constant(key), Term::Constant(value)) = pair {
                    note(key, value);
                }
            }
        }
        Term::Constant(Constant::Object(pairs)) => {
            for (key, value) in pairs {
                note(key, value);
            }
        }
        _ => {}
    }
}

/// Returns the constants for the variables in the head of a definition.
pub(super) fn of_head(
    elements: &Elements,
    rule: RuleId,
    head: &Head,
) -> HashMap<VarId, Vec<Arc<str>>> {
    let (Head::Value(Term::Object(pairs)) | Head::Member(Term::Object(pairs))) = head else {
        return HashMap::new();
    };
    let of = |(key, value): &(Term, Term)| match (key, value) {
        (Term::Constant(Constant::String(key)), Term::Var(variable)) => {
            Some((*variable, elements.get(&(rule, Arc::clone(key)))?.clone()))
        }
        _ => None,
    };
    pairs.iter().filter_map(of).collect()
}
