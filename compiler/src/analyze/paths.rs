//! Stage `SetRuleTree`: the rules by their paths below `data` (`TreeNode` of `ast/compile.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::symbols::{DATA, Symbols};
use super::tree::{Module, Rule, Term, TermKind};
use super::unit::Unit;
use ferrego_runtime::builtins::{self, Builtin};

/// A step of a path: a string, or the text of another scalar.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A string.
    String(Arc<str>),
    /// Any other scalar, as written.
    Scalar(Arc<str>),
}

/// The position of a rule: its module, and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    /// The index of the module.
    pub(super) module: usize,
    /// The index of the rule.
    pub(super) rule: usize,
}

/// The rules at a path and below it.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleTree {
    /// The rules whose ground path ends here, with their number of parameters.
    pub(super) rules: Vec<(Place, usize)>,
    /// The nodes one step further down.
    pub(super) children: BTreeMap<Key, RuleTree>,
}

/// Builds the tree.
pub(super) fn run(unit: &mut Unit<'_>) {
    let mut tree = RuleTree::default();
    for (index, module) in unit.modules.iter().enumerate() {
        if module.rules.is_empty() {
            tree.node_at(module.package.iter().cloned().map(Key::String));
        }
        for (rule_index, rule) in module.rules.iter().enumerate() {
            let path = ground_path(module, rule, &unit.symbols);
            let arity = rule.branches.first().map_or(0, |branch| branch.head.parameters.len());
            let place = Place { module: index, rule: rule_index };
            tree.node_at(path.into_iter()).rules.push((place, arity));
        }
    }
    unit.tree = tree;
}

/// Returns the ground part of a rule's path below `data`.
pub(super) fn ground_path(module: &Module, rule: &Rule, symbols: &Symbols) -> Vec<Key> {
    let mut path: Vec<Key> = module.package.iter().cloned().map(Key::String).collect();
    let Some(branch) = rule.branches.first() else { return path };
    if let Some(name) = branch.head.reference.first().and_then(Term::as_var) {
        path.push(Key::String(Arc::clone(symbols.name(symbols.original(name)))));
    }
    path.extend(branch.head.ground_operands().iter().filter_map(key));
    path
}

/// Returns the step that a scalar denotes.
pub(super) fn key(term: &Term) -> Option<Key> {
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
pub(super) enum Function {
    /// A builtin and its number of parameters.
    Builtin(&'static Builtin, usize),
    /// Rules of the program and their number of parameters.
    Rules(usize),
}

impl Function {
    /// Returns the number of parameters.
    pub(super) fn arity(self) -> usize {
        match self {
            Function::Builtin(_, arity) | Function::Rules(arity) => arity,
        }
    }
}

impl RuleTree {
    fn node_at(&mut self, path: impl Iterator<Item = Key>) -> &mut RuleTree {
        let mut node = self;
        for key in path {
            node = node.children.entry(key).or_default();
        }
        node
    }

    /// Returns the child that an operand selects.
    pub(super) fn child(&self, operand: &Term) -> Option<&RuleTree> {
        self.children.get(&key(operand)?)
    }

    /// Returns the node that a `data` reference of constants names.
    pub(super) fn find(&self, reference: &[Term]) -> Option<&RuleTree> {
        let (head, operands) = reference.split_first()?;
        if head.as_var() != Some(DATA) {
            return None;
        }
        operands.iter().try_fold(self, |node, operand| node.child(operand))
    }

    /// Calls `visit` for this node and all nodes below.
    pub(super) fn depth_first<'t>(&'t self, visit: &mut dyn FnMut(&'t RuleTree)) {
        visit(self);
        self.children.values().for_each(|child| child.depth_first(visit));
    }

    /// Returns the function that `operator` names (`Compiler.GetArity`): a builtin first, then
    /// rules.
    pub(super) fn function(&self, operator: &Term, symbols: &Symbols) -> Option<Function> {
        let terms = operator.as_reference()?;
        if let Some(builtin) = builtin(terms, symbols) {
            return Some(Function::Builtin(builtin, arity(builtin)));
        }
        let (_, arity) = *self.find(terms)?.rules.first()?;
        Some(Function::Rules(arity))
    }
}

/// Returns the builtin that a reference names.
pub(super) fn builtin(terms: &[Term], symbols: &Symbols) -> Option<&'static Builtin> {
    let (head, fields) = terms.split_first()?;
    let mut name = symbols.free_name(head.as_var()?)?.to_owned();
    for field in fields {
        let TermKind::String(field) = &field.kind else { return None };
        name.push('.');
        name.push_str(field);
    }
    builtins::lookup(&name)
}

/// Returns the number of parameters of a builtin.
pub(super) fn arity(builtin: &Builtin) -> usize {
    parameters(builtin).len()
}

/// Returns the types of a builtin's parameters, from its signature: `(a, b<c, d>) => e`.
pub(super) fn parameters(builtin: &Builtin) -> Vec<&'static str> {
    let list = builtin.signature.split(" =>").next().unwrap_or_default();
    let list = list.trim_start_matches('(').trim_end_matches(')');
    let mut depth = 0_usize;
    let parameters = list.split(|character: char| {
        match character {
            '<' | '[' => depth += 1,
            '>' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    });
    parameters.map(str::trim).filter(|parameter| !parameter.is_empty()).collect()
}

/// Returns `true` if the builtin has no result.
pub(super) fn is_void(builtin: &Builtin) -> bool {
    !builtin.signature.contains("=>")
}
