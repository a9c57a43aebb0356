//! Conversions between values and JSON text (`topdown/encoding.go`).

use core::fmt::Write;

use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::json::{self, Escape, JsonError, JsonErrorKind};
use crate::text::quoted;
use crate::value::Value;

/// Implements `json.marshal(value)`.
pub fn marshal<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::String(compact(env, &operand::at(operands, 1)))))
}

fn compact<'a>(env: &Env<'a>, value: &Value<'a>) -> &'a str {
    json::in_arena(env.arena, value, Escape::Html)
}

/// Implements `json.marshal_with_options(value, options)`. The option `pretty` puts each element on
/// a line of its own, with the options `indent` and `prefix`. If `pretty` is missing, `indent` or
/// `prefix` implies it.
pub fn marshal_with_options<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let options = Options::read(env, operands)?;
    let text = compact(env, &operand::at(operands, 1));
    if !options.pretty.unwrap_or(options.implied) {
        return Ok(Some(Value::String(text)));
    }
    let mut out = env.arena.text();
    // Go's encoder leaves the prefix of the first line to the caller.
    out.push_str(options.prefix);
    let _ = indent(text, options.prefix, options.indent, &mut out);
    Ok(Some(Value::String(out.into_bump_str())))
}

struct Options<'a> {
    pretty: Option<bool>,
    implied: bool,
    prefix: &'a str,
    indent: &'a str,
}

impl<'a> Options<'a> {
    fn read(env: &Env<'a>, operands: &[Value<'a>]) -> Result<Self, BuiltinError<'a>> {
        let mut options = Self { pretty: None, implied: false, prefix: "", indent: "\t" };
        let object = operand::object(env, operands, 2)?;
        for (index, (key, value)) in object.pairs().iter().enumerate() {
            match key {
                Value::String("prefix") => {
                    options.prefix = text_of(env, "prefix", value, index)?;
                    options.implied = true;
                }
                Value::String("indent") => {
                    options.indent = text_of(env, "indent", value, index)?;
                    options.implied = true;
                }
                Value::String("pretty") => {
                    let Value::Bool(pretty) = value else {
                        let message = format_args!("key \"pretty\" failed cast to bool");
                        return Err(operand::invalid(env, 2, message));
                    };
                    options.pretty = Some(*pretty);
                }
                Value::String(other) => {
                    let other = quoted(other);
                    let message = format_args!("object contained unknown key {other}");
                    return Err(operand::invalid(env, 2, message));
                }
                other => {
                    let reason = env.operand(index, "string", other).message;
                    let message =
                        format_args!("failed to stringify key {other} at index {index}: {reason}");
                    return Err(operand::invalid(env, 2, message));
                }
            }
        }
        Ok(options)
    }
}

fn text_of<'a>(
    env: &Env<'a>,
    key: &str,
    value: &Value<'a>,
    index: usize,
) -> Result<&'a str, BuiltinError<'a>> {
    value.as_str().ok_or_else(|| {
        let reason = env.operand(index, "string", value).message;
        operand::invalid(env, 2, format_args!("key \"{key}\" failed cast to string: {reason}"))
    })
}

/// Implements Go's `json.Indent`: writes compact JSON with each element on a line of its own.
fn indent(compact: &str, prefix: &str, step: &str, out: &mut impl Write) -> core::fmt::Result {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut characters = compact.chars().peekable();
    while let Some(character) = characters.next() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            out.write_char(character)?;
            continue;
        }
        let line = |out: &mut _, depth| new_line(out, prefix, step, depth);
        match character {
            '{' | '[' => {
                out.write_char(character)?;
                if let Some(close) = characters.next_if(|&next| matches!(next, '}' | ']')) {
                    out.write_char(close)?;
                } else {
                    depth += 1;
                    line(out, depth)?;
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(out, depth)?;
                out.write_char(character)?;
            }
            ',' => {
                out.write_char(character)?;
                line(out, depth)?;
            }
            ':' => out.write_str(": ")?,
            other => {
                in_string = other == '"';
                out.write_char(other)?;
            }
        }
    }
    Ok(())
}

fn new_line(out: &mut impl Write, prefix: &str, step: &str, depth: usize) -> core::fmt::Result {
    write!(out, "\n{prefix}")?;
    (0..depth).try_for_each(|_| out.write_str(step))
}

/// Implements `json.unmarshal(text)`. Numbers keep their text.
pub fn unmarshal<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    read(env, text).map(Some).map_err(|error| refused(env, error))
}

/// Parses a text like OPA's `util.UnmarshalJSON`.
pub(in crate::builtins) fn read<'a>(env: &Env<'a>, text: &'a str) -> Result<Value<'a>, JsonError> {
    json::parse(env.arena, text.as_bytes())
        .or_else(|error| first_before_null(env, text, error).ok_or(error))
}

/// Returns the first value of `text` if a null follows it. OPA reads one token after the value, and
/// mistakes a null for the end of the text.
fn first_before_null<'a>(env: &Env<'a>, text: &'a str, error: JsonError) -> Option<Value<'a>> {
    let (value, rest) = text.split_at_checked(error.offset)?;
    let is_null = error.kind == JsonErrorKind::TrailingData && rest.starts_with("null");
    if is_null { json::parse(env.arena, value.as_bytes()).ok() } else { None }
}

/// Returns the error of a text that cannot be parsed. OPA accepts deeper nesting than this runtime,
/// so a text that is too deep stops the evaluation.
pub(in crate::builtins) fn refused<'a>(env: &Env<'a>, error: JsonError) -> BuiltinError<'a> {
    if error.kind != JsonErrorKind::TooDeep {
        return env.fail(format_args!("{error}"));
    }
    let deepest = json::MAX_DEPTH;
    let message =
        format_args!("expected JSON nested at most {deepest} levels deep, found a deeper value");
    BuiltinError { code: ErrorCode::Internal, message: env.arena.format(message) }
}

/// Implements `json.is_valid(text)`, which is `false` if `text` is not a string.
pub fn is_valid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let Some(text) = operand::text(env, operands, 1)? else { return Ok(Some(Value::Bool(false))) };
    let valid = match json::parse(env.arena, text.as_bytes()) {
        Ok(_) => true,
        Err(error) if error.kind == JsonErrorKind::TooDeep => return Err(refused(env, error)),
        // The grammar allows any exponent.
        Err(error) => error.kind == JsonErrorKind::NumberOutOfRange && json::is_valid(text),
    };
    Ok(Some(Value::Bool(valid)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::testing::object;
    use crate::env::NoHost;

    #[test]
    fn pretty_text_is_gos() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let text = Value::String;
        let value = object(
            &arena,
            &[
                ("a", arena.array(&[Value::int(1), text("x,\"]\\")])),
                ("b", object(&arena, &[("c", Value::EMPTY_SET)])),
            ],
        );
        let run = |options: &[(&'static str, Value<'static>)]| {
            let options = object(&arena, options);
            let result = marshal_with_options(&env, &[value, options]);
            result.map(|v| v.and_then(|v| v.as_str())).map_err(|error| error.message)
        };
        let compact = r#"{"a":[1,"x,\"]\\"],"b":{"c":[]}}"#;
        let pretty =
            "{\n\t\"a\": [\n\t\t1,\n\t\t\"x,\\\"]\\\\\"\n\t],\n\t\"b\": {\n\t\t\"c\": []\n\t}\n}";
        assert_eq!(run(&[]), Ok(Some(compact)));
        assert_eq!(run(&[("pretty", Value::Bool(true))]), Ok(Some(pretty)));
        let lines = pretty.replace('\n', "\n- ").replace('\t', " ");
        let options = [("indent", text(" ")), ("prefix", text("- "))];
        assert_eq!(run(&options), Ok(Some(format!("- {lines}").as_str())));
        assert_eq!(run(&[("pretty", Value::Bool(false)), options[0]]), Ok(Some(compact)));
        let unknown = "operand 2 object contained unknown key \"x\"";
        assert_eq!(run(&[("x", Value::Null)]), Err(unknown));
        let wrong = "operand 2 key \"prefix\" failed cast to string: operand 0 must be string but \
                     got null";
        assert_eq!(run(&[("prefix", Value::Null)]), Err(wrong));
    }

    #[test]
    fn text_comes_back() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let text = Value::String("{\"a\":[1.50,\"\\u003c\"]}");
        let value = unmarshal(&env, &[text]).ok().flatten().unwrap_or(Value::Null);
        assert_eq!(value.to_string(), r#"{"a": [1.50, "<"]}"#);
        assert_eq!(marshal(&env, &[value]), Ok(Some(text)));
        assert!(unmarshal(&env, &[Value::String("{} x")]).is_err());
        assert_eq!(is_valid(&env, &[Value::String("[1,]")]), Ok(Some(Value::Bool(false))));
        assert_eq!(is_valid(&env, &[Value::String(" 1 ")]), Ok(Some(Value::Bool(true))));
        assert_eq!(is_valid(&env, &[Value::Null]), Ok(Some(Value::Bool(false))));
    }

    #[test]
    fn a_null_behind_the_value_ends_the_text() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |text| unmarshal(&env, &[Value::String(text)]).ok().flatten();
        assert_eq!(run("1 null"), Some(Value::int(1)));
        assert_eq!(run("1null]"), Some(Value::int(1)));
        for text in ["1 nul", "1 true", "null,", "[1,null", "1 2 null"] {
            assert_eq!(run(text), None, "{text}");
        }
    }

    #[test]
    fn deep_text_stops_the_evaluation() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let text = arena.string(&"[".repeat(100_000));
        for function in [unmarshal, is_valid] {
            let result = function(&env, &[Value::String(text)]);
            assert_eq!(result.map_err(|error| error.code), Err(ErrorCode::Internal));
        }
    }

    #[test]
    fn numbers_that_opa_does_not_read_are_refused() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |text| unmarshal(&env, &[Value::String(text)]).is_ok();
        assert!(run("[1e400, 0e99999]"));
        assert!(!run("[1e99999]") && !run(r#"{"a": 1e-99999}"#));
        assert_eq!(is_valid(&env, &[Value::String("[1e99999]")]), Ok(Some(Value::Bool(true))));
        assert_eq!(is_valid(&env, &[Value::String("[1e99999")]), Ok(Some(Value::Bool(false))));
    }
}
