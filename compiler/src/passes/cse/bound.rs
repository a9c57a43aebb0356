//! Replaces a path or call that is already bound by the local it is bound to.
//!
//! ```text
//! bind image = container["image"]     # before: two lookups of one key
//! test startswith(image, "a/")
//! bind again = container["image"]
//!
//! bind image = container["image"]     # after: `again` reads `image`
//! test startswith(image, "a/")
//! ```
//!
//! This is sound because a lookup has no effect and returns the same value each time. The first
//! lookup is defined wherever the second one is reached. A second call of a builtin or function
//! with the same arguments returns the value of the first, unless it asks the host (`effects`). An
//! error of the second call would have stopped the evaluation at the first.

use std::collections::HashMap;

use super::paths::{BoundPaths, Key, Start};
use crate::ir::{
    Block, Call, Callee, Condition, ContextId, Expr, FunctionId, LocalId, Program, Statement, visit,
};
use crate::passes::effects::{self, Analysis};

/// Removes from `program` the lookups of keys and the calls whose values are already bound.
pub(in crate::passes) fn run(program: &mut Program) {
    effects::change(program, |analysis, function| {
        let (paths, calls, replacements) = (BoundPaths::default(), Vec::new(), HashMap::new());
        Pass { analysis, paths, calls, replacements }.block(&mut function.body);
    });
}

/// A call whose value is bound to `local`, with its callee, context and arguments.
struct KnownCall {
    callee: (Option<FunctionId>, &'static str),
    context: ContextId,
    arguments: Vec<Key>,
    local: LocalId,
}

struct Pass<'p> {
    analysis: &'p Analysis<'p>,
    paths: BoundPaths,
    calls: Vec<KnownCall>,
    /// The replacements of the locals whose bindings are removed.
    replacements: HashMap<LocalId, LocalId>,
}

impl Pass<'_> {
    /// Processes a block. Its bindings are known only within it.
    fn block(&mut self, block: &mut Block) {
        let (paths, calls) = (self.paths.len(), self.calls.len());
        block.0.retain_mut(|statement| self.is_needed(statement));
        self.paths.truncate(paths);
        self.calls.truncate(calls);
    }

    /// Rewrites a statement. Returns `true` if the statement is still needed.
    fn is_needed(&mut self, statement: &mut Statement) -> bool {
        match statement {
            Statement::Bind { local, value } if matches!(value, Expr::Get { .. }) => {
                visit::change_expression(value, &mut |expr| self.expr(expr));
                if let Expr::Local(other) = *value {
                    self.replacements.insert(*local, other);
                    return false;
                }
                self.add_path(*local, value);
            }
            Statement::Bind { local, value: Expr::Call(call) } => {
                for argument in &mut call.arguments {
                    visit::change_expression(argument, &mut |expr| self.expr(expr));
                }
                let Some(call) = self.call(call, *local) else { return true };
                let is_same = |known: &&KnownCall| {
                    known.callee == call.callee
                        && known.context == call.context
                        && known.arguments == call.arguments
                };
                if let Some(known) = self.calls.iter().find(is_same) {
                    self.replacements.insert(*local, known.local);
                    return false;
                }
                self.calls.push(call);
            }
            Statement::Test(condition) => self.condition(condition),
            _ => {
                visit::change_own(statement, &mut |expr| self.expr(expr));
                visit::change_inner(statement, &mut |body| self.block(body));
            }
        }
        true
    }

    fn condition(&mut self, condition: &mut Condition) {
        match condition {
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.block(block),
            _ => visit::change_condition(condition, &mut |expr| self.expr(expr)),
        }
    }

    fn add_path(&mut self, local: LocalId, value: &Expr) {
        let Expr::Get { base, keys } = value else { return };
        if let (Some(start), Some(keys)) = (Start::of(base), keys.iter().map(Key::of).collect()) {
            self.paths.push(start, keys, Expr::Local(local));
        }
    }

    /// Returns the call if a second call would return the same value.
    fn call(&self, call: &Call, local: LocalId) -> Option<KnownCall> {
        if self.analysis.call(call).asks {
            return None;
        }
        let callee = match call.callee {
            Callee::Builtin(builtin) => (None, builtin.name),
            Callee::Function(function) => (Some(function), ""),
        };
        let arguments = call.arguments.iter().map(Key::of).collect::<Option<_>>()?;
        Some(KnownCall { callee, context: call.context, arguments, local })
    }

    /// Replaces a path that is already bound by the local of its binding.
    fn expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Local(_) => self.replace(expr),
            Expr::Get { base, keys } => {
                self.replace(base);
                for key in keys.iter_mut() {
                    self.replace(key);
                }
                self.paths.shorten(expr);
            }
            _ => {}
        }
    }

    /// Replaces a local whose binding is removed.
    fn replace(&self, expr: &mut Expr) {
        if let Expr::Local(local) = expr
            && let Some(other) = self.replacements.get(local)
        {
            *local = *other;
        }
    }
}

#[cfg(test)]
mod tests;
