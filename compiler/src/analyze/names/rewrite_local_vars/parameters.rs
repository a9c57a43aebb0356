//! The variables in the parameters of a function.

use crate::analyze::messages;
use crate::analyze::names::scopes::{Occurrence, Scopes};
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Term, TermKind};
use crate::diagnostics::Diagnostics;

/// Declares the variables of a parameter, and gives each a symbol of its own.
pub(super) fn declare(
    term: &mut Term,
    scopes: &mut Scopes,
    symbols: &mut Symbols,
    errors: &mut Diagnostics,
) {
    let span = term.span;
    match &mut term.kind {
        TermKind::Var(var) => {
            *var = if let Some(declared) = scopes.declared(*var) {
                scopes.record_use(*var);
                declared
            } else {
                let fresh = symbols.rewrite(*var);
                scopes.insert(*var, fresh, Occurrence::Argument, Some(span));
                fresh
            };
        }
        TermKind::Object(pairs) => {
            for (_, value) in pairs {
                declare(value, scopes, symbols, errors);
            }
        }
        TermKind::Ref(terms) | TermKind::Array(terms) => {
            for term in terms.iter_mut() {
                declare(term, scopes, symbols, errors);
            }
        }
        TermKind::Call(_) => errors.push(messages::call_as_argument(term.span)),
        _ => {}
    }
}
