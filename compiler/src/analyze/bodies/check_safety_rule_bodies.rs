//! Stage `CheckSafetyRuleBodies`: every variable must be bound, and bodies are reordered so that
//! each variable is bound before it is needed (`reorderBodyForSafety`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::analyze::bodies::output_vars::{self, Arities, CarriedOutputs};
use crate::analyze::messages;
use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::closures::{Closure, closures_of_expr};
use crate::analyze::working_ast::symbols::{EQ, Symbols, Var, VarSet, reserved};
use crate::analyze::working_ast::vars::{self, SAFETY};
use crate::analyze::working_ast::walk::{Descend, Node, walk};
use crate::analyze::working_ast::{Body, Comprehension, Expr, ExprKind, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::Span;

/// Checks and orders all bodies.
pub(crate) fn run(unit: &mut Unit<'_>) {
    for branch in branches(&mut unit.modules) {
        let safe = vars::bound_by_head(&branch.head);
        let arities = Arities { tree: &unit.tree, symbols: &unit.symbols };
        let mut checker = Checker { arities, unsafe_vars: Vec::new() };
        checker.body(&mut branch.body, &safe);
        report(&checker.unsafe_vars, &unit.symbols, &mut unit.errors);
    }
}

/// The variables that an expression leaves unsafe.
type Unsafe = (Span, VarSet);

struct Checker<'u> {
    arities: Arities<'u>,
    unsafe_vars: Vec<Unsafe>,
}

/// An expression that waits for its place in the new order.
struct Pending {
    expr: Expr,
    unsafe_vars: VarSet,
    closed_over: VarSet,
}

/// The expressions of a body to look at, in rounds over those that are not yet safe.
///
/// A round looks at an expression only if one of its variables has become safe since it was last
/// looked at: otherwise the expression is as unsafe as before. An `every` also depends on the
/// expression before it ([`CarriedOutputs`]), so that a body with one has whole rounds.
struct Rounds {
    /// The indexes that this round still looks at.
    current: BTreeSet<usize>,
    /// The indexes that the next round looks at.
    next: BTreeSet<usize>,
    /// The expressions that mention each variable, or `None` for whole rounds.
    mentions: Option<HashMap<Var, Vec<usize>>>,
    /// `true` if an expression of this round was safe, so that another whole round follows.
    has_found: bool,
    /// The number of expressions.
    count: usize,
}

impl Rounds {
    fn of(pending: &[Pending]) -> Self {
        let carries = |next: &Pending| matches!(next.expr.kind, ExprKind::Every(_));
        let mentions = (!pending.iter().any(carries)).then(|| {
            let mut mentions: HashMap<Var, Vec<usize>> = HashMap::new();
            for (index, next) in pending.iter().enumerate() {
                for var in vars::of_expr(&next.expr, vars::ALL) {
                    mentions.entry(var).or_default().push(index);
                }
            }
            mentions
        });
        let count = pending.len();
        let current = (0..count).collect();
        Self { current, next: BTreeSet::new(), mentions, has_found: false, count }
    }

    /// Returns the next expression to look at.
    fn next(&mut self) -> Option<usize> {
        if self.current.is_empty() {
            std::mem::swap(&mut self.current, &mut self.next);
            if std::mem::take(&mut self.has_found) {
                self.current.extend(0..self.count);
            }
        }
        self.current.pop_first()
    }

    /// Notes that the expression at `index` is safe and has made variables safe.
    fn wake<'v>(&mut self, vars: impl Iterator<Item = &'v Var>, index: usize) {
        let Some(mentions) = &self.mentions else {
            self.has_found = true;
            return;
        };
        for &other in vars.filter_map(|var| mentions.get(var)).flatten() {
            if other > index { &mut self.current } else { &mut self.next }.insert(other);
        }
    }
}

impl Checker<'_> {
    /// Orders a body, and then the bodies inside it.
    fn body(&mut self, body: &mut Body, globals: &VarSet) {
        self.reorder(body, globals);
        let mut known = globals.clone();
        for expr in body.iter_mut() {
            self.closures(expr, &mut known);
            self.collect_required(expr, &mut known);
        }
    }

    /// Orders the expressions: each becomes part of the order as soon as it is safe, in rounds over
    /// the rest.
    fn reorder(&mut self, body: &mut Body, globals: &VarSet) {
        let mut body_vars = VarSet::new();
        for expr in body.iter() {
            self.collect_required(expr, &mut body_vars);
        }
        let mut safe: VarSet = &body_vars & globals;
        let pending: Vec<Pending> = std::mem::take(body)
            .into_iter()
            .map(|expr| {
                let mut unsafe_vars = VarSet::new();
                self.collect_required(&expr, &mut unsafe_vars);
                unsafe_vars.retain(|var| !safe.contains(var));
                let closed_over = &(&closure_vars(&expr) & &body_vars) - globals;
                Pending { expr, unsafe_vars, closed_over }
            })
            .collect();
        let mut rounds = Rounds::of(&pending);
        let mut carried = CarriedOutputs::default();
        let mut rest: Vec<Option<Pending>> = pending.into_iter().map(Some).collect();
        while let Some(index) = rounds.next() {
            let Some(next) = &mut rest[index] else { continue };
            let Some(outputs) = self.outputs_if_safe(next, &safe, &mut carried) else { continue };
            rounds.wake(outputs.iter().filter(|var| !safe.contains(var)), index);
            safe.extend(outputs);
            body.extend(rest[index].take().map(|next| next.expr));
        }
        let unsafe_vars = rest.into_iter().flatten().map(|next| (next.expr.span, next.unsafe_vars));
        self.unsafe_vars.extend(unsafe_vars);
    }

    /// Adds the variables of an expression that the enclosing body must bind. These are the
    /// variables outside of closures, and the variables that a body without braces does not bind
    /// itself (`promoteUnsafeOperandBodyVars`).
    fn collect_required(&self, expr: &Expr, vars: &mut VarSet) {
        vars::collect_expr(expr, SAFETY, vars);
        if let (ExprKind::Not(body), true) = (&expr.kind, expr.implicit) {
            vars.append(&mut self.unbound_in(body));
        }
    }

    /// Returns the variables of a body without braces that are not both bound and used inside of it
    /// (`unsafeImplicitBodyVars`). Such a body has several expressions if calls were taken out of
    /// its single expression.
    fn unbound_in(&self, body: &[Expr]) -> VarSet {
        let mut uses: BTreeMap<Var, usize> = BTreeMap::new();
        for expr in body {
            for var in vars::of_expr(expr, SAFETY) {
                *uses.entry(var).or_default() += 1;
            }
        }
        if body.len() == 1 {
            return uses.into_keys().collect();
        }
        let bound = self.bound_in(body, uses.keys().copied().collect());
        let unbound = uses.into_iter().filter(|(var, uses)| *uses == 1 || !bound.contains(var));
        unbound.map(|(var, _)| var).collect()
    }

    /// Returns the variables of `all` that equations and results of calls in `body` bind.
    fn bound_in(&self, body: &[Expr], all: VarSet) -> VarSet {
        let mut safe = all;
        safe.append(&mut reserved());
        for (left, right) in body.iter().filter_map(|expr| expr.operands_of(EQ)) {
            for side in [left, right].into_iter().filter_map(Term::as_var) {
                safe.remove(&side);
            }
        }
        let mut bound = VarSet::new();
        loop {
            let before = bound.len();
            for expr in body.iter().filter(|expr| expr.calls(EQ)) {
                let outputs = output_vars::of_equation(expr, &safe, &mut CarriedOutputs::default());
                safe.extend(&outputs);
                bound.extend(outputs);
            }
            if bound.len() == before {
                break;
            }
        }
        for expr in body.iter().filter(|expr| !expr.calls(EQ)) {
            let results = self.arities.results(expr);
            bound.append(&mut vars::of_terms(results, vars::OPERANDS));
        }
        bound
    }

    /// Returns the outputs of `next` if it can be evaluated now.
    fn outputs_if_safe(
        &self,
        next: &mut Pending,
        safe: &VarSet,
        carried: &mut CarriedOutputs,
    ) -> Option<VarSet> {
        let outputs = output_vars::of_expr(&next.expr, self.arities, safe, carried);
        if !next.closed_over.is_empty() {
            // An expression must not close over exactly the variables that it binds itself.
            if next.closed_over == outputs {
                return None;
            }
            next.unsafe_vars.clone_from(&next.closed_over);
        }
        next.unsafe_vars.retain(|var| !outputs.contains(var) && !safe.contains(var));
        next.unsafe_vars.is_empty().then_some(outputs)
    }

    fn closures(&mut self, expr: &mut Expr, known: &mut VarSet) {
        let span = expr.span;
        closures_of_expr(expr, &mut |closure| match closure {
            Closure::Comprehension(comprehension) => self.comprehension(comprehension, span, known),
            Closure::Every(every) => {
                let locals = every.key.iter().chain([&every.value]);
                known.extend(vars::of_terms(locals, vars::ALL));
                self.body(&mut every.body, known);
            }
            Closure::Not(body) => self.body(body, known),
        });
    }

    fn comprehension(&mut self, comprehension: &mut Comprehension, span: Span, known: &VarSet) {
        let terms = comprehension.key.iter().chain([&comprehension.value]);
        let mut missing = vars::of_terms(terms, vars::ALL);
        let mut inner = VarSet::new();
        for expr in &comprehension.body {
            self.collect_required(expr, &mut inner);
        }
        missing.retain(|var| !inner.contains(var) && !known.contains(var));
        if !missing.is_empty() {
            self.unsafe_vars.push((span, missing));
        }
        self.body(&mut comprehension.body, known);
    }
}

/// Returns the variables inside the closures of an expression (`unsafeVarsInClosures`). The domain
/// of an `every` counts as outside. So if the body closes over any variable, OPA does not wait for
/// the domain.
pub(crate) fn closure_vars(expr: &Expr) -> VarSet {
    let mut inner = VarSet::new();
    walk(Node::Expr(expr), &mut |node| match node {
        Node::Expr(Expr { kind: ExprKind::Every(every), .. }) => {
            vars::collect_body(&every.body, vars::ALL, &mut inner);
            Descend::No
        }
        Node::Expr(Expr { kind: ExprKind::Not(body), .. }) => {
            vars::collect_body(body, vars::ALL, &mut inner);
            Descend::No
        }
        Node::Term(term) if matches!(term.kind, TermKind::Comprehension(_)) => {
            vars::collect_term(term, vars::ALL, &mut inner);
            Descend::No
        }
        _ => Descend::Yes,
    });
    inner
}

/// Reports the unsafe variables of a rule, each once, at its first occurrence. If only generated
/// variables are unsafe, the expressions are reported.
fn report(unsafe_vars: &[Unsafe], symbols: &Symbols, errors: &mut Diagnostics) {
    let mut places: BTreeMap<Var, Span> = BTreeMap::new();
    for (span, names) in unsafe_vars {
        for &name in names.iter().filter(|&&name| !symbols.is_generated(name)) {
            let place = places.entry(symbols.original(name)).or_insert(*span);
            if span.start < place.start {
                *place = *span;
            }
        }
    }
    let mut places: Vec<(Span, Var)> = places.into_iter().map(|(var, span)| (span, var)).collect();
    places.sort_by_key(|(span, _)| span.start);
    for (span, var) in &places {
        errors.push(messages::unsafe_variable(*span, symbols.name(*var)));
    }
    if places.is_empty() {
        report_expressions(unsafe_vars, errors);
    }
}

fn report_expressions(unsafe_vars: &[Unsafe], errors: &mut Diagnostics) {
    let mut sorted: Vec<&Unsafe> = unsafe_vars.iter().collect();
    sorted.sort_by_key(|(span, _)| span.start);
    let mut seen = VarSet::new();
    for (span, names) in sorted {
        let before = seen.len();
        seen.extend(names);
        if seen.len() > before {
            errors.push(messages::unsafe_expression(*span));
        }
    }
}
