//! How collections are read.

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Block, CollectKind, Condition, Expr, Function, FunctionId, Statement, Yield, visit,
};
use crate::passes::effects::Analysis;

use super::Source;

/// The collection that an expression is, if it is a rule's or a local's.
pub(super) fn source(function: FunctionId, expr: &Expr) -> Option<Source> {
    match expr {
        Expr::Rule(rule, _) => Some(Source::Rule(*rule)),
        Expr::Local(local) => Some(Source::Local(function, *local)),
        _ => None,
    }
}

/// Where the solutions of a block go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sink {
    /// To a set or a bag: neither their order nor their number shows.
    Members,
    /// To whom the first one is enough.
    First,
    /// To anything else.
    Ordered,
}

/// Counts how the collections of a program are read.
pub(super) struct Uses<'p> {
    analysis: Analysis<'p>,
    function: FunctionId,
    /// By collection, how often it is read at all, and in loops that cannot tell it from a bag.
    counts: HashMap<Source, (usize, usize)>,
    /// The locals that sets are bound to.
    sets: HashSet<Source>,
}

impl<'p> Uses<'p> {
    pub(super) fn new(analysis: Analysis<'p>) -> Self {
        Self { analysis, function: FunctionId(0), counts: HashMap::new(), sets: HashSet::new() }
    }

    /// What rules give, and the sets of locals, where they are read nowhere but in such loops.
    pub(super) fn only_iterated(&self) -> impl Iterator<Item = Source> {
        let iterated = self.counts.iter().filter(|(_, (all, iterated))| all == iterated);
        iterated.map(|(source, _)| *source).filter(|source| match source {
            Source::Rule(_) => true,
            Source::Local(..) => self.sets.contains(source),
        })
    }

    pub(super) fn function(&mut self, id: FunctionId, function: &Function) {
        self.function = id;
        let counts = &mut self.counts;
        visit::expressions(&function.body, &mut |expr| {
            if let Some(source) = source(id, expr) {
                counts.entry(source).or_default().0 += 1;
            }
        });
        self.block(&function.body, Sink::First);
    }

    fn block(&mut self, block: &Block, sink: Sink) {
        for statement in &block.0 {
            self.statement(statement, sink);
        }
    }

    fn statement(&mut self, statement: &Statement, sink: Sink) {
        match statement {
            Statement::Each { key, of, lookup, body, .. } => {
                // What an index is asked for reads keys as the loop does.
                let by_value = lookup.is_none() || key.is_none();
                if by_value
                    && self.is_alike(sink, body)
                    && let Some(source) = source(self.function, of)
                {
                    self.counts.entry(source).or_default().1 += 1;
                }
                self.block(body, sink);
            }
            Statement::Switch { arms, .. } => {
                for (_, body) in arms {
                    self.block(body, sink);
                }
            }
            Statement::Rows { body, .. }
            | Statement::Walk { body, .. }
            | Statement::Fused { body, .. }
            | Statement::Scope(body) => self.block(body, sink),
            Statement::Collect { local, kind: CollectKind::Set, body, .. } => {
                self.sets.insert(Source::Local(self.function, *local));
                self.block(body, Sink::Members);
            }
            Statement::Collect { body, .. }
            | Statement::Single { body, .. }
            | Statement::Lazy { before: body, .. } => {
                self.block(body, Sink::Ordered);
            }
            Statement::First { body, .. } => self.block(body, Sink::First),
            Statement::Test(condition) => self.condition(condition),
            Statement::Let { .. }
            | Statement::Bind { .. }
            | Statement::LetOption { .. }
            | Statement::Destructure { .. }
            | Statement::With { .. }
            | Statement::WalkPath(_)
            | Statement::Yield(_) => {}
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.block(block, Sink::First),
            _ => {}
        }
    }

    /// Whether a loop does the same whatever the order of members, and however often each comes.
    fn is_alike(&self, sink: Sink, body: &Block) -> bool {
        let effects = self.analysis.block(body);
        match sink {
            _ if effects.asks => false,
            Sink::Members => true,
            Sink::First => !effects.stops && answers_are_constant(body),
            Sink::Ordered => false,
        }
    }
}

/// Whether all that a block may answer is known beforehand.
fn answers_are_constant(block: &Block) -> bool {
    let mut constant = true;
    for statement in &block.0 {
        match statement {
            Statement::Yield(Yield::Return(value) | Yield::First(value)) => {
                constant &= matches!(value, Expr::Constant(_));
            }
            Statement::Yield(Yield::Row(_)) => constant = false,
            _ => visit::blocks(statement, &mut |block| constant &= answers_are_constant(block)),
        }
    }
    constant
}
