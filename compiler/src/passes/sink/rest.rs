//! The statements of a block after a binding, with the facts that decide how far the binding moves.
//!
//! The facts are computed once for each statement. Without them, each binding of a long block would
//! visit all expressions behind it.

use std::collections::{BTreeSet, HashMap};

use crate::ir::{Expr, LocalId, Statement, visit};
use crate::passes::effects::Analysis;

use super::is_passed;

/// The statements of a block, the last one first, and the places of some of them.
#[derive(Default)]
pub(super) struct Rest {
    statements: Vec<Placed>,
    places: Places,
    /// `true` if statements have moved since the places were found.
    is_moved: bool,
}

/// A statement with its facts.
struct Placed {
    statement: Statement,
    facts: Facts,
}

/// The facts about a statement.
struct Facts {
    /// The locals that it reads.
    reads: BTreeSet<LocalId>,
    /// `true` if a binding may move past it.
    is_passed: bool,
    /// `true` if a strict evaluation may stop in it.
    fails: bool,
    /// `true` for a test.
    is_test: bool,
}

/// The places of the first statements of each kind, as indexes into [`Rest`]: the greatest index
/// comes first in the block.
#[derive(Default)]
struct Places {
    /// The first and the last reader of each local.
    readers: HashMap<LocalId, (usize, usize)>,
    /// The first statement that a binding cannot pass.
    barrier: Option<usize>,
    /// The first statement that may stop a strict evaluation.
    failing: Option<usize>,
    /// The first test.
    test: Option<usize>,
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
        let placed = Placed::of(analysis, statement);
        self.places.add(self.statements.len(), &placed.facts);
        self.statements.push(placed);
    }

    /// Inserts a statement before the one at `place`.
    pub(super) fn insert(&mut self, analysis: &Analysis<'_>, place: usize, statement: Statement) {
        self.statements.insert(place + 1, Placed::of(analysis, statement));
        self.is_moved = true;
    }

    /// Inserts a statement before the bindings of the lazy value at `place`.
    pub(super) fn insert_into(
        &mut self,
        analysis: &Analysis<'_>,
        place: usize,
        statement: Statement,
    ) {
        let Some(Placed { statement: Statement::Lazy { before, .. }, facts }) =
            self.statements.get_mut(place)
        else {
            return;
        };
        let Placed { statement, facts: own } = Placed::of(analysis, statement);
        before.0.insert(0, statement);
        facts.reads.extend(&own.reads);
        facts.is_passed &= own.is_passed;
        facts.fails |= own.fails;
        self.places.add(place, &Facts { is_test: false, ..own });
    }

    /// Returns the statements in their order.
    pub(super) fn into_statements(self) -> Vec<Statement> {
        self.statements.into_iter().rev().map(|placed| placed.statement).collect()
    }

    /// Returns the first place that needs `local`.
    pub(super) fn first_need(&mut self, local: LocalId) -> Need {
        if std::mem::take(&mut self.is_moved) {
            self.places = Places::default();
            for (place, placed) in self.statements.iter().enumerate() {
                self.places.add(place, &placed.facts);
            }
        }
        let readers = self.places.readers.get(&local);
        let Some(place) = self.places.barrier.max(readers.map(|(first, _)| *first)) else {
            return Need::None;
        };
        let is_before = |other: Option<usize>| other.is_some_and(|other| other > place);
        let tested = is_before(self.places.test);
        match self.statements[place].statement {
            Statement::Lazy { .. } if readers.is_none_or(|(_, last)| *last >= place) => {
                if readers.is_some() && !is_before(self.places.failing) {
                    Need::LazyOnly(place)
                } else {
                    Need::Within { place, tested }
                }
            }
            Statement::Each { .. } | Statement::Scope { .. } => Need::Descent,
            _ => Need::Before { place, tested },
        }
    }
}

impl Places {
    /// Adds the facts of the statement at `place`.
    fn add(&mut self, place: usize, facts: &Facts) {
        for &local in &facts.reads {
            let (first, last) = self.readers.entry(local).or_insert((place, place));
            (*first, *last) = ((*first).max(place), (*last).min(place));
        }
        let first = |known: &mut Option<usize>, is_one: bool| {
            *known = (*known).max(is_one.then_some(place));
        };
        first(&mut self.barrier, !facts.is_passed);
        first(&mut self.failing, facts.fails);
        first(&mut self.test, facts.is_test);
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
        let facts = Facts {
            reads,
            is_passed: is_passed(analysis, &statement),
            fails: analysis.statement(&statement).fails,
            is_test: matches!(statement, Statement::Test(_)),
        };
        Self { statement, facts }
    }
}
