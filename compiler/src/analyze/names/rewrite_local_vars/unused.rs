//! Errors about variables that are declared and never used.

use super::Rewriter;
use crate::analyze::messages;
use crate::analyze::names::scopes::Occurrence;
use crate::analyze::working_ast::Expr;
use crate::analyze::working_ast::declarations::declared_in;
use crate::analyze::working_ast::symbols::{Var, VarSet};
use crate::analyze::working_ast::vars;
use crate::diagnostics::Diagnostic;
use crate::source::Span;

impl Rewriter<'_> {
    /// Reports unused variables of `:=`, in strict mode.
    pub(super) fn check_unused_assigned(&mut self, original: &[Expr], used: &VarSet) {
        let used = self.rewritten(used);
        for (name, variable) in self.scopes.innermost(Occurrence::Assigned) {
            let counted = self.symbols.is_wildcard(name) || self.scopes.count(name) > 1;
            if !counted && !used.contains(&variable) {
                let error = messages::unused_assigned;
                self.report_unused(original, name, error);
            }
        }
    }

    /// Reports unused variables of `some` and `every`.
    pub(super) fn check_unused_declared(
        &mut self,
        original: &[Expr],
        body: &[Expr],
        used: &VarSet,
    ) {
        let declared = self.scopes.innermost(Occurrence::Declared);
        if declared.is_empty() {
            return;
        }
        let mut present = vars::of_body(body, vars::ALL);
        present.extend(self.rewritten(used));
        for (name, variable) in declared {
            if !present.contains(&variable) && !self.symbols.is_generated(name) {
                self.report_unused(original, name, messages::unused_declared);
            }
        }
    }

    /// Returns the variables that the names used in a head denote.
    fn rewritten(&self, used: &VarSet) -> VarSet {
        used.iter().map(|&name| self.scopes.declared(name).unwrap_or(name)).collect()
    }

    fn report_unused(&mut self, body: &[Expr], name: Var, error: fn(Span, &str) -> Diagnostic) {
        let declares = |expr: &&Expr| declared_in(std::slice::from_ref(*expr)).contains(&name);
        if let Some(expr) = body.iter().find(declares).or(body.first()) {
            self.unused.push(error(expr.span, self.symbols.name(name)));
        }
    }
}
