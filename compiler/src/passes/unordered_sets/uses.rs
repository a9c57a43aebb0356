//! Counts how collections are read.

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Block, CollectKind, Condition, Expr, Function, FunctionId, LocalId, Statement, Yield, visit,
};
use crate::passes::effects::Analysis;

/// The source of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// The value of a rule.
    Rule(FunctionId),
    /// The value of a local of a function.
    Local(FunctionId, LocalId),
}

/// Returns the source of a collection, if the expression is a rule or a local.
pub(super) fn source(function: FunctionId, expr: &Expr) -> Option<Source> {
    match expr {
        Expr::Rule(rule, _) => Some(Source::Rule(*rule)),
        Expr::Local(local) => Some(Source::Local(function, *local)),
        _ => None,
    }
}

/// The consumer of a block's solutions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sink {
    /// A set or a multiset, which observes neither their order nor their number.
    Members,
    /// A consumer of only the first solution.
    First,
    /// Any other consumer.
    Ordered,
}

/// A count of the reads of a program's collections.
pub(super) struct Uses<'p> {
    analysis: Analysis<'p>,
    function: FunctionId,
    /// By collection, the number of all reads, and of reads by loops that cannot distinguish it
    /// from a multiset.
    counts: HashMap<Source, (usize, usize)>,
    /// The locals that hold sets.
    sets: HashSet<Source>,
}

impl<'p> Uses<'p> {
    pub(super) fn new(analysis: Analysis<'p>) -> Self {
        Self { analysis, function: FunctionId(0), counts: HashMap::new(), sets: HashSet::new() }
    }

    /// Returns the rules and the local sets that are only read by such loops.
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
                // The wanted value of a lookup is compared with the keys that the loop binds.
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
            | Statement::Scope { body, .. } => self.block(body, sink),
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
            | Statement::Region { .. }
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

    /// Returns `true` if the effect of a loop depends neither on the order of members nor on
    /// duplicates.
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

/// Returns `true` if all results of a block are constants.
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
