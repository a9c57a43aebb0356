//! Template strings (`topdown/template_string.go`).

use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(template::template_string, "internal.template_string", "(array[any]) => string", effect: Any),
];

/// Concatenates the parts of a template string. A part is a text or another scalar, or the set of
/// an expression's values. An empty set prints as `<undefined>`, and a set of several values is an
/// error.
pub fn template_string<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    use core::fmt::Write as _;
    let mut text = env.arena.text();
    for part in operand::array(env, operands, 1)? {
        let value = match part {
            Value::Set(set) => match set.members() {
                [] => Value::String("<undefined>"),
                [value] => *value,
                _ => return Err(several(env)),
            },
            Value::Array(_) | Value::Object(_) => return Err(wrong_part(env, part)),
            value => *value,
        };
        // Writing fails only if the text exceeds the budget, and then the evaluation fails.
        let _ = match value {
            Value::String(part) => text.write_str(part),
            value => write!(text, "{value}"),
        };
    }
    Ok(Some(Value::String(text.into_bump_str())))
}

fn wrong_part<'a>(env: &Env<'a>, part: &Value<'a>) -> BuiltinError<'a> {
    let message = format_args!("illegal argument type: {}", part.type_name());
    BuiltinError { code: ErrorCode::Internal, message: env.arena.format(message) }
}

fn several<'a>(env: &Env<'a>) -> BuiltinError<'a> {
    let message = format_args!("template-strings must not produce multiple outputs");
    BuiltinError { code: ErrorCode::Conflict, message: env.arena.format(message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::collections::SetBuilder;
    use crate::env::NoHost;

    #[test]
    fn parts_are_joined_and_undefined_is_named() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let set = |members: &[i64]| {
            let mut set = SetBuilder::new(&arena);
            for member in members {
                set.insert(Value::int(*member));
            }
            set.finish()
        };
        let parts = [Value::String("a "), Value::int(1), set(&[2]), set(&[])];
        let text = template_string(&env, &[arena.array(&parts)]);
        assert_eq!(text, Ok(Some(Value::String("a 12<undefined>"))));
        let two = template_string(&env, &[arena.array(&[set(&[1, 2])])]);
        assert_eq!(two.map_err(|error| error.code), Err(ErrorCode::Conflict));
    }
}
