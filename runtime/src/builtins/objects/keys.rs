//! Lookup, selection and removal of object keys.

use crate::budget::parts;
use crate::builtins::operand;
use crate::collections::SetBuilder;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::{Object, Value};

/// Implements `object.get(object, key, default)`. An array as `key` is a path into nested values.
pub fn get<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    if let [object, key, default] = operands
        && let Some(found) = get_named(object, key, default)
    {
        return Ok(Some(found));
    }
    let object = operand::object(env, operands, 1)?;
    let found = match operand::at(operands, 2) {
        Value::Array(path) => {
            path.iter().try_fold(Value::Object(object), |value, key| value.get(key))
        }
        key => object.get(&key),
    };
    Ok(Some(found.unwrap_or_else(|| operand::at(operands, 3))))
}

/// Returns `object.get(object, key, default)` if the operands are an object and a string, or
/// `None`.
#[inline]
pub(crate) fn get_named<'a>(
    object: &Value<'a>,
    key: &Value<'a>,
    default: &Value<'a>,
) -> Option<Value<'a>> {
    match (object, key) {
        (Value::Object(_), Value::String(key)) => Some(object.get_str(key).unwrap_or(*default)),
        _ => None,
    }
}

/// Implements `object.keys(object)`.
pub fn keys<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let object = operand::object(env, operands, 1)?;
    let mut keys = SetBuilder::with_capacity(env.arena, object.len());
    for (key, _) in object.pairs() {
        keys.insert(*key);
    }
    Ok(Some(keys.finish()))
}

/// Implements `object.remove(object, keys)`, where `keys` is an array, a set or an object.
pub fn remove<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    select(env, operands, false)
}

/// Implements `object.filter(object, keys)`, where `keys` is an array, a set or an object.
pub fn filter<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    select(env, operands, true)
}

/// Keeps only the keys that are in the second operand (`listed`), or only the keys that are not.
fn select<'a>(env: &Env<'a>, operands: &[Value<'a>], listed: bool) -> BuiltinResult<'a> {
    let object = operand::object(env, operands, 1)?;
    let list = operand::at(operands, 2);
    if !matches!(list, Value::Array(_) | Value::Set(_) | Value::Object(_)) {
        return Err(env.operand(2, "one of {object, set, array}", &list));
    }
    let mut pairs = env.arena.vec_with_capacity(object.len());
    for part in parts(object.pairs()) {
        let kept = part.iter().filter(|(key, _)| is_listed(&list, key) == listed);
        pairs.extend(kept.copied());
    }
    Ok(Some(Value::Object(Object { pairs: pairs.into_bump_slice() })))
}

fn is_listed<'a>(list: &Value<'a>, key: &Value<'a>) -> bool {
    match list {
        Value::Array(items) => parts(items).any(|part| part.contains(key)),
        Value::Set(set) => set.contains(key),
        Value::Object(object) => object.get(key).is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::testing::object;
    use crate::env::NoHost;

    #[test]
    fn get_follows_paths_and_falls_back() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let (a, b) = (Value::String("a"), Value::String("b"));
        let value = object(&arena, &[("a", object(&arena, &[("b", arena.array(&[b]))]))]);
        let run = |key| get(&env, &[value, key, Value::Null]);
        assert_eq!(run(b), Ok(Some(Value::Null)));
        assert_eq!(run(arena.array(&[a, b, Value::int(0)])), Ok(Some(b)));
        assert_eq!(run(arena.array(&[a, b, Value::int(1)])), Ok(Some(Value::Null)));
        assert_eq!(run(arena.array(&[a, b, Value::int(0), b])), Ok(Some(Value::Null)));
        assert_eq!(run(Value::EMPTY_ARRAY), Ok(Some(value)));
        let error = get(&env, &[b, b, b]).map_err(|error| error.message);
        assert_eq!(error, Err("operand 1 must be object but got string"));
    }

    #[test]
    fn keys_are_listed_in_any_collection() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let one = Value::int(1);
        let value = object(&arena, &[("a", one), ("b", one)]);
        let (only_a, only_b) = (object(&arena, &[("a", one)]), object(&arena, &[("b", one)]));
        let list = arena.array(&[Value::String("a"), Value::String("x")]);
        assert_eq!(remove(&env, &[value, list]), Ok(Some(only_b)));
        assert_eq!(filter(&env, &[value, list]), Ok(Some(only_a)));
        assert_eq!(filter(&env, &[value, only_b]), Ok(Some(only_b)));
        let error = remove(&env, &[value, one]).map_err(|error| error.message);
        assert_eq!(error, Err("operand 2 must be one of {object, set, array} but got number"));
    }
}
