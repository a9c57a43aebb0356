//! The test of a loop that an index can serve.

use std::collections::HashSet;

use crate::ir::{Expr, Function, LocalId, Statement, visit};

/// A test that a member must pass to have any effect.
pub(super) struct Test<'p> {
    /// The statements before the test, from the loop inwards; of a nested loop, only the header
    /// matters.
    pub(super) before: Vec<&'p Statement>,
    /// The operand that depends on the member.
    pub(super) own: Own<'p>,
    /// The other operand. It reads no local that the loop binds.
    pub(super) wanted: Expr,
}

/// The operand of a test that depends on the member.
pub(super) enum Own<'p> {
    /// `own == wanted`
    Value(&'p Expr),
    /// `wanted in own`, and `set & own == set` with any member of the set.
    Members(&'p Expr),
    /// `own[…][wanted]`, with the keys before the wanted one.
    Keys(&'p Expr, &'p [Expr]),
    /// The keys that a called function compares with the wanted value.
    Called(Box<CalledKeys<'p>>),
}

/// A function of the arguments that depend on the member. It yields the keys that the called
/// function compares with the wanted value.
pub(super) struct CalledKeys<'p> {
    /// The function.
    pub(super) keys: Function,
    /// The arguments of the function.
    pub(super) arguments: Vec<&'p Expr>,
}

impl Test<'_> {
    /// Returns `true` if building an index pays off within one evaluation. Each member must have a
    /// single key, which takes more than a read of the member itself.
    pub(super) fn is_worth(&self, member: LocalId) -> bool {
        match self.own {
            Own::Value(Expr::Local(local)) => *local != member,
            Own::Value(_) => true,
            _ => false,
        }
    }

    /// Returns the loops before the test, one local for each.
    pub(super) fn loops(&self) -> impl Iterator<Item = LocalId> {
        self.before.iter().filter_map(|statement| match statement {
            Statement::Each { key, value, .. } => value.or(*key),
            _ => None,
        })
    }
}

/// Returns the locals that an expression reads.
pub(super) fn locals(expr: &Expr) -> HashSet<LocalId> {
    let mut found = HashSet::new();
    visit::expression(expr, &mut |expr| {
        if let Expr::Local(local) = expr {
            found.insert(*local);
        }
    });
    found
}
