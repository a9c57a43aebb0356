//! Tells values that are as large as a member of a loop from those that may be as large as the
//! input.
//!
//! A loop over `xs` that takes memory in proportion to each `x` takes memory in proportion to `xs`.
//! If each iteration takes memory in proportion to `xs` itself, to `input` or to the value of a
//! rule, the sum is quadratic. `input.parameters` counts as text of the policy: the author of a
//! constraint writes it, not that of an object.

use std::collections::HashSet;
use std::iter;

use crate::hir::Constant;
use crate::ir::{
    Block, Call, Callee, Expr, FunctionId, LocalId, Program, Statement,
    visit::{self, Visitor, descend},
};
use crate::passes::regions::kinds::Kind;

/// The rules whose values are as large as the policy's text says.
pub(super) struct SmallRules(Vec<Option<bool>>);

impl SmallRules {
    /// Returns the small rules of `program`.
    pub(super) fn of(program: &Program) -> Self {
        let mut known = vec![None; program.functions.len()];
        for (id, _) in (0..).zip(&program.functions) {
            find(program, &mut known, FunctionId(id));
        }
        Self(known)
    }
}

/// Finds out whether a rule is small.
fn find(program: &Program, known: &mut [Option<bool>], id: FunctionId) {
    let index = id.0 as usize;
    let function = program.function(id);
    if known[index].is_some() {
        return;
    }
    // Rules are not recursive; a recursive one would not be small.
    known[index] = Some(false);
    if !function.parameters.is_empty() {
        return;
    }
    visit::expressions(&function.body, &mut |expr| {
        if let Expr::Rule(rule, _) = expr {
            find(program, known, *rule);
        }
    });
    let members = Members::of_body(&function.body, known);
    let is_small = !members.yields_large(&function.body);
    known[index] = Some(is_small);
}

/// The locals of a block or function that are as large as a member: the variables of the loop, or
/// the parameters, and all that is computed from nothing else.
pub(super) struct Members<'r> {
    /// The locals that are as large as the policy's text says.
    of_policy: Option<&'r HashSet<LocalId>>,
    locals: HashSet<LocalId>,
    /// For each function, whether it is a small rule.
    rules: &'r [Option<bool>],
}

impl<'r> Members<'r> {
    /// Returns the locals of a function that are as large as the policy's text says.
    pub(super) fn of_policy(body: &Block, rules: &'r SmallRules) -> Self {
        Self::of_body(body, &rules.0)
    }

    fn of_body(body: &Block, rules: &'r [Option<bool>]) -> Self {
        let mut found = Self { of_policy: None, locals: HashSet::new(), rules };
        found.block(body, false);
        found
    }

    /// Returns these locals together with `members` and those that `block` computes from them.
    pub(super) fn with<'w>(
        &'w self,
        block: &Block,
        members: impl IntoIterator<Item = LocalId>,
    ) -> Members<'w> {
        let locals = members.into_iter().collect();
        let mut found = Members { of_policy: Some(&self.locals), locals, rules: self.rules };
        found.block(block, true);
        found
    }

    fn contains(&self, local: LocalId) -> bool {
        self.locals.contains(&local)
            || self.of_policy.is_some_and(|of_policy| of_policy.contains(&local))
    }

    /// Returns `true` if the value of an expression may be as large as the input.
    pub(super) fn is_large(&self, expr: &Expr) -> bool {
        let mut search = Search { members: self, is_large: false };
        search.expr(expr);
        search.is_large
    }

    /// Returns `true` if the value of one of the expressions may be as large as the input.
    pub(super) fn any_is_large(&self, exprs: &[Expr]) -> bool {
        exprs.iter().any(|expr| self.is_large(expr))
    }

    /// Returns `true` if an operand of a builtin is a collection that may be as large as the input.
    /// A string or number does not count: the strings that loops compare are short.
    pub(super) fn takes_large(&self, call: &Call) -> bool {
        let Callee::Builtin(builtin) = call.callee else {
            return self.any_is_large(&call.arguments);
        };
        let types = builtin.operands().chain(iter::repeat("any"));
        let mut operands = call.arguments.iter().zip(types);
        operands.any(|(operand, declared)| {
            !matches!(declared, "string" | "number" | "boolean") && self.is_large(operand)
        })
    }

    /// Returns `true` if a statement is a loop over a value that may be as large as the input.
    pub(super) fn is_large_loop(&self, statement: &Statement) -> bool {
        match statement {
            Statement::Each { of, .. } | Statement::Walk { of, .. } => self.is_large(of),
            Statement::Rows { .. } => true,
            _ => false,
        }
    }

    /// Returns `true` if a block contains a loop over a value that may be as large as the input.
    pub(super) fn has_large_loop(&self, block: &Block) -> bool {
        block.0.iter().any(|statement| {
            let mut found = self.is_large_loop(statement);
            visit::blocks(statement, &mut |inner| found |= self.has_large_loop(inner));
            found
        })
    }

    /// Returns `true` if the values that a block yields may be as large as the input.
    fn yields_large(&self, block: &Block) -> bool {
        block.0.iter().any(|statement| {
            let mut found = self.is_large_loop(statement);
            if let Statement::Yield(given) = statement {
                let operands = given.operands();
                found |= operands.into_iter().any(|operand| self.is_large(operand));
            }
            visit::blocks(statement, &mut |inner| found |= self.yields_large(inner));
            found
        })
    }

    fn block(&mut self, block: &Block, all_loops: bool) {
        block.0.iter().for_each(|statement| self.statement(statement, all_loops));
    }

    fn statement(&mut self, statement: &Statement, all_loops: bool) {
        match statement {
            Statement::Each { key, value, of, .. } => {
                // Keys of objects are strings.
                self.locals.extend(key);
                if all_loops || !self.is_large(of) {
                    self.locals.extend(value);
                }
            }
            Statement::Walk { path, value, of, .. } if all_loops || !self.is_large(of) => {
                self.locals.extend([path, value]);
            }
            Statement::Rows { locals, .. } if all_loops => {
                self.locals.extend(locals.iter().flatten());
            }
            _ => {}
        }
        visit::blocks(statement, &mut |inner| self.block(inner, all_loops));
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value }
            | Statement::Lazy { local, value, .. }
                if !self.is_large(value) =>
            {
                self.locals.insert(*local);
            }
            Statement::Destructure { items, of } if !self.is_large(of) => {
                self.locals.extend(items);
            }
            Statement::Collect { local, body, .. }
            | Statement::Single { local, body, .. }
            | Statement::First { local, body }
                if !self.yields_large(body) =>
            {
                self.locals.insert(*local);
            }
            _ => {}
        }
    }
}

/// A search for a part of an expression that may be large.
struct Search<'s> {
    members: &'s Members<'s>,
    is_large: bool,
}

impl Visitor for Search<'_> {
    fn statement(&mut self, _: &Statement) {}

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Local(local) | Expr::Force(local) | Expr::OptionLocal(local) => {
                self.is_large |= !self.members.contains(*local);
            }
            Expr::Rule(rule, _) => {
                self.is_large |= self.members.rules.get(rule.0 as usize) != Some(&Some(true));
            }
            Expr::Input(_) | Expr::ReviewObject(_) | Expr::BaseData(_) => self.is_large = true,
            Expr::Truth(_) => {}
            Expr::Call(call) if is_scalar(call) => {}
            Expr::Get { base, keys } if matches!(**base, Expr::Input(_)) => {
                let is_parameters = matches!(
                    keys.first(),
                    Some(Expr::Constant(Constant::String(key))) if &**key == "parameters"
                );
                self.is_large |= !is_parameters;
            }
            // A key tells which part is read.
            Expr::Get { base, .. } | Expr::StorageGet { base, .. } => self.expr(base),
            _ => descend::expr(self, expr),
        }
    }
}

fn is_scalar(call: &Call) -> bool {
    call.builtin().is_some_and(|builtin| Kind::of_builtin(builtin) == Kind::Scalar)
}
