//! Stage `RewritePrintCalls`: calls of `print` are erased, or become calls of `internal.print`.

use crate::analyze::bodies::output_vars::{self, Arities};
use crate::analyze::messages;
use crate::analyze::names::rule_tree::RuleTree;
use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::closures::{Closure, closures_of_expr, closures_of_head};
use crate::analyze::working_ast::fresh_names;
use crate::analyze::working_ast::symbols::{Symbols, VarSet};
use crate::analyze::working_ast::vars::{self, SAFETY};
use crate::analyze::working_ast::{Body, Branch, Expr, ExprKind, Term, TermKind};
use crate::diagnostics::Diagnostics;

/// Erases calls of `print`, or rewrites them to `internal.print` if prints are kept.
pub(crate) fn run(unit: &mut Unit<'_>) {
    if unit.options.keep_prints {
        let mut rewriter =
            Rewriter { tree: &unit.tree, symbols: &mut unit.symbols, errors: &mut unit.errors };
        for branch in branches(&mut unit.modules) {
            rewriter.branch(branch);
        }
    } else {
        for branch in branches(&mut unit.modules) {
            closures_of_head(branch, &mut |mut closure| erase(closure.body(), &unit.symbols));
            erase(&mut branch.body, &unit.symbols);
        }
    }
}

fn is_print(expr: &Expr, symbols: &Symbols) -> bool {
    let operator = expr.as_call().and_then(<[Term]>::first).and_then(Term::as_reference);
    matches!(operator, Some([head]) if head.as_var().and_then(|var| symbols.free_name(var)) == Some("print"))
}

fn erase(body: &mut Body, symbols: &Symbols) {
    let span = body.first().map(|expr| expr.span).unwrap_or_default();
    body.retain(|expr| !is_print(expr, symbols));
    for expr in body.iter_mut() {
        closures_of_expr(expr, &mut |mut closure| erase(closure.body(), symbols));
    }
    if body.is_empty() {
        body.push(Expr::truth(span));
    }
}

struct Rewriter<'u> {
    tree: &'u RuleTree,
    symbols: &'u mut Symbols,
    errors: &'u mut Diagnostics,
}

impl Rewriter<'_> {
    fn branch(&mut self, branch: &mut Branch) {
        let outer = vars::bound_by_head(&branch.head);
        closures_of_head(branch, &mut |mut closure| self.body(closure.body(), &outer));
        self.body(&mut branch.body, &outer);
    }

    fn body(&mut self, body: &mut Body, outer: &VarSet) {
        for index in 0..body.len() {
            let arities = Arities { tree: self.tree, symbols: self.symbols };
            let before = &body[..index];
            let mut safe = output_vars::of_body(before, arities, outer);
            safe.extend(outer);
            let mentioned = vars::of_body(before, vars::ALL);
            safe.extend(mentioned.into_iter().filter(|&var| self.symbols.is_generated(var)));
            self.expr(&mut body[index], &safe);
        }
    }

    fn expr(&mut self, expr: &mut Expr, safe: &VarSet) {
        closures_of_expr(expr, &mut |mut closure| {
            let mut inner = safe.clone();
            if let Closure::Every(every) = &closure {
                let locals = every.key.iter().chain([&every.value]);
                inner.extend(locals.filter_map(Term::as_var));
            }
            self.body(closure.body(), &inner);
        });
        if is_print(expr, self.symbols) {
            self.print(expr, safe);
        }
    }

    /// Rewrites `print(x, y)` to `internal.print([{v | v = x}, {w | w = y}])`. This call prints the
    /// other operands even if one is undefined.
    fn print(&mut self, expr: &mut Expr, safe: &VarSet) {
        let ExprKind::Call(terms) = &mut expr.kind else { return };
        for term in terms.iter().skip(1) {
            for var in vars::of_term(term, SAFETY).difference(safe) {
                self.errors.push(messages::undeclared(term.span, self.symbols.name(*var)));
            }
        }
        let span = expr.span;
        let operands = terms.drain(1..).collect::<Vec<_>>();
        let operands = operands
            .into_iter()
            .map(|term| fresh_names::set_of(term, "printed", Vec::new(), self.symbols))
            .collect();
        *terms = vec![
            fresh_names::builtin_operator("internal.print", span, self.symbols),
            Term::new(TermKind::Array(operands), span),
        ];
    }
}
