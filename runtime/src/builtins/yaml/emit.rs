//! From values to YAML, in the layout of `go-yaml` 3 with an indentation of two (`emitterc.go`).

use super::order;
use super::scalar::{Scalar, Schema, plain};
use super::style::{self, Style};
use crate::arena::Arena;
use crate::builtins::sprintf::general_float;
use crate::number::Number;
use crate::value::{Object, Value};

/// The column behind which lines are folded at spaces.
const WIDTH: usize = 80;
/// The longest key that stands on one line with its value.
const LONGEST_KEY: usize = 128;
const STEP: usize = 2;

/// The document that `value` is. Its objects have string keys.
pub(super) fn document(value: &Value<'_>) -> String {
    let mut emitter = Emitter { out: String::new(), column: 0 };
    emitter.block(value, 0, 0);
    if !emitter.out.ends_with('\n') {
        emitter.new_line(0);
    }
    emitter.out
}

struct Emitter {
    out: String,
    column: usize,
}

impl Emitter {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(core::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// Begins a line, unless a literal has just ended one.
    fn next_line(&mut self, indent: usize) {
        if self.out.ends_with('\n') {
            self.out.extend(core::iter::repeat_n(' ', indent));
            self.column = indent;
        } else {
            self.new_line(indent);
        }
    }

    /// Writes a value where the line stands at `indent`; what a scalar continues on further lines
    /// is indented from `outer`.
    fn block(&mut self, value: &Value<'_>, indent: usize, outer: usize) {
        match value {
            Value::Object(object) if !object.is_empty() => self.mapping(*object, indent),
            Value::Array(items) if !items.is_empty() => self.sequence(items, indent),
            other => self.scalar(other, outer),
        }
    }

    fn sequence(&mut self, items: &[Value<'_>], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.next_line(indent);
            }
            self.push("- ");
            self.block(item, indent + STEP, indent);
        }
    }

    fn mapping(&mut self, object: Object<'_>, indent: usize) {
        let mut pairs: Vec<_> = object
            .pairs()
            .iter()
            .map(|(key, value)| (key.as_str().unwrap_or_default(), value))
            .collect();
        pairs.sort_by(|a, b| order::compare(a.0, b.0));
        for (index, (key, value)) in pairs.into_iter().enumerate() {
            if index > 0 {
                self.next_line(indent);
            }
            if key.contains('\n') || key.len() > LONGEST_KEY {
                self.push("? ");
                self.string(key, style::of(key, false), indent, true);
                self.next_line(indent);
                self.push(": ");
                self.block(value, indent + STEP, indent);
                continue;
            }
            self.string(key, style::of(key, true), indent, false);
            self.push(":");
            self.value_of_key(value, indent);
        }
    }

    /// A value behind `key:`.
    fn value_of_key(&mut self, value: &Value<'_>, indent: usize) {
        match value {
            Value::Object(object) if !object.is_empty() => {
                self.new_line(indent + STEP);
                self.mapping(*object, indent + STEP);
            }
            Value::Array(items) if !items.is_empty() => {
                self.new_line(indent + STEP);
                self.sequence(items, indent + STEP);
            }
            other => {
                self.push(" ");
                self.scalar(other, indent);
            }
        }
    }

    fn scalar(&mut self, value: &Value<'_>, outer: usize) {
        match value {
            Value::Null => self.push("null"),
            Value::Bool(truth) => self.push(if *truth { "true" } else { "false" }),
            Value::Number(number) => self.push(&number_text(number)),
            Value::String(text) => self.string(text, style::of(text, false), outer, true),
            Value::Object(_) => self.push("{}"),
            Value::Array(_) | Value::Set(_) => self.push("[]"),
        }
    }

    fn string(&mut self, text: &str, style: Style, outer: usize, folds: bool) {
        let indent = outer + STEP;
        match style {
            Style::Plain => self.folded(text, indent, folds, None),
            Style::Single => {
                self.push("'");
                self.folded(&text.replace('\'', "''"), indent, folds, Some('\''));
                self.push("'");
            }
            Style::Double => {
                self.push("\"");
                self.escaped(text, indent, folds);
                self.push("\"");
            }
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Writes a text without line breaks, and breaks it at single spaces behind the width.
    fn folded(&mut self, text: &str, indent: usize, folds: bool, quote: Option<char>) {
        let mut characters = text.chars().enumerate().peekable();
        let last = text.chars().count().saturating_sub(1);
        let mut spaces = false;
        while let Some((index, character)) = characters.next() {
            let inner = quote.is_none() || (index > 0 && index < last);
            let single = characters.peek().is_none_or(|&(_, next)| next != ' ');
            if character == ' ' && folds && !spaces && self.column > WIDTH && inner && single {
                self.new_line(indent);
            } else {
                self.out.push(character);
                self.column += 1;
            }
            spaces = character == ' ';
        }
    }

    /// Writes the inside of double quotes.
    fn escaped(&mut self, text: &str, indent: usize, folds: bool) {
        let last = text.chars().count().saturating_sub(1);
        let mut characters = text.chars().enumerate().peekable();
        let mut spaces = false;
        while let Some((index, character)) = characters.next() {
            let inner = index > 0 && index < last;
            if character == ' ' && folds && !spaces && self.column > WIDTH && inner {
                self.new_line(indent);
                if characters.peek().is_some_and(|&(_, next)| next == ' ') {
                    self.push("\\");
                }
            } else {
                self.push(&escape(character));
            }
            spaces = character == ' ';
        }
    }

    /// Writes `|` with its hints, and the lines.
    fn literal(&mut self, text: &str, indent: usize) {
        let hint = if text.starts_with([' ', '\n']) { "2" } else { "" };
        let chomp = match text.strip_suffix('\n') {
            None => "-",
            Some(rest) if rest.is_empty() || rest.ends_with('\n') => "+",
            Some(_) => "",
        };
        self.push(&format!("|{hint}{chomp}"));
        self.out.push('\n');
        let lines = text.strip_suffix('\n').unwrap_or(text);
        for (index, line) in lines.split('\n').enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            if !line.is_empty() {
                self.out.extend(core::iter::repeat_n(' ', indent));
                self.out.push_str(line);
            }
        }
        self.out.push('\n');
        self.column = 0;
    }
}

/// A character inside double quotes.
fn escape(character: char) -> String {
    let short = match character {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        other if style::is_printable(other) => return other.to_string(),
        other => {
            return match u32::from(other) {
                code @ ..=0xff => format!("\\x{code:02X}"),
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    short.to_owned()
}

/// A number as YAML reads and writes it again: what no integer of 64 bits holds is a float, and what
/// no float holds is a string.
fn number_text(number: &Number<'_>) -> String {
    let text = number.to_string();
    match plain(&text, Schema::Opa) {
        Scalar::Int(number) => number.to_string(),
        Scalar::Unsigned(number) => number.to_string(),
        Scalar::Float(number) => general_float(&Arena::new(), number),
        _ => text,
    }
}
