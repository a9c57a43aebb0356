//! JSON and YAML that are safe to print on a terminal.

use std::fmt::Write as _;
use std::io::{self, Write};

use ferrego_runtime::builtins::yaml;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env};
use ferrego_source::diagnostics::escape::is_hidden;
use serde::Serialize;

/// Writes `value` as JSON on several lines. Only strings can contain hidden characters, so each
/// hidden character is written as a `\u` escape.
pub fn write_json(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    writeln!(to, "{}", escaped(&text))
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
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' || !is_hidden(character) {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to memory does not fail.
            let _ = write!(escaped, "\\u{unit:04x}");
        }
    }
    escaped
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
