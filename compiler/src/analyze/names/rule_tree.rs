//! The rules by their paths below `data` (`TreeNode` of `ast/compile.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analyze::names::builtins;
use crate::analyze::working_ast::symbols::{DATA, Symbols};
use crate::analyze::working_ast::{Module, Rule, Term, TermKind};
use ferrego_runtime::builtins::Builtin;

/// A step of a path: a string, or the text of another scalar.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A string.
    String(Arc<str>),
    /// Any other scalar, as written.
    Scalar(Arc<str>),
}

/// The position of a rule: its module, and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RulePosition {
    /// The index of the module.
    pub(crate) module: usize,
    /// The index of the rule.
    pub(crate) rule: usize,
}

/// The rules at a path and below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleTree {
    /// The rules whose ground path ends here, with their number of parameters.
    pub(crate) rules: Vec<(RulePosition, usize)>,
    /// The nodes one step further down.
    pub(crate) children: BTreeMap<Key, RuleTree>,
}

/// Returns the ground part of a rule's path below `data`.
pub(crate) fn ground_path(module: &Module, rule: &Rule, symbols: &Symbols) -> Vec<Key> {
    let mut path: Vec<Key> = module.package.iter().cloned().map(Key::String).collect();
    let Some(branch) = rule.branches.first() else { return path };
    if let Some(name) = branch.head.reference.first().and_then(Term::as_var) {
        path.push(Key::String(Arc::clone(symbols.name(symbols.original(name)))));
    }
    path.extend(branch.head.ground_operands().iter().filter_map(key));
    path
}

/// Returns the step that a scalar denotes.
pub(crate) fn key(term: &Term) -> Option<Key> {
    Some(match &term.kind {
        TermKind::String(text) => Key::String(Arc::clone(text)),
        TermKind::Number(text) => Key::Scalar(Arc::clone(text)),
        TermKind::Bool(value) => Key::Scalar(Arc::from(value.to_string())),
        TermKind::Null => Key::Scalar(Arc::from("null")),
        _ => return None,
    })
}

/// The function that a call's operator names.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    /// A builtin and its number of parameters.
    Builtin(&'static Builtin, usize),
    /// Rules of the program and their number of parameters.
    Rules(usize),
}

impl Function {
    /// Returns the number of parameters.
    pub(crate) fn arity(self) -> usize {
        match self {
            Function::Builtin(_, arity) | Function::Rules(arity) => arity,
        }
    }
}

impl RuleTree {
    /// Returns the node at `path`, and adds it if there is none.
    pub(crate) fn node_at(&mut self, path: impl Iterator<Item = Key>) -> &mut RuleTree {
        let mut node = self;
        for key in path {
            node = node.children.entry(key).or_default();
        }
        node
    }

    /// Returns the child that an operand selects.
    pub(crate) fn child(&self, operand: &Term) -> Option<&RuleTree> {
        self.children.get(&key(operand)?)
    }

    /// Returns the node that a `data` reference of constants names.
    pub(crate) fn find(&self, reference: &[Term]) -> Option<&RuleTree> {
        let (head, operands) = reference.split_first()?;
        if head.as_var() != Some(DATA) {
            return None;
        }
        operands.iter().try_fold(self, |node, operand| node.child(operand))
    }

    /// Calls `visit` for this node and all nodes below.
    pub(crate) fn depth_first<'t>(&'t self, visit: &mut dyn FnMut(&'t RuleTree)) {
        visit(self);
        self.children.values().for_each(|child| child.depth_first(visit));
    }

    /// Returns the function that `operator` names (`Compiler.GetArity`): a builtin first, then
    /// rules.
    pub(crate) fn function(&self, operator: &Term, symbols: &Symbols) -> Option<Function> {
        let terms = operator.as_reference()?;
        if let Some(builtin) = builtins::named(terms, symbols) {
            return Some(Function::Builtin(builtin, builtins::arity(builtin)));
        }
        let (_, arity) = *self.find(terms)?.rules.first()?;
        Some(Function::Rules(arity))
    }

    /// Returns the position of the first rule at the path that `operator` names.
    pub(crate) fn first_rule(&self, operator: &Term) -> Option<RulePosition> {
        let (position, _) = *self.find(operator.as_reference()?)?.rules.first()?;
        Some(position)
    }
}
