//! The static cost of functions: the nodes that a call runs, if each loop runs once.
//!
//! Rules cannot be recursive, but calls can form a large tree:
//!
//! ```text
//! f1(x) := [f0(x), f0(x)]
//! f2(x) := [f1(x), f1(x)]      # and so on: f30 calls f0 a billion times
//! ```
//!
//! Such a tree has no loop that charges the budget of the evaluation. So each function whose cost
//! exceeds [`MOST_NODES`] charges it when it is called. The functions below it in the tree run at
//! most [`MOST_NODES`] nodes without a charge.

use super::depth;
use super::visit::{Visitor, descend};
use super::{Condition, Expr, FunctionId, Program, Statement};

/// The nodes that a call may run without a charge.
const MOST_NODES: u32 = 2_000;

/// Returns for each function of `program` whether a call of it charges the budget.
pub(crate) fn charges(program: &Program) -> Vec<bool> {
    let mut costs = Costs { program, known: vec![None; program.functions.len()] };
    for id in depth::callees_first(program) {
        costs.of(id);
    }
    (0..)
        .zip(&program.functions)
        .map(|(id, function)| costs.of(FunctionId(id)) > MOST_NODES && function.fallible)
        .collect()
}

/// The costs of functions, computed on first use.
struct Costs<'p> {
    program: &'p Program,
    known: Vec<Option<u32>>,
}

impl Costs<'_> {
    fn of(&mut self, id: FunctionId) -> u32 {
        let index = id.0 as usize;
        if let Some(known) = self.known[index] {
            return known;
        }
        // Rules are not recursive; a recursive one would have to charge.
        self.known[index] = Some(u32::MAX);
        let function = self.program.function(id);
        let mut count = Count { costs: self, nodes: 1 };
        count.block(&function.body);
        let nodes = count.nodes;
        self.known[index] = Some(nodes);
        nodes
    }
}

struct Count<'c, 'p> {
    costs: &'c mut Costs<'p>,
    nodes: u32,
}

impl Visitor for Count<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        self.nodes = self.nodes.saturating_add(1);
        if let Statement::Rows { function, .. } = statement {
            self.nodes = self.nodes.saturating_add(self.costs.of(*function));
        }
        descend::statement(self, statement);
    }

    fn condition(&mut self, condition: &Condition) {
        self.nodes = self.nodes.saturating_add(1);
        descend::condition(self, condition);
    }

    fn expr(&mut self, expr: &Expr) {
        self.nodes = self.nodes.saturating_add(1);
        if let Some(callee) = expr.callee() {
            self.nodes = self.nodes.saturating_add(self.costs.of(callee));
        }
        descend::expr(self, expr);
    }
}
