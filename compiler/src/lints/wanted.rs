//! The collections that must have a member for a body to have a solution.
//!
//! ```text
//! missing := required - provided
//! count(missing) > 0               # `missing` must have a member, and so must `required`
//! ```

use std::collections::{HashMap, HashSet};

use crate::hir::{Body, Callee, Constant, LiteralKind, Root, Term, VarId};

/// Returns the variables that hold such collections. `own` is another one that must have a member.
pub(super) fn of_body(body: &Body, own: Option<VarId>) -> HashSet<VarId> {
    let mut counts: HashMap<VarId, VarId> = HashMap::new();
    let mut wanted: HashSet<VarId> = own.into_iter().collect();
    for literal in body.iter().filter(|literal| literal.with.is_empty()) {
        match &literal.kind {
            LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, output } => {
                match (&arguments[..], output) {
                    ([Term::Var(collection)], Some(Term::Var(count)))
                        if builtin.name == "count" =>
                    {
                        counts.insert(*count, *collection);
                    }
                    ([Term::Var(count), Term::Constant(Constant::Number(limit))], None)
                        if is_some(builtin.name, limit) =>
                    {
                        wanted.extend(counts.get(count));
                    }
                    ([Term::Var(set), Term::Constant(Constant::Set(members))], None)
                        if builtin.name == "neq" && members.is_empty() =>
                    {
                        wanted.insert(*set);
                    }
                    _ => {}
                }
            }
            LiteralKind::Test(Term::Ref(reference))
            | LiteralKind::Unify(_, Term::Ref(reference)) => {
                if let Root::Var(collection) = reference.root {
                    wanted.insert(collection);
                }
            }
            _ => {}
        }
    }
    // The operands of a collection come before it.
    for literal in body.iter().rev() {
        match &literal.kind {
            LiteralKind::Unify(Term::Var(name), Term::Var(of)) if wanted.contains(name) => {
                wanted.insert(*of);
            }
            LiteralKind::Call {
                callee: Callee::Builtin(builtin),
                arguments,
                output: Some(Term::Var(output)),
            } if wanted.contains(output) => match (builtin.name, &arguments[..]) {
                ("minus", [Term::Var(from), _]) => {
                    wanted.insert(*from);
                }
                ("and", both) => wanted.extend(both.iter().filter_map(|operand| match operand {
                    Term::Var(variable) => Some(*variable),
                    _ => None,
                })),
                _ => {}
            },
            _ => {}
        }
    }
    wanted
}

/// Returns `true` if a comparison of a number of members requires one.
fn is_some(operator: &str, limit: &str) -> bool {
    matches!((operator, limit), ("gt" | "neq", "0") | ("gte", "1"))
}
