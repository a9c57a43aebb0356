//! The variables of one branch during loading.

use std::collections::HashMap;
use std::sync::Arc;

use ferrego_compiler::ast::{Term, TermKind};
use ferrego_compiler::diagnostics::{Code, Diagnostic, Diagnostics};
use ferrego_compiler::source::Span;

use super::metadata::Answers;
use super::names::{Globals, Groups};
use crate::program::{Root, Slot, Variable};

/// The meaning of a name.
pub(super) enum Meaning {
    Variable(Slot),
    Document(Root, Vec<Arc<str>>),
}

/// A branch: its variables and the meanings of its names.
///
/// Names that `:=`, `some`, `every` and parameters declare belong to blocks, which shadow outer
/// names. Any other name that is not a rule or an import is one variable in the whole branch.
pub(super) struct Scope<'m> {
    pub(super) globals: &'m Globals,
    pub(super) groups: &'m Groups,
    /// The metadata of the rule.
    pub(super) metadata: Answers,
    pub(super) diagnostics: &'m mut Diagnostics,
    /// `true` if, by an import of the module, `not` also contains the literals of its operands.
    pub(super) negates_bodies: bool,
    /// `true` if calls of `print` are loaded. Otherwise they are dropped.
    pub(super) prints: bool,
    variables: Vec<Variable>,
    blocks: Vec<HashMap<Arc<str>, Slot>>,
    undeclared: HashMap<Arc<str>, Slot>,
}

impl<'m> Scope<'m> {
    pub(super) fn new(
        globals: &'m Globals,
        groups: &'m Groups,
        metadata: Answers,
        diagnostics: &'m mut Diagnostics,
        negates_bodies: bool,
        prints: bool,
    ) -> Self {
        Self {
            globals,
            groups,
            metadata,
            diagnostics,
            negates_bodies,
            prints,
            variables: Vec::new(),
            blocks: vec![HashMap::new()],
            undeclared: HashMap::new(),
        }
    }

    /// Returns the variables of the branch, by slot.
    pub(super) fn into_variables(self) -> Vec<Variable> {
        self.variables
    }

    /// Returns the name of a variable, for messages.
    pub(super) fn name(&self, slot: Slot) -> &str {
        &self.variables[slot].name
    }

    /// Creates a variable without a name.
    pub(super) fn fresh(&mut self) -> Slot {
        self.named("_".into())
    }

    /// Creates a variable without a name for the value of the term at `span`.
    pub(super) fn fresh_of(&mut self, span: Span) -> Slot {
        self.add(Variable { name: "_".into(), term: Some(span) })
    }

    fn named(&mut self, name: Arc<str>) -> Slot {
        self.add(Variable { name, term: None })
    }

    fn add(&mut self, variable: Variable) -> Slot {
        self.variables.push(variable);
        self.variables.len() - 1
    }

    pub(super) fn open_block(&mut self) {
        self.blocks.push(HashMap::new());
    }

    pub(super) fn close_block(&mut self) {
        self.blocks.pop();
    }

    /// Declares `name` in the innermost block.
    pub(super) fn declare(&mut self, name: &Arc<str>) -> Slot {
        let slot = self.named(name.clone());
        if name.as_ref() != "_"
            && let Some(block) = self.blocks.last_mut()
        {
            block.insert(name.clone(), slot);
        }
        slot
    }

    /// Declares the variables of a pattern, except those in keys, references, calls, sets and
    /// comprehensions, which a pattern cannot bind.
    pub(super) fn declare_pattern(&mut self, pattern: &Term) {
        match &pattern.kind {
            TermKind::Var(name) if name.as_ref() != "_" => {
                self.declare(name);
            }
            TermKind::Array(items) => items.iter().for_each(|item| self.declare_pattern(item)),
            TermKind::Object(pairs) => {
                for (_, value) in pairs {
                    self.declare_pattern(value);
                }
            }
            _ => {}
        }
    }

    /// Declares the variables of a function's parameter. A name that occurs twice is one variable.
    pub(super) fn declare_parameter(&mut self, pattern: &Term) {
        match &pattern.kind {
            TermKind::Var(name) if name.as_ref() != "_" && self.declared(name).is_none() => {
                self.declare(name);
            }
            TermKind::Array(items) => items.iter().for_each(|item| self.declare_parameter(item)),
            TermKind::Object(pairs) => {
                for (_, value) in pairs {
                    self.declare_parameter(value);
                }
            }
            _ => {}
        }
    }

    fn declared(&self, name: &str) -> Option<Slot> {
        self.blocks.iter().rev().find_map(|block| block.get(name).copied())
    }

    /// Returns the meaning of `name`, unless it is the function of a call.
    pub(super) fn meaning(&mut self, name: &Arc<str>) -> Meaning {
        if name.as_ref() == "_" {
            return Meaning::Variable(self.fresh());
        }
        if let Some(slot) = self.declared(name) {
            return Meaning::Variable(slot);
        }
        if let Some((root, path)) = self.globals.get(name) {
            return Meaning::Document(*root, path.clone());
        }
        if let Some(slot) = self.undeclared.get(name) {
            return Meaning::Variable(*slot);
        }
        let slot = self.named(name.clone());
        self.undeclared.insert(name.clone(), slot);
        Meaning::Variable(slot)
    }

    /// Returns `true` if `name` is a variable that has occurred, or a global.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.declared(name).is_some()
            || self.globals.contains_key(name)
            || self.undeclared.contains_key(name)
    }

    /// Returns the document of the global `name`, unless a declaration shadows it.
    pub(super) fn global(&self, name: &str) -> Option<(Root, Vec<Arc<str>>)> {
        if self.declared(name).is_some() {
            return None;
        }
        self.globals.get(name).cloned()
    }

    pub(super) fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message));
    }
}
