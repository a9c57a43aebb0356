//! Represents sets that are only iterated as multisets, which are neither sorted nor deduplicated.
//!
//! ```text
//! collect set containers { … }        # before: sorted, without duplicates
//! each _, c in rule containers { … add {"msg": …} }
//!
//! collect multiset containers { … }   # after
//! each _, c in rule containers { … add {"msg": …} }
//! ```
//!
//! This is sound if the readers cannot observe the order and the number of members. Such readers
//! are loops that add to sets or multisets. They are also loops that test for existence and cannot
//! stop the evaluation. None of them may ask the host.
//!
//! The runtime (`ferrego_runtime::codegen_support::multiset`) handles the two remaining observations. Equal numbers may
//! have different texts (`1` and `1.0`), of which a set keeps the first. If a multiset has such a
//! number, it becomes a set. If a set drops a member with such a number, the policy is evaluated
//! again with sets. The policy is also evaluated again if the evaluation stops, because the order
//! of members decides which error comes first.

mod uses;

use std::collections::HashSet;

use crate::ir::{Block, CollectKind, Expr, Function, FunctionId, LocalId, Program, Statement};
use crate::passes::effects::Analysis;
use uses::{Source, Uses};

/// Turns the sets of `program` that are only iterated into multisets.
pub(super) fn run(program: &mut Program) {
    let multisets = candidates(program);
    for (index, function) in program.functions.iter_mut().enumerate() {
        let id = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
        let rewrite =
            Rewrite { multisets: &multisets, function: id, returned: returned_set(function) };
        rewrite.block(&mut function.body);
    }
}

/// Returns the sets that are only read by loops that cannot distinguish them from multisets.
fn candidates(program: &Program) -> HashSet<Source> {
    let mut uses = Uses::new(Analysis::new(program));
    for (index, function) in program.functions.iter().enumerate() {
        uses.function(FunctionId(u32::try_from(index).unwrap_or(u32::MAX)), function);
    }
    let is_asked_for = |id: FunctionId| program.entries.iter().any(|entry| entry.function == id);
    uses.only_iterated()
        .filter(|source| match *source {
            Source::Rule(id) => {
                let function = program.function(id);
                function.replaceable.is_none()
                    && returned_set(function).is_some()
                    && !is_asked_for(id)
            }
            Source::Local(..) => true,
        })
        .collect()
}

/// Returns the set that a function returns, if it returns nothing else.
fn returned_set(function: &Function) -> Option<LocalId> {
    let [.., Statement::Collect { local, kind: CollectKind::Set, .. }, Statement::Yield(returned)] =
        function.body.0.as_slice()
    else {
        return None;
    };
    let is_its_value = matches!(returned, crate::ir::Yield::Return(Expr::Local(id)) if id == local);
    is_its_value.then_some(*local)
}

/// The rewriting of one function.
struct Rewrite<'b> {
    multisets: &'b HashSet<Source>,
    function: FunctionId,
    returned: Option<LocalId>,
}

impl Rewrite<'_> {
    fn block(&self, block: &mut Block) {
        block.0.iter_mut().for_each(|statement| self.statement(statement));
    }

    fn statement(&self, statement: &mut Statement) {
        if let Statement::Collect { local, kind: kind @ CollectKind::Set, .. } = statement
            && self.is_multiset(*local)
        {
            *kind = CollectKind::Multiset;
        }
        if let Statement::Each { key, value, of, body, .. } = statement
            && uses::source(self.function, of)
                .is_some_and(|source| self.multisets.contains(&source))
        {
            by_value(key, value, body);
        }
        crate::ir::visit::change_blocks(statement, &mut |block| self.block(block));
    }

    fn is_multiset(&self, local: LocalId) -> bool {
        self.multisets.contains(&Source::Local(self.function, local))
            || self.returned == Some(local) && self.multisets.contains(&Source::Rule(self.function))
    }
}

/// Lets a loop bind only values: the keys of a set are its members, a multiset has no keys.
fn by_value(key: &mut Option<LocalId>, value: &mut Option<LocalId>, body: &mut Block) {
    match (key.take(), *value) {
        (Some(key), Some(value)) => {
            body.0.insert(0, Statement::Let { local: key, value: Expr::Local(value) });
        }
        (Some(key), None) => *value = Some(key),
        (None, _) => {}
    }
}

#[cfg(test)]
mod tests;
