//! `json.patch` (RFC 6902), which in Rego edits sets too.

use super::edit_tree::{Tree, broken};
use super::paths::{self, Path};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::{Object, Value};

/// Implements `json.patch(value, patches)`.
pub fn patch<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let patches = operand::array(env, operands, 2)?;
    let value = operand::at(operands, 1);
    operand::charge_members(env, value.len().unwrap_or_default())?;
    let mut tree = Tree::new(value);
    for patch in patches {
        env.charge(1)?;
        let Value::Object(operation) = patch else {
            let message =
                "must be an array of JSON-Patch objects, but at least one element is not an object";
            return Err(env.fail(format_args!("{message}")));
        };
        Operation { env, object: *operation }.apply(&mut tree)?;
    }
    match tree.render(env)? {
        Some(value) => Ok(Some(value)),
        // OPA panics if the patch deletes the whole value.
        None => Err(broken(env)),
    }
}

/// An operation of a patch.
#[derive(Clone, Copy)]
struct Operation<'e, 'a> {
    env: &'e Env<'a>,
    object: Object<'a>,
}

impl<'a> Operation<'_, 'a> {
    fn apply(self, tree: &mut Tree<'a>) -> Result<(), BuiltinError<'a>> {
        let env = self.env;
        let path = self.attribute("path")?;
        let operator = match self.attribute("op")? {
            Value::String(operator) => operator,
            other => {
                let got = other.type_name();
                let message = format_args!("attribute 'op' must be a string but found: {got}");
                return Err(env.fail(message));
            }
        };
        let path = paths::parse(env, &path)?;
        match operator {
            "add" => tree.insert_at(env, path, Some(self.attribute("value")?)),
            "remove" => tree.delete_at(env, path),
            "replace" => {
                tree.delete_at(env, path)?;
                tree.insert_at(env, path, Some(self.attribute("value")?))
            }
            "move" => {
                let from = self.from()?;
                let value = tree.render_at(env, from)?;
                tree.delete_at(env, from)?;
                tree.insert_at(env, path, value)
            }
            "copy" => {
                let value = tree.render_at(env, self.from()?)?;
                tree.insert_at(env, path, value)
            }
            "test" => {
                let found = tree.render_at(env, path)?;
                let value = self.attribute("value")?;
                if found == Some(value) { Ok(()) } else { Err(self.differs(&value, found)) }
            }
            other => Err(env.fail(format_args!("unrecognized op: '{other}'"))),
        }
    }

    fn attribute(self, name: &str) -> Result<Value<'a>, BuiltinError<'a>> {
        let missing = || self.env.fail(format_args!("missing required attribute '{name}'"));
        self.object.get_str(name).ok_or_else(missing)
    }

    fn from(self) -> Result<Path<'a>, BuiltinError<'a>> {
        paths::parse(self.env, &self.attribute("from")?)
    }

    fn differs(self, value: &Value<'a>, found: Option<Value<'a>>) -> BuiltinError<'a> {
        const UNLIKE: &str = "value from EditTree != patch value.";
        match found {
            None => self.env.fail(format_args!("{UNLIKE}\n\nExpected: {value}\n\nFound: <nil>")),
            Some(found) => {
                self.env.fail(format_args!("{UNLIKE}\n\nExpected: {value}\n\nFound: {found}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::testing::object as operation;
    use crate::collections::SetBuilder;
    use crate::env::NoHost;
    use crate::error::ErrorCode;

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
        let removed_twice = [op("remove", "0", one), op("remove", "0", one)];
        assert_eq!(patched(&env, list, &removed_twice), Some(Value::EMPTY_ARRAY));
        assert_eq!(patched(&env, list, &[op("replace", "", one)]), Some(one));
        assert_eq!(patched(&env, list, &[op("remove", "", one)]), None);
        assert_eq!(patched(&env, list, &[op("test", "0", two)]), None);
        let path = arena.array(&[arena.array(&[one]), one]);
        let nested = operation(&arena, &[("op", text("add")), ("path", path), ("value", two)]);
        let set = |member| {
            let mut set = SetBuilder::new(&arena);
            set.insert(member);
            set.finish()
        };
        let before = set(arena.array(&[one]));
        assert_eq!(patched(&env, before, &[nested]), Some(set(list)));
        let moved =
            operation(&arena, &[("op", text("move")), ("from", text("a")), ("path", text("b"))]);
        let (before, after) = (operation(&arena, &[("a", one)]), operation(&arena, &[("b", one)]));
        assert_eq!(patched(&env, before, &[moved]), Some(after));
        assert_eq!(patched(&env, after, &[moved]), None);
    }
    fn failure<'a>(env: &Env<'a>, value: Value<'a>, patches: &str) -> (ErrorCode, &'a str) {
        let text = env.arena.string(patches);
        let patches = crate::json::parse(env.arena, text.as_bytes()).expect("JSON");
        match patch(env, &[value, patches]) {
            Err(error) => (error.code, error.message),
            Ok(value) => panic!("{patches} gives {value:?}"),
        }
    }

    #[test]
    fn errors_are_those_of_opa() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let list = arena.array(&[Value::int(1)]);
        let object = operation(&arena, &[("a", Value::int(1))]);
        let element = "must be an array of JSON-Patch objects, but at least one element is not an \
                       object";
        let differs = "value from EditTree != patch value.\n\nExpected: 2\n\nFound: 1";
        for (value, patches, expected) in [
            (list, "[1]", element),
            (list, r#"[{"op":"add"}]"#, "missing required attribute 'path'"),
            (list, r#"[{"path":""}]"#, "missing required attribute 'op'"),
            (list, r#"[{"op":1,"path":""}]"#, "attribute 'op' must be a string but found: number"),
            (list, r#"[{"op":"x","path":""}]"#, "unrecognized op: 'x'"),
            (list, r#"[{"op":"add","path":"/0"}]"#, "missing required attribute 'value'"),
            (list, r#"[{"op":"test","path":"/0","value":2}]"#, differs),
            (
                list,
                r#"[{"op":"add","path":"/00","value":1}]"#,
                "leading zeros are not allowed in JSON paths",
            ),
            (
                list,
                r#"[{"op":"add","path":"/5","value":1}]"#,
                "index for array insertion out of bounds",
            ),
            (
                object,
                r#"[{"op":"remove","path":"/b"}]"#,
                r#"cannot delete child key "b" that does not exist"#,
            ),
            (
                object,
                r#"[{"op":"remove","path":"/a"},{"op":"test","path":"/a","value":1}]"#,
                r#"cannot unfold the already deleted scalar node for key "a""#,
            ),
        ] {
            assert_eq!(failure(&env, value, patches), (ErrorCode::Builtin, expected), "{patches}");
        }
    }

    #[test]
    fn elements_are_looked_up_where_they_were_until_they_are_edited() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let inner = operation(&arena, &[("a", Value::int(1))]);
        let patches =
            r#"[{"op":"add","path":"/0","value":7},{"op":"add","path":"/1/b","value":2}]"#;
        let expected = r#"path 1 does not exist in array term [{"a": 1}]"#;
        let failure = failure(&env, arena.array(&[inner]), patches);
        assert_eq!(failure, (ErrorCode::Builtin, expected));
    }

    #[test]
    fn where_opa_panics_the_evaluation_stops() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        for patches in [
            r#"[{"op":"remove","path":""}]"#,
            r#"[{"op":"add","path":"/0","value":[1]},{"op":"add","path":"/0","value":5},
                {"op":"add","path":"/0","value":6}]"#,
        ] {
            let (code, _) = failure(&env, Value::EMPTY_ARRAY, patches);
            assert_eq!(code, ErrorCode::Internal, "{patches}");
        }
    }

    #[test]
    fn many_operations_take_no_stack() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let add = r#"{"op":"add","path":"/0","value":1},"#.repeat(3000);
        let text = arena.string(&format!("[{}]", add.trim_end_matches(',')));
        let patches = crate::json::parse(&arena, text.as_bytes()).expect("JSON");
        let patched = patch(&env, &[Value::EMPTY_ARRAY, patches]).ok().flatten();
        assert_eq!(patched.and_then(|value| value.len()), Some(3000));
    }
}
