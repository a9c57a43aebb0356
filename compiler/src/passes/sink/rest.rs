//! The statements of a block after a binding, with the facts that decide how far the binding moves.
//!
//! The facts are computed once for each statement. Without them, each binding of a long block would
//! visit all expressions behind it.

use std::collections::BTreeSet;

use crate::ir::{Expr, LocalId, Statement, visit};
use crate::passes::effects::Analysis;

use super::is_passed;

/// The statements of a block, the last one first.
#[derive(Default)]
pub(super) struct Rest(Vec<Placed>);

/// A statement with its facts.
struct Placed {
    statement: Statement,
    /// The locals that it reads.
    reads: BTreeSet<LocalId>,
    /// `true` if a binding may move past it.
    is_passed: bool,
    /// `true` if a strict evaluation may stop in it.
    fails: bool,
}

/// The first place after a binding that needs its local, as an index into [`Rest`].
#[derive(Clone, Copy)]
pub(super) enum Need {
    /// No statement needs it.
    None,
    /// The bindings of a lazy value, which is the only reader, and nothing before it can fail.
    LazyOnly(usize),
    /// The bindings of a lazy value, which is the last reader.
    Within { place: usize, tested: bool },
    /// The start of a statement.
    Before { place: usize, tested: bool },
    /// A statement with a block that the binding may enter.
    Descent,
}

impl Rest {
    /// Inserts a statement before all others.
    pub(super) fn push(&mut self, analysis: &Analysis<'_>, statement: Statement) {
        self.0.push(Placed::of(analysis, statement));
    }

    /// Inserts a statement before the one at `place`.
    pub(super) fn insert(&mut self, analysis: &Analysis<'_>, place: usize, statement: Statement) {
        self.0.insert(place + 1, Placed::of(analysis, statement));
    }

    /// Inserts a statement before the bindings of the lazy value at `place`.
    pub(super) fn insert_into(
        &mut self,
        analysis: &Analysis<'_>,
        place: usize,
        statement: Statement,
    ) {
        let Some(lazy) = self.0.get_mut(place) else { return };
        let own = Placed::of(analysis, statement);
        lazy.reads.extend(own.reads);
        lazy.is_passed &= own.is_passed;
        lazy.fails |= own.fails;
        if let Statement::Lazy { before, .. } = &mut lazy.statement {
            before.0.insert(0, own.statement);
        }
    }

    /// Returns the statements in their order.
    pub(super) fn into_statements(self) -> Vec<Statement> {
        self.0.into_iter().rev().map(|placed| placed.statement).collect()
    }

    /// Returns the first place that needs `local`.
    pub(super) fn first_need(&self, local: LocalId) -> Need {
        let (mut tested, mut fails) = (false, false);
        for (place, next) in self.0.iter().enumerate().rev() {
            let is_reader = next.reads.contains(&local);
            if next.is_passed && !is_reader {
                tested |= matches!(next.statement, Statement::Test(_));
                fails |= next.fails;
                continue;
            }
            let is_last = || !self.0[..place].iter().any(|next| next.reads.contains(&local));
            return match next.statement {
                Statement::Lazy { .. } if is_last() => {
                    if is_reader && !fails {
                        Need::LazyOnly(place)
                    } else {
                        Need::Within { place, tested }
                    }
                }
                Statement::Each { .. } | Statement::Scope { .. } => Need::Descent,
                _ => Need::Before { place, tested },
            };
        }
        Need::None
    }
}

impl Placed {
    fn of(analysis: &Analysis<'_>, statement: Statement) -> Self {
        let mut reads = BTreeSet::new();
        visit::statement(&statement, &mut |expr| {
            if let Expr::Local(local) = expr {
                reads.insert(*local);
            }
        });
        let is_passed = is_passed(analysis, &statement);
        let fails = analysis.statement(&statement).fails;
        Self { statement, reads, is_passed, fails }
    }
}
