//! The types of rules, by their path below `data`: the tree in OPA's `TypeEnv`.

use std::collections::BTreeMap;

use super::algebra::{or, values};
use super::key::Key;
use super::ty::{Object, Property, Type};
use super::view::View;

/// A step of a rule's path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A constant.
    Key(Key),
    /// A variable in the head of a partial set (`p[x] contains y`), with a number of its own. OPA
    /// files such rules under the variable, where no reference finds them.
    Variable(u32),
}

impl Step {
    pub(super) fn is_constant(&self) -> bool {
        matches!(self, Step::Key(_))
    }

    fn type_of(&self) -> Option<Type> {
        match self {
            Step::Key(key) => Some(key.type_of()),
            Step::Variable(_) => None,
        }
    }
}

/// A node of the tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The type of the rules at this path.
    pub(super) value: Option<Type>,
    /// The nodes one step further down.
    pub(super) children: BTreeMap<Step, Node>,
}

impl Node {
    /// Returns the child for the constant `key`.
    pub(super) fn child(&self, key: &Key) -> Option<&Node> {
        self.children.get(&Step::Key(key.clone()))
    }

    /// Replaces the type at `path`.
    pub(super) fn put(&mut self, path: &[Step], ty: Type) {
        self.at(path).value = Some(ty);
    }

    /// Replaces the type at `path` and everything below it.
    pub(super) fn replace(&mut self, path: &[Step], ty: Type) {
        *self.at(path) = Node { value: Some(ty), children: BTreeMap::new() };
    }

    fn at(&mut self, path: &[Step]) -> &mut Node {
        path.iter().fold(self, |node, step| node.children.entry(step.clone()).or_default())
    }

    /// Adds a type at `path`, both to the type there and to the types of objects above.
    pub(super) fn insert(&mut self, path: &[Step], ty: &Type) {
        let mut node = self;
        for (index, step) in path.iter().enumerate() {
            node = node.children.entry(step.clone()).or_default();
            let below = &path[index + 1..];
            if let (Some(Type::Object(object)), false) = (&node.value, below.is_empty()) {
                node.value = Some(insert_into(object, below, ty));
            }
        }
        node.value = merge(node.value.take(), ty.clone());
        if matches!(ty, Type::Object(_)) {
            node.absorb_descendants();
        }
    }

    /// Adds the types below this node to the object at this node.
    fn absorb_descendants(&mut self) {
        let mut leaves = Vec::new();
        for (step, child) in &self.children {
            child.leaves(vec![step.clone()], &mut leaves);
        }
        for (path, leaf) in leaves {
            if let Some(Type::Object(object)) = &self.value {
                self.value = Some(insert_into(object, &path, &leaf));
            }
        }
    }

    fn leaves(&self, path: Vec<Step>, found: &mut Vec<(Vec<Step>, Type)>) {
        if let Some(value) = &self.value {
            found.push((path, value.clone()));
            return;
        }
        for (step, child) in &self.children {
            let mut path = path.clone();
            path.push(step.clone());
            child.leaves(path, found);
        }
    }

    /// Returns the type of the whole document at this node. Base documents may add any further key.
    pub(super) fn document_type(&self) -> Type {
        if let Some(value) = &self.value {
            return value.clone();
        }
        let fixed = self.children.iter().filter_map(|(step, child)| match step {
            Step::Key(key @ (Key::String(_) | Key::Number(_) | Key::Bool(_))) => {
                Some((key.clone(), Some(child.document_type())))
            }
            _ => None,
        });
        let rest = Property { key: Some(Type::String), value: Some(Type::any()) };
        Type::object(fixed.collect(), Some(rest))
    }

    /// Returns the type at the constant `path` from here, which is `any` if no rule is there.
    pub(super) fn type_at(&self, path: &[Step]) -> Option<Type> {
        let mut node = self;
        for (index, step) in path.iter().enumerate() {
            match (node.children.get(step), &node.value) {
                (Some(child), _) => node = child,
                (None, Some(value)) => {
                    return path[index..].iter().try_fold(value.clone(), |ty, step| match step {
                        Step::Key(key) => super::algebra::select(&ty, key),
                        Step::Variable(_) => values(&ty),
                    });
                }
                (None, None) => return Some(Type::any()),
            }
        }
        Some(node.document_type())
    }

    /// Returns the type that `operands` select from here, which is `any` if no rule is there.
    pub(super) fn select(&self, operands: &[View<'_>]) -> Option<Type> {
        let Some((first, below)) = operands.split_first() else {
            return Some(self.document_type());
        };
        let child = first.as_key().and_then(|key| self.child(&key));
        match (&self.value, child) {
            (_, Some(child)) => child.select(below),
            (Some(value), None) => select_operands(Some(value.clone()), operands),
            (None, None) if !first.is_constant() => {
                select_operands(Some(self.document_type()), operands)
            }
            (None, None) => Some(Type::any()),
        }
    }
}

/// Returns the type that `operands` select from a value of type `ty`: OPA's `selectRef`.
pub(super) fn select_operands(ty: Option<Type>, operands: &[View<'_>]) -> Option<Type> {
    operands.iter().try_fold(ty?, |ty, operand| match operand.as_scalar_key() {
        Some(key) => super::algebra::select(&ty, &key),
        // Iteration of an empty collection yields no element, so the element may be of any type.
        None if ty.is_empty_collection() => Some(Type::any()),
        None => values(&ty),
    })
}

/// Merges the types of two definitions. Sets and objects of computed keys grow; other types unite.
fn merge(left: Option<Type>, right: Type) -> Option<Type> {
    let Some(left) = left else { return Some(right) };
    match (&left, &right) {
        (Type::Object(a), Type::Object(b)) if a.fixed.is_empty() && b.fixed.is_empty() => {
            match (&a.rest, &b.rest) {
                (Some(a), Some(b)) => {
                    let value = match b.value.clone() {
                        Some(value) => merge(a.value.clone(), value),
                        None => a.value.clone(),
                    };
                    let key = or(a.key.clone(), b.key.clone());
                    Some(Type::object(Vec::new(), Some(Property { key, value })))
                }
                // The empty object is covered by every other object type.
                (None, _) => Some(right),
                (Some(_), None) => Some(left),
            }
        }
        (Type::Object(object), Type::Any(any)) | (Type::Any(any), Type::Object(object))
            if object.fixed.is_empty() =>
        {
            merge_into_union(object, &any.of).or_else(|| or(Some(left), Some(right)))
        }
        (Type::Set(a), Type::Set(b)) => Some(Type::set(or(a.of.clone(), b.of.clone()))),
        _ => or(Some(left), Some(right)),
    }
}

/// Extends the first object of computed keys in a union.
fn merge_into_union(object: &Object, union: &[Type]) -> Option<Type> {
    let added = object.rest.as_ref()?;
    let place = union.iter().position(
        |ty| matches!(ty, Type::Object(object) if object.fixed.is_empty() && object.rest.is_some()),
    )?;
    let Type::Object(found) = &union[place] else { return None };
    let rest = found.rest.as_ref()?;
    let extended = Property {
        key: or(rest.key.clone(), added.key.clone()),
        value: or(rest.value.clone(), added.value.clone()),
    };
    let others = union.iter().enumerate().filter(|(index, _)| *index != place);
    let extended = Some(Type::object(Vec::new(), Some(extended)));
    others.fold(extended, |union, (_, ty)| or(union, Some(ty.clone())))
}

fn insert_into(object: &Object, path: &[Step], ty: &Type) -> Type {
    let Some((step, below)) = path.split_first() else {
        return Type::object(object.fixed.clone(), object.rest.clone());
    };
    // OPA builds the objects in between from the bottom up, each with this one property.
    let value = below.iter().rev().fold(ty.clone(), |ty, step| {
        let property = Property { key: step.type_of(), value: Some(ty) };
        Type::object(Vec::new(), Some(property))
    });
    let (key, value) = match &object.rest {
        Some(rest) => (or(rest.key.clone(), step.type_of()), or(rest.value.clone(), Some(value))),
        None => (step.type_of(), Some(value)),
    };
    Type::object(object.fixed.clone(), Some(Property { key, value }))
}
