//! Evaluation of `sprintf` with a literal format.

use crate::builtins;
use crate::context::Context;
use crate::internal::memmem;
use crate::number::digits::Backwards;
use crate::text;
use crate::value::Value;

/// Evaluates `sprintf` with a literal format of `%v`, `%s`, `%d`, `%q` and `%%`, and with a value for
/// each verb. Strings, integers and collections are printed directly. If there is any other value,
/// `sprintf` itself evaluates the format.
pub fn format<'a>(cx: &Context<'a>, format: &'static str, values: &[Value<'a>]) -> Value<'a> {
    if let ("%v" | "%s", [Value::String(text)]) = (format, values) {
        return Value::String(text);
    }
    let room = values.iter().map(room).fold(format.len(), usize::saturating_add);
    let mut text = cx.env().arena.text_with_capacity(room);
    let mut waiting = values.iter();
    let mut rest = format;
    while let Some((before, after)) = memmem::split_once(rest, "%") {
        text.push_str(before);
        let digits;
        let piece = match (after.as_bytes().first(), waiting.as_slice().first()) {
            (Some(b'%'), _) => "%",
            (Some(b'v' | b's'), Some(Value::String(string))) => string,
            (Some(b'v' | b'd'), Some(Value::Number(number))) => {
                let Some(integer) = number.held() else {
                    return general_format(cx, format, values);
                };
                digits = Backwards::short(integer);
                digits.as_str()
            }
            (Some(b'q'), Some(Value::String(string))) => {
                builtins::sprintf::quote(&mut text, string);
                ""
            }
            (Some(b'v' | b's'), Some(value)) if !matches!(value, Value::Number(_)) => {
                // Writing to memory does not fail.
                let _ = text::print(&mut text, value);
                ""
            }
            _ => return general_format(cx, format, values),
        };
        if !after.starts_with('%') {
            waiting.next();
        }
        text.push_str(piece);
        rest = after.get(1..).unwrap_or_default();
    }
    text.push_str(rest);
    Value::String(text.into_bump_str())
}

/// Returns the length of a string in bytes, or an estimate for other values.
fn room(value: &Value<'_>) -> usize {
    match value {
        Value::String(text) => text.len(),
        value => 20 * value.len().unwrap_or(1).max(1),
    }
}

#[cold]
fn general_format<'a>(cx: &Context<'a>, format: &'static str, values: &[Value<'a>]) -> Value<'a> {
    let pieces = builtins::sprintf::Format::parse(format);
    Value::String(builtins::sprintf::print(cx.env(), pieces, values))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::env::{Env, NoHost};
    use crate::internal::samples::sample;

    /// Formats of plain verbs with text before, between and after them.
    const FORMATS: &[&str] = &[
        "",
        "100%% é",
        "%v",
        "%s",
        "%d",
        "%q",
        "%v: %s",
        "container %q of %v: %d%%",
        "%d%d%s",
        "é%vé%q%%",
    ];

    proptest! {
        #[test]
        fn a_literal_format_prints_as_sprintf_does(
            format in prop::sample::select(FORMATS),
            values in prop::collection::vec(sample(), 4),
        ) {
            let arena = Arena::new();
            let verbs = format.replace("%%", "").matches('%').count();
            let values: Vec<_> = values[..verbs].iter().map(|value| value.build(&arena)).collect();
            let cx = Context::new(Env::new(&arena, &NoHost), None, Value::EMPTY_OBJECT, 0);
            let printed = super::format(&cx, format, &values);
            prop_assert_eq!(printed, general_format(&cx, format, &values));
        }
    }
}
