//! Finds the operations that may stop an evaluation, which only fallible functions contain.
//!
//! Each loop counts as such an operation, so that an infallible function ends after a number of
//! steps that is known at compile time.

use ferrego_runtime::builtins::Form;

use super::visit::{Visitor, descend};
use super::{
    Callee, CollectKind, Condition, Expr, Function, FunctionId, Program, ReturnKind, Statement,
};

impl Function {
    /// Returns `true` if the function itself needs a `Result`, whatever its body does.
    pub(crate) fn is_fallible_by_kind(&self) -> bool {
        self.keyed
            || self.memo.is_some()
            || self.replaceable.is_some()
            || matches!(self.returns, ReturnKind::Rows(_))
    }
}

impl Statement {
    /// Returns `true` if the statement may stop the evaluation or is a loop, whatever its parts do.
    pub(crate) fn may_stop(&self) -> bool {
        match self {
            Statement::Each { .. }
            | Statement::Rows { .. }
            | Statement::With { .. }
            | Statement::Single { .. }
            | Statement::Walk { .. }
            | Statement::WalkPath(_)
            | Statement::Lazy { .. }
            | Statement::Fused { .. } => true,
            Statement::Collect { kind, .. } => match kind {
                CollectKind::Array | CollectKind::Set | CollectKind::Multiset => false,
                CollectKind::Object | CollectKind::Document | CollectKind::GroundDocument => true,
            },
            Statement::Let { .. }
            | Statement::Bind { .. }
            | Statement::LetOption { .. }
            | Statement::Test(_)
            | Statement::Destructure { .. }
            | Statement::First { .. }
            | Statement::Switch { .. }
            | Statement::Region { .. }
            | Statement::Scope { .. }
            | Statement::Yield(_) => false,
        }
    }
}

impl Condition {
    /// Returns `true` if the condition may stop the evaluation or is a loop, whatever its parts do.
    pub(crate) fn may_stop(&self) -> bool {
        match self {
            Condition::MayMatch(..) | Condition::InPass(..) => true,
            Condition::Truthy(_)
            | Condition::Defined(_)
            | Condition::Collection(_)
            | Condition::ObjectOf(..)
            | Condition::Equal(..)
            | Condition::Compare(..)
            | Condition::Key { .. }
            | Condition::Not(_)
            | Condition::Exists(_) => false,
        }
    }
}

impl Expr {
    /// Returns `true` if the expression may stop the evaluation, whatever its operands and the
    /// function that it calls do.
    pub(crate) fn may_stop(&self) -> bool {
        match self {
            Expr::Force(_) | Expr::WalkDepth(_) | Expr::WalkKey(..) | Expr::Pattern(_) => true,
            Expr::Call(call) => match call.callee {
                Callee::Function(_) => call.mock.is_some(),
                Callee::Builtin(_) => !matches!(call.form(), Form::Truth(_)),
            },
            Expr::Local(_)
            | Expr::OptionLocal(_)
            | Expr::Constant(_)
            | Expr::Array(_)
            | Expr::Object(_)
            | Expr::Set(_)
            | Expr::InRegion(..)
            | Expr::Keep(..)
            | Expr::Truth(_)
            | Expr::Input(_)
            | Expr::ReviewObject(_)
            | Expr::BaseData(_)
            | Expr::Get { .. }
            | Expr::StorageGet { .. }
            | Expr::Package { .. }
            | Expr::Rule(..)
            | Expr::Format(_) => false,
        }
    }

    /// Returns the function that the expression calls.
    pub(crate) fn callee(&self) -> Option<FunctionId> {
        match self {
            Expr::Rule(function, _) => Some(*function),
            Expr::Call(call) => match call.callee {
                Callee::Function(function) => Some(function),
                Callee::Builtin(_) => None,
            },
            _ => None,
        }
    }
}

/// Returns a sentence for each infallible function that may stop the evaluation.
pub(super) fn faults(program: &Program) -> Vec<String> {
    let mut faults = Vec::new();
    for entry in &program.entries {
        let function = program.function(entry.function);
        if !function.fallible {
            faults.push(format!("{}: an infallible entry point", function.name));
        }
    }
    for function in program.functions.iter().filter(|function| !function.fallible) {
        let mut stops = Stops { program, found: function.is_fallible_by_kind() };
        stops.block(&function.body);
        if stops.found {
            let name = &function.name;
            faults.push(format!("{name}: an infallible function with a fallible operation"));
        }
    }
    faults
}

/// A search for an operation that may stop the evaluation.
struct Stops<'p> {
    program: &'p Program,
    found: bool,
}

impl Visitor for Stops<'_> {
    fn statement(&mut self, statement: &Statement) {
        self.found |= statement.may_stop();
        descend::statement(self, statement);
    }

    fn condition(&mut self, condition: &Condition) {
        self.found |= condition.may_stop();
        descend::condition(self, condition);
    }

    fn expr(&mut self, expr: &Expr) {
        let callee = expr.callee();
        self.found |= expr.may_stop();
        self.found |= callee.is_some_and(|callee| self.program.function(callee).fallible);
        descend::expr(self, expr);
    }
}
