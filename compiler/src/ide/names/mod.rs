//! The names in modules, each resolved to a rule, import, builtin or variable.
//!
//! ```rego
//! violation[{"msg": msg}] { x := bad(input); msg := x }
//! ```
//!
//! Here `x` occurs twice as one variable of the definition, and `bad` is a function of the package.
//! The index relies on the text alone, so that it exists for policies that do not compile.

mod resolve;
mod scopes;
mod walk;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use ferrego_runtime::builtins::Builtin;

use crate::ast::Module;
use crate::source::{SourceId, Span};

/// The target of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A rule or function, by its path below `data`.
    Rule(Vec<Arc<str>>),
    /// An import with this path, in a source.
    Import(SourceId, Vec<Arc<str>>),
    /// A variable of a scope in a definition.
    Local(Scope, Arc<str>),
    /// A builtin.
    Builtin(&'static str),
}

/// A scope of variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The source.
    pub source: SourceId,
    /// The index of the definition in its module.
    pub rule: usize,
    /// The number of the scope in the definition. Variables that nothing declares belong to 0.
    pub number: u32,
}

/// A name in the text.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// The place of the name.
    pub span: Span,
    /// The target to which it resolves.
    pub target: Target,
    /// `true` if the name is introduced here.
    pub definition: bool,
    /// `true` if the text at the place is the name itself, not a string in brackets.
    pub plain: bool,
}

/// All names of some modules.
#[derive(Debug, Default)]
pub struct Names {
    /// The occurrences in the order of the sources.
    pub occurrences: Vec<Occurrence>,
    /// The packages whose rules are read with a key that the text does not tell.
    pub dynamic: Vec<Vec<Arc<str>>>,
}

impl Names {
    /// Returns the names in modules. A module that could not be parsed has none.
    pub fn of(modules: &[Option<Module>]) -> Self {
        let mut names = Self::default();
        for (index, module) in modules.iter().enumerate() {
            if let Some(module) = module {
                let id = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
                walk::module(id, module, modules, &mut names);
            }
        }
        names
    }

    /// Returns the occurrence at a byte of a source, which may be the end of the name.
    pub fn at(&self, source: SourceId, offset: u32) -> Option<&Occurrence> {
        let contains = |occurrence: &&Occurrence| {
            let span = occurrence.span;
            span.source == source && span.start <= offset && offset <= span.end
        };
        self.occurrences
            .iter()
            .filter(contains)
            .min_by_key(|occurrence| occurrence.span.end - occurrence.span.start)
    }

    /// Iterates over the occurrences of a target.
    pub fn of_target<'n>(&'n self, target: &'n Target) -> impl Iterator<Item = &'n Occurrence> {
        self.occurrences.iter().filter(move |occurrence| occurrence.target == *target)
    }
}

/// Returns the builtin with a name, except those that stand for syntax.
pub(super) fn builtin(name: &str) -> Option<&'static Builtin> {
    ferrego_runtime::builtins::lookup(name).filter(|builtin| !builtin.name.starts_with("internal."))
}
