//! Functions that look up one argument in another.
//!
//! ```text
//! has_field(object, field) { object[field] }
//! missing(object, field) { not has_field(object, field) }
//! ```
//!
//! A call with a constant key, such as `missing(container, "image")`, is a step to the field.

use std::collections::HashMap;

use crate::hir::walk::{self, Visited};
use crate::hir::{Branch, Callee, Literal, LiteralKind, Program, Ref, Root, RuleId, Term, VarId};
use crate::lints::rule_uses;

/// The arguments of functions that are a collection and the key that the function looks up in it.
pub(super) type Accessors = HashMap<RuleId, Vec<(usize, usize)>>;

/// Finds the functions, those first that others call.
pub(super) fn of(program: &Program) -> Accessors {
    let mut found = Accessors::new();
    let functions: Vec<usize> = (0..program.rules.len())
        .filter(|index| {
            let clauses = &program.rules[*index].clauses;
            let mut branches = clauses.iter().flat_map(|clause| &clause.branches);
            branches.any(|branch| branch.parameters.len() > 1)
        })
        .collect();
    if functions.is_empty() {
        return found;
    }
    for id in rule_uses::callees_first(program) {
        let mut pairs = Vec::new();
        for branch in program.rule(id).clauses.iter().flat_map(|clause| &clause.branches) {
            if branch.parameters.len() > 1 {
                of_branch(branch, &found, &mut pairs);
            }
        }
        if !pairs.is_empty() {
            pairs.sort_unstable();
            pairs.dedup();
            found.insert(id, pairs);
        }
    }
    found
}

fn of_branch(branch: &Branch, known: &Accessors, pairs: &mut Vec<(usize, usize)>) {
    let position = |variable: VarId| {
        let is = |parameter: &Term| matches!(parameter, Term::Var(own) if *own == variable);
        branch.parameters.iter().position(is)
    };
    let argument = |term: Option<&Term>| match term {
        Some(Term::Var(variable)) => position(*variable),
        _ => None,
    };
    walk::body(&branch.body, &mut |item| {
        if let Visited::Term(Term::Ref(Ref { root: Root::Var(root), operands, .. })) = item
            && let (Some(collection), Some(key)) = (position(*root), argument(operands.first()))
        {
            pairs.push((collection, key));
        }
    });
    literals(&branch.body, &mut |literal| {
        let LiteralKind::Call { callee, arguments, .. } = &literal.kind else { return };
        let of_callee: &[(usize, usize)] = match callee {
            Callee::Function(id) => known.get(id).map_or(&[], |pairs| pairs),
            Callee::Builtin(builtin) if builtin.name == "object.get" => &[(0, 1)],
            Callee::Builtin(_) => &[],
        };
        for (collection, key) in of_callee {
            let (collection, key) =
                (argument(arguments.get(*collection)), argument(arguments.get(*key)));
            pairs.extend(collection.zip(key));
        }
    });
}

/// Calls `visit` for the literals of a body and of the negations in it.
fn literals(body: &[Literal], visit: &mut dyn FnMut(&Literal)) {
    for literal in body {
        visit(literal);
        if let LiteralKind::Not(inner) | LiteralKind::NotBody(inner) = &literal.kind {
            literals(inner, visit);
        }
    }
}
