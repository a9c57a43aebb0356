//! The builtins that a policy calls.

use std::collections::BTreeMap;

use ferrego_runtime::builtins::{Builtin, Kind};

use crate::hir::walk::{self, Visited};
use crate::hir::{Callee, Head, Program};

/// A builtin that a policy calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltinUse {
    /// The name in Rego.
    pub name: &'static str,
    /// The types in OPA's notation.
    pub signature: &'static str,
    /// The cargo feature of `ferrego-runtime` that the builtin needs; empty if it needs none.
    pub feature: &'static str,
    /// The part of an evaluation that answers the builtin.
    pub support: Support,
}

/// The part of an evaluation that answers a builtin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// The runtime, from the operands alone.
    Runtime,
    /// The runtime, from the operands and the clock or randomness of the evaluation.
    Evaluation,
    /// The embedding program.
    Host,
}

/// Returns the builtins that the rules call, in the order of their names. Operators and builtins
/// that stand for syntax are left out.
pub(super) fn of(program: &Program) -> Vec<BuiltinUse> {
    let mut found: BTreeMap<&str, &'static Builtin> = BTreeMap::new();
    let mut visit = |visited: Visited<'_>| {
        if let Visited::Callee(Callee::Builtin(builtin)) = visited {
            found.insert(builtin.name, builtin);
        }
    };
    for rule in &program.rules {
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        for branch in branches.chain(&rule.default) {
            let (Head::Value(head) | Head::Member(head)) = &branch.head;
            walk::term(head, &mut visit);
            walk::body(&branch.body, &mut visit);
        }
    }
    found.into_values().filter(|builtin| is_called_by_name(builtin)).map(BuiltinUse::of).collect()
}

fn is_called_by_name(builtin: &Builtin) -> bool {
    let syntax = matches!(builtin.kind, Kind::Engine(_)) || builtin.name.starts_with("internal.");
    builtin.infix.is_empty() && !syntax
}

impl BuiltinUse {
    fn of(builtin: &'static Builtin) -> Self {
        let Builtin { name, signature, feature, .. } = *builtin;
        let support = match builtin.kind {
            Kind::Host => Support::Host,
            Kind::Nondeterministic => Support::Evaluation,
            Kind::Pure | Kind::Relation | Kind::Engine(_) | Kind::Refused(_) => Support::Runtime,
        };
        Self { name, signature, feature, support }
    }
}
