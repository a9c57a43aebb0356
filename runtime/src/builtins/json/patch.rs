//! `json.patch` (RFC 6902), which in Rego also edits sets. OPA gives no error for a patch that
//! does not fit, only no value.
//!
//! One thing is the RFC's and not OPA's: where an operation has shifted an array's elements,
//! later operations of the same patch find them at their new places. OPA's edit tree
//! (`internal/edittree`) looks up those that it has not touched yet at their old ones.

use super::paths::{self, Path};
use crate::arena::Arena;
use crate::builtins::operand;
use crate::collections::{ObjectBuilder, SetBuilder};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::{Object, Set, Value};

/// `json.patch(value, patches)`
pub fn patch<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let patches = operand::array(env, operands, 2)?;
    let target = Document { arena: env.arena, root: Some(operand::at(operands, 1)) };
    let patched = patches.iter().try_fold(target, |document, patch| apply(env, document, patch));
    Ok(patched.and_then(|document| document.root))
}

/// Applies one operation; `None` if it does not fit.
fn apply<'a>(env: &Env<'a>, document: Document<'a>, operation: &Value<'a>) -> Option<Document<'a>> {
    let Value::Object(operation) = operation else { return None };
    let path_of = |name| paths::parse(env, &operation.get_str(name)?).ok();
    let path = path_of("path")?;
    match operation.get_str("op")?.as_str()? {
        "add" => document.insert(path, operation.get_str("value")?),
        "remove" => document.delete(path),
        "replace" => document.delete(path)?.insert(path, operation.get_str("value")?),
        "move" => {
            let from = path_of("from")?;
            let value = document.at(from)?;
            document.delete(from)?.insert(path, value)
        }
        "copy" => document.insert(path, document.at(path_of("from")?)?),
        "test" => (document.at(path)? == operation.get_str("value")?).then_some(document),
        _ => None,
    }
}

/// A document being edited; without a root between its removal and its replacement.
#[derive(Clone, Copy)]
struct Document<'a> {
    arena: &'a Arena,
    root: Option<Value<'a>>,
}

/// A change of the value at the end of a path.
#[derive(Clone, Copy)]
enum Edit<'a> {
    Insert(Value<'a>),
    Delete,
}

impl<'a> Document<'a> {
    fn at(self, path: Path<'a>) -> Option<Value<'a>> {
        path.iter().try_fold(self.root?, step)
    }

    fn insert(self, path: Path<'a>, value: Value<'a>) -> Option<Self> {
        if path.is_empty() {
            return Some(Self { root: Some(value), ..self });
        }
        self.edit(path, Edit::Insert(value))
    }

    fn delete(self, path: Path<'a>) -> Option<Self> {
        if path.is_empty() {
            return self.root.map(|_| Self { root: None, ..self });
        }
        self.edit(path, Edit::Delete)
    }

    fn edit(self, path: Path<'a>, edit: Edit<'a>) -> Option<Self> {
        let root = edit_at(self.arena, self.root?, path, edit)?;
        Some(Self { root: Some(root), ..self })
    }
}

/// The value below `value` at `key`, if there is one.
fn step<'a>(value: Value<'a>, key: &Value<'a>) -> Option<Value<'a>> {
    match value {
        Value::Object(object) => object.get(key),
        Value::Set(set) => set.contains(key).then_some(*key),
        Value::Array(items) => items.get(index(items.len(), key)?).copied(),
        _ => None,
    }
}

/// The value with the edit made at the end of the path, which has at least one key.
fn edit_at<'a>(
    arena: &'a Arena,
    value: Value<'a>,
    path: Path<'a>,
    edit: Edit<'a>,
) -> Option<Value<'a>> {
    let (key, rest) = path.split_first()?;
    if !rest.is_empty() {
        let child = edit_at(arena, step(value, key)?, rest, edit)?;
        return replace(arena, value, key, child);
    }
    match edit {
        Edit::Insert(new) => insert(arena, value, key, new),
        Edit::Delete => delete(arena, value, key),
    }
}

fn replace<'a>(
    arena: &'a Arena,
    value: Value<'a>,
    key: &Value<'a>,
    new: Value<'a>,
) -> Option<Value<'a>> {
    match value {
        Value::Object(object) => Some(with_pair(arena, object, *key, new)),
        Value::Set(_) => match delete(arena, value, key)? {
            Value::Set(set) => Some(with_member(arena, set, new)),
            _ => None,
        },
        Value::Array(items) => {
            let place = index(items.len(), key)?;
            let mut out = arena.vec_with_capacity(items.len());
            out.extend_from_slice(items);
            *out.get_mut(place)? = new;
            Some(Value::Array(out.into_bump_slice()))
        }
        _ => None,
    }
}

fn insert<'a>(
    arena: &'a Arena,
    value: Value<'a>,
    key: &Value<'a>,
    new: Value<'a>,
) -> Option<Value<'a>> {
    match value {
        Value::Object(object) => Some(with_pair(arena, object, *key, new)),
        Value::Set(set) => (*key == new).then(|| with_member(arena, set, new)),
        Value::Array(items) => {
            let (before, after) = items.split_at_checked(index(items.len(), key)?)?;
            let mut out = arena.vec_with_capacity(items.len() + 1);
            out.extend_from_slice(before);
            out.push(new);
            out.extend_from_slice(after);
            Some(Value::Array(out.into_bump_slice()))
        }
        _ => None,
    }
}

fn delete<'a>(arena: &'a Arena, value: Value<'a>, key: &Value<'a>) -> Option<Value<'a>> {
    step(value, key)?;
    match value {
        Value::Object(object) => {
            let mut pairs = arena.vec_with_capacity(object.len());
            pairs.extend(object.pairs().iter().filter(|(own, _)| own != key));
            Some(Value::Object(Object { pairs: pairs.into_bump_slice() }))
        }
        Value::Set(set) => {
            let mut members = arena.vec_with_capacity(set.len());
            members.extend(set.members().iter().filter(|member| *member != key));
            Some(Value::Set(Set { members: members.into_bump_slice() }))
        }
        Value::Array(items) => {
            let place = index(items.len(), key)?;
            let mut out = arena.vec_with_capacity(items.len());
            out.extend(items.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, v)| *v));
            Some(Value::Array(out.into_bump_slice()))
        }
        _ => None,
    }
}

fn with_pair<'a>(
    arena: &'a Arena,
    object: Object<'a>,
    key: Value<'a>,
    new: Value<'a>,
) -> Value<'a> {
    let mut builder = ObjectBuilder::new(arena);
    for (key, value) in object.pairs() {
        builder.insert(*key, *value);
    }
    builder.insert(key, new);
    builder.finish()
}

fn with_member<'a>(arena: &'a Arena, set: Set<'a>, new: Value<'a>) -> Value<'a> {
    let mut builder = SetBuilder::new(arena);
    for member in set.members() {
        builder.insert(*member);
    }
    builder.insert(new);
    builder.finish()
}

/// A key as an array's index (`toIndex`): an integer, its text without leading zeros, or `-` for
/// the place after the last element.
fn index(length: usize, key: &Value<'_>) -> Option<usize> {
    match key {
        Value::Number(number) => usize::try_from(number.as_i64()?).ok(),
        Value::String("-") => Some(length),
        Value::String(text) if *text != "0" && text.starts_with('0') => None,
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtins::testing::object as operation;
    use crate::env::NoHost;

    fn patched<'a>(env: &Env<'a>, value: Value<'a>, patches: &[Value<'a>]) -> Option<Value<'a>> {
        patch(env, &[value, env.arena.array(patches)]).ok().flatten()
    }

    #[test]
    fn arrays_shift_and_sets_are_addressed_by_their_members() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let [one, two, three] = [1, 2, 3].map(Value::int);
        let text = Value::String;
        let op = |name, path, value| {
            operation(&arena, &[("op", text(name)), ("path", text(path)), ("value", value)])
        };
        let list = arena.array(&[one, two]);
        let add = op("add", "1", three);
        assert_eq!(patched(&env, list, &[add]), Some(arena.array(&[one, three, two])));
        assert_eq!(
            patched(&env, list, &[op("add", "-", three)]),
            Some(arena.array(&[one, two, three]))
        );
        assert_eq!(patched(&env, list, &[op("add", "3", three)]), None);
        assert_eq!(patched(&env, list, &[op("add", "01", three)]), None);
        let removed_twice = [op("remove", "0", one), op("test", "0", two), op("remove", "0", one)];
        assert_eq!(patched(&env, list, &removed_twice), Some(Value::EMPTY_ARRAY));
        assert_eq!(patched(&env, list, &[op("replace", "", one)]), Some(one));
        assert_eq!(patched(&env, list, &[op("remove", "", one)]), None);
        assert_eq!(patched(&env, list, &[op("test", "0", two)]), None);
        let path = arena.array(&[arena.array(&[one]), one]);
        let nested = operation(&arena, &[("op", text("add")), ("path", path), ("value", two)]);
        let set = with_member(&arena, Set { members: &[] }, arena.array(&[one]));
        assert_eq!(
            patched(&env, set, &[nested]),
            Some(with_member(&arena, Set { members: &[] }, list))
        );
        let moved =
            operation(&arena, &[("op", text("move")), ("from", text("a")), ("path", text("b"))]);
        let (before, after) = (operation(&arena, &[("a", one)]), operation(&arena, &[("b", one)]));
        assert_eq!(patched(&env, before, &[moved]), Some(after));
        assert_eq!(patched(&env, after, &[moved]), None);
    }
}
