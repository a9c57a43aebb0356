//! Checks the invariants of a program; tests run it after every pass.

mod regions;
mod tables;

use std::collections::HashSet;

use crate::hir::Constant;
use crate::ir::{
    Block, Callee, CollectKind, Condition, ContextId, Expr, Function, FunctionId, LocalId, Lookup,
    Program, ReturnKind, Statement, Yield, fallible, plain_verbs, visit,
};

/// Returns the violated invariants of a program, one sentence each.
pub fn faults(program: &Program) -> Vec<String> {
    let mut faults = Vec::new();
    for function in &program.functions {
        let mut checker = Checker {
            program,
            function,
            bound: function.parameters.iter().copied().collect(),
            contexts: HashSet::from([ContextId(0)]),
            walks: HashSet::new(),
            enclosing: Vec::new(),
            faults: &mut faults,
        };
        checker.block(&function.body);
        checker.memo();
        regions::check(program, function, &mut faults);
    }
    tables::entries(program, &mut faults);
    tables::patterns(program, &mut faults);
    tables::joins(program, &mut faults);
    faults.extend(fallible::faults(program));
    faults
}

/// The innermost statement or condition that takes a yield.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Enclosing {
    Collect(CollectKind),
    Single,
    First,
    Exists,
    Later,
}

struct Checker<'c> {
    program: &'c Program,
    function: &'c Function,
    bound: HashSet<LocalId>,
    contexts: HashSet<ContextId>,
    /// The paths of the enclosing walks.
    walks: HashSet<LocalId>,
    enclosing: Vec<Enclosing>,
    faults: &'c mut Vec<String>,
}

impl Checker<'_> {
    fn fault(&mut self, what: &str) {
        self.faults.push(format!("{}: {what}", self.function.name));
    }

    /// Checks the memo cell: no other function has it, and at most two arguments select a value in
    /// it.
    fn memo(&mut self) {
        let Some(cell) = self.function.memo else { return };
        let owners = self.program.functions.iter().filter(|other| other.memo == Some(cell));
        if owners.count() != 1 || cell >= self.program.memo_cells {
            self.fault(&format!("memo cell {cell} is not its own"));
        }
        let parameters = self.function.parameters.len();
        if parameters > 2
            || (parameters > 0
                && !matches!(self.function.returns, ReturnKind::Maybe | ReturnKind::Truth))
        {
            self.fault("a function whose values cannot be memoized");
        }
    }

    /// Checks a block, which is a scope: its bindings end with it.
    fn block(&mut self, block: &Block) {
        let bound = self.bound.clone();
        let contexts = self.contexts.clone();
        for statement in &block.0 {
            self.statement(statement);
        }
        self.bound = bound;
        self.contexts = contexts;
    }

    fn inside(&mut self, enclosing: Enclosing, block: &Block) {
        self.enclosing.push(enclosing);
        self.block(block);
        self.enclosing.pop();
    }

    fn bind(&mut self, local: LocalId) {
        if !self.bound.insert(local) {
            self.fault(&format!("local {} is bound twice", local.0));
        }
    }

    fn in_walk(&mut self, path: LocalId) {
        if !self.walks.contains(&path) {
            self.fault(&format!("local {} is not the path of an enclosing walk", path.0));
        }
    }

    fn read(&mut self, local: LocalId) {
        if !self.bound.contains(&local) {
            self.fault(&format!("local {} is read before it is bound", local.0));
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { local, value } => {
                self.expr(value);
                if !self.program.is_defined(value) {
                    self.fault("`let` of a value that may be undefined");
                }
                self.bind(*local);
            }
            Statement::Bind { local, value } | Statement::LetOption { local, value } => {
                self.expr(value);
                self.bind(*local);
            }
            Statement::Test(condition) => self.condition(condition),
            Statement::Destructure { items, of } => {
                self.expr(of);
                for &item in items {
                    self.bind(item);
                }
            }
            Statement::Each { key, value, of, lookup, body } => {
                self.expr(of);
                if let Some(lookup) = lookup {
                    self.lookup(lookup);
                }
                self.loop_body(key.iter().chain(value), body);
            }
            Statement::Rows { locals, function, arguments, body, .. } => {
                for argument in arguments {
                    self.expr(argument);
                }
                let callee = self.program.function(*function);
                if callee.returns != ReturnKind::Rows(locals.len()) {
                    self.fault("rows of another width");
                }
                if callee.parameters.len() != arguments.len() {
                    self.fault("rows with another number of arguments");
                }
                self.loop_body(locals.iter().flatten(), body);
            }
            Statement::With { context, parent, .. } => {
                if !self.contexts.contains(parent) {
                    self.fault("a context made from an unknown one");
                }
                self.contexts.insert(*context);
            }
            Statement::Region { context } => {
                self.contexts.insert(*context);
            }
            Statement::Collect { local, kind, context, body, .. } => {
                self.context(*context);
                self.inside(Enclosing::Collect(*kind), body);
                self.bind(*local);
            }
            Statement::Single { local, body, .. } => {
                self.inside(Enclosing::Single, body);
                self.bind(*local);
            }
            Statement::First { local, body } => {
                self.inside(Enclosing::First, body);
                self.bind(*local);
            }
            Statement::Switch { on, arms } => {
                self.expr(on);
                for (_, body) in arms {
                    self.block(body);
                }
            }
            Statement::Walk { path, value, of, body, .. } => {
                self.expr(of);
                self.walks.insert(*path);
                self.loop_body([value].into_iter(), body);
                self.walks.remove(path);
            }
            Statement::WalkPath(path) => {
                self.in_walk(*path);
                self.bind(*path);
            }
            Statement::Lazy { local, before, value } => {
                self.later(before, value);
                self.bind(*local);
            }
            Statement::Fused { pass, body, .. } => self.loop_body([pass].into_iter(), body),
            Statement::Scope { body, .. } => self.block(body),
            Statement::Yield(given) => self.given(given),
        }
    }

    /// Checks a lazy value. It is built only from locals bound before it, and its statements yield
    /// nothing.
    fn later(&mut self, before: &Block, value: &Expr) {
        let bound = self.bound.clone();
        let enclosing = std::mem::replace(&mut self.enclosing, vec![Enclosing::Later]);
        for statement in &before.0 {
            self.statement(statement);
        }
        self.expr(value);
        self.bound = bound;
        self.enclosing = enclosing;
    }

    fn lookup(&mut self, lookup: &Lookup) {
        self.expr(&lookup.wanted);
        let keys =
            self.program.joins.get(lookup.join.0).map(|join| self.program.function(join.keys));
        if !keys
            .is_some_and(|keys| keys.returns == ReturnKind::Rows(1) && keys.parameters.len() == 2)
        {
            self.fault("a lookup whose function does not return the keys of a member");
        }
    }

    fn loop_body<'l>(&mut self, locals: impl Iterator<Item = &'l LocalId>, body: &Block) {
        let bound = self.bound.clone();
        locals.for_each(|&local| self.bind(local));
        self.block(body);
        self.bound = bound;
    }

    fn given(&mut self, given: &Yield) {
        let innermost = self.enclosing.last().copied();
        let fits = match given {
            Yield::Return(value) => {
                let fits = match self.function.returns {
                    ReturnKind::Maybe | ReturnKind::Value => true,
                    ReturnKind::Truth => matches!(value, Expr::Constant(Constant::Bool(_))),
                    ReturnKind::Rows(_) => false,
                };
                innermost.is_none() && fits
            }
            Yield::Single { .. } => innermost == Some(Enclosing::Single),
            Yield::Member(_) => {
                matches!(
                    innermost,
                    Some(Enclosing::Collect(
                        CollectKind::Array | CollectKind::Set | CollectKind::Multiset
                    ))
                )
            }
            Yield::Pair { .. } => innermost == Some(Enclosing::Collect(CollectKind::Object)),
            Yield::Entry { .. } => matches!(
                innermost,
                Some(Enclosing::Collect(CollectKind::Document | CollectKind::GroundDocument))
            ),
            Yield::First(_) => innermost == Some(Enclosing::First),
            Yield::Row(row) => self.function.returns == ReturnKind::Rows(row.len()),
            Yield::Found | Yield::Noted => innermost == Some(Enclosing::Exists),
        };
        if !fits {
            self.fault(&format!("a yield out of place: {given:?}"));
        }
        let block = Block(vec![Statement::Yield(given.clone())]);
        visit::expressions(&block, &mut |expr| {
            if let Expr::Local(local) | Expr::OptionLocal(local) = expr {
                self.read(*local);
            }
        });
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Truthy(Expr::Rule(function, context)) if self.is_predicate(*function) => {
                self.context(*context);
            }
            Condition::Truthy(Expr::Call(call)) if matches!(call.callee, Callee::Function(id) if self.is_predicate(id)) =>
            {
                call.arguments.iter().for_each(|argument| self.expr(argument));
                self.arguments(call);
            }
            Condition::Truthy(value)
            | Condition::Defined(value)
            | Condition::Collection(value)
            | Condition::ObjectOf(value, _) => self.expr(value),
            Condition::Equal(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            Condition::MayMatch(patterns, text) => {
                self.expr(patterns);
                self.expr(text);
                if !self.program.is_defined(text) {
                    self.fault("a text that may be undefined");
                }
            }
            Condition::Compare(_, left, right) => {
                self.expr(left);
                self.expr(right);
                if !self.program.is_defined(left) || !self.program.is_defined(right) {
                    self.fault("a comparison of operands that may be undefined");
                }
            }
            Condition::Key { of, key, .. } => {
                self.expr(of);
                self.expr(key);
                if !self.program.is_defined(key) {
                    self.fault("a key that may be undefined");
                }
            }
            Condition::InPass(pass, _) => self.read(*pass),
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.inside(Enclosing::Exists, block),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let Expr::Truth(condition) = expr {
            return self.condition(condition);
        }
        visit::expression(expr, &mut |expr| match expr {
            Expr::Local(local) | Expr::Force(local) | Expr::OptionLocal(local) => self.read(*local),
            Expr::WalkDepth(path) | Expr::WalkKey(path, _) => self.in_walk(*path),
            Expr::Format(format) if plain_verbs(&format.text) != Some(format.values.len()) => {
                self.fault(&format!("the format {:?} has other verbs than values", format.text));
            }
            Expr::Input(context)
            | Expr::ReviewObject(context)
            | Expr::BaseData(context)
            | Expr::InRegion(context, _)
            | Expr::Keep(context, _) => {
                self.context(*context);
            }
            Expr::Rule(function, context) => {
                self.context(*context);
                self.value_of(*function);
            }
            Expr::Call(call) => {
                self.arguments(call);
                if let Callee::Function(function) = call.callee {
                    self.value_of(function);
                }
            }
            _ => {}
        });
    }

    fn context(&mut self, context: ContextId) {
        if !self.contexts.contains(&context) {
            self.fault("a context that is not made yet");
        }
    }

    fn is_predicate(&self, function: FunctionId) -> bool {
        self.program.function(function).returns == ReturnKind::Truth
    }

    /// Checks the use of a function's value.
    fn value_of(&mut self, function: FunctionId) {
        if self.is_predicate(function) {
            self.fault("the value of a predicate");
        }
    }

    fn arguments(&mut self, call: &crate::ir::Call) {
        if call.arguments.iter().any(|argument| !self.program.is_defined(argument)) {
            self.fault("an argument that may be undefined");
        }
        if let crate::ir::Callee::Function(function) = call.callee
            && self.program.function(function).parameters.len() != call.arguments.len()
        {
            self.fault("a call with another number of arguments");
        }
    }
}
