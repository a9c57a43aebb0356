//! Decides which results contain only numbers with a single text.

use std::collections::HashSet;

use ferrego_runtime::builtins::Builtin;

use crate::hir::Constant;
use crate::ir::{Block, Callee, Expr, LocalId, Statement, Yield, visit};

/// Returns `true` if all numbers that a loop over a multiset adds to sets have a single text.
///
/// The loop then does not show which of several equal results was added first. The numbers in
/// members of multisets have a single text. Values that are bound before the loop qualify too,
/// because they are the same for all members.
pub(super) fn are_plain(body: &Block) -> bool {
    let mut results = Results { unknown: HashSet::new(), all: true };
    for statement in &body.0 {
        visit::bound(statement, &mut |local| {
            results.unknown.insert(local);
        });
    }
    results.block(body);
    results.all
}

struct Results {
    /// The locals that the body binds, except those that are found to contain no other numbers.
    unknown: HashSet<LocalId>,
    /// `true` if no result so far contains other numbers.
    all: bool,
}

impl Results {
    fn block(&mut self, block: &Block) {
        block.0.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { local, value } | Statement::Bind { local, value }
                if self.is_plain(value) =>
            {
                self.unknown.remove(local);
            }
            Statement::Each { key, value, of, .. } if self.is_plain(of) => {
                self.know(key.iter().chain(value));
            }
            Statement::Destructure { items, of } if self.is_plain(of) => self.know(items),
            Statement::Yield(Yield::Member(value)) => self.all &= self.is_plain(value),
            _ => {}
        }
        visit::blocks(statement, &mut |block| self.block(block));
    }

    fn know<'l>(&mut self, locals: impl IntoIterator<Item = &'l LocalId>) {
        for local in locals {
            self.unknown.remove(local);
        }
    }

    fn is_plain(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Local(local) => !self.unknown.contains(local),
            Expr::Constant(constant) => is_plain(constant),
            Expr::Array(items) | Expr::Set(items) => items.iter().all(|item| self.is_plain(item)),
            Expr::Object(pairs) => {
                pairs.iter().all(|(key, value)| self.is_plain(key) && self.is_plain(value))
            }
            Expr::InRegion(_, value) | Expr::Keep(_, value) => self.is_plain(value),
            Expr::Truth(_) | Expr::Format(_) => true,
            Expr::Get { base, keys } => match &**base {
                // The value is the same for every member.
                Expr::Input(_) | Expr::ReviewObject(_) => {
                    keys.iter().all(|key| matches!(key, Expr::Constant(_)))
                }
                base => self.is_plain(base),
            },
            Expr::Call(call) => match call.callee {
                Callee::Builtin(builtin) => call.mock.is_none() && gives_no_number(builtin),
                Callee::Function(_) => false,
            },
            Expr::Pattern(call) => gives_no_number(call.builtin),
            Expr::Force(_)
            | Expr::OptionLocal(_)
            | Expr::StorageGet { .. }
            | Expr::WalkDepth(_)
            | Expr::WalkKey(..)
            | Expr::Input(_)
            | Expr::ReviewObject(_)
            | Expr::BaseData(_)
            | Expr::Package { .. }
            | Expr::Rule(..) => false,
        }
    }
}

fn is_plain(constant: &Constant) -> bool {
    match constant {
        Constant::Null | Constant::Bool(_) | Constant::String(_) => true,
        Constant::Number(_) => false,
        Constant::Array(items) | Constant::Set(items) => items.iter().all(is_plain),
        Constant::Object(pairs) => {
            pairs.iter().all(|(key, value)| is_plain(key) && is_plain(value))
        }
    }
}

fn gives_no_number(builtin: &Builtin) -> bool {
    matches!(builtin.result(), "string" | "boolean" | "array[string]" | "set[string]")
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::builtins::lookup;

    use super::*;

    #[test]
    fn texts_have_no_numbers() {
        let gives = |name| gives_no_number(lookup(name).expect("a builtin"));
        assert!(gives("sprintf") && gives("concat") && gives("split") && gives("startswith"));
        assert!(!gives("count") && !gives("to_number") && !gives("json.unmarshal"));
    }
}
