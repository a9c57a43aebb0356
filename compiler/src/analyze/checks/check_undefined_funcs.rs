//! Stage `CheckUndefinedFuncs`: every call names a function and has the right number of operands.

use crate::analyze::messages;
use crate::analyze::names::rule_tree::{Function, RuleTree};
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::Expr;
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::symbols::{EQ, Symbols};
use crate::analyze::working_ast::walk::{Descend, Node, walk_branch};
use crate::diagnostics::Diagnostic;

/// Checks all calls.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let rules = unit.modules.iter().flat_map(|module| &module.rules);
    for branch in rules.flat_map(|rule| &rule.branches) {
        walk_branch(branch, &mut |node| {
            let Node::Expr(expr) = node else { return Descend::Yes };
            match check(expr, &unit.tree, &unit.symbols) {
                Ok(()) => Descend::Yes,
                Err(error) => {
                    unit.errors.push(error);
                    Descend::No
                }
            }
        });
    }
}

fn check(expr: &Expr, tree: &RuleTree, symbols: &Symbols) -> Result<(), Diagnostic> {
    let Some((operator, operands)) = expr.as_call().and_then(<[_]>::split_first) else {
        return Ok(());
    };
    let name = print::term(operator, symbols);
    let Some(function) = tree.function(operator, symbols) else {
        return Err(messages::undefined_function(expr.span, &name));
    };
    let arity = function.arity();
    let given = operands.len();
    let (fits, given) = if expr.generated {
        // Expansion has added an output.
        (given == arity + 1 || expr.calls(EQ), given.saturating_sub(1))
    } else {
        (given == arity || given == arity + 1, given)
    };
    match function {
        _ if fits => Ok(()),
        Function::Builtin(..) => Err(messages::wrong_builtin_arity(expr.span, &name)),
        Function::Rules(_) => Err(messages::wrong_arity(expr.span, &name, arity, given)),
    }
}
