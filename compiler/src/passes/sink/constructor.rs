//! Expressions that build a string or a collection, and are undefined only if an operand has the
//! wrong type.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::ir::{Block, Callee, CollectKind, Expr, FunctionId, Program, Statement, Yield};

/// The functions of a program, with `true` for each that only builds values, as far as known.
#[derive(Default)]
pub(super) struct Constructors(RefCell<HashMap<FunctionId, bool>>);

impl Constructors {
    /// Returns `true` if an expression builds a value, by a builtin or by a function that only
    /// builds values.
    pub(super) fn is_constructor(&self, program: &Program, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        match call.callee {
            _ if call.mock.is_some() => false,
            Callee::Builtin(builtin) => builtin.builds,
            Callee::Function(function) => self.constructs(program, function),
        }
    }

    fn constructs(&self, program: &Program, function: FunctionId) -> bool {
        if let Some(&known) = self.0.borrow().get(&function) {
            return known;
        }
        let found = self.only_constructs(program, &program.function(function).body);
        self.0.borrow_mut().insert(function, found);
        found
    }

    fn only_constructs(&self, program: &Program, block: &Block) -> bool {
        block.0.iter().all(|statement| match statement {
            Statement::Let { .. }
            | Statement::Collect {
                kind: CollectKind::Array | CollectKind::Set | CollectKind::Multiset,
                ..
            }
            | Statement::Yield(Yield::Return(_)) => true,
            Statement::Bind { value, .. } => self.is_constructor(program, value),
            Statement::Scope { body, .. } => self.only_constructs(program, body),
            _ => false,
        })
    }
}
