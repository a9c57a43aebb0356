//! The edits of a `json.patch`, kept beside the value that they change (OPA's `internal/edittree`).
//!
//! ```text
//! [10, 20] with {"op": "add", "path": "/0", "value": 5}
//!     value: [10, 20]   slots: Inserted, Kept(0), Kept(1)   scalars: {0: 5}
//! ```
//!
//! Editing a copy of the value would be wrong. Unless the patch has touched an array element, an
//! operation looks it up at its place before all edits, and OPA's answers show that.

mod elements;
mod render;

use std::collections::BTreeMap;

use super::index;
use crate::builtins::json::paths::Path;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, ErrorCode};
use crate::value::Value;

type Edit<'a, T> = Result<T, BuiltinError<'a>>;

/// A value with pending edits.
pub(super) struct Tree<'a> {
    /// The value before the edits, or `None` if it is deleted.
    value: Option<Value<'a>>,
    /// The edited members of an object or set.
    members: BTreeMap<Value<'a>, Child<'a>>,
    /// The elements of an array after the edits.
    slots: Vec<Slot>,
    /// The inserted elements that are scalars, by their place.
    scalars: BTreeMap<usize, Value<'a>>,
    /// The inserted elements that are collections, by their place.
    composites: BTreeMap<usize, Tree<'a>>,
}

/// An edited member of an object or set.
enum Child<'a> {
    Deleted(Kind),
    Scalar(Value<'a>),
    Composite(Tree<'a>),
}

/// The kind of a deleted member, which OPA's errors distinguish.
#[derive(Clone, Copy)]
enum Kind {
    Scalar,
    Composite,
}

impl Kind {
    fn of(value: &Value<'_>) -> Self {
        if is_composite(value) { Self::Composite } else { Self::Scalar }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Composite => "composite",
        }
    }
}

/// An element of an array after the edits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// The element at this place before the edits.
    Kept(usize),
    Inserted,
}

/// The target of a path.
pub(super) enum Node<'t, 'a> {
    Tree(&'t mut Tree<'a>),
    Scalar(Value<'a>),
}

fn is_composite(value: &Value<'_>) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_) | Value::Set(_))
}

impl<'a> Tree<'a> {
    pub(super) fn new(value: Value<'a>) -> Self {
        let length = if let Value::Array(items) = value { items.len() } else { 0 };
        Self {
            value: Some(value),
            members: BTreeMap::new(),
            slots: (0..length).map(Slot::Kept).collect(),
            scalars: BTreeMap::new(),
            composites: BTreeMap::new(),
        }
    }

    /// Returns the node at the end of `path`. The nodes on the path become part of the tree.
    pub(super) fn unfold(&mut self, env: &Env<'a>, path: Path<'a>) -> Edit<'a, Node<'_, 'a>> {
        let mut node = Node::Tree(self);
        for key in path {
            node = match node {
                Node::Tree(tree) => tree.child(env, key)?,
                Node::Scalar(value) => {
                    let kind = go_type(&value);
                    return Err(env.fail(format_args!(
                        "expected composite type for path {key}, found value: {value} (type: {kind})"
                    )));
                }
            };
        }
        Ok(node)
    }

    /// Inserts `value` at the end of `path`.
    pub(super) fn insert_at(
        &mut self,
        env: &Env<'a>,
        path: Path<'a>,
        value: Option<Value<'a>>,
    ) -> Edit<'a, ()> {
        let Some(value) = value else {
            return Err(env.fail(format_args!("cannot insert nil value into EditTree")));
        };
        let Some((key, parents)) = path.split_last() else {
            *self = Self::new(value);
            return Ok(());
        };
        match self.unfold(env, parents)? {
            Node::Tree(tree) => tree.insert(env, *key, value).map(drop),
            Node::Scalar(found) => Err(not_composite(env, &found)),
        }
    }

    /// Deletes the node at the end of `path`.
    pub(super) fn delete_at(&mut self, env: &Env<'a>, path: Path<'a>) -> Edit<'a, ()> {
        let Some((key, parents)) = path.split_last() else {
            let deleted = self.value.take();
            return deleted.map(drop).ok_or_else(|| deleted_node(env, "delete"));
        };
        match self.unfold(env, parents)? {
            Node::Tree(tree) => tree.delete(env, *key),
            Node::Scalar(found) => Err(not_composite(env, &found)),
        }
    }

    /// Returns the value at the end of `path` with all edits applied, or `None` if it is deleted.
    pub(super) fn render_at(
        &mut self,
        env: &Env<'a>,
        path: Path<'a>,
    ) -> Edit<'a, Option<Value<'a>>> {
        match self.unfold(env, path)? {
            Node::Tree(tree) => tree.render(env),
            Node::Scalar(value) => Ok(Some(value)),
        }
    }

    fn child(&mut self, env: &Env<'a>, key: &Value<'a>) -> Edit<'a, Node<'_, 'a>> {
        let Some(value) = self.value else {
            let message = "nil value encountered where composite value was expected";
            return Err(env.fail(format_args!("{message}")));
        };
        match value {
            Value::Object(object) => match self.members.get(key) {
                Some(Child::Deleted(kind)) => {
                    let kind = kind.name();
                    Err(env.fail(format_args!(
                        "cannot unfold the already deleted {kind} node for key {key}"
                    )))
                }
                Some(_) => Ok(self.member(key)),
                None => match object.get(key) {
                    Some(found) => self.insert(env, *key, found),
                    None => {
                        Err(env
                            .fail(format_args!("path {key} does not exist in object term {value}")))
                    }
                },
            },
            Value::Set(_) => self.child_of_set(env, key),
            Value::Array(items) => {
                let place = index::read(env, self.slots.len(), key)?;
                let edited = |place: &usize| {
                    self.scalars.contains_key(place) || self.composites.contains_key(place)
                };
                let at = usize::try_from(place).ok();
                if let Some(place) = at.filter(edited) {
                    return Ok(self.element(place));
                }
                let Some((place, found)) = at.and_then(|at| Some((at, *items.get(at)?))) else {
                    return Err(
                        env.fail(format_args!("path {place} does not exist in array term {value}"))
                    );
                };
                self.delete_element(env, place)?;
                self.insert_element(env, place, found)
            }
            scalar => Err(env.fail(format_args!(
                "expected composite type for path {key}, found value: {scalar} (type: {})",
                go_type(&scalar)
            ))),
        }
    }

    /// Returns the member `key` of a set. The members of a set are their own keys. A collection
    /// among them can therefore be found only if the edits below it are applied to the value.
    fn child_of_set(&mut self, env: &Env<'a>, key: &Value<'a>) -> Edit<'a, Node<'_, 'a>> {
        if is_composite(key) {
            self.collapse(env)?;
        } else {
            match self.members.get(key) {
                Some(Child::Scalar(value)) => return Ok(Node::Scalar(*value)),
                Some(Child::Deleted(_)) => return Err(broken(env)),
                _ => {}
            }
        }
        let found = self.value.and_then(|value| value.get(key));
        match (found, self.value) {
            (Some(found), _) => self.insert(env, *key, found),
            (None, value) => {
                let value = value.unwrap_or(Value::Null);
                let key = key.as_str().unwrap_or_else(|| env.arena.format(format_args!("{key}")));
                Err(env.fail(format_args!("path {key} does not exist in set term {value}")))
            }
        }
    }

    /// Applies the edits to the value and clears them.
    fn collapse(&mut self, env: &Env<'a>) -> Edit<'a, ()> {
        self.value = self.render(env)?;
        self.members.clear();
        Ok(())
    }

    fn insert(
        &mut self,
        env: &Env<'a>,
        key: Value<'a>,
        value: Value<'a>,
    ) -> Edit<'a, Node<'_, 'a>> {
        match self.value {
            None => return Err(deleted_node(env, "insert")),
            Some(Value::Object(_)) => {}
            Some(Value::Set(_)) => {
                if key != value {
                    return Err(env.fail(format_args!(
                        "set key {key} does not equal value to be inserted {value}"
                    )));
                }
                if is_composite(&key) {
                    self.collapse(env)?;
                }
            }
            Some(Value::Array(_)) => {
                let place = index::read(env, self.slots.len(), &key)?;
                let place = usize::try_from(place).ok().filter(|&at| at <= self.slots.len());
                return match place {
                    Some(place) => self.insert_element(env, place, value),
                    None => Err(env.fail(format_args!("index for array insertion out of bounds"))),
                };
            }
            Some(scalar) => return Err(not_composite(env, &scalar)),
        }
        operand::charge_members(env, value.len().unwrap_or_default())?;
        let child = if is_composite(&value) {
            Child::Composite(Tree::new(value))
        } else {
            Child::Scalar(value)
        };
        self.put(key, child);
        Ok(self.member(&key))
    }

    /// Replaces an edited member by `child`, under the new key.
    fn put(&mut self, key: Value<'a>, child: Child<'a>) {
        self.members.remove(&key);
        self.members.insert(key, child);
    }

    /// Returns an edited member, which must exist.
    fn member(&mut self, key: &Value<'a>) -> Node<'_, 'a> {
        match self.members.get_mut(key) {
            Some(Child::Composite(tree)) => Node::Tree(tree),
            Some(Child::Scalar(value)) => Node::Scalar(*value),
            Some(Child::Deleted(_)) | None => Node::Scalar(Value::Null),
        }
    }

    fn delete(&mut self, env: &Env<'a>, key: Value<'a>) -> Edit<'a, ()> {
        match self.value {
            None => return Err(deleted_node(env, "delete")),
            Some(Value::Array(_)) => {
                let place = index::read(env, self.slots.len(), &key)?;
                // A negative place is out of bounds too.
                return self.delete_element(env, usize::try_from(place).unwrap_or(usize::MAX));
            }
            Some(Value::Set(_)) if is_composite(&key) => self.collapse(env)?,
            Some(Value::Object(_) | Value::Set(_)) => {}
            Some(scalar) => return Err(not_composite(env, &scalar)),
        }
        let kind = match self.members.get(&key) {
            Some(Child::Scalar(_)) => Kind::Scalar,
            Some(Child::Composite(_)) => Kind::Composite,
            Some(Child::Deleted(kind)) => {
                let kind = kind.name();
                return Err(env.fail(format_args!(
                    "cannot delete the already deleted {kind} node for key {key}"
                )));
            }
            None => match self.value.and_then(|value| value.get(&key)) {
                Some(found) => Kind::of(&found),
                None => {
                    return Err(
                        env.fail(format_args!("cannot delete child key {key} that does not exist"))
                    );
                }
            },
        };
        self.put(key, Child::Deleted(kind));
        Ok(())
    }
}

/// Returns the type of a scalar as Go prints it.
fn go_type(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "ast.Null",
        Value::Bool(_) => "ast.Boolean",
        Value::Number(_) => "ast.Number",
        Value::String(_) => "ast.String",
        Value::Array(_) => "*ast.Array",
        Value::Object(_) => "*ast.object",
        Value::Set(_) => "*ast.set",
    }
}

fn not_composite<'a>(env: &Env<'a>, value: &Value<'a>) -> BuiltinError<'a> {
    let kind = go_type(value);
    env.fail(format_args!("expected composite type, found value: {value} (type: {kind})"))
}

fn deleted_node<'a>(env: &Env<'a>, operation: &str) -> BuiltinError<'a> {
    env.fail(format_args!("deleted node encountered during {operation} operation"))
}

/// Returns the error for operations on which OPA panics, and so has no answer either: its
/// bookkeeping has lost an element.
pub(super) fn broken<'a>(env: &Env<'a>) -> BuiltinError<'a> {
    let message =
        format_args!("expected a patch that OPA can apply, found operations on which OPA panics");
    BuiltinError { code: ErrorCode::Internal, message: env.arena.format(message) }
}
