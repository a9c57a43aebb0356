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

use crate::hir::Constant;
use crate::ir::{
    Block, Call, Callee, Condition, ContextId, Expr, FunctionId, LocalId, Program, Statement, visit,
};
use crate::passes::effects::{self, Analysis};

/// Removes from `program` the lookups of keys and the calls whose values are already bound.
pub(super) fn run(program: &mut Program) {
    effects::change(program, |analysis, function| {
        Pass::new(analysis).block(&mut function.body);
    });
}

/// The root of a path.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Start {
    Local(LocalId),
    Input(ContextId),
    Data(ContextId),
}

/// A key of a path.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Constant(Constant),
    Local(LocalId),
}

/// A path whose value is bound to `local`.
struct Known {
    start: Start,
    keys: Vec<Key>,
    local: LocalId,
}

/// A call whose value is bound, with its callee, context and arguments.
#[derive(Clone, PartialEq, Eq, Hash)]
struct KnownCall {
    callee: (Option<FunctionId>, &'static str),
    context: ContextId,
    arguments: Vec<Key>,
}

struct Pass<'p> {
    analysis: &'p Analysis<'p>,
    known: Vec<Known>,
    /// The indexes in `known`, by the start and the first key.
    known_by_key: HashMap<(Start, Key), Vec<usize>>,
    /// The known calls in order, with the locals that they are bound to.
    calls: Vec<KnownCall>,
    bound_calls: HashMap<KnownCall, LocalId>,
    /// The replacements of the locals whose bindings are removed.
    others: HashMap<LocalId, LocalId>,
}

impl<'p> Pass<'p> {
    fn new(analysis: &'p Analysis<'p>) -> Self {
        Self {
            analysis,
            known: Vec::new(),
            known_by_key: HashMap::new(),
            calls: Vec::new(),
            bound_calls: HashMap::new(),
            others: HashMap::new(),
        }
    }

    /// Processes a block. Its bindings are known only within it.
    fn block(&mut self, block: &mut Block) {
        let (known, calls) = (self.known.len(), self.calls.len());
        block.0.retain_mut(|statement| self.stays(statement));
        for Known { start, keys, .. } in self.known.drain(known..) {
            let Some(first) = keys.into_iter().next() else { continue };
            self.known_by_key.entry((start, first)).and_modify(|places| {
                places.pop();
            });
        }
        for call in self.calls.drain(calls..) {
            self.bound_calls.remove(&call);
        }
    }

    /// Rewrites a statement. Returns `true` if the statement is still needed.
    fn stays(&mut self, statement: &mut Statement) -> bool {
        match statement {
            Statement::Bind { local, value } if matches!(value, Expr::Get { .. }) => {
                visit::change_expression(value, &mut |expr| self.expr(expr));
                if let Expr::Local(other) = *value {
                    self.others.insert(*local, other);
                    return false;
                }
                self.know(*local, value);
            }
            Statement::Bind { local, value: Expr::Call(call) } => {
                for argument in &mut call.arguments {
                    visit::change_expression(argument, &mut |expr| self.expr(expr));
                }
                let Some(call) = self.call(call) else { return true };
                if let Some(known) = self.bound_calls.get(&call) {
                    self.others.insert(*local, *known);
                    return false;
                }
                self.bound_calls.insert(call.clone(), *local);
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

    fn know(&mut self, local: LocalId, value: &Expr) {
        let Expr::Get { base, keys } = value else { return };
        let keys: Option<Vec<Key>> = keys.iter().map(key).collect();
        if let (Some(start), Some(keys)) = (start(base), keys)
            && let Some(first) = keys.first()
        {
            self.known_by_key.entry((start, first.clone())).or_default().push(self.known.len());
            self.known.push(Known { start, keys, local });
        }
    }

    /// Returns the call if a second call would return the same value.
    fn call(&self, call: &Call) -> Option<KnownCall> {
        if self.analysis.call(call).asks {
            return None;
        }
        let callee = match call.callee {
            Callee::Builtin(builtin) => (None, builtin.name),
            Callee::Function(function) => (Some(function), ""),
        };
        let arguments = call.arguments.iter().map(key).collect::<Option<_>>()?;
        Some(KnownCall { callee, context: call.context, arguments })
    }

    /// Replaces a path that is already bound by the local of its binding.
    fn expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Local(local) => *local = self.stands_for(*local),
            Expr::Get { base, keys } => {
                let Some(from) = start(base) else { return };
                let from = match from {
                    Start::Local(local) => Start::Local(self.stands_for(local)),
                    other => other,
                };
                let path: Vec<_> = keys.iter().map_while(key).map(|key| self.key(key)).collect();
                let Some(known) = self.longest(from, &path, keys.len()) else { return };
                keys.drain(..known.keys.len());
                if keys.is_empty() {
                    *expr = Expr::Local(known.local);
                } else {
                    **base = Expr::Local(known.local);
                }
            }
            _ => {}
        }
    }

    /// Returns the longest known path that is a prefix of `path`, which has `length` keys in all.
    fn longest(&self, start: Start, path: &[Key], length: usize) -> Option<&Known> {
        let fits = |known: &&Known| {
            // Below base documents, a number finds the key with its text; in values it does not.
            let whole = known.keys.len() == length || !matches!(start, Start::Data(_));
            known.start == start && whole && path.starts_with(&known.keys)
        };
        let places = self.known_by_key.get(&(start, path.first()?.clone()))?;
        let known = places.iter().map(|&place| &self.known[place]);
        known.filter(fits).max_by_key(|known| known.keys.len())
    }

    fn key(&self, key: Key) -> Key {
        match key {
            Key::Local(local) => Key::Local(self.stands_for(local)),
            constant @ Key::Constant(_) => constant,
        }
    }

    fn stands_for(&self, local: LocalId) -> LocalId {
        self.others.get(&local).copied().unwrap_or(local)
    }
}

fn start(base: &Expr) -> Option<Start> {
    match base {
        Expr::Local(local) => Some(Start::Local(*local)),
        Expr::Input(context) => Some(Start::Input(*context)),
        Expr::BaseData(context) => Some(Start::Data(*context)),
        _ => None,
    }
}

fn key(key: &Expr) -> Option<Key> {
    match key {
        Expr::Constant(constant) => Some(Key::Constant(constant.clone())),
        Expr::Local(local) => Some(Key::Local(*local)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
