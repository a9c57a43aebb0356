//! Paths into values, as accepted by `json.filter`, `json.remove` and `json.patch`.

use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, ErrorCode};
use crate::json::MAX_DEPTH;
use crate::value::Value;

/// The keys of a path, the outermost first.
pub(super) type Path<'a> = &'a [Value<'a>];

/// Reads a path (`parsePath`): an array of keys, or a string such as `a/b~1c`. In a string, `/`
/// separates the keys, `~1` means `/`, and `~0` means `~`. Leading slashes are ignored.
pub(super) fn parse<'a>(env: &Env<'a>, path: &Value<'a>) -> Result<Path<'a>, BuiltinError<'a>> {
    let keys = keys(env, path)?;
    // Edits along a path take stack for each key.
    if keys.len() > MAX_DEPTH {
        return Err(TOO_LONG);
    }
    Ok(keys)
}

/// The error of a path that is too long for the runtime, though not for OPA.
const TOO_LONG: BuiltinError<'_> = BuiltinError {
    code: ErrorCode::Internal,
    message: "expected a path of at most 512 keys, found a longer one",
};

fn keys<'a>(env: &Env<'a>, path: &Value<'a>) -> Result<Path<'a>, BuiltinError<'a>> {
    match path {
        Value::Array(keys) => Ok(keys),
        Value::String("") => Ok(&[]),
        Value::String(text) => {
            let mut keys = env.arena.vec();
            let parts = text.trim_start_matches('/').split('/');
            keys.extend(parts.map(|part| Value::String(unescape(env, part))));
            Ok(keys.into_bump_slice())
        }
        other => {
            let got = other.type_name();
            let wanted = "one of {set, array} containing string paths or array of path segments";
            Err(operand::invalid(env, 2, format_args!("must be {wanted} but got {got}")))
        }
    }
}

fn unescape<'a>(env: &Env<'a>, part: &'a str) -> &'a str {
    if !part.contains('~') {
        return part;
    }
    let mut slashes = env.arena.text();
    for (index, piece) in part.split("~1").enumerate() {
        slashes.push_str(if index > 0 { "/" } else { "" });
        slashes.push_str(piece);
    }
    let mut out = env.arena.text();
    for (index, piece) in slashes.split("~0").enumerate() {
        out.push_str(if index > 0 { "~" } else { "" });
        out.push_str(piece);
    }
    out.into_bump_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn slashes_part_and_tildes_escape() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |text| {
            let path = parse(&env, &Value::String(text)).unwrap_or_default();
            path.iter().filter_map(Value::as_str).collect::<Vec<_>>()
        };
        assert_eq!(run("/a/b~1c/~01/"), ["a", "b/c", "~1", ""]);
        assert_eq!(run("a"), ["a"]);
        assert_eq!(run("/"), [""]);
        assert!(run("").is_empty());
        let error = parse(&env, &Value::Null).map_err(|error| error.message);
        let text = "operand 2 must be one of {set, array} containing string paths or array of \
                    path segments but got null";
        assert_eq!(error, Err(text));
    }
}
