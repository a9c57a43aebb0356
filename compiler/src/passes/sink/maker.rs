//! Expressions that build a string or a collection, and are undefined only if an operand has the
//! wrong type.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::ir::{Block, Callee, CollectKind, Expr, FunctionId, Program, Statement, Yield};

/// The functions of a program, with `true` for each that only builds values, as far as known.
#[derive(Default)]
pub(super) struct Makers(RefCell<HashMap<FunctionId, bool>>);

impl Makers {
    /// Returns `true` if an expression builds a value, by a builtin or by a function that only
    /// builds values.
    pub(super) fn makes(&self, program: &Program, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        match call.callee {
            _ if call.mock.is_some() => false,
            Callee::Builtin(builtin) => builtin.builds,
            Callee::Function(function) => self.is_maker(program, function),
        }
    }

    fn is_maker(&self, program: &Program, function: FunctionId) -> bool {
        if let Some(&known) = self.0.borrow().get(&function) {
            return known;
        }
        let found = self.only_makes(program, &program.function(function).body);
        self.0.borrow_mut().insert(function, found);
        found
    }

    fn only_makes(&self, program: &Program, block: &Block) -> bool {
        block.0.iter().all(|statement| match statement {
            Statement::Let { .. }
            | Statement::Collect {
                kind: CollectKind::Array | CollectKind::Set | CollectKind::Multiset,
                ..
            }
            | Statement::Yield(Yield::Return(_)) => true,
            Statement::Bind { value, .. } => self.makes(program, value),
            Statement::Scope { body, .. } => self.only_makes(program, body),
            _ => false,
        })
    }
}
