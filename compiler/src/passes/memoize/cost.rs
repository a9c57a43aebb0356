//! Estimates the cost of a call of a function.

use ferrego_runtime::builtins::{self, Builtin};

use crate::ir::visit::{Visitor, descend};
use crate::ir::{Block, Callee, Expr, FunctionId, Program, Statement};

/// The cost of two calls of ordinary builtins. A function above it is expensive.
const CHEAP: u32 = 4;
/// The assumed number of iterations of a loop.
const PASSES: u32 = 3;
/// The cost of a call of an expensive builtin.
const LONG_CALL: u32 = 5;
/// The upper limit of all costs.
const MUCH: u32 = 1000;

/// The costs of a program's functions, computed on first use.
pub(super) struct Costs<'p> {
    program: &'p Program,
    known: Vec<Option<u32>>,
}

impl<'p> Costs<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self { program, known: vec![None; program.functions.len()] }
    }

    /// Returns `true` if a lookup is cheaper than a call of the function.
    pub(super) fn is_expensive(&mut self, id: FunctionId) -> bool {
        self.function(id) > CHEAP
    }

    fn function(&mut self, id: FunctionId) -> u32 {
        let index = id.0 as usize;
        if let Some(known) = self.known[index] {
            return known;
        }
        // Rules are not recursive.
        self.known[index] = Some(0);
        let found = self.block(&self.program.function(id).body);
        self.known[index] = Some(found);
        found
    }

    fn block(&mut self, block: &Block) -> u32 {
        let mut cost = Cost { costs: self, total: 0 };
        cost.block(block);
        cost.total
    }
}

/// The cost of one evaluation of the visited parts.
struct Cost<'c, 'p> {
    costs: &'c mut Costs<'p>,
    total: u32,
}

impl Cost<'_, '_> {
    fn add(&mut self, cost: u32) {
        self.total = self.total.saturating_add(cost).min(MUCH);
    }

    /// Adds the cost of a loop's body, which is assumed to run [`PASSES`] times.
    fn loop_body(&mut self, body: &Block) {
        let once = self.costs.block(body);
        self.add(PASSES * once);
    }
}

impl Visitor for Cost<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Each { of, body, .. } => {
                self.expr(of);
                self.add(1);
                self.loop_body(body);
            }
            Statement::Walk { of, body, .. } => {
                self.expr(of);
                self.add(LONG_CALL);
                self.loop_body(body);
            }
            Statement::Rows { function, arguments, body, .. } => {
                for argument in arguments {
                    self.expr(argument);
                }
                let rows = self.costs.function(*function);
                self.add(rows);
                self.loop_body(body);
            }
            Statement::With { .. } => self.add(1),
            Statement::Collect { body, .. } => {
                self.add(2);
                self.block(body);
            }
            _ => descend::statement(self, statement),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            // The value of a rule is memoized on its own.
            Expr::Package { .. } | Expr::Rule(..) => return,
            Expr::Call(call) => {
                let callee = match call.callee {
                    Callee::Function(function) => self.costs.function(function),
                    Callee::Builtin(builtin) => of_builtin(builtin),
                };
                self.add(callee);
            }
            Expr::Format(_) => self.add(LONG_CALL),
            Expr::Pattern(call) => self.add(of_builtin(call.builtin)),
            _ => {}
        }
        descend::expr(self, expr);
    }
}

fn of_builtin(builtin: &Builtin) -> u32 {
    match builtin.cost {
        builtins::Cost::Trivial => 0,
        builtins::Cost::Ordinary => 2,
        builtins::Cost::Expensive => LONG_CALL,
    }
}
