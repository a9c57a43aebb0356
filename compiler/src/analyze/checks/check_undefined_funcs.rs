//! Stage `CheckUndefinedFuncs`: every call names a function and has the right number of operands.

use crate::analyze::messages;
use crate::analyze::names::rule_tree::Function;
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::Expr;
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::symbols::EQ;
use crate::analyze::working_ast::walk::{Descend, Node, walk_branch};
use crate::diagnostics::{Diagnostic, Diagnostics};

/// Checks all calls.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let mut errors = Diagnostics::default();
    let rules = unit.modules.iter().flat_map(|module| &module.rules);
    for branch in rules.flat_map(|rule| &rule.branches) {
        walk_branch(branch, &mut |node| {
            let Node::Expr(expr) = node else { return Descend::Yes };
            match check(expr, unit) {
                Ok(()) => Descend::Yes,
                Err(error) => {
                    errors.push(error);
                    Descend::No
                }
            }
        });
    }
    unit.errors.append(errors);
}

fn check(expr: &Expr, unit: &Unit<'_>) -> Result<(), Diagnostic> {
    let (tree, symbols) = (&unit.tree, &unit.symbols);
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
        Function::Builtin(builtin, _) => {
            Err(messages::wrong_builtin_arity(expr.span, builtin, arity, given))
        }
        Function::Rules(_) => {
            let first = tree.first_rule(operator);
            let definition = first.and_then(|position| unit.rule(position)).map(|rule| rule.span);
            Err(messages::wrong_arity(expr.span, &name, arity, given, definition))
        }
    }
}
