//! Evaluation of `sprintf` with a literal format.

use crate::builtins;
use crate::context::Context;
use crate::number::digits::Backwards;
use crate::text;
use crate::value::Value;

/// A piece of a literal format.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    /// Text between verbs.
    Text(&'static str),
    /// An operand of `%v`.
    Any(Value<'a>),
    /// An operand of `%s`.
    String(Value<'a>),
    /// An operand of `%d`.
    Integer(Value<'a>),
    /// An operand of `%q`.
    Quoted(Value<'a>),
}

impl Piece<'_> {
    /// Returns the length of the text in bytes, or an estimate for other values.
    fn len(&self) -> usize {
        match self {
            Piece::Text(text)
            | Piece::Any(Value::String(text))
            | Piece::String(Value::String(text)) => text.len(),
            Piece::Quoted(Value::String(text)) => text.len() + 2,
            Piece::Any(value) | Piece::String(value) => 20 * value.len().unwrap_or(1).max(1),
            _ => 20,
        }
    }
}

/// Evaluates `sprintf` with a literal format of plain verbs. Strings, integers and collections are
/// printed directly; if there is any other operand, `sprintf` itself evaluates the format.
pub fn format<'a>(cx: &Context<'a>, format: &'static str, pieces: &[Piece<'a>]) -> Value<'a> {
    if let [Piece::Any(Value::String(text)) | Piece::String(Value::String(text))] = pieces {
        return Value::String(text);
    }
    let arena = cx.env().arena;
    let mut text = arena.text_with_capacity(pieces.iter().map(Piece::len).sum());
    for piece in pieces {
        match piece {
            Piece::Text(piece)
            | Piece::Any(Value::String(piece))
            | Piece::String(Value::String(piece)) => {
                text.push_str(piece);
            }
            Piece::Any(Value::Number(number)) | Piece::Integer(Value::Number(number)) => {
                let Some(integer) = number.held() else {
                    return general_format(cx, format, pieces);
                };
                text.push_str(Backwards::short(integer).as_str());
            }
            Piece::Quoted(Value::String(piece)) => builtins::sprintf::quote(&mut text, piece),
            Piece::Any(value) | Piece::String(value)
                if !matches!(value, Value::String(_) | Value::Number(_)) =>
            {
                // Writing to memory does not fail.
                let _ = text::print(&mut text, value);
            }
            _ => return general_format(cx, format, pieces),
        }
    }
    Value::String(text.into_bump_str())
}

#[cold]
fn general_format<'a>(cx: &Context<'a>, format: &'static str, pieces: &[Piece<'a>]) -> Value<'a> {
    let mut values = cx.env().arena.vec();
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Any(value)
            | Piece::String(value)
            | Piece::Integer(value)
            | Piece::Quoted(value) => values.push(*value),
        }
    }
    let pieces = builtins::sprintf::Format::parse(format);
    Value::String(builtins::sprintf::print(cx.env(), pieces, &values))
}
