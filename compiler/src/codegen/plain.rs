//! Plain conditions: those that are printed as one expression, and the number of negations in it.

use crate::hir::Constant;
use crate::ir::{Block, Condition, Expr, Statement, Yield};

/// Returns the tests of an existence test that has nothing else.
pub(super) fn conjuncts(block: &Block) -> Option<&[Statement]> {
    let (Statement::Yield(Yield::Found), tests) = block.0.split_last()? else { return None };
    let plain = |statement: &Statement| match statement {
        Statement::Test(condition) => is_plain(condition),
        _ => false,
    };
    (!tests.is_empty() && tests.iter().all(plain)).then_some(tests)
}

/// Returns `true` if the condition is printed as one expression.
pub(super) fn is_plain(condition: &Condition) -> bool {
    match condition {
        Condition::Exists(block) => conjuncts(block).is_some(),
        Condition::Not(inner) => is_plain(inner),
        _ => true,
    }
}

/// Returns `true` for a condition that always holds and is not printed.
pub(super) fn is_true(condition: &Condition) -> bool {
    matches!(condition, Condition::Truthy(Expr::Constant(constant))
        if *constant != Constant::Bool(false))
}

/// The number of `!` in the two forms of a plain condition.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Negations {
    pub(super) asserted: usize,
    pub(super) refuted: usize,
}

impl Negations {
    pub(super) fn of(condition: &Condition) -> Self {
        match condition {
            Condition::Not(inner) => {
                let Self { asserted, refuted } = Self::of(inner);
                Self { asserted: refuted, refuted: asserted }
            }
            Condition::Compare(..) | Condition::Defined(_) => Self::default(),
            Condition::Exists(block) => {
                let Self { asserted, refuted } = Self::of_all(conjuncts(block).unwrap_or(&[]));
                Self { asserted, refuted: refuted.min(asserted + 1) }
            }
            _ => Self { asserted: 0, refuted: 1 },
        }
    }

    /// Returns the sums over tests.
    pub(super) fn of_all(tests: &[Statement]) -> Self {
        tests.iter().fold(Self::default(), |sum, statement| match statement {
            Statement::Test(condition) => {
                let Self { asserted, refuted } = Self::of(condition);
                Self { asserted: sum.asserted + asserted, refuted: sum.refuted + refuted }
            }
            _ => sum,
        })
    }
}
