//! `json.filter` and `json.remove`, which keep or drop the parts of a value at given paths.

use super::paths::{self, Path};
use crate::arena::{Arena, ArenaVec};
use crate::budget::MEMBERS;
use crate::builtins::operand;
use crate::collections::SetBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::{Object, Value};

/// Implements `json.filter(object, paths)`, which keeps only the parts of the object at the paths.
pub fn filter<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let object = operand::object(env, operands, 1)?;
    let paths = all_paths(env, operands)?;
    Ok(Some(Cut { arena: env.arena, keep: true }.inside(Value::Object(object), &paths)))
}

/// Implements `json.remove(object, paths)`, which drops the parts of the object at the paths.
pub fn remove<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let object = operand::object(env, operands, 1)?;
    let paths = all_paths(env, operands)?;
    Ok(Some(Cut { arena: env.arena, keep: false }.inside(Value::Object(object), &paths)))
}

/// Returns the paths of the second operand. Empty paths are ignored.
fn all_paths<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
) -> Result<ArenaVec<'a, Path<'a>>, BuiltinError<'a>> {
    let items = operand::elements(env, operands, 2, "one of {set, array}")?;
    let mut paths = env.arena.vec_with_capacity(items.len());
    for item in items {
        let path = paths::parse(env, item)?;
        if !path.is_empty() {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// A traversal of a value along several paths at once.
struct Cut<'a> {
    arena: &'a Arena,
    /// `true` to keep only the parts at the paths, `false` to drop only those parts.
    keep: bool,
}

impl<'a> Cut<'a> {
    /// Returns the rest of a value into which paths lead.
    fn inside(&self, value: Value<'a>, paths: &[Path<'a>]) -> Value<'a> {
        match value {
            Value::Object(object) => {
                let mut pairs = self.arena.vec();
                pairs.extend(object.pairs().iter().filter_map(|(key, value)| {
                    self.member(key, *value, paths).map(|value| (*key, value))
                }));
                Value::Object(Object { pairs: pairs.into_bump_slice() })
            }
            Value::Set(set) => {
                let mut members = SetBuilder::new(self.arena);
                for member in set.members() {
                    if let Some(rest) = self.member(member, *member, paths) {
                        members.insert(rest);
                    }
                }
                members.finish()
            }
            Value::Array(items) => {
                let mut kept = self.arena.vec();
                kept.extend(items.iter().enumerate().filter_map(|(index, item)| {
                    // Paths name array elements by strings.
                    let key = Value::String(self.arena.format(format_args!("{index}")));
                    self.member(&key, *item, paths)
                }));
                Value::Array(kept.into_bump_slice())
            }
            scalar => scalar,
        }
    }

    /// Returns the rest of the value at `key`, or `None` if nothing is left.
    fn member(&self, key: &Value<'a>, value: Value<'a>, paths: &[Path<'a>]) -> Option<Value<'a>> {
        if self.arena.charge(1 + paths.len() / MEMBERS).is_err() {
            return None;
        }
        let mut rest = self.arena.vec();
        rest.extend(paths.iter().filter_map(|path| match path.split_first() {
            Some((first, rest)) if first == key => Some(rest),
            _ => None,
        }));
        if rest.is_empty() {
            return (!self.keep).then_some(value);
        }
        if rest.iter().any(|rest| rest.is_empty()) {
            return self.keep.then_some(value);
        }
        Some(self.inside(value, &rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtins::testing::object;
    use crate::env::NoHost;

    #[test]
    fn both_cut_along_paths() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let (one, two) = (Value::int(1), Value::int(2));
        let list = arena.array(&[one, object(&arena, &[("x", one), ("y", two)])]);
        let value = object(&arena, &[("a", one), ("b", list), ("c", two)]);
        let paths = ["a/deeper", "/b/1/x", "nothing", ""].map(Value::String);
        let paths = arena.array(&paths);
        let kept = arena.array(&[object(&arena, &[("x", one)])]);
        let expected = object(&arena, &[("a", one), ("b", kept)]);
        assert_eq!(filter(&env, &[value, paths]), Ok(Some(expected)));
        let rest = arena.array(&[one, object(&arena, &[("y", two)])]);
        let expected = object(&arena, &[("a", one), ("b", rest), ("c", two)]);
        assert_eq!(remove(&env, &[value, paths]), Ok(Some(expected)));
        // A shorter path covers the longer ones, regardless of their order.
        let paths = arena.array(&["b/1/x", "b", "b/0"].map(Value::String));
        let expected = object(&arena, &[("a", one), ("c", two)]);
        assert_eq!(remove(&env, &[value, paths]), Ok(Some(expected)));
        let error = remove(&env, &[value, one]).map_err(|error| error.message);
        assert_eq!(error, Err("operand 2 must be one of {set, array} but got number"));
    }
}
