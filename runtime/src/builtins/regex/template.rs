//! `regex.template_match`: texts with patterns between delimiters (`topdown/regex_template.go`).

use super::pattern::{Pattern, cached_template};
use super::pattern_error::PatternError;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::text::quoted;
use crate::value::Value;

/// Implements `regex.template_match(template, text, start, end)` with the delimiters `start` and
/// `end`.
pub fn template_match<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let template = operand::string(env, operands, 1)?;
    let text = operand::string(env, operands, 2)?;
    let start = operand::string(env, operands, 3)?;
    let end = operand::string(env, operands, 4)?;
    let open = delimiter(env, "start", start, start)?;
    let close = delimiter(env, "end", end, start)?;
    let key = env.arena.format(format_args!("{start}{end}{template}"));
    let pattern = cached_template(key, |_| compile(template, open, close));
    match pattern {
        Ok(pattern) => Ok(Some(Value::Bool(pattern.is_match(text)))),
        Err(Fault::Unbalanced) => {
            Err(env.fail(format_args!("unbalanced braces in {}", quoted(template))))
        }
        Err(Fault::Pattern(error)) => Err(error.in_call(env)),
    }
}

/// Returns a delimiter, which must have one byte. OPA's message counts the start delimiter even if
/// the end delimiter is wrong.
fn delimiter<'a>(
    env: &Env<'a>,
    which: &str,
    text: &str,
    start: &str,
) -> Result<u8, BuiltinError<'a>> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(env.fail(format_args!(
            "{which} delimiter has to be exactly one character long but is {} long",
            start.len()
        ))),
    }
}

enum Fault {
    Unbalanced,
    Pattern(PatternError),
}

fn compile(template: &str, open: u8, close: u8) -> Result<Pattern, Fault> {
    Pattern::new(&pattern(template, open, close)?).map_err(Fault::Pattern)
}

/// Returns the pattern of a template.
fn pattern(template: &str, open: u8, close: u8) -> Result<String, Fault> {
    let mut pattern = String::from("^");
    let mut end = 0;
    for (start, stop) in delimited(template, open, close)? {
        let inner = template.get(start + 1..stop - 1).unwrap_or_default();
        Pattern::new(&format!("^{inner}$")).map_err(Fault::Pattern)?;
        push_quoted(&mut pattern, template.get(end..start).unwrap_or_default());
        pattern.extend(["(", inner, ")"]);
        end = stop;
    }
    push_quoted(&mut pattern, template.get(end..).unwrap_or_default());
    pattern.push('$');
    Ok(pattern)
}

/// Returns the pattern of a literal template, or `None` if it or its delimiters are invalid.
pub(in crate::builtins) fn literal(template: &str, start: &str, end: &str) -> Option<String> {
    match (start.as_bytes(), end.as_bytes()) {
        ([open], [close]) => pattern(template, *open, *close).ok(),
        _ => None,
    }
}

/// Returns the places where the outermost pairs of delimiters begin and end.
fn delimited(template: &str, open: u8, close: u8) -> Result<Vec<(usize, usize)>, Fault> {
    let mut found = Vec::new();
    let mut level = 0_usize;
    let mut start = 0;
    for (place, byte) in template.bytes().enumerate() {
        if byte == open {
            level += 1;
            if level == 1 {
                start = place;
            }
        } else if byte == close {
            level = level.checked_sub(1).ok_or(Fault::Unbalanced)?;
            if level == 0 {
                found.push((start, place + 1));
            }
        }
    }
    if level == 0 { Ok(found) } else { Err(Fault::Unbalanced) }
}

/// Appends `text` escaped like Go's `regexp.QuoteMeta`.
fn push_quoted(pattern: &mut String, text: &str) {
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn templates_mix_text_and_patterns() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |template, text, start, end| {
            let operands = [template, text, start, end].map(Value::String);
            template_match(&env, &operands).map_err(|error| error.message)
        };
        let (yes, no) = (Ok(Some(Value::Bool(true))), Ok(Some(Value::Bool(false))));
        assert_eq!(run("urn:a.b:{.*}", "urn:a.b:c", "{", "}"), yes);
        assert_eq!(run("urn:a.b:{.*}", "urn:axb:c", "{", "}"), no);
        assert_eq!(run("a<x{2}>", "axx", "<", ">"), yes);
        assert_eq!(run("{a{2}}b", "aab", "{", "}"), yes);
        assert_eq!(run("a}", "a", "{", "}"), Err("unbalanced braces in \"a}\""));
        let error = "end delimiter has to be exactly one character long but is 1 long";
        assert_eq!(run("a", "a", "{", "}}"), Err(error));
        let error = "error parsing regexp: missing argument to repetition operator: `*`";
        assert_eq!(run("{(*)}", "a", "{", "}"), Err(error));
    }
}
