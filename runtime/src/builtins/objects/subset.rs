//! `object.subset`, which tests whether one collection is part of another.

use crate::budget::{exceed_depth, searched, visit};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::json::MAX_DEPTH;
use crate::value::{Object, Set, Value};

/// Implements `object.subset(whole, part)`. The operands are two objects (compared with nested
/// values), two sets, two arrays (`part` is a contiguous slice of `whole`), or an array and a set
/// whose members are all in the array.
pub fn subset<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let whole = operand::at(operands, 1);
    let part = operand::at(operands, 2);
    let holds = match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => object_has(whole, part, 0),
        (Value::Set(whole), Value::Set(part)) => set_has(whole, part),
        (Value::Array(whole), Value::Array(part)) => array_has(whole, part),
        (Value::Array(whole), Value::Set(part)) => array_has_members(whole, part),
        _ => {
            let message = "both arguments object.subset must be of the same type or array and set";
            return Err(BuiltinError { code: ErrorCode::Type, message });
        }
    };
    Ok(Some(Value::Bool(holds)))
}

fn object_has(whole: Object<'_>, part: Object<'_>, level: usize) -> bool {
    if level == MAX_DEPTH {
        exceed_depth();
        return false;
    }
    // The values are compared and then searched, for each of the paths that lead to them.
    visit(part.len())
        && searched(part.pairs()).all(|(key, value)| {
            whole.get(key).is_some_and(|own| own == *value || nested_has(own, *value, level + 1))
        })
}

fn nested_has(whole: Value<'_>, part: Value<'_>, level: usize) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => object_has(whole, part, level),
        (Value::Set(whole), Value::Set(part)) => set_has(whole, part),
        (Value::Array(whole), Value::Array(part)) => array_has(whole, part),
        _ => false,
    }
}

fn set_has(whole: Set<'_>, part: Set<'_>) -> bool {
    visit(part.len()) && searched(part.members()).all(|member| whole.contains(member))
}

/// Searches like OPA, which after a partial match continues one element later.
fn array_has(whole: &[Value<'_>], part: &[Value<'_>]) -> bool {
    let mut windows = if part.is_empty() { return true } else { whole.windows(part.len()) };
    windows.any(|window| visit(0) && Value::Array(window) == Value::Array(part))
}

/// Counts like OPA the array's elements that are members, including duplicates. An empty array does
/// not contain even the empty set.
fn array_has_members(whole: &[Value<'_>], part: Set<'_>) -> bool {
    let members = searched(whole).filter(|item| part.contains(item)).count();
    !whole.is_empty() && members >= part.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::collections::SetBuilder;
    use crate::env::NoHost;

    #[test]
    fn arrays_hold_runs_and_sets() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let [a, b, c] = ["a", "b", "c"].map(Value::String);
        let run = |whole, part| subset(&env, &[whole, part]).map_err(|error| error.code);
        let set = |members: &[Value<'static>]| {
            let mut builder = SetBuilder::new(&arena);
            for member in members {
                builder.insert(*member);
            }
            builder.finish()
        };
        let (yes, no) = (Ok(Some(Value::Bool(true))), Ok(Some(Value::Bool(false))));
        let whole = arena.array(&[a, a, b, c]);
        assert_eq!(run(whole, arena.array(&[a, b])), yes);
        assert_eq!(run(whole, arena.array(&[a, c])), no);
        assert_eq!(run(whole, Value::EMPTY_ARRAY), yes);
        assert_eq!(run(whole, set(&[b, c])), yes);
        assert_eq!(run(arena.array(&[a, a]), set(&[a, b])), yes);
        assert_eq!(run(arena.array(&[a]), set(&[a, b])), no);
        assert_eq!(run(Value::EMPTY_ARRAY, Value::EMPTY_SET), no);
        assert_eq!(run(set(&[a, b]), set(&[b])), yes);
        assert_eq!(run(set(&[a]), whole), Err(ErrorCode::Type));
    }
}
