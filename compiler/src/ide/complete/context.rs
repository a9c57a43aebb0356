//! The text before the place of a completion.

use std::sync::Arc;

/// The context of a completion.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Context<'t> {
    /// The reference before the last dot: `input.review` of `input.review.obj`.
    pub(super) base: Option<&'t str>,
    /// The beginning of the name: `obj`.
    pub(super) partial: &'t str,
    /// The text of the definition up to the place.
    pub(super) definition: &'t str,
}

impl<'t> Context<'t> {
    /// Returns the context at the end of a text, or `None` in a comment or string.
    pub(super) fn of(before: &'t str) -> Option<Self> {
        let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
        if is_quoted(line) {
            return None;
        }
        let start = before.trim_end_matches(is_word).len();
        let partial = &before[start..];
        if partial.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let base = before[..start].strip_suffix('.').map(|text| text.split_at(reference(text)));
        // A name of other letters, of which this is the end, is not Rego.
        if base.is_some_and(|(before, _)| before.ends_with(char::is_alphanumeric)) {
            return None;
        }
        let base = base.map(|(_, base)| base);
        let is_number = |base: &str| base.starts_with(|first: char| first.is_ascii_digit());
        if base.is_some_and(|base| base.is_empty() || is_number(base)) {
            return None;
        }
        Some(Self { base, partial, definition: definition(before) })
    }

    /// Iterates over the literals before the place, roughly: parts between line ends, semicolons
    /// and braces.
    pub(super) fn literals(&self) -> impl DoubleEndedIterator<Item = &'t str> {
        self.definition.split(['\n', ';', '{', '}']).map(str::trim).filter(|part| !part.is_empty())
    }

    /// Returns the kinds with which the definition compares the kind of the reviewed object.
    pub(super) fn kinds(&self) -> Vec<Arc<str>> {
        let compared = |literal: &'t str| {
            let (left, right) = literal.split_once("==")?;
            let is_kind =
                matches!(left.trim(), "input.review.kind.kind" | "input.review.object.kind");
            let kind = right.trim().strip_prefix('"')?.strip_suffix('"')?;
            is_kind.then(|| Arc::from(kind))
        };
        self.literals().filter_map(compared).collect()
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Returns `true` if the end of a line is in a comment or string.
fn is_quoted(line: &str) -> bool {
    let mut quote = None;
    let mut escaped = false;
    for character in line.chars() {
        match (quote, character) {
            (None, '#') => return true,
            (None, '"' | '`') => quote = Some(character),
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), _) if open == character && !escaped => quote = None,
            _ => {}
        }
        escaped = false;
    }
    quote.is_some()
}

/// Returns the start of the reference at the end of a text: names, dots and brackets.
fn reference(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut start = bytes.len();
    loop {
        let name = bytes[..start].iter().rev().take_while(|byte| is_word(char::from(**byte)));
        let length = name.count();
        start -= length;
        match bytes[..start].last() {
            Some(b']') if length == 0 => match opening(&bytes[..start]) {
                Some(opening) => start = opening,
                None => return text.len(),
            },
            Some(b'.') if length > 0 => start -= 1,
            _ => return start,
        }
    }
}

/// Returns the place of the bracket that the last byte closes.
fn opening(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, byte) in bytes.iter().enumerate().rev() {
        match byte {
            b']' => depth += 1,
            b'[' if depth == 1 => return Some(index),
            b'[' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// Returns the text of the last definition: from the last line that begins with a word.
fn definition(text: &str) -> &str {
    let mut start = text.len();
    for line in text.rsplit('\n') {
        start -= line.len();
        if line.starts_with(is_word) && !line.starts_with("else") {
            break;
        }
        start = start.saturating_sub(1);
    }
    &text[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(text: &str) -> Option<(Option<&str>, &str)> {
        Context::of(text).map(|context| (context.base, context.partial))
    }

    #[test]
    fn the_base_is_the_reference_before_the_last_dot() {
        for (text, expected) in [
            ("p { input.rev", Some((Some("input"), "rev"))),
            ("p { not input.review.object.", Some((Some("input.review.object"), ""))),
            ("x := a[_].b[\"c.d\"].e", Some((Some("a[_].b[\"c.d\"]"), "e"))),
            ("f(a.b, c", Some((None, "c"))),
            ("[x[y[0]].", Some((Some("x[y[0]]"), ""))),
            ("p { ", Some((None, ""))),
            ("x := 1.", None),
            ("x := \"input.", None),
            ("# input.", None),
            ("x := \"\\\"\" ; y.", Some((Some("y"), ""))),
            ("x := \"ü\"; größe.", None),
            ("].", None),
        ] {
            assert_eq!(context(text), expected, "{text}");
        }
    }

    #[test]
    fn the_definition_begins_at_a_word_in_the_first_column() {
        let text =
            "package p\n\na { b }\n\nviolation[x] {\n  input.review.kind.kind == \"Pod\"\n  x := ";
        let context = Context::of(text).expect("a context");
        assert!(context.definition.starts_with("violation[x] {"), "{}", context.definition);
        assert_eq!(context.kinds(), ["Pod".into()]);
    }
}
