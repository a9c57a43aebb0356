//! The YAML emitter, which uses the layout of `go-yaml` 3 with an indentation of two
//! (`emitterc.go`).

use std::collections::HashSet;

use super::compose::{Composer, Document, Kind, NodeId};
use super::error::YamlError;
use super::order;
use super::scalar::{Scalar, Schema, resolve};
use super::style::{self, Style, is_break};
use crate::arena::Arena;
use crate::builtins::sprintf::general_float;
use crate::json::MAX_DEPTH;

/// The maximum length of a key that is written on one line with its value.
const LONGEST_KEY: usize = 128;
const STEP: usize = 2;

/// A value to write.
enum Item {
    /// A scalar that is not a string.
    Plain(String),
    Text(String),
    Sequence(Vec<Item>),
    /// The pairs, sorted by key.
    Mapping(Vec<(String, Item)>),
}

/// Returns the YAML of a value that is given as JSON. OPA reads that JSON with its YAML reader,
/// which treats line separators in strings as line breaks, and numbers beyond `float64` as strings.
///
/// # Errors
/// Returns the error of that reader, which rejects control characters and keys of more than 1,024
/// characters.
pub(super) fn document(json: &str) -> Result<String, YamlError> {
    let item = match Composer::new(json, MAX_DEPTH).next_document()? {
        Some(document) => item(&document, document.root_id())?,
        None => Item::Plain("null".to_owned()),
    };
    let mut emitter = Emitter { out: String::new() };
    emitter.block(&item, 0, 0);
    if !emitter.out.ends_with(is_break) {
        emitter.new_line(0);
    }
    Ok(emitter.out)
}

fn item(document: &Document<'_>, id: NodeId) -> Result<Item, YamlError> {
    Ok(match &document.node(id).kind {
        Kind::Scalar { text, style } => match resolve(text, *style, None, Schema::Opa)? {
            Scalar::Null => Item::Plain("null".to_owned()),
            Scalar::Bool(truth) => Item::Plain(truth.to_string()),
            Scalar::Int(number) => Item::Plain(number.to_string()),
            Scalar::Unsigned(number) => Item::Plain(number.to_string()),
            Scalar::Float(number) => Item::Plain(general_float(&Arena::new(), number)),
            Scalar::Text(text) => Item::Text(text.into_owned()),
            Scalar::Timestamp(text) => Item::Text(text),
        },
        Kind::Sequence(items) => {
            let items: Result<_, _> = items.iter().map(|id| item(document, *id)).collect();
            Item::Sequence(items?)
        }
        Kind::Mapping(pairs) => Item::Mapping(self::pairs(document, pairs)?),
        // JSON has no aliases.
        Kind::Alias(_) => Item::Plain("null".to_owned()),
    })
}

fn pairs(
    document: &Document<'_>,
    pairs: &[(NodeId, NodeId)],
) -> Result<Vec<(String, Item)>, YamlError> {
    let mut names = HashSet::new();
    let mut found = Vec::with_capacity(pairs.len());
    for &(key, value) in pairs {
        let key = document.node(key);
        let Kind::Scalar { text, .. } = &key.kind else { continue };
        if !names.insert(&**text) {
            let message = format!("mapping key {text:?} already defined");
            return Err(YamlError::at(key.range.clone(), message));
        }
        found.push((text.to_string(), item(document, value)?));
    }
    Ok(order::sort(found))
}

struct Emitter {
    out: String,
}

impl Emitter {
    fn indent(&mut self, indent: usize) {
        self.out.extend(core::iter::repeat_n(' ', indent));
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.indent(indent);
    }

    /// Begins a line, unless a literal has just ended one.
    fn next_line(&mut self, indent: usize) {
        if self.out.ends_with(is_break) {
            self.indent(indent);
        } else {
            self.new_line(indent);
        }
    }

    /// Writes an item at the current column, which is `indent`. Further lines of a scalar are
    /// indented from `outer`.
    fn block(&mut self, item: &Item, indent: usize, outer: usize) {
        match item {
            Item::Mapping(pairs) if !pairs.is_empty() => self.mapping(pairs, indent),
            Item::Sequence(items) if !items.is_empty() => self.sequence(items, indent),
            other => self.scalar(other, outer),
        }
    }

    fn sequence(&mut self, items: &[Item], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.next_line(indent);
            }
            self.out.push_str("- ");
            self.block(item, indent + STEP, indent);
        }
    }

    fn mapping(&mut self, pairs: &[(String, Item)], indent: usize) {
        for (index, (key, value)) in pairs.iter().enumerate() {
            if index > 0 {
                self.next_line(indent);
            }
            if key.contains(is_break) || key.len() > LONGEST_KEY {
                self.out.push_str("? ");
                self.string(key, style::of(key, false), indent);
                self.next_line(indent);
                self.out.push_str(": ");
                self.block(value, indent + STEP, indent);
                continue;
            }
            self.string(key, style::of(key, true), indent);
            self.out.push(':');
            self.value_of_key(value, indent);
        }
    }

    /// Writes a value after `key:`.
    fn value_of_key(&mut self, value: &Item, indent: usize) {
        match value {
            Item::Mapping(pairs) if !pairs.is_empty() => {
                self.new_line(indent + STEP);
                self.mapping(pairs, indent + STEP);
            }
            Item::Sequence(items) if !items.is_empty() => {
                self.new_line(indent + STEP);
                self.sequence(items, indent + STEP);
            }
            other => {
                self.out.push(' ');
                self.scalar(other, indent);
            }
        }
    }

    fn scalar(&mut self, item: &Item, outer: usize) {
        match item {
            Item::Plain(text) => self.out.push_str(text),
            Item::Text(text) => self.string(text, style::of(text, false), outer),
            Item::Mapping(_) => self.out.push_str("{}"),
            Item::Sequence(_) => self.out.push_str("[]"),
        }
    }

    fn string(&mut self, text: &str, style: Style, outer: usize) {
        let indent = outer + STEP;
        match style {
            Style::Plain => self.out.push_str(text),
            Style::Single => {
                self.out.push('\'');
                self.lines(&text.replace('\'', "''"), indent, false);
                self.out.push('\'');
            }
            Style::Double => {
                self.out.push('"');
                // As in `go-yaml`, all characters after a byte order mark are escaped.
                let all = text.starts_with('\u{feff}');
                text.chars().for_each(|character| self.out.push_str(&escape(character, all)));
                self.out.push('"');
            }
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Writes text, indenting each line that is not empty.
    fn lines(&mut self, text: &str, indent: usize, mut after_break: bool) {
        for character in text.chars() {
            if is_break(character) {
                after_break = true;
            } else if core::mem::take(&mut after_break) {
                self.indent(indent);
            }
            self.out.push(character);
        }
    }

    /// Writes `|` with its hints, and the lines.
    fn literal(&mut self, text: &str, indent: usize) {
        let hint = if text.starts_with(|c| c == ' ' || is_break(c)) { "2" } else { "" };
        let chomp = match text.strip_suffix(is_break) {
            None => "-",
            Some(rest) if rest.is_empty() || rest.ends_with(is_break) => "+",
            Some(_) => "",
        };
        for piece in ["|", hint, chomp, "\n"] {
            self.out.push_str(piece);
        }
        self.lines(text, indent, true);
        if chomp == "-" {
            self.out.push('\n');
        }
    }
}

/// Returns a character escaped for double quotes. Printable characters are escaped only if `all`.
fn escape(character: char, all: bool) -> String {
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
        '\u{a0}' if all => "\\_",
        other if style::is_printable(other) && !all => return other.to_string(),
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
