//! The variables that an expression binds when it is evaluated (`outputVarsForExpr` and related
//! functions of `ast/compile.go`).

use crate::analyze::bodies::unify::{self, Safe};
use crate::analyze::names::rule_tree::RuleTree;
use crate::analyze::working_ast::symbols::{EQ, Symbols, VarSet};
use crate::analyze::working_ast::vars::{self, SAFETY};
use crate::analyze::working_ast::walk::{Descend, Node, walk};
use crate::analyze::working_ast::{Expr, ExprKind, Term, TermKind};

/// The number of parameters of each function.
#[derive(Clone, Copy)]
pub(crate) struct Arities<'u> {
    /// The rules of the program.
    pub(crate) tree: &'u RuleTree,
    /// The symbols of the program.
    pub(crate) symbols: &'u Symbols,
}

impl Arities<'_> {
    /// Returns the operands of a call that receive its result; they follow the arguments.
    pub(crate) fn results(self, expr: &Expr) -> &[Term] {
        let Some(terms) = expr.as_call() else { return &[] };
        let arity = terms.first().and_then(|operator| self.of(operator));
        arity.and_then(|arity| terms.get(arity + 1..)).unwrap_or_default()
    }

    fn of(self, operator: &Term) -> Option<usize> {
        self.tree
            .function(operator, self.symbols)
            .map(crate::analyze::names::rule_tree::Function::arity)
    }
}

/// The set of outputs that OPA's collection keeps from expression to expression. The outputs of a
/// call stay in it until the next equation or call; an `every` counts them among its own.
#[derive(Default)]
pub(crate) struct CarriedOutputs(VarSet);

/// Returns the variables that a body binds beyond `safe`, expression by expression.
pub(crate) fn of_body<'e>(
    body: impl IntoIterator<Item = &'e Expr>,
    arities: Arities<'_>,
    safe: &VarSet,
) -> VarSet {
    let mut bound = safe.clone();
    let mut carried = CarriedOutputs::default();
    for expr in body {
        bound.extend(of_expr(expr, arities, &bound, &mut carried));
    }
    &bound - safe
}

/// Returns the variables that `expr` binds if those of `safe` are bound.
pub(crate) fn of_expr(
    expr: &Expr,
    arities: Arities<'_>,
    safe: &VarSet,
    carried: &mut CarriedOutputs,
) -> VarSet {
    if expr.negated {
        return VarSet::new();
    }
    let mut modifiers = VarSet::new();
    expr.with.iter().for_each(|with| vars::collect_with(with, SAFETY, &mut modifiers));
    if !modifiers.is_subset(safe) {
        return VarSet::new();
    }
    match &expr.kind {
        ExprKind::Term(_) => of_references(Node::Expr(expr), safe),
        ExprKind::Call(_) if expr.calls(EQ) => of_equation(expr, safe, carried),
        ExprKind::Call(terms) => match terms.first().and_then(|operator| arities.of(operator)) {
            Some(arity) => of_call(expr, terms, arity, safe, carried),
            None => VarSet::new(),
        },
        ExprKind::Every(every) => {
            carried.0.extend(of_references(Node::Term(&every.domain), safe));
            carried.0.clone()
        }
        ExprKind::Some(_) | ExprKind::SomeIn(_) | ExprKind::Not(_) => VarSet::new(),
    }
}

/// Returns the variables that an equation binds.
pub(crate) fn of_equation(expr: &Expr, safe: &VarSet, carried: &mut CarriedOutputs) -> VarSet {
    let Some((left, right)) = expr.operands_of(EQ) else { return VarSet::new() };
    carried.0.clear();
    let mut output = of_references(Node::Expr(expr), safe);
    // The target of `:=` only receives: its variables bind nothing on the right.
    let targets = if expr.assigned { vars::of_term(left, vars::ALL) } else { VarSet::new() };
    let known = Safe { before: safe, own: &output, except: &targets };
    let unified = unify::unify(known, left, right);
    output.extend(unified);
    output.retain(|var| !safe.contains(var));
    output
}

fn of_call(
    expr: &Expr,
    terms: &[Term],
    arity: usize,
    safe: &VarSet,
    carried: &mut CarriedOutputs,
) -> VarSet {
    carried.0 = of_references(Node::Expr(expr), safe);
    let inputs = arity + 1;
    if inputs < terms.len() {
        let needed = vars::of_terms(&terms[..inputs], vars::OPERANDS);
        if needed.iter().any(|var| !carried.0.contains(var) && !safe.contains(var)) {
            return VarSet::new();
        }
        carried.0.extend(vars::of_terms(&terms[inputs..], vars::OPERANDS));
    }
    carried.0.clone()
}

/// Returns the variables in the operands of references whose head is bound, outside closures.
fn of_references(node: Node<'_>, safe: &VarSet) -> VarSet {
    let mut output = VarSet::new();
    walk(node, &mut |node| {
        let Node::Term(term) = node else { return Descend::Yes };
        match &term.kind {
            TermKind::Comprehension(_) | TermKind::Template(_) => Descend::No,
            TermKind::Ref(terms) => {
                let none = &VarSet::new();
                if !(Safe { before: safe, own: none, except: none }).contains_head(terms) {
                    return Descend::No;
                }
                vars::collect_term(term, vars::OUTPUTS, &mut output);
                Descend::Yes
            }
            _ => Descend::Yes,
        }
    });
    output
}
