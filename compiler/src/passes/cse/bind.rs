//! Binds the value of a shared prefix.

use std::sync::Arc;

use crate::hir::Constant;
use crate::ir::{Expr, Local, LocalId, Statement};
use crate::passes::cse::paths::{BoundPaths, Key, Start};

/// Returns the statement that binds the value of a path to a new local, and adds the path to
/// `bound`. The path starts with the longest prefix in `bound`.
pub(super) fn bind(
    locals: &mut Vec<Local>,
    bound: &mut BoundPaths,
    start: Start,
    path: &[Arc<str>],
) -> Option<Statement> {
    let name = path.last()?.clone();
    let local = LocalId(u32::try_from(locals.len()).ok()?);
    let constants = path.iter().cloned().map(Constant::String);
    let keys = constants.clone().map(Expr::Constant).collect();
    let mut value = Expr::Get { base: Box::new(start.expr()), keys };
    bound.shorten(&mut value);
    bound.push(start, constants.map(Key::Constant).collect(), Expr::OptionLocal(local));
    let above = match path.iter().nth_back(1) {
        Some(key) => key.clone(),
        None => start.name(locals),
    };
    let otherwise = format!("{above}_{name}");
    locals.push(Local::hint(name, otherwise));
    Some(Statement::LetOption { local, value })
}
