//! Stage `RewriteWithValues`: checks the targets of `with`, and binds values that must be
//! evaluated.

use crate::analyze::messages;
use crate::analyze::names::builtins;
use crate::analyze::names::rule_tree::RuleTree;
use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::closures::{closures_of_expr, closures_of_head};
use crate::analyze::working_ast::fresh_names;
use crate::analyze::working_ast::symbols::{DATA, INPUT, Symbols};
use crate::analyze::working_ast::{Body, Expr, Term, TermKind};
use crate::diagnostics::{Diagnostic, Diagnostics};
use ferrego_runtime::builtins::{Builtin, Kind};

/// Rewrites all modifiers.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let mut rewriter =
        Rewriter { tree: &unit.tree, symbols: &mut unit.symbols, errors: &mut unit.errors };
    for branch in branches(&mut unit.modules) {
        closures_of_head(branch, &mut |mut closure| rewriter.body(closure.body()));
        rewriter.body(&mut branch.body);
    }
}

struct Rewriter<'u> {
    tree: &'u RuleTree,
    symbols: &'u mut Symbols,
    errors: &'u mut Diagnostics,
}

impl Rewriter<'_> {
    fn body(&mut self, body: &mut Body) {
        let mut rewritten = Body::with_capacity(body.len());
        for mut expr in std::mem::take(body) {
            closures_of_expr(&mut expr, &mut |mut closure| self.body(closure.body()));
            self.expr(&mut expr, &mut rewritten);
            rewritten.push(expr);
        }
        *body = rewritten;
    }

    fn expr(&mut self, expr: &mut Expr, before: &mut Body) {
        for with in &mut expr.with {
            as_function_name(&mut with.value, self.symbols);
            match needs_evaluation(&mut with.target, &with.value, self.tree, self.symbols) {
                Ok(true) => before.push(fresh_names::hoist(&mut with.value, self.symbols)),
                Ok(false) => {}
                Err(error) => self.errors.push(error),
            }
        }
    }
}

/// Turns the name of a builtin into a reference.
fn as_function_name(term: &mut Term, symbols: &Symbols) {
    if term.as_var().is_some() && builtin_of(term, symbols).is_some() {
        let inner = std::mem::replace(term, Term::new(TermKind::Null, term.span));
        *term = Term::new(TermKind::Ref(vec![inner]), term.span);
    }
}

/// Returns the builtin that a name or reference denotes.
fn builtin_of(term: &Term, symbols: &Symbols) -> Option<&'static Builtin> {
    match &term.kind {
        TermKind::Var(_) => builtins::named(std::slice::from_ref(term), symbols),
        TermKind::Ref(terms) => builtins::named(terms, symbols),
        _ => None,
    }
}

/// Returns `true` if a modifier's value must be bound to a variable first (`validateWith`).
///
/// # Errors
///
/// Returns an error if the target cannot be replaced.
fn needs_evaluation(
    target: &mut Term,
    value: &Term,
    tree: &RuleTree,
    symbols: &Symbols,
) -> Result<bool, Diagnostic> {
    let root = target.as_reference().and_then(<[Term]>::first).and_then(Term::as_var);
    if root == Some(DATA) {
        if replaces_data(target, value, tree, symbols)? {
            return Ok(false);
        }
    } else if root != Some(INPUT) {
        let builtin =
            builtin_of(target, symbols).ok_or_else(|| messages::with_target(target.span))?;
        check_builtin(target, builtin)?;
        as_function_name(target, symbols);
        if names_function(value, tree, symbols) {
            return Ok(false);
        }
    }
    Ok(fresh_names::requires_evaluation(value))
}

/// Returns `true` if the value of a modifier with a `data` target names a function of the program.
/// If the target is a function too, the value may also name a builtin.
///
/// # Errors
///
/// Returns an error if the target is below a rule.
fn replaces_data(
    target: &Term,
    value: &Term,
    tree: &RuleTree,
    symbols: &Symbols,
) -> Result<bool, Diagnostic> {
    let operands = target.as_reference().and_then(|terms| terms.get(1..)).unwrap_or_default();
    let mut node = Some(tree);
    for (index, operand) in operands.iter().enumerate() {
        node = node.and_then(|node| node.child(operand));
        let is_last = index + 1 == operands.len();
        if !is_last && node.is_some_and(|node| !node.rules.is_empty()) {
            return Err(messages::with_inside_rule(target.span));
        }
    }
    let is_function = |node: &RuleTree| node.rules.iter().any(|&(_, arity)| arity > 0);
    if node.is_some_and(is_function) && names_function(value, tree, symbols) {
        return Ok(true);
    }
    let value = value.as_reference().and_then(|terms| tree.find(terms));
    Ok(value.is_some_and(is_function))
}

/// Returns `true` if the value is the name of a function (`validateWithFunctionValue`).
fn names_function(value: &Term, tree: &RuleTree, symbols: &Symbols) -> bool {
    let is_function = |node: &RuleTree| node.rules.iter().any(|&(_, arity)| arity > 0);
    value.as_reference().and_then(|terms| tree.find(terms)).is_some_and(is_function)
        || builtin_of(value, symbols).is_some()
}

/// Rejects builtins that cannot be replaced (`validateWithBuiltinTarget`).
fn check_builtin(target: &Term, builtin: &Builtin) -> Result<(), Diagnostic> {
    let why = match builtin.name {
        "eq" | "rego.metadata.chain" | "rego.metadata.rule" => {
            format!("replacement of {:?} invalid", builtin.name)
        }
        name if name.starts_with("internal.") => {
            format!("replacement of internal function {name:?} invalid")
        }
        _ if matches!(builtin.kind, Kind::Relation) || builtin.name == "walk" => {
            "target must not be a relation".to_owned()
        }
        _ if builtins::is_void(builtin) => "target must not be a void function".to_owned(),
        _ => return Ok(()),
    };
    Err(messages::with_builtin(target.span, &why))
}
