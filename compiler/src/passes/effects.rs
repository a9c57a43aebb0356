//! Computes the effects of evaluating a part of a program.

use std::cell::RefCell;
use std::ops::BitOr;

use ferrego_runtime::builtins::{Builtin, Effect};

use crate::ir::{
    Block, Call, Callee, CollectKind, Condition, ContextId, Expr, Function, FunctionId, Program,
    Statement, depth,
    visit::{Visitor, descend},
};
use crate::passes::const_format;

/// The effects of an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one of each effect")]
pub(crate) struct Effects {
    /// The evaluation may stop, even if it is lenient.
    pub(crate) stops: bool,
    /// The evaluation may stop if it is strict.
    pub(crate) fails: bool,
    /// The value depends on more than the locals that are read.
    pub(crate) reads: bool,
    /// The evaluation may call the host, or the replacement of a function by a `with`.
    pub(crate) asks: bool,
}

impl Effects {
    const NONE: Self = Self { stops: false, fails: false, reads: false, asks: false };
    const ALL: Self = Self { stops: true, fails: true, reads: true, asks: true };
    const STOPS: Self = Self { stops: true, fails: true, ..Self::NONE };
    const FAILS: Self = Self { fails: true, ..Self::NONE };
    const READS: Self = Self { reads: true, ..Self::NONE };
}

impl BitOr for Effects {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            stops: self.stops | other.stops,
            fails: self.fails | other.fails,
            reads: self.reads | other.reads,
            asks: self.asks | other.asks,
        }
    }
}

/// The effects of a program's functions.
pub(crate) struct Analysis<'p> {
    pub(crate) program: &'p Program,
    known: RefCell<Vec<Option<Effects>>>,
}

impl<'p> Analysis<'p> {
    pub(crate) fn new(program: &'p Program) -> Self {
        let known = RefCell::new(vec![None; program.functions.len()]);
        let analysis = Self { program, known };
        for id in depth::callees_first(program) {
            analysis.function(id);
        }
        analysis
    }

    fn function(&self, id: FunctionId) -> Effects {
        let index = id.0 as usize;
        if let Some(known) = self.known.borrow()[index] {
            return known;
        }
        // Rules are not recursive; a recursive one would have all effects.
        self.known.borrow_mut()[index] = Some(Effects::ALL);
        let function = self.program.function(id);
        let mut found = self.block(&function.body);
        found.stops |= function.keyed;
        found.fails |= function.keyed;
        found.reads |= function.replaceable.is_some();
        self.known.borrow_mut()[index] = Some(found);
        found
    }

    pub(crate) fn block(&self, block: &Block) -> Effects {
        all(&block.0, |statement| self.statement(statement))
    }

    pub(crate) fn statement(&self, statement: &Statement) -> Effects {
        match statement {
            Statement::Let { value, .. }
            | Statement::Bind { value, .. }
            | Statement::LetOption { value, .. } => self.expr(value),
            Statement::Test(condition) => self.condition(condition),
            Statement::Destructure { of, .. } => self.expr(of),
            Statement::Each { of, body, .. } | Statement::Walk { of, body, .. } => {
                self.expr(of) | self.block(body)
            }
            Statement::Switch { on, arms } => {
                self.expr(on) | all(arms, |(_, body)| self.block(body))
            }
            Statement::WalkPath(_) | Statement::Region { .. } => Effects::NONE,
            Statement::Rows { function, arguments, body, .. } => {
                self.function(*function) | self.exprs(arguments) | self.block(body)
            }
            Statement::With { .. } => Effects::ALL,
            Statement::Collect {
                kind: CollectKind::Array | CollectKind::Set | CollectKind::Multiset,
                body,
                ..
            }
            | Statement::First { body, .. }
            | Statement::Fused { body, .. }
            | Statement::Scope { body, .. } => self.block(body),
            Statement::Collect { body, .. } | Statement::Single { body, .. } => {
                Effects::STOPS | self.block(body)
            }
            Statement::Lazy { before, value, .. } => self.block(before) | self.expr(value),
            Statement::Yield(_) => {
                struct Operands<'a, 'p>(&'a Analysis<'p>, Effects);
                impl Visitor for Operands<'_, '_> {
                    fn expr(&mut self, expr: &Expr) {
                        self.1 = self.1 | self.0.expr(expr);
                    }
                }
                let mut operands = Operands(self, Effects::NONE);
                descend::header(&mut operands, statement);
                operands.1
            }
        }
    }

    /// Returns the effects of a statement before it enters any of its blocks.
    pub(crate) fn header(&self, statement: &Statement) -> Effects {
        match statement {
            Statement::Each { of, lookup: None, .. } => self.expr(of),
            Statement::Rows { function, arguments, .. } => {
                self.function(*function) | self.exprs(arguments)
            }
            _ => self.statement(statement),
        }
    }

    pub(crate) fn condition(&self, condition: &Condition) -> Effects {
        match condition {
            Condition::Truthy(value)
            | Condition::Defined(value)
            | Condition::Collection(value)
            | Condition::ObjectOf(value, _) => self.expr(value),
            Condition::Equal(left, right)
            | Condition::Compare(_, left, right)
            | Condition::MayMatch(left, right)
            | Condition::Key { of: left, key: right, .. } => self.expr(left) | self.expr(right),
            Condition::InPass(..) => Effects::READS,
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.block(block),
        }
    }

    pub(crate) fn expr(&self, expr: &Expr) -> Effects {
        match expr {
            Expr::Local(_) | Expr::OptionLocal(_) | Expr::Constant(_) | Expr::WalkDepth(_) => {
                Effects::NONE
            }
            Expr::WalkKey(_, index) => self.expr(index),
            // The deferred value does not stop a lenient evaluation.
            Expr::Force(_) => Effects::FAILS,
            Expr::Array(items) | Expr::Set(items) => self.exprs(items),
            Expr::Object(pairs) => all(pairs, |(key, value)| self.expr(key) | self.expr(value)),
            Expr::InRegion(_, value) | Expr::Keep(_, value) => self.expr(value),
            Expr::Truth(condition) => self.condition(condition),
            Expr::Input(_) | Expr::ReviewObject(_) | Expr::BaseData(_) => Effects::READS,
            Expr::StorageGet { base, key } => self.expr(base) | self.expr(key),
            Expr::Get { base, keys } => self.expr(base) | self.exprs(keys),
            Expr::Package { base, children } => {
                self.expr(base) | all(children, |(_, child)| self.expr(child))
            }
            Expr::Rule(function, _) => Effects::READS | self.function(*function),
            Expr::Call(call) => self.call(call),
            Expr::Format(format) => self.exprs(&format.values) | in_context(format.context),
            Expr::Pattern(call) => {
                self.exprs(&call.arguments) | of_builtin(call.builtin) | in_context(call.context)
            }
        }
    }

    fn exprs(&self, exprs: &[Expr]) -> Effects {
        all(exprs, |expr| self.expr(expr))
    }

    pub(crate) fn call(&self, call: &Call) -> Effects {
        let arguments = self.exprs(&call.arguments);
        let callee = match call.callee {
            _ if call.mock.is_some() => Effects::ALL,
            _ if const_format::is_total(call) => Effects::NONE,
            Callee::Function(function) => self.function(function),
            Callee::Builtin(builtin) => of_builtin(builtin),
        };
        in_context(call.context) | arguments | callee
    }
}

/// Changes each function of a program, given the effects of the program before the change.
pub(crate) fn change(program: &mut Program, mut change: impl FnMut(&Analysis<'_>, &mut Function)) {
    let mut functions = program.functions.clone();
    let analysis = Analysis::new(program);
    for function in &mut functions {
        change(&analysis, function);
    }
    program.functions = functions;
}

/// Returns the effect of a context that a `with` makes: a call in it also depends on the context.
fn in_context(context: ContextId) -> Effects {
    Effects { reads: context != ContextId(0), ..Effects::NONE }
}

fn of_builtin(builtin: &Builtin) -> Effects {
    match builtin.effect {
        Effect::Total => Effects::NONE,
        Effect::Fails => Effects::FAILS,
        Effect::Any => Effects::ALL,
    }
}

fn all<T>(parts: &[T], effects: impl Fn(&T) -> Effects) -> Effects {
    parts.iter().map(effects).fold(Effects::NONE, BitOr::bitor)
}
