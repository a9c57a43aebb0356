//! What it costs to compute the answer of a function, roughly.

use ferrego_runtime::builtins::Builtin;

use crate::plan::{Block, Call, Callee, Condition, Expr, FunctionId, Program, Statement};

/// What costs more than this is dear: about two calls of plain builtins.
const CHEAP: u32 = 4;
/// What a loop is taken to cost more than one pass through it.
const PASSES: u32 = 3;
/// No cost is counted above this.
const MUCH: u32 = 1000;

/// Builtins whose answers take little more than asking for them.
const TRIVIAL: &[&str] = &["comparison", "types"];
/// Families of builtins that take long.
const LONG: &[&str] = &[
    "crypto", "encoding", "glob", "graph", "json", "jwt", "net", "regex", "semver", "sprintf",
    "time", "units", "walk", "yaml",
];

/// The costs of a program's functions, found when they are asked for.
pub(super) struct Costs<'p> {
    program: &'p Program,
    known: Vec<Option<u32>>,
}

impl<'p> Costs<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self { program, known: vec![None; program.functions.len()] }
    }

    /// Whether keeping answers of a function is worth looking them up.
    pub(super) fn is_dear(&mut self, id: FunctionId) -> bool {
        self.function(id) > CHEAP
    }

    fn function(&mut self, id: FunctionId) -> u32 {
        let index = id.0 as usize;
        if let Some(known) = self.known[index] {
            return known;
        }
        // Rules do not call themselves.
        self.known[index] = Some(0);
        let found = self.block(&self.program.function(id).body);
        self.known[index] = Some(found);
        found
    }

    fn block(&mut self, block: &Block) -> u32 {
        self.sum(&block.0, Self::statement)
    }

    fn sum<T>(&mut self, parts: &[T], mut cost: impl FnMut(&mut Self, &T) -> u32) -> u32 {
        parts.iter().map(|part| cost(self, part)).sum::<u32>().min(MUCH)
    }

    fn statement(&mut self, statement: &Statement) -> u32 {
        match statement {
            Statement::Let { value, .. }
            | Statement::Bind { value, .. }
            | Statement::Read { value, .. } => self.expr(value),
            Statement::Test(condition) => self.condition(condition),
            Statement::Destructure { of, .. } => self.expr(of),
            Statement::Each { of, body, .. } => self.expr(of) + 1 + PASSES * self.block(body),
            Statement::Rows { function, arguments, body, .. } => {
                self.exprs(arguments) + self.function(*function) + PASSES * self.block(body)
            }
            Statement::With { .. } => 1,
            Statement::Collect { body, .. } => 2 + self.block(body),
            Statement::Later { before, value, .. } => self.block(before) + self.expr(value),
            Statement::Single { body, .. }
            | Statement::First { body, .. }
            | Statement::Turns { body, .. }
            | Statement::Scope(body) => self.block(body),
            Statement::Yield(given) => {
                given.operands().into_iter().map(|operand| self.expr(operand)).sum()
            }
        }
    }

    fn condition(&mut self, condition: &Condition) -> u32 {
        match condition {
            Condition::Truthy(value)
            | Condition::Defined(value)
            | Condition::Collection(value)
            | Condition::ObjectOf(value, _) => self.expr(value),
            Condition::Equal(left, right)
            | Condition::Compare(_, left, right)
            | Condition::MayMatch(left, right)
            | Condition::Key { of: left, key: right, .. } => self.expr(left) + self.expr(right),
            Condition::Turn(..) => 0,
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.block(block),
        }
    }

    fn expr(&mut self, expr: &Expr) -> u32 {
        match expr {
            Expr::Local(_)
            | Expr::Asked(_)
            | Expr::Read(_)
            | Expr::Constant(_)
            | Expr::Input(_)
            | Expr::BaseData(_)
            | Expr::Package { .. }
            // What a rule gives is kept by itself.
            | Expr::Rule(..) => 0,
            Expr::Array(items) | Expr::Set(items) => self.exprs(items),
            Expr::Object(pairs) => {
                self.sum(pairs, |costs, (key, value)| costs.expr(key) + costs.expr(value))
            }
            Expr::Truth(condition) => self.condition(condition),
            Expr::Get { base, keys } => self.expr(base) + self.exprs(keys),
            Expr::Call(call) => self.call(call),
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) -> u32 {
        self.sum(exprs, Self::expr)
    }

    fn call(&mut self, call: &Call) -> u32 {
        let callee = match call.callee {
            Callee::Function(function) => self.function(function),
            Callee::Builtin(builtin) => self::builtin(builtin),
        };
        self.exprs(&call.arguments) + callee
    }
}

fn builtin(builtin: &Builtin) -> u32 {
    let family = builtin.path.split("::").next().unwrap_or_default();
    match family {
        _ if TRIVIAL.contains(&family) => 0,
        _ if LONG.contains(&family) => 5,
        _ => 2,
    }
}
