//! The types of variables and terms: OPA's `TypeEnv`.

use std::collections::HashMap;

use super::algebra::or;
use super::key::Key;
use super::rule_types::{Node, select_operands};
use super::ty::{Property, Type};
use super::view::{Shape, View, views};
use crate::hir::{Ref, Root, Term, VarId};

/// The types inside a body: those of its own variables and, through `outer`, those of the enclosing
/// bodies. Types that are inferred in a body are not visible outside.
pub(super) struct Scope<'s> {
    tree: &'s Node,
    outer: Option<&'s Scope<'s>>,
    variables: HashMap<VarId, Option<Type>>,
    /// The types of the comprehensions in the current literal, by address.
    closures: HashMap<*const Term, Option<Type>>,
    /// The number of comprehensions around the body.
    pub(super) level: u32,
}

impl<'s> Scope<'s> {
    /// Returns the scope of a branch.
    pub(super) fn of_branch(tree: &'s Node) -> Self {
        Scope { tree, outer: None, variables: HashMap::new(), closures: HashMap::new(), level: 0 }
    }

    /// Returns a scope within this one, for the body of a comprehension at `level`.
    pub(super) fn inner(&self, level: u32) -> Scope<'_> {
        Scope {
            tree: self.tree,
            outer: Some(self),
            variables: HashMap::new(),
            closures: HashMap::new(),
            level,
        }
    }

    /// Runs `check` in this scope, with `tree` in place of the rules' types. Types that `check`
    /// infers for variables stay in this scope.
    pub(super) fn with_tree<T>(
        &mut self,
        tree: &Node,
        check: impl FnOnce(&mut Scope<'_>) -> T,
    ) -> T {
        let mut replaced = Scope {
            tree,
            outer: self.outer,
            variables: std::mem::take(&mut self.variables),
            closures: std::mem::take(&mut self.closures),
            level: self.level,
        };
        let result = check(&mut replaced);
        self.variables = replaced.variables;
        self.closures = replaced.closures;
        result
    }

    /// Returns the types of the rules.
    pub(super) fn tree(&self) -> &'s Node {
        self.tree
    }

    /// Records the type of a variable.
    pub(super) fn put(&mut self, variable: VarId, ty: Option<Type>) {
        self.variables.insert(variable, ty);
    }

    /// Discards the comprehensions of the previous literal.
    pub(super) fn clear_closures(&mut self) {
        self.closures.clear();
    }

    /// Records the type of a comprehension.
    pub(super) fn put_closure(&mut self, closure: &Term, ty: Option<Type>) {
        self.closures.insert(std::ptr::from_ref(closure), ty);
    }

    /// Returns the type of a variable, if it is known.
    pub(super) fn variable(&self, variable: VarId) -> Option<Type> {
        self.entry(variable).cloned().flatten()
    }

    /// Returns the innermost entry of a variable, whose type may be unknown.
    pub(super) fn entry(&self, variable: VarId) -> Option<&Option<Type>> {
        match self.variables.get(&variable) {
            Some(ty) => Some(ty),
            None => self.outer?.entry(variable),
        }
    }

    /// Returns the type of a term, if it is known.
    pub(super) fn type_of(&self, term: View<'_>) -> Option<Type> {
        match term.shape() {
            Shape::Scalar(ty) => Some(ty),
            Shape::Var(variable) => self.variable(variable),
            Shape::Ref(reference) => self.type_of_ref(reference),
            Shape::Array(elements) => Some(self.type_of_array(&elements)),
            Shape::Object(properties) => Some(self.type_of_object(&properties)),
            Shape::Set(members) => Some(self.type_of_set(&members)),
            Shape::Closure => match term {
                View::Term(closure) => {
                    self.closures.get(&std::ptr::from_ref(closure)).cloned().flatten()
                }
                View::Constant(_) => None,
            },
        }
    }

    fn type_of_array(&self, elements: &[View<'_>]) -> Type {
        Type::array(elements.iter().map(|element| self.type_of(*element)).collect(), None)
    }

    fn type_of_object(&self, properties: &[(View<'_>, View<'_>)]) -> Type {
        let mut fixed = Vec::new();
        let mut rest = None;
        for (key, value) in properties {
            let value = self.type_of(*value);
            match key.as_key() {
                Some(key) => fixed.push((key, value)),
                None => rest = Some(Property { key: self.type_of(*key), value }),
            }
        }
        Type::object(fixed, rest)
    }

    fn type_of_set(&self, members: &[View<'_>]) -> Type {
        Type::set(members.iter().map(|member| self.type_of(*member)).fold(None, or))
    }

    /// Returns the type of a reference's value.
    pub(super) fn type_of_ref(&self, reference: &Ref) -> Option<Type> {
        let operands = views(&reference.operands);
        match reference.root {
            Root::Input => Some(Type::any()),
            Root::Data if self.tree.children.is_empty() => Some(Type::any()),
            Root::Data => self.tree.select(&operands),
            Root::Var(variable) => {
                let entry = self.entry(variable)?;
                select_operands(entry.clone().or_else(|| Some(Type::any())), &operands)
            }
        }
    }

    /// Returns the type of the rule at a path.
    pub(super) fn type_of_rule(&self, path: &[std::sync::Arc<str>]) -> Option<Type> {
        let mut node = self.tree;
        for step in path {
            node = node.child(&Key::String(step.clone()))?;
        }
        node.value.clone()
    }
}
