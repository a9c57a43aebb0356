//! Finds the first statement of a definition that another definition may share.
//!
//! ```text
//! bind name = input["review"]["name"]
//! test input["review"]["kind"] = "Pod"     # the head: the lookup may as well follow it
//! ```
//!
//! This is sound because a lookup in `input` has no effect, and a head that follows lookups cannot
//! stop the evaluation. If a lookup or the head fails, the definition fails in either order.

use crate::hir::Constant;
use crate::ir::{ContextId, Expr, LocalId, Statement, visit};
use crate::passes::effects::Analysis;

/// Returns the index of the head: of the first statement, or of the first one after lookups that
/// can as well follow it.
pub(super) fn index(analysis: &Analysis<'_>, statements: &[Statement]) -> usize {
    let waiting = statements.iter().take_while(|statement| is_lookup(statement)).count();
    let Some(head) = statements.get(waiting).filter(|_| waiting > 0) else { return 0 };
    let effects = analysis.header(head);
    let mut needed = effects.stops || effects.fails;
    for statement in &statements[..waiting] {
        visit::bound(statement, &mut |local| needed |= reads_first(head, local));
    }
    if needed { 0 } else { waiting }
}

/// Returns `true` if a statement binds a path of `input`, which has no effect.
pub(super) fn is_lookup(statement: &Statement) -> bool {
    let Statement::Bind { value: Expr::Get { base, keys }, .. } = statement else { return false };
    let is_constant = |key: &Expr| matches!(key, Expr::Constant(Constant::String(_)));
    matches!(**base, Expr::Input(ContextId(0))) && keys.iter().all(is_constant)
}

/// Returns `true` if a statement reads a local before it enters any of its blocks.
fn reads_first(statement: &Statement, local: LocalId) -> bool {
    let mut found = false;
    visit::own(statement, &mut |expr| found |= expr.is_local(local));
    found
}
