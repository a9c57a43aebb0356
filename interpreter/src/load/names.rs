//! Name resolution: rules of the package, imports and functions.

use std::collections::HashMap;
use std::sync::Arc;

use ferrego_compiler::ast::{Head, HeadKind, Module, Operand, Term, TermKind};

use crate::program::{Group, GroupId, GroupKind, Key, Root};

/// All groups of a program during loading.
#[derive(Default)]
pub(super) struct Groups {
    list: Vec<Group>,
    by_path: HashMap<Vec<Key>, GroupId>,
}

impl Groups {
    /// Returns the group of a head. The group's path is the package and the constant beginning of
    /// the head's reference.
    pub(super) fn of(&mut self, module: &Module, head: &Head) -> GroupId {
        let path = path_of(module, head);
        let kind = kind_of(head);
        let next = self.list.len();
        let id = *self.by_path.entry(path.clone()).or_insert(next);
        if id == next {
            self.list.push(Group { path, kind, definitions: Vec::new(), default: None });
        } else if kind == GroupKind::Object {
            self.list[id].kind = kind;
        }
        id
    }

    /// Returns the function at `path`.
    pub(super) fn function(&self, path: &[Arc<str>]) -> Option<GroupId> {
        let id = self.at(path)?;
        matches!(self.list[id].kind, GroupKind::Function { .. }).then_some(id)
    }

    /// Returns the complete rule at `path`, which a call without arguments calls.
    pub(super) fn complete(&self, path: &[Arc<str>]) -> Option<GroupId> {
        let id = self.at(path)?;
        (self.list[id].kind == GroupKind::Complete).then_some(id)
    }

    fn at(&self, path: &[Arc<str>]) -> Option<GroupId> {
        let path: Vec<Key> = path.iter().cloned().map(Key::String).collect();
        self.by_path.get(&path).copied()
    }

    /// Returns the number of arguments of the function `id`.
    pub(super) fn arity(&self, id: GroupId) -> Option<usize> {
        match self.list[id].kind {
            GroupKind::Function { arity } => Some(arity),
            GroupKind::Complete => Some(0),
            _ => None,
        }
    }

    pub(super) fn get_mut(&mut self, id: GroupId) -> &mut Group {
        &mut self.list[id]
    }

    pub(super) fn into_groups(self) -> Vec<Group> {
        self.list
    }
}

/// Creates the groups of all rules, without their definitions.
pub(super) fn groups<'m>(modules: impl Iterator<Item = &'m Module>) -> Groups {
    let mut groups = Groups::default();
    for module in modules {
        for rule in &module.rules {
            groups.of(module, &rule.head);
        }
    }
    groups
}

/// Returns the path of a head below `data`, up to the first operand that is not constant.
pub(super) fn path_of(module: &Module, head: &Head) -> Vec<Key> {
    let mut path: Vec<Key> = module.package.path.iter().cloned().map(Key::String).collect();
    path.push(Key::String(head.reference.name.text.clone()));
    path.extend(head.reference.operands.iter().map_while(constant_key));
    path
}

/// Returns the scalar in an operand, if it is one. Scalars are part of a rule's path
/// (`Ref.GroundPrefix` of OPA).
pub(super) fn constant_key(operand: &Operand) -> Option<Key> {
    match operand {
        Operand::Field(name) => Some(Key::String(name.text.clone())),
        Operand::Index(Term { kind, .. }) => match kind {
            TermKind::Null => Some(Key::Null),
            TermKind::Bool(value) => Some(Key::Bool(*value)),
            TermKind::Number(text) => Some(Key::Number(text.clone())),
            TermKind::String(text) => Some(Key::String(text.clone())),
            _ => None,
        },
    }
}

fn kind_of(head: &Head) -> GroupKind {
    if !head.reference.operands.iter().all(|operand| constant_key(operand).is_some()) {
        return GroupKind::Object;
    }
    match &head.kind {
        HeadKind::Value(_) => GroupKind::Complete,
        // OPA reads `f() := 1` as a rule, but calls can still refer to it.
        HeadKind::Function { parameters, .. } if parameters.is_empty() => GroupKind::Complete,
        HeadKind::Function { parameters, .. } => GroupKind::Function { arity: parameters.len() },
        HeadKind::Set { .. } => GroupKind::Set,
    }
}

/// The global names of a module, with the document of each.
pub(super) type Globals = HashMap<Arc<str>, (Root, Vec<Arc<str>>)>;

/// Returns the global names of `module`: the rules of its package in any module, its imports, and
/// the roots.
pub(super) fn globals(module: &Module, groups: &Groups) -> Globals {
    let mut globals = Globals::new();
    let package: Vec<Key> = module.package.path.iter().cloned().map(Key::String).collect();
    for group in &groups.list {
        if let Some([Key::String(name), ..]) = group.path.strip_prefix(package.as_slice()) {
            globals.insert(name.clone(), (Root::Data, extended(&module.package.path, name)));
        }
    }
    for import in &module.imports {
        let Some((root, path)) = import.path.split_first() else { continue };
        let root = match root.as_ref() {
            "data" => Root::Data,
            "input" => Root::Input,
            _ => continue,
        };
        let name = import.alias.as_ref().map(|name| &name.text).or(import.path.last());
        if let Some(name) = name {
            globals.insert(name.clone(), (root, path.to_vec()));
        }
    }
    // In v0, a rule may have the name of a root, and hides it.
    globals.entry("input".into()).or_insert((Root::Input, Vec::new()));
    globals.entry("data".into()).or_insert((Root::Data, Vec::new()));
    globals
}

fn extended(package: &[Arc<str>], name: &Arc<str>) -> Vec<Arc<str>> {
    package.iter().chain([name]).cloned().collect()
}
