//! The state of the stages.

use crate::analyze::names::rule_tree::{RulePosition, RuleTree};
use crate::analyze::options::Options;
use crate::analyze::working_ast::from_ast;
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Branch, Module, Rule};
use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::source::{Source, Span};

/// A compilation on its way through the stages.
pub(crate) struct Unit<'s> {
    /// The sources, by `SourceId`.
    pub(crate) sources: Vec<&'s Source>,
    /// The modules, sorted by package and name.
    pub(crate) modules: Vec<Module>,
    /// The symbols.
    pub(crate) symbols: Symbols,
    /// The rules by path, after the stage `set_rule_tree`.
    pub(crate) tree: RuleTree,
    /// The options of the caller.
    pub(crate) options: &'s Options,
    /// The errors of the current stage.
    pub(crate) errors: Diagnostics,
    /// The errors so far that do not stop the later stages.
    pub(crate) recoverable: Diagnostics,
}

impl<'s> Unit<'s> {
    /// Builds the working trees of `modules`.
    pub(crate) fn new(modules: &'s [(&'s Source, ast::Module)], options: &'s Options) -> Self {
        let mut symbols = Symbols::new();
        let trees =
            modules.iter().map(|(source, module)| from_ast::module(source, module, &mut symbols));
        let mut trees: Vec<Module> = trees.collect();
        trees
            .sort_by(|left, right| (&left.package, &left.name).cmp(&(&right.package, &right.name)));
        let sources = modules.iter().map(|(source, _)| *source).collect();
        Self {
            sources,
            modules: trees,
            symbols,
            tree: RuleTree::default(),
            options,
            errors: Diagnostics::default(),
            recoverable: Diagnostics::default(),
        }
    }

    /// Returns the rule at a position.
    pub(crate) fn rule(&self, position: RulePosition) -> Option<&Rule> {
        self.modules.get(position.module)?.rules.get(position.rule)
    }

    /// Returns `file:line` of a span.
    pub(crate) fn location(&self, span: Span) -> String {
        match self.sources.get(span.source.0 as usize) {
            Some(source) => format!("{}:{}", source.name, source.line(span.start)),
            None => String::new(),
        }
    }
}

/// Returns all branches of all rules.
pub(crate) fn branches(modules: &mut [Module]) -> impl Iterator<Item = &mut Branch> {
    let rules = modules.iter_mut().flat_map(|module| &mut module.rules);
    rules.flat_map(|rule| &mut rule.branches)
}
