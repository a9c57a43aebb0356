//! The static cost of functions and loop bodies: the nodes that a call or an iteration runs.
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
//!
//! A loop charges a step for each member, which pays for [`STEP_NODES`] nodes of its body. If the
//! body has more, each iteration charges the rest. A loop in the body charges for its own body.

use std::cell::RefCell;

use super::depth;
use super::visit::{Visitor, descend};
use super::{Block, Callee, Condition, Expr, FunctionId, Program, Statement};

/// The nodes that a call may run without a charge.
const MOST_NODES: u32 = 2_000;

/// The nodes that run in at most the time of a step, some microseconds.
const STEP_NODES: u32 = 500;

/// The nodes in whose time a builtin runs whose operands are too small to be charged.
const BUILTIN_NODES: u32 = 20;

/// The costs of the functions of a program.
#[derive(Debug)]
pub(crate) struct Costs<'p> {
    program: &'p Program,
    /// The cost of each function, computed on first use.
    known: RefCell<Vec<Option<u32>>>,
}

impl<'p> Costs<'p> {
    /// Computes the costs of the functions of `program`.
    pub(crate) fn new(program: &'p Program) -> Self {
        let costs = Self { program, known: RefCell::new(vec![None; program.functions.len()]) };
        for id in depth::callees_first(program) {
            costs.of(id);
        }
        costs
    }

    /// Returns the steps that a call of the function with this index charges, if it charges any.
    pub(crate) fn of_call(&self, index: usize) -> Option<usize> {
        let id = FunctionId(u32::try_from(index).ok()?);
        let charges = self.of(id) > MOST_NODES && self.program.function(id).fallible;
        charges.then_some((MOST_NODES / STEP_NODES) as usize)
    }

    /// Returns the steps that an iteration of a loop with this body charges, if it charges any.
    pub(crate) fn of_iteration(&self, body: &Block) -> Option<usize> {
        let mut count = Count { costs: self, nodes: 0, enters_loops: false };
        count.block(body);
        let steps = count.nodes / STEP_NODES;
        (steps > 0).then_some(steps as usize)
    }
    /// Returns the nodes that a call runs, if each loop runs once.
    fn of(&self, id: FunctionId) -> u32 {
        let set = |nodes| self.known.borrow_mut()[id.0 as usize].replace(nodes);
        // Rules are not recursive; a recursive one would have to charge.
        if let Some(nodes) = set(u32::MAX) {
            set(nodes);
            return nodes;
        }
        let mut count = Count { costs: self, nodes: 1, enters_loops: true };
        count.block(&self.program.function(id).body);
        let nodes = count.nodes;
        set(nodes);
        nodes
    }
}

struct Count<'c, 'p> {
    costs: &'c Costs<'p>,
    nodes: u32,
    /// If `true`, the bodies of loops count.
    enters_loops: bool,
}

impl Count<'_, '_> {
    fn add(&mut self, nodes: u32) {
        self.nodes = self.nodes.saturating_add(nodes);
    }

    /// Counts a call. A memoized rule is evaluated once, so that an iteration does not pay for it.
    fn call(&mut self, id: FunctionId) {
        let function = self.costs.program.function(id);
        let is_kept = function.memo.is_some() && function.parameters.is_empty();
        if self.enters_loops || !is_kept {
            self.add(self.costs.of(id));
        }
    }
}

impl Visitor for Count<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        self.add(1);
        if let Statement::Rows { function, .. } = statement {
            self.call(*function);
        }
        match statement {
            Statement::Each { of, .. } | Statement::Walk { of, .. } if !self.enters_loops => {
                self.expr(of);
            }
            Statement::Rows { arguments, .. } if !self.enters_loops => {
                for argument in arguments {
                    self.expr(argument);
                }
            }
            _ => descend::statement(self, statement),
        }
    }

    fn condition(&mut self, condition: &Condition) {
        self.add(1);
        descend::condition(self, condition);
    }

    fn expr(&mut self, expr: &Expr) {
        self.add(1);
        match expr {
            Expr::Format(_) | Expr::Pattern(_) => self.add(BUILTIN_NODES),
            Expr::Call(call) if matches!(call.callee, Callee::Builtin(_)) => {
                self.add(BUILTIN_NODES);
            }
            _ => {}
        }
        if let Some(callee) = expr.callee() {
            self.call(callee);
        }
        descend::expr(self, expr);
    }
}
