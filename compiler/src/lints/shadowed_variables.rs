//! Variables that hide another variable, an argument, a rule or an import.
//!
//! ```text
//! missing(labels) := names if {
//!     names := {key | some labels in input.parameters.groups; key := labels.name}   # not the argument
//! }
//! ```
//!
//! A comprehension or `every` may declare a name again that the definition around it declares. The
//! name then means another value inside, which an author rarely wants. A body may also declare the
//! name of a rule or an import of its module. Names that begin with `_` are left alone, and a name
//! that only an outer literal further down declares.

use std::collections::HashMap;

use crate::ast::walk::Node;
use crate::ast::{self, Body, HeadKind, Literal, LiteralKind, Module, Name, Rule, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;

use super::{Findings, Subject};

/// A variable hides another variable, a rule or an import.
pub(super) static SHADOWED_VARIABLE: Lint = Lint {
    name: "shadowed-variable",
    group: Group::Suspicious,
    summary: "a variable hides another variable, a rule or an import of its name",
    page: include_str!("pages/shadowed-variable.md"),
};

/// Looks at the declarations of all definitions.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for module in subject.modules {
        let hidden = names_of(module);
        for rule in &module.rules {
            let mut scopes = Scopes {
                module: &hidden,
                own: &rule.head.reference.name.text,
                open: vec![arguments(rule)],
                inner: HashMap::new(),
            };
            ast::walk::nodes(rule, &mut |node| {
                if let Node::Body(body) = node {
                    scopes.body(body, findings);
                }
            });
        }
    }
}

/// The thing that a name means outside of a body.
#[derive(Clone, Copy)]
struct Hidden {
    what: &'static str,
    place: Span,
    /// The end of the literal that declares a variable. Before it, the variable has no value yet.
    from: u32,
}

impl Hidden {
    fn new(what: &'static str, place: Span) -> Self {
        Hidden { what, place, from: place.end }
    }
}

/// Returns the rules and imports of a module.
fn names_of(module: &Module) -> HashMap<&str, Hidden> {
    let mut names = HashMap::new();
    for import in &module.imports {
        if let Some(name) = import.name() {
            names.entry(&**name).or_insert(Hidden::new("import", import.span));
        }
    }
    for rule in &module.rules {
        // A function does not have a value, so that nobody mistakes a variable for it.
        if !matches!(rule.head.kind, HeadKind::Function { .. }) {
            let Name { text, span } = &rule.head.reference.name;
            names.entry(&**text).or_insert(Hidden::new("rule", *span));
        }
    }
    names
}

/// A scope: the names that it declares, with their places.
struct Scope<'p> {
    span: Span,
    names: HashMap<&'p str, Hidden>,
}

/// Returns the scope of a rule, in which its arguments are declared.
fn arguments(rule: &Rule) -> Scope<'_> {
    let mut names = HashMap::new();
    if let HeadKind::Function { parameters, .. } = &rule.head.kind {
        for parameter in parameters {
            variables(parameter, &mut |name, place| {
                names.insert(name, Hidden::new("argument", place));
            });
        }
    }
    Scope { span: rule.span, names }
}

/// The scopes around the body that a walk visits.
struct Scopes<'m, 'p> {
    module: &'m HashMap<&'p str, Hidden>,
    /// The name of the rule, which cannot refer to itself.
    own: &'p str,
    open: Vec<Scope<'p>>,
    /// The variables of an `every`, by the start of its body.
    inner: HashMap<u32, Vec<(&'p str, Hidden)>>,
}

impl<'p> Scopes<'_, 'p> {
    /// Opens the scope of a body, and reports its declarations that hide others.
    fn body(&mut self, body: &'p Body, findings: &mut Findings) {
        while self.open.len() > 1
            && self.open.last().is_some_and(|scope| !encloses(scope.span, body.span))
        {
            self.open.pop();
        }
        let mut declared = self.inner.remove(&body.span.start).unwrap_or_default();
        for literal in &body.literals {
            self.declarations(literal, &mut declared);
        }
        let mut names: HashMap<&str, Hidden> = HashMap::with_capacity(declared.len());
        for (name, own) in declared {
            if names.contains_key(name) {
                continue;
            }
            if let Some(hidden) = self.hidden(name, own.place) {
                findings.report(finding(name, own.place, hidden));
            }
            names.insert(name, own);
        }
        self.open.push(Scope { span: body.span, names });
    }

    /// Adds the names that a literal declares in its body.
    fn declarations(&mut self, literal: &'p Literal, found: &mut Vec<(&'p str, Hidden)>) {
        let from = literal.span.end;
        let mut add = |name, place| {
            found.push((name, Hidden { from, ..Hidden::new("variable", place) }));
        };
        match &literal.kind {
            LiteralKind::Assign(left, _) => variables(left, &mut add),
            LiteralKind::Some(names) => {
                for name in names {
                    add(&name.text, name.span);
                }
            }
            LiteralKind::SomeIn { key, value, .. } => {
                key.iter().chain([value]).for_each(|part| variables(part, &mut add));
            }
            LiteralKind::Every { key, value, body, .. } => {
                let names = key
                    .iter()
                    .chain([value])
                    .map(|name| (&*name.text, Hidden::new("variable", name.span)));
                self.inner.insert(body.span.start, names.collect());
            }
            _ => {}
        }
    }

    /// Returns the thing that a declaration at `place` hides.
    fn hidden(&self, name: &str, place: Span) -> Option<Hidden> {
        if name.starts_with('_') {
            return None;
        }
        let outer = self.open.iter().rev().find_map(|scope| scope.names.get(name));
        match outer {
            Some(outer) => (outer.from <= place.start).then_some(*outer),
            None => self.module.get(name).copied().filter(|_| name != self.own),
        }
    }
}

fn encloses(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Calls `found` for the variables of a pattern.
fn variables<'p>(pattern: &'p Term, found: &mut dyn FnMut(&'p str, Span)) {
    ast::walk::terms_of(pattern, &mut |term| {
        if let TermKind::Var(name) = &term.kind {
            found(name, term.span);
        }
    });
}

fn finding(name: &str, place: Span, hidden: Hidden) -> Diagnostic {
    let Hidden { what, place: outer, .. } = hidden;
    let message = format!("variable `{name}` hides the {what} `{name}`");
    Diagnostic::warning(&SHADOWED_VARIABLE, place, message)
        .with_label(outer, format!("the hidden {what}"))
        .with_help("rename the variable, or use the hidden name without a declaration")
}
