//! JSON and YAML that are safe to print on a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use ferrego_runtime::builtins::yaml;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env};
use ferrego_source::diagnostics::escape::is_hidden;
use serde::{Serialize, Serializer};

/// Writes `value` as JSON on several lines. Only strings can contain hidden characters, so each
/// hidden character is written as a `\u` escape.
pub fn write_json(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping(&mut *to), value)?;
    writeln!(to)
}

/// Writes `value` like [`write_json`], on one line.
///
/// # Errors
/// Returns the error of the writer.
pub fn write_json_line(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(Escaping(&mut *to), value)?;
    writeln!(to)
}

/// A writer of JSON that writes hidden characters as escapes, see [`escaped`].
struct Escaping<'w>(&'w mut dyn Write);

impl Write for Escaping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let valid = match str::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            Err(error) => error.valid_up_to(),
        };
        let text = bytes.get(..valid).and_then(|bytes| str::from_utf8(bytes).ok());
        let text = text.filter(|text| !text.is_empty()).ok_or(ErrorKind::InvalidData)?;
        self.0.write_all(escaped(text).as_bytes())?;
        Ok(valid)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A sequence that is made while it is written, so that memory never holds all of it.
pub struct Each<F>(pub F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: IntoIterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Writes `value` as YAML. A plain scalar cannot contain an escape, so a report with hidden
/// characters, or with others that YAML does not have, is written as JSON, which is also YAML.
pub fn write_yaml(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_vec(value)?;
    let arena = Arena::new();
    let parsed = ferrego_runtime::json::parse(&arena, &text).map_err(io::Error::other)?;
    let env = Env::new(&arena, &NoHost);
    match yaml::marshal(&env, &[parsed]) {
        Ok(Some(yaml)) => {
            let yaml = yaml.as_str().unwrap_or_default();
            if yaml.chars().any(|character| character != '\n' && is_hidden(character)) {
                return write_json(value, to);
            }
            to.write_all(yaml.as_bytes())
        }
        // OPA's marshaller refuses characters such as U+FFFE.
        Ok(None) | Err(_) => write_json(value, to),
    }
}

/// Returns a JSON text with its hidden characters as `\u` escapes. Line feeds stay, because they
/// separate tokens.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let is_shown = |character| character == '\n' || !is_hidden(character);
    if text.chars().all(is_shown) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_shown(character) {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to memory does not fail.
            let _ = write!(escaped, "\\u{unit:04x}");
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIDDEN: &str = "a\u{1b}\n\u{9b}\u{7f}\u{202e}\u{e0041}é";

    #[test]
    fn hidden_characters_are_escapes_and_keep_their_value() {
        let mut out = Vec::new();
        write_json(&[HIDDEN], &mut out).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        let expected = "[\n  \"a\\u001b\\n\\u009b\\u007f\\u202e\\udb40\\udc41é\"\n]\n";
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<[String; 1]>(&text).expect("JSON"), [HIDDEN]);
    }

    #[test]
    fn yaml_with_hidden_characters_is_json() {
        let yaml = |value: &str| {
            let mut out = Vec::new();
            write_yaml(&serde_json::json!({ "a": value }), &mut out).expect("written");
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(yaml("é"), "a: é\n");
        assert_eq!(yaml("\u{1b}"), "a: \"\\e\"\n");
        assert_eq!(yaml("\u{202e}"), "{\n  \"a\": \"\\u202e\"\n}\n");
    }
}
