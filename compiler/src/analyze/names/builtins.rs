//! The builtins that references name, and their signatures.

use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Term, TermKind};
use ferrego_runtime::builtins::{self, Builtin};

/// Returns the builtin that a reference names.
pub(crate) fn named(terms: &[Term], symbols: &Symbols) -> Option<&'static Builtin> {
    let (head, fields) = terms.split_first()?;
    let mut name = symbols.free_name(head.as_var()?)?.to_owned();
    for field in fields {
        let TermKind::String(field) = &field.kind else { return None };
        name.push('.');
        name.push_str(field);
    }
    builtins::lookup(&name)
}

/// Returns the number of parameters of a builtin.
pub(crate) fn arity(builtin: &Builtin) -> usize {
    parameters(builtin).len()
}

/// Returns the types of a builtin's parameters, from its signature: `(a, b<c, d>) => e`.
pub(crate) fn parameters(builtin: &Builtin) -> Vec<&'static str> {
    let list = builtin.signature.split(" =>").next().unwrap_or_default();
    let list = list.trim_start_matches('(').trim_end_matches(')');
    let mut depth = 0_usize;
    let parameters = list.split(|character: char| {
        match character {
            '<' | '[' => depth += 1,
            '>' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    });
    parameters.map(str::trim).filter(|parameter| !parameter.is_empty()).collect()
}

/// Returns `true` if the builtin has no result.
pub(crate) fn is_void(builtin: &Builtin) -> bool {
    !builtin.signature.contains("=>")
}
