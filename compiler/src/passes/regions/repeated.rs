//! Finds the functions that an evaluation may call many times outside of regions.

use std::collections::HashSet;

use crate::ir::{
    Callee, ContextId, Expr, FunctionId, Program, Statement,
    visit::{Visitor, descend},
};
use crate::passes::regions::facts::is_loop;

/// Returns for each function of `program` whether a call of it outside of regions is in a loop, or
/// in a function that is called many times.
pub(super) fn functions(program: &Program) -> Vec<bool> {
    let mut callees = Vec::new();
    let mut found = vec![false; program.functions.len()];
    let mut next = Vec::new();
    for function in &program.functions {
        let mut calls = Calls::default();
        calls.block(&function.body);
        next.extend(calls.in_loops);
        callees.push(calls.elsewhere);
    }
    while let Some(id) = next.pop() {
        let function = program.function(id);
        // The value of a rule without parameters is computed once.
        let is_kept = function.memo.is_some() && function.parameters.is_empty();
        if !is_kept && !std::mem::replace(&mut found[id.0 as usize], true) {
            next.extend(&callees[id.0 as usize]);
        }
    }
    found
}

/// The functions that a function calls outside of regions.
#[derive(Default)]
struct Calls {
    in_loops: HashSet<FunctionId>,
    elsewhere: HashSet<FunctionId>,
    /// The number of enclosing loops.
    loops: usize,
    /// The contexts of regions.
    regions: HashSet<ContextId>,
}

impl Calls {
    fn call(&mut self, callee: FunctionId, context: ContextId) {
        if self.regions.contains(&context) {
            return;
        }
        let calls = if self.loops > 0 { &mut self.in_loops } else { &mut self.elsewhere };
        calls.insert(callee);
    }
}

impl Visitor for Calls {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Region { context } => {
                self.regions.insert(*context);
            }
            Statement::With { context, parent, .. } if self.regions.contains(parent) => {
                self.regions.insert(*context);
            }
            Statement::Rows { function, context, .. } => self.call(*function, *context),
            _ => {}
        }
        descend::header(self, statement);
        let is_loop = is_loop(statement);
        self.loops += usize::from(is_loop);
        descend::blocks(self, statement);
        self.loops -= usize::from(is_loop);
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Rule(function, context) => self.call(*function, *context),
            Expr::Call(call) => {
                if let Callee::Function(function) = call.callee {
                    self.call(function, call.context);
                }
            }
            _ => {}
        }
        descend::expr(self, expr);
    }
}
