//! Prints texts as literals, and names after texts.

use proc_macro2::Literal;

use crate::codegen::comment;

/// Prints a string. A text with quotes or backslashes becomes a raw string: `r#"{"a":1}"#`.
///
/// A raw string has no escapes, so a text with control or direction characters stays escaped.
pub(super) fn text(text: &str) -> Literal {
    let is_plain = !text.contains(['"', '\\']);
    if is_plain || text.chars().any(|character| character == '\t' || comment::is_refused(character))
    {
        return Literal::string(text);
    }
    let closes = |hashes: usize| text.contains(&format!("\"{}", "#".repeat(hashes)));
    let hashes = "#".repeat((0..=text.len()).find(|&hashes| !closes(hashes)).unwrap_or_default());
    format!("r{hashes}\"{text}\"{hashes}").parse().unwrap_or_else(|_| Literal::string(text))
}

/// Prints an integer, with `_` between groups of digits if it is long: `1_000_000`.
pub(super) fn integer(value: i64) -> Literal {
    let digits = value.unsigned_abs().to_string();
    if value < 0 || digits.len() < 6 {
        return Literal::i64_unsuffixed(value);
    }
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text.parse().unwrap_or_else(|_| Literal::i64_unsuffixed(value))
}

/// Returns the name of a constant for a text: its words, in upper case.
///
/// `allowedRepos` becomes `ALLOWED_REPOS`. A text without letters and digits has an empty name.
pub(super) fn constant_name(text: &str) -> String {
    let mut name = String::new();
    let mut before = None;
    for character in text.chars() {
        let starts_word = match before {
            Some(before) => {
                let camel = char::is_ascii_lowercase(&before) && character.is_ascii_uppercase();
                camel || !char::is_ascii_alphanumeric(&before)
            }
            None => true,
        };
        before = Some(character);
        if !character.is_ascii_alphanumeric() {
            continue;
        }
        if starts_word && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_value() {
        for (value, literal) in [
            ("a", "\"a\""),
            ("{\"a\":1}", "r#\"{\"a\":1}\"#"),
            (r"^a\.b$", "r\"^a\\.b$\""),
            ("\"#", "r##\"\"#\"##"),
            ("a\"\r", "\"a\\\"\\r\""),
        ] {
            let printed = text(value).to_string();
            assert_eq!(printed, literal);
            let read = syn::parse_str::<syn::LitStr>(&printed).expect("a string");
            assert_eq!(read.value(), value);
        }
    }

    #[test]
    fn a_name_has_the_words_of_a_text() {
        for (text, name) in [
            ("probes", "PROBES"),
            ("allowedRepos", "ALLOWED_REPOS"),
            ("SYS_ADMIN", "SYS_ADMIN"),
            ("hostIPC", "HOST_IPC"),
            ("no source range", "NO_SOURCE_RANGE"),
            ("/", ""),
        ] {
            assert_eq!(constant_name(text), name, "{text}");
        }
    }
}
