//! Stage `RewriteRegoMetadataCalls`: the content of METADATA comments replaces calls of
//! `rego.metadata.rule()` and `rego.metadata.chain()`.

mod annotations;

use crate::analyze::names::builtins;
use crate::analyze::names::rule_tree::{Key, RulePosition, ground_path};
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::closures::{closures_of_expr, closures_of_head};
use crate::analyze::working_ast::symbols::{EQ, Symbols};
use crate::analyze::working_ast::walk::{Descend, Node, walk_branch};
use crate::analyze::working_ast::{Body, Branch, Expr, ExprKind, Term, TermKind};
use crate::source::Span;
use annotations::{Annotation, Scope};

/// Rewrites the calls, if there are any. Without a call, METADATA comments are not parsed.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let branches = unit.modules.iter().flat_map(|module| &module.rules);
    if !branches.flat_map(|rule| &rule.branches).any(|branch| calls_metadata(branch, &unit.symbols))
    {
        return;
    }
    let found = annotations::collect(unit);
    for module in 0..unit.modules.len() {
        for rule in 0..unit.modules[module].rules.len() {
            rewrite_rule(unit, RulePosition { module, rule }, &found);
        }
    }
}

fn calls_metadata(branch: &Branch, symbols: &Symbols) -> bool {
    let mut found = false;
    walk_branch(branch, &mut |node| {
        found = found || matches!(node, Node::Expr(expr) if call(expr, symbols).is_some());
        if found { Descend::No } else { Descend::Yes }
    });
    found
}

/// The function that an expression calls.
#[derive(Clone, Copy)]
enum Call {
    Rule,
    Chain,
}

fn call(expr: &Expr, symbols: &Symbols) -> Option<Call> {
    let operator = expr.as_call()?.first()?.as_reference()?;
    match builtins::named(operator, symbols)?.name {
        "rego.metadata.rule" => Some(Call::Rule),
        "rego.metadata.chain" => Some(Call::Chain),
        _ => None,
    }
}

fn rewrite_rule(unit: &mut Unit<'_>, position: RulePosition, found: &[Annotation]) {
    let module = &unit.modules[position.module];
    let package: Vec<Key> = module.package.iter().cloned().map(Key::String).collect();
    let path = ground_path(module, &module.rules[position.rule], &unit.symbols);
    for (index, branch) in
        unit.modules[position.module].rules[position.rule].branches.iter_mut().enumerate()
    {
        // An `else` has no comments of its own.
        let position = (index == 0).then_some(position);
        let annotations = BranchAnnotations { found, position, path: &path, package: &package };
        let symbols = &unit.symbols;
        closures_of_head(branch, &mut |mut closure| annotations.body(closure.body(), symbols));
        annotations.body(&mut branch.body, symbols);
    }
}

/// A branch and its position among the annotations.
struct BranchAnnotations<'a> {
    found: &'a [Annotation],
    position: Option<RulePosition>,
    path: &'a [Key],
    package: &'a [Key],
}

impl BranchAnnotations<'_> {
    fn body(&self, body: &mut Body, symbols: &Symbols) {
        for expr in body {
            closures_of_expr(expr, &mut |mut closure| self.body(closure.body(), symbols));
            let value = match call(expr, symbols) {
                Some(Call::Rule) => self.rule(expr.span),
                Some(Call::Chain) => self.chain(expr.span),
                None => continue,
            };
            let output = expr.as_call().and_then(|terms| terms.get(1)).cloned();
            expr.kind = match output {
                Some(output) => ExprKind::Call(vec![Term::operator(EQ, expr.span), output, value]),
                None => ExprKind::Term(value),
            };
        }
    }

    /// Returns the annotations of the rule itself, the nearest first.
    fn of_rule(&self) -> Vec<&Annotation> {
        let is_own = |scope| self.position.is_some_and(|position| scope == Scope::Rule(position));
        let mut own: Vec<&Annotation> =
            self.found.iter().filter(|annotation| is_own(annotation.scope)).collect();
        own.sort_by_key(|annotation| std::cmp::Reverse(annotation.span.start));
        own
    }

    fn rule(&self, span: Span) -> Term {
        match self.of_rule().first() {
            Some(annotation) => annotation.object.clone(),
            None => Term::new(TermKind::Object(Vec::new()), span),
        }
    }

    fn chain(&self, span: Span) -> Term {
        let mut entries: Vec<Term> =
            self.of_rule().into_iter().map(|own| chain_entry(&own.path, Some(own), span)).collect();
        if entries.is_empty() {
            entries.push(chain_entry(self.path, None, span));
        }
        let scoped = |scope, path: &[Key]| {
            let is_match = |other: &&Annotation| other.scope == scope && other.path == path;
            self.found
                .iter()
                .find(is_match)
                .map(|found| chain_entry(&found.path, Some(found), span))
        };
        entries.extend(scoped(Scope::Document, self.path));
        entries.extend(scoped(Scope::Package, self.package));
        for length in (0..=self.package.len()).rev() {
            entries.extend(scoped(Scope::Subpackages, &self.package[..length]));
        }
        Term::new(TermKind::Array(entries), span)
    }
}

fn chain_entry(path: &[Key], annotation: Option<&Annotation>, span: Span) -> Term {
    let string = |text: &str| Term::new(TermKind::String(text.into()), span);
    let steps = path.iter().map(|step| match step {
        Key::String(text) | Key::Scalar(text) => Term::string(text, span),
    });
    let path = Term::new(TermKind::Array(steps.collect()), span);
    let mut pairs = Vec::new();
    if let Some(annotation) = annotation {
        pairs.push((string("annotations"), annotation.object.clone()));
    }
    pairs.push((string("path"), path));
    Term::new(TermKind::Object(pairs), span)
}
