//! Stage `RewriteComprehensionTerms`: `[x[0] | x = y[_]]` becomes `[z | x = y[_]; z = x[0]]`.

use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::closures::{Closure, closures_of_expr, closures_of_head};
use crate::analyze::working_ast::fresh_names;
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Body, Comprehension};

/// Rewrites all comprehensions.
pub(crate) fn run(unit: &mut Unit<'_>) {
    for branch in branches(&mut unit.modules) {
        closures_of_head(branch, &mut |closure| rewrite(closure, &mut unit.symbols));
        rewrite_body(&mut branch.body, &mut unit.symbols);
    }
}

fn rewrite_body(body: &mut Body, symbols: &mut Symbols) {
    for expr in body {
        closures_of_expr(expr, &mut |closure| rewrite(closure, symbols));
    }
}

fn rewrite(closure: Closure<'_>, symbols: &mut Symbols) {
    match closure {
        Closure::Comprehension(comprehension) => rewrite_terms(comprehension, symbols),
        Closure::Every(every) => rewrite_body(&mut every.body, symbols),
        Closure::Not(body) => rewrite_body(body, symbols),
    }
}

fn rewrite_terms(comprehension: &mut Comprehension, symbols: &mut Symbols) {
    let terms = comprehension.key.iter_mut().chain([&mut comprehension.value]);
    for term in terms.filter(|term| fresh_names::requires_evaluation(term)) {
        let equation = fresh_names::hoist(term, symbols);
        fresh_names::append(&mut comprehension.body, |body| body.push(equation));
    }
    rewrite_body(&mut comprehension.body, symbols);
}
