//! Stage `RewriteLocalVars`: every declared variable gets a symbol of its own. `:=` becomes `=`,
//! and `some` disappears.

mod parameters;
mod rename;
mod unused;

use crate::analyze::bodies::output_vars::{self, CarriedOutputs};
use crate::analyze::messages;
use crate::analyze::names::scopes::{Occurrence, Scopes};
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::closures::closures_of_head;
use crate::analyze::working_ast::declarations;
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::symbols::{ASSIGN, EQ, Symbols, Var, VarSet};
use crate::analyze::working_ast::vars::{self, Skip};
use crate::analyze::working_ast::walk::{Descend, Node, walk_body};
use crate::analyze::working_ast::{Body, Branch, Expr, ExprKind, Rule, SomeIn, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::Span;

/// Rewrites all rules.
pub(crate) fn run(unit: &mut Unit<'_>) {
    for module in &mut unit.modules {
        for rule in &mut module.rules {
            let unused = &mut unit.recoverable;
            rewrite_rule(rule, &mut unit.symbols, unit.options.strict, &mut unit.errors, unused);
        }
    }
}

fn rewrite_rule(
    rule: &mut Rule,
    symbols: &mut Symbols,
    strict: bool,
    errors: &mut Diagnostics,
    unused_errors: &mut Diagnostics,
) {
    let mut parameters = Scopes::new();
    let mut unused = VarSet::new();
    if let Some(branch) = rule.branches.first_mut() {
        if strict {
            unused = vars::of_terms(&branch.head.parameters, vars::ALL);
        }
        for term in &mut branch.head.parameters {
            parameters::declare(term, &mut parameters, symbols, errors);
        }
    }
    for branch in &mut rule.branches {
        let scopes = parameters.clone();
        let mut rewriter = Rewriter {
            scopes,
            symbols,
            strict,
            errors: Diagnostics::default(),
            unused: Diagnostics::default(),
            walk: Walk::First,
        };
        rewriter.branch(branch, &mut unused);
        let count = |name: &Var| rewriter.scopes.count(*name);
        unused.retain(|name| count(name) <= 1);
        errors.0.append(&mut rewriter.errors.0);
        unused_errors.0.append(&mut rewriter.unused.0);
    }
    let span = rule.branches.first().map_or(rule.span, |branch| branch.head.span);
    for name in unused.into_iter().filter(|&name| !symbols.is_wildcard(name)) {
        unused_errors.push(messages::unused_argument(span, symbols.name(name)));
    }
}

/// The number of times that the current expression has been walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    /// The expression is walked for the first time.
    First,
    /// The expression has been walked before, and a fault was found in it. A comprehension in it is
    /// walked again, so that its faults are reported as often as by OPA.
    AfterFaults,
    /// The expression has been walked before, without a fault. A comprehension in it stays as it is:
    /// it has a scope of its own, and the first walk has replaced all its names.
    Again,
}

struct Rewriter<'s> {
    scopes: Scopes,
    symbols: &'s mut Symbols,
    strict: bool,
    errors: Diagnostics,
    /// Errors about variables that are declared and never used.
    unused: Diagnostics,
    walk: Walk,
}

impl Rewriter<'_> {
    fn branch(&mut self, branch: &mut Branch, unused_parameters: &mut VarSet) {
        let may_have_variables = branch.head.may_have_variables();
        let mut used = VarSet::new();
        if may_have_variables {
            self.nested_in_head(branch);
            let head = &branch.head;
            let operands = head.reference.iter().skip(1);
            used = vars::of_terms(operands.chain(&head.key), vars::ALL);
            let value = vars::of_terms(&head.value, vars::ALL);
            unused_parameters.retain(|name| !value.contains(name));
            used.extend(value);
        }
        self.rename_builtins(&branch.body);
        self.body(&mut branch.body, &used);
        if may_have_variables {
            self.head_variables(branch);
        }
    }

    /// Renames undeclared variables of the body that have a builtin's name. Otherwise, calls of the
    /// builtin would be mistaken for calls of the variable.
    fn rename_builtins(&mut self, body: &[Expr]) {
        let mut names = vars::of_body(body, vars::SAFETY);
        names.retain(|&name| {
            ferrego_runtime::builtins::lookup(self.symbols.name(name)).is_some()
                && self.scopes.declared(name).is_none()
        });
        if names.is_empty() {
            return;
        }
        let mut declared_names = VarSet::new();
        walk_body(body, &mut |node| match node {
            Node::With(with) => {
                vars::collect_with(
                    with,
                    Skip { call_heads: true, ..vars::ALL },
                    &mut declared_names,
                );
                Descend::Yes
            }
            Node::Expr(expr) => {
                declarations::collect_declared(expr, &mut declared_names);
                Descend::Yes
            }
            Node::Term(_) => Descend::Yes,
        });
        for &name in names.difference(&declared_names) {
            let variable = self.symbols.rewrite(name);
            self.scopes.insert(name, variable, Occurrence::Seen, None);
        }
    }

    /// Rewrites the comprehensions in a head. They have scopes of their own, in which the body's
    /// variables are not visible.
    fn nested_in_head(&mut self, branch: &mut Branch) {
        let scopes = std::mem::replace(&mut self.scopes, Scopes::new());
        closures_of_head(branch, &mut |closure| {
            if let crate::analyze::working_ast::closures::Closure::Comprehension(comprehension) =
                closure
            {
                self.scopes = Scopes::new();
                self.comprehension(comprehension);
            }
        });
        self.scopes = scopes;
    }

    /// Replaces the head's names by the variables that the body declares.
    fn head_variables(&mut self, branch: &mut Branch) {
        let scopes = &self.scopes;
        let head = &mut branch.head;
        let operands = head.reference.iter_mut().skip(1);
        let terms =
            operands.chain(&mut head.parameters).chain(&mut head.key).chain(&mut head.value);
        for term in terms {
            crate::analyze::working_ast::substitute::term(term, &|name| {
                scopes.innermost_variable(name)
            });
        }
    }

    fn body(&mut self, body: &mut Body, used: &VarSet) {
        let span = body.first().map_or_else(Span::default, |expr| expr.span);
        let original = body.clone();
        let mut rewritten = Body::with_capacity(body.len());
        for expr in std::mem::take(body) {
            rewritten.extend(self.statement(expr));
        }
        if rewritten.is_empty() {
            rewritten.push(Expr::truth(span));
        }
        *body = rewritten;
        if self.errors.0.is_empty() && self.strict {
            self.check_unused_assigned(&original, used);
        }
        if self.errors.0.is_empty() {
            self.check_unused_declared(&original, body, used);
        }
    }

    fn statement(&mut self, mut expr: Expr) -> Option<Expr> {
        if expr.calls(ASSIGN) {
            self.assignment(&mut expr);
            return Some(expr);
        }
        match &mut expr.kind {
            ExprKind::Some(names) => {
                for name in std::mem::take(names) {
                    self.declare(name, Occurrence::Declared, expr.span)?;
                }
                None
            }
            ExprKind::SomeIn(_) => self.some_in(expr),
            ExprKind::Every(_) => self.every(expr),
            ExprKind::Not(body)
                if expr.implicit && body.iter().any(|inner| inner.calls(ASSIGN)) =>
            {
                self.errors.push(messages::assign_in_negation(expr.span));
                None
            }
            ExprKind::Not(body) => {
                let before = self.faults();
                self.scopes.push();
                self.body(body, &VarSet::new());
                self.scopes.pop();
                self.walk_again(&mut expr, before);
                Some(expr)
            }
            ExprKind::Term(_) | ExprKind::Call(_) => {
                self.expr(&mut expr);
                Some(expr)
            }
        }
    }

    /// Declares a name. If the name cannot be declared, reports an error and returns `None`.
    fn declare(&mut self, name: Var, occurrence: Occurrence, span: Span) -> Option<Var> {
        match self.scopes.declare(name, occurrence, span, self.symbols) {
            Ok(variable) => Some(variable),
            Err(redeclared) => {
                let name = self.symbols.name(name);
                self.errors.push(redeclared.fault(name, occurrence, span));
                None
            }
        }
    }

    fn assignment(&mut self, expr: &mut Expr) {
        if expr.negated {
            return self.errors.push(messages::assign_in_negation(expr.span));
        }
        let ExprKind::Call(terms) = &mut expr.kind else { return };
        let [operator, target, value] = terms.as_mut_slice() else { return };
        let before = self.errors.0.len();
        self.term(value);
        for with in &mut expr.with {
            self.term(&mut with.value);
        }
        self.assignment_target(target);
        if self.errors.0.len() == before {
            *operator = Term::operator(EQ, operator.span);
            expr.assigned = true;
        }
    }

    fn assignment_target(&mut self, target: &mut Term) {
        let span = target.span;
        let root = target.as_root_document();
        match &mut target.kind {
            TermKind::Var(var) => {
                if let Some(variable) = self.declare(*var, Occurrence::Assigned, span) {
                    *var = variable;
                }
            }
            TermKind::Array(terms) => {
                for term in terms {
                    self.assignment_target(term);
                }
            }
            TermKind::Object(pairs) => {
                for (_, value) in pairs.iter_mut() {
                    self.assignment_target(value);
                }
            }
            TermKind::Ref(_) if root.is_some() => {
                let variable = root.and_then(|root| self.declare(root, Occurrence::Assigned, span));
                if let Some(variable) = variable {
                    target.kind = TermKind::Var(variable);
                }
            }
            _ => self.errors.push(messages::cannot_assign(span, print::kind(target))),
        }
    }

    /// Rewrites `some k, v in xs` to `v = xs[k]`, and declares the variables that this equation
    /// binds.
    fn some_in(&mut self, expr: Expr) -> Option<Expr> {
        let ExprKind::SomeIn(some) = expr.kind else { return None };
        let SomeIn { key, value, collection } = *some;
        let bound = vars::of_terms(key.iter().chain([&value]), vars::PATTERN);
        let domain = vars::of_term(&collection, vars::CLOSED);
        let before = self.errors.0.len();
        for &name in bound.intersection(&domain).filter(|&&name| !self.symbols.is_wildcard(name)) {
            let message = format!("var {} assigned before", self.symbols.name(name));
            self.errors.push(messages::redeclared(expr.span, message));
        }
        if self.errors.0.len() > before {
            return None;
        }
        let outer = vars::of_term(&collection, vars::ALL);
        let span = collection.span;
        let key =
            key.unwrap_or_else(|| Term::var(self.symbols.generate(&"key".into()), value.span));
        let reference = match collection.kind {
            TermKind::Ref(mut terms) => {
                terms.push(key);
                terms
            }
            _ => vec![collection, key],
        };
        let member = Term::new(TermKind::Ref(reference), span);
        let operator = Term::operator(EQ, expr.span);
        let mut expr = Expr { kind: ExprKind::Call(vec![operator, value, member]), ..expr };
        for name in output_vars::of_equation(&expr, &outer, &mut CarriedOutputs::default()) {
            self.declare(name, Occurrence::Declared, expr.span)?;
        }
        self.expr(&mut expr);
        Some(expr)
    }

    fn every(&mut self, mut expr: Expr) -> Option<Expr> {
        let ExprKind::Every(every) = &mut expr.kind else { return None };
        let before = self.faults();
        self.term(&mut every.domain);
        self.scopes.push();
        let mut declared = Some(());
        for term in every.key.iter_mut().chain([&mut every.value]) {
            if let TermKind::Var(var) = &mut term.kind
                && !self.symbols.is_wildcard(*var)
            {
                match self.declare(*var, Occurrence::Declared, expr.span) {
                    Some(variable) => *var = variable,
                    None => declared = None,
                }
            }
        }
        if declared.is_some() {
            self.body(&mut every.body, &VarSet::new());
        }
        self.scopes.pop();
        declared?;
        self.walk_again(&mut expr, before);
        Some(expr)
    }

    /// Walks an expression with a body a second time, in the outer scope, as OPA does. The names in
    /// the body then count as seen there.
    ///
    /// If the second walk entered comprehensions as the first does, the work would double with each
    /// level of nesting.
    fn walk_again(&mut self, expr: &mut Expr, faults_before: usize) {
        let is_faulty = self.walk == Walk::First && self.faults() > faults_before;
        let again = if is_faulty { Walk::AfterFaults } else { Walk::Again };
        // The first walk left out the modifiers.
        let mut modifiers = std::mem::take(&mut expr.with);
        let walk = std::mem::replace(&mut self.walk, again);
        self.expr(expr);
        self.walk = walk;
        for with in &mut modifiers {
            self.with(with);
        }
        expr.with = modifiers;
    }

    fn faults(&self) -> usize {
        self.errors.0.len() + self.unused.0.len()
    }
}
