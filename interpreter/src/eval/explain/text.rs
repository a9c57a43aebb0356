//! Texts of an explanation: places, parts of the source, references and values.

use std::fmt::{self, Write as _};

use ferrego_compiler::source::Span;
use ferrego_runtime::Value;

use super::Scene;
use crate::explanation::{Place, VALUE_LENGTH};
use crate::program::{Program, Ref, Root, Slot, Term};

/// The most characters of a literal or a head.
const SOURCE_LENGTH: usize = 120;

/// The most characters of an argument or a key.
const KEY_LENGTH: usize = 60;

impl Program {
    /// Returns the place of a span, in the YAML if the source comes from one.
    pub(super) fn place_of(&self, span: Span) -> Place {
        let source = usize::try_from(span.source.0).ok().and_then(|id| self.sources.get(id));
        let Some(source) = source else {
            return Place { file: "".into(), line: 0, column: 0 };
        };
        let place = source.place(span);
        let (line, column) = place.line_column();
        Place { file: place.name.into(), line, column }
    }

    /// Returns the text of a span on one line, shortened.
    pub(super) fn source_text(&self, span: Span) -> String {
        let source = usize::try_from(span.source.0).ok().and_then(|id| self.sources.get(id));
        let range = span.start as usize..span.end as usize;
        let text = source.and_then(|source| source.text.get(range)).unwrap_or_default();
        let mut out = Short::new(SOURCE_LENGTH);
        for (index, word) in text.split_whitespace().enumerate() {
            // Text that does not fit is left out.
            let _ = out.write_str(if index == 0 { "" } else { " " });
            let _ = out.write_str(word);
        }
        out.finish()
    }

    /// Returns the head of a definition. `span` ends where the body begins.
    pub(super) fn head_text(&self, span: Span) -> String {
        let text = self.source_text(span);
        let head = text.strip_suffix('{').unwrap_or(&text).trim_end();
        head.strip_suffix(" if").unwrap_or(head).to_owned()
    }
}

impl<'m> Scene<'_, 'm, '_> {
    /// Returns the name of a variable, or the text of the term whose value it has. A variable
    /// without either has no text.
    pub(super) fn variable(&self, slot: Slot) -> Option<String> {
        let variable = self.variables.get(slot)?;
        match variable.term {
            Some(span) => Some(self.machine.program.source_text(span)),
            None => variable.is_named().then(|| variable.name.to_string()),
        }
    }

    /// Returns the text of the first `length` operands of a reference.
    pub(super) fn reference_text(&self, reference: &'m Ref, length: usize) -> String {
        let mut text = match reference.root {
            Root::Input => "input".to_owned(),
            Root::Data => "data".to_owned(),
            Root::Var(slot) => self.variable(slot).unwrap_or_else(|| "_".to_owned()),
        };
        for operand in reference.operands.iter().take(length) {
            match operand {
                Term::String(name) if is_name(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Term::Var(slot) => {
                    let name = self.variable(*slot);
                    text.push('[');
                    text.push_str(name.as_deref().unwrap_or("_"));
                    text.push(']');
                }
                other => {
                    let key = self.machine.plug(self.frame, other);
                    text.push('[');
                    text.push_str(&key.map_or_else(|| "…".to_owned(), |key| key_text(&key)));
                    text.push(']');
                }
            }
        }
        text
    }
}

/// Returns `true` if a reference can write the key after a point.
fn is_name(key: &str) -> bool {
    let mut characters = key.chars();
    let is_first = |character: char| character.is_ascii_alphabetic() || character == '_';
    characters.next().is_some_and(is_first)
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// Returns a value as a Rego term, shortened.
pub(super) fn value_text(value: &Value<'_>) -> String {
    shortened(value, VALUE_LENGTH)
}

/// Returns a key or an argument as a Rego term, shortened.
pub(super) fn key_text(value: &Value<'_>) -> String {
    shortened(value, KEY_LENGTH)
}

/// Returns a value as a Rego term, shortened to `length` characters.
pub(super) fn shortened(value: &Value<'_>, length: usize) -> String {
    let mut out = Short::new(length);
    // The error ends the writing of a long value, whose beginning is enough.
    let _ = write!(out, "{value}");
    out.finish()
}

/// A text of limited length. Writing more is an error.
struct Short {
    text: String,
    /// The number of characters for which there is room.
    left: usize,
    is_cut: bool,
}

impl Short {
    fn new(length: usize) -> Self {
        Self { text: String::new(), left: length, is_cut: false }
    }

    fn finish(mut self) -> String {
        if self.is_cut {
            self.text.push('…');
        }
        self.text
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.left == 0 {
                self.is_cut = true;
                return Err(fmt::Error);
            }
            self.text.push(character);
            self.left -= 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::Arena;

    use super::*;

    #[test]
    fn long_values_are_shortened() {
        let arena = Arena::new();
        let mut value = Value::Null;
        for _ in 0..40 {
            value = arena.array(&[value, value]);
        }
        let text = value_text(&value);
        assert_eq!(text.chars().count(), VALUE_LENGTH + 1);
        assert!(text.ends_with('…'), "{text}");
        assert_eq!(value_text(&Value::String("a\"b")), r#""a\"b""#);
    }

    #[test]
    fn names_are_written_after_a_point() {
        assert!(is_name("labels") && is_name("_a1"));
        assert!(!is_name("") && !is_name("1a") && !is_name("app.kubernetes.io/name"));
    }
}
