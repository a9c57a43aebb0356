//! The meanings of names in the nested scopes of a rule (`localDeclaredVars` of `ast/compile.go`).

use std::collections::HashMap;

use crate::analyze::messages;
use crate::analyze::working_ast::symbols::{Symbols, Var};
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// The kind of occurrence of a name in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occurrence {
    /// As a parameter.
    Argument,
    /// In an expression.
    Seen,
    /// On the left of `:=`.
    Assigned,
    /// After `some` or `every`.
    Declared,
}

/// The error for a name that cannot be declared because it has occurred before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Redeclared {
    earlier: Occurrence,
    /// The place of the earlier occurrence, if it is known.
    place: Option<Span>,
}

impl Redeclared {
    /// Returns the fault of a declaration as `occurrence` at `span`, with OPA's message.
    pub(crate) fn fault(self, name: &str, occurrence: Occurrence, span: Span) -> Diagnostic {
        let (message, label) = match self.earlier {
            Occurrence::Argument => (format!("arg {name} redeclared"), "the argument"),
            Occurrence::Seen => (format!("var {name} referenced above"), "used here"),
            Occurrence::Assigned => (format!("var {name} assigned above"), "assigned here"),
            Occurrence::Declared => (format!("var {name} declared above"), "declared here"),
        };
        let help = match (self.earlier, occurrence) {
            (Occurrence::Seen, _) => "declare the variable before its first use, or rename one",
            (_, Occurrence::Assigned) => {
                "`:=` declares a variable: compare with `==`, or rename one"
            }
            _ => "remove one of the declarations, or rename one",
        };
        let fault = messages::redeclared(span, message).with_help(help);
        match self.place {
            Some(place) => fault.with_label(place, label),
            None => fault,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Level {
    variables: HashMap<Var, Var>,
    occurrence: HashMap<Var, Occurrence>,
    /// The places of the occurrences.
    place: HashMap<Var, Span>,
    count: HashMap<Var, usize>,
}

/// The scopes around a place, innermost last. There is always at least one.
#[derive(Clone, Debug)]
pub(crate) struct Scopes {
    outer: Vec<Level>,
    innermost: Level,
}

impl Scopes {
    /// Returns one empty scope.
    pub(crate) fn new() -> Self {
        Self { outer: Vec::new(), innermost: Level::default() }
    }

    /// Opens a scope.
    pub(crate) fn push(&mut self) {
        self.outer.push(std::mem::take(&mut self.innermost));
    }

    /// Closes the innermost scope.
    pub(crate) fn pop(&mut self) {
        self.innermost = self.outer.pop().unwrap_or_default();
    }

    fn levels(&self) -> impl Iterator<Item = &Level> {
        std::iter::once(&self.innermost).chain(self.outer.iter().rev())
    }

    /// Records that `name` denotes `variable` in the innermost scope, since its occurrence at
    /// `place`, if that is known.
    pub(crate) fn insert(
        &mut self,
        name: Var,
        variable: Var,
        occurrence: Occurrence,
        place: Option<Span>,
    ) {
        self.innermost.place.extend(place.map(|place| (name, place)));
        self.innermost.variables.insert(name, variable);
        self.innermost.occurrence.insert(name, occurrence);
        self.innermost.count.insert(name, 1);
    }

    /// Returns the variable that `name` denotes in any scope.
    pub(crate) fn declared(&self, name: Var) -> Option<Var> {
        self.levels().find_map(|level| level.variables.get(&name).copied())
    }

    /// Returns the occurrence of `name` in the innermost scope.
    pub(crate) fn occurrence(&self, name: Var) -> Option<Occurrence> {
        self.innermost.occurrence.get(&name).copied()
    }

    /// Returns the occurrence of `name` in any scope.
    pub(crate) fn global_occurrence(&self, name: Var) -> Option<Occurrence> {
        self.levels().find_map(|level| level.occurrence.get(&name).copied())
    }

    /// Counts a use of `name`.
    pub(crate) fn record_use(&mut self, name: Var) {
        let levels = std::iter::once(&mut self.innermost).chain(self.outer.iter_mut().rev());
        for level in levels {
            if let Some(count) = level.count.get_mut(&name) {
                *count += 1;
                return;
            }
        }
        self.innermost.count.insert(name, 1);
    }

    /// Returns the number of uses of `name`, including its declaration.
    pub(crate) fn count(&self, name: Var) -> usize {
        self.levels().find_map(|level| level.count.get(&name).copied()).unwrap_or(0)
    }

    /// Declares `name`, which occurs at `place`, in the innermost scope as a new variable.
    ///
    /// # Errors
    ///
    /// Returns [`Redeclared`] if `name` has occurred in the innermost scope.
    pub(crate) fn declare(
        &mut self,
        name: Var,
        occurrence: Occurrence,
        place: Span,
        symbols: &mut Symbols,
    ) -> Result<Var, Redeclared> {
        if let Some(earlier) = self.occurrence(name) {
            let place = self.innermost.place.get(&name).copied();
            return Err(Redeclared { earlier, place });
        }
        let variable = symbols.rewrite(name);
        self.insert(name, variable, occurrence, Some(place));
        Ok(variable)
    }

    /// Returns the names of the innermost scope that occurred as `occurrence`, with their
    /// variables.
    pub(crate) fn innermost(&self, occurrence: Occurrence) -> Vec<(Var, Var)> {
        let level = &self.innermost;
        let names = level
            .variables
            .iter()
            .filter(|(name, _)| level.occurrence.get(name).copied() == Some(occurrence));
        let mut names: Vec<(Var, Var)> = names.map(|(&name, &variable)| (name, variable)).collect();
        names.sort_unstable_by_key(|&(_, variable)| variable);
        names
    }

    /// Returns the variable that `name` denotes in the innermost scope.
    pub(crate) fn innermost_variable(&self, name: Var) -> Option<Var> {
        self.innermost.variables.get(&name).copied()
    }
}
