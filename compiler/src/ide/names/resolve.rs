//! Resolves names to variables of scopes, rules, imports and builtins.

use std::sync::Arc;

use super::scopes::is_variable;
use super::walk::Walker;
use super::{Occurrence, Scope, Target, builtin};
use crate::ast::{Import, Operand, Ref, Term, TermKind};
use crate::source::Span;

impl Walker<'_, '_> {
    /// Adds the name of an import: its alias, or the end of its path.
    pub(super) fn import(&mut self, import: &Import) {
        let [root, path @ ..] = &import.path[..] else { return };
        if &**root != "data" && &**root != "input" {
            return;
        }
        let Some(last) = path.last() else { return };
        let end = last_segment(import, last);
        let is_rule = &**root == "data" && self.is_rule(path);
        match (is_rule, end) {
            (true, Some(span)) => self.add(span, Target::Rule(path.to_vec()), false),
            // The place of the name is not known.
            (true, None) => self.names.dynamic.push(path[..path.len() - 1].to_vec()),
            (false, _) => {}
        }
        let name = import.alias.as_ref().map(|alias| alias.span);
        if let Some(span) = name.or(end.filter(|_| !is_rule)) {
            self.add(span, Target::Import(self.source, import.path.clone()), true);
        }
    }

    /// Returns `true` if the path without its end is a package of the modules.
    pub(super) fn is_rule(&self, path: &[Arc<str>]) -> bool {
        let Some((_, package)) = path.split_last() else { return false };
        self.packages.contains(&package) && !self.packages.contains(&path)
    }

    /// Visits the name of a function, or the target of a `with`.
    pub(super) fn callee(&mut self, function: &Term) {
        let name = match &function.kind {
            TermKind::Var(name) => Some(name.to_string()),
            TermKind::Ref(reference) => dotted(reference),
            _ => None,
        };
        let head = match &function.kind {
            TermKind::Ref(reference) => &reference.head,
            _ => function,
        };
        let is_own = matches!(&head.kind, TermKind::Var(name)
            if self.rules.contains(&**name) || self.import_named(name).is_some());
        match name.and_then(|name| builtin(&name)).filter(|_| !is_own) {
            Some(builtin) => self.add(function.span, Target::Builtin(builtin.name), false),
            None => self.term(function),
        }
    }

    pub(super) fn reference(&mut self, reference: &Ref) {
        let Ref { head, operands } = reference;
        self.operands(operands);
        match &head.kind {
            TermKind::Var(name) if &**name == "data" => self.path(Vec::new(), operands),
            TermKind::Var(name) => {
                self.variable(name, head.span, false);
                if !self.is_declared(name) && !self.rules.contains(&**name) {
                    let import = self.import_named(name).map(|import| import.path.clone());
                    if let Some([root, path @ ..]) = import.as_deref()
                        && &**root == "data"
                    {
                        self.path(path.to_vec(), operands);
                    }
                }
            }
            _ => self.term(head),
        }
    }

    /// Adds the rule that operands below `data` name.
    pub(super) fn path(&mut self, mut path: Vec<Arc<str>>, operands: &[Operand]) {
        for operand in operands {
            let is_package = self.packages.contains(&&path[..]);
            let (text, span, plain) = match operand {
                Operand::Field(name) => (&name.text, name.span, true),
                Operand::Index(Term { kind: TermKind::String(text), span }) => (text, *span, false),
                Operand::Index(_) => {
                    self.names.dynamic.push(path);
                    return;
                }
            };
            path.push(Arc::clone(text));
            let is_prefix = self.packages.iter().any(|package| package.starts_with(&path));
            if is_package && !is_prefix {
                let target = Target::Rule(path);
                self.names.occurrences.push(Occurrence { span, target, definition: false, plain });
                return;
            }
        }
        // A whole package is read.
        self.names.dynamic.push(path);
    }

    pub(super) fn import_named(&self, name: &str) -> Option<&Import> {
        self.module.imports.iter().find(|import| import.name().is_some_and(|own| **own == *name))
    }

    pub(super) fn variable(&mut self, name: &Arc<str>, span: Span, definition: bool) {
        if !is_variable(name) {
            return;
        }
        let scope = self.scopes.iter().rev().find(|(_, declared)| declared.contains(name));
        let number = scope.map(|(number, _)| *number);
        let local = |number| {
            let scope = Scope { source: self.source, rule: self.rule, number };
            Target::Local(scope, Arc::clone(name))
        };
        let (target, definition) = match number {
            Some(number) => (local(number), definition),
            None if self.rules.contains(&**name) => (Target::Rule(self.own_path(name)), false),
            None => match self.import_named(name) {
                Some(Import { path, alias: None, .. })
                    if is_data(path) && self.is_rule(&path[1..]) =>
                {
                    (Target::Rule(path[1..].to_vec()), false)
                }
                Some(import) => (Target::Import(self.source, import.path.clone()), false),
                None => {
                    let target = local(0);
                    (target, self.undeclared.insert(Arc::clone(name)))
                }
            },
        };
        self.add(span, target, definition);
    }
}

fn is_data(path: &[Arc<str>]) -> bool {
    path.first().is_some_and(|root| &**root == "data")
}

/// Returns `a.b.c` for a reference of names.
fn dotted(reference: &Ref) -> Option<String> {
    let TermKind::Var(head) = &reference.head.kind else { return None };
    reference.operands.iter().try_fold(head.to_string(), |text, operand| match operand {
        Operand::Field(name) => Some(format!("{text}.{}", name.text)),
        Operand::Index(_) => None,
    })
}

/// Returns the place of the end of an import's path. The clause has no comments within.
fn last_segment(import: &Import, last: &str) -> Option<Span> {
    let before = import.alias.as_ref().map(|alias| alias.span.start);
    let length = u32::try_from(last.len()).ok()?;
    // Without an alias, the clause ends with its path.
    let end = match before {
        None => import.span.end,
        Some(_) => return None,
    };
    Some(Span { start: end.checked_sub(length)?, end, ..import.span })
}
