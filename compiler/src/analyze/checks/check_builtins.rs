//! Stage `CheckDeprecatedBuiltins`, and the check for builtins that this runtime does not
//! implement.

use crate::analyze::messages;
use crate::analyze::names::builtins;
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::walk::{Descend, Node, walk_branch};
use crate::analyze::working_ast::{Term, With};
use crate::source::{RegoVersion, Span};
use ferrego_runtime::builtins::{Builtin, Kind};

/// Rejects deprecated builtins in version 1 and in strict mode.
pub(crate) fn deprecated(unit: &mut Unit<'_>) {
    for (index, builtin, span) in uses(unit) {
        let checked = unit.options.strict || unit.modules[index].version == RegoVersion::V1;
        if checked && builtin.deprecated {
            unit.errors.push(messages::deprecated_builtin(span, builtin.name));
        }
    }
}

/// Rejects each use of a builtin that the runtime does not implement. Builtins behind a feature of
/// the runtime are accepted: the generated code checks the feature in the crate that links it.
pub(crate) fn unsupported(unit: &mut Unit<'_>) {
    for (_, builtin, span) in uses(unit) {
        if let Kind::Refused(reason) = builtin.kind {
            unit.errors.push(messages::unsupported_builtin(span, builtin.name, reason));
        }
    }
}

/// Returns all uses of builtins, with the index of the module.
fn uses(unit: &Unit<'_>) -> Vec<(usize, &'static Builtin, Span)> {
    let mut found = Vec::new();
    for (index, module) in unit.modules.iter().enumerate() {
        for branch in module.rules.iter().flat_map(|rule| &rule.branches) {
            walk_branch(branch, &mut |node| {
                let (names, span) = match node {
                    Node::Expr(expr) => {
                        (expr.as_call().and_then(<[Term]>::first).into_iter().collect(), expr.span)
                    }
                    Node::With(with) => (function_names(with), with.span),
                    Node::Term(_) => (Vec::new(), Span::default()),
                };
                let builtins = names.into_iter().filter_map(Term::as_reference);
                let builtins = builtins.filter_map(|name| builtins::named(name, &unit.symbols));
                found.extend(builtins.map(|builtin| (index, builtin, span)));
                Descend::Yes
            });
        }
    }
    found
}

fn function_names(with: &With) -> Vec<&Term> {
    vec![&with.target, &with.value]
}
