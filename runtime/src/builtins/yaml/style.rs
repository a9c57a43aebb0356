//! The choice of a style for a string (`go-yaml`'s `stringv` and `yaml_emitter_analyze_scalar`).

use super::scalar::{Scalar, Schema, is_base_60, plain};
use super::timestamp;

/// A style of scalars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Returns the style for `text`, as a value or as a key on one line.
pub(super) fn of(text: &str, is_simple_key: bool) -> Style {
    let facts = Facts::of(text);
    if text.contains('\n') {
        return if facts.block_allowed && !is_simple_key { Style::Literal } else { Style::Double };
    }
    let is_text = matches!(plain(text, Schema::Kubernetes), Scalar::Text(_));
    if !is_text || is_base_60(text) || timestamp::parse(text).is_some() || text == "<<" {
        return Style::Double;
    }
    match (facts.plain_allowed, facts.single_allowed) {
        (true, _) => Style::Plain,
        (false, true) => Style::Single,
        (false, false) => Style::Double,
    }
}

/// The styles that can represent a text.
struct Facts {
    plain_allowed: bool,
    single_allowed: bool,
    block_allowed: bool,
}

impl Facts {
    fn of(text: &str) -> Self {
        let is_blank = |c: char| matches!(c, ' ' | '\t');
        let is_edge = |c| c == ' ' || is_break(c);
        let edge = text.starts_with(is_edge) || text.ends_with(is_edge);
        let follows = |first: fn(char) -> bool, second: fn(char) -> bool| {
            text.chars().zip(text.chars().skip(1)).any(|(one, next)| first(one) && second(next))
        };
        let break_space = follows(is_break, |c| c == ' ');
        let has_tab = text.contains('\t');
        let hopeless =
            follows(|c| c == ' ', is_break) || !text.chars().all(|c| is_printable(c) || c == '\t');
        let mut indicator = text.starts_with("---") || text.starts_with("...");
        let mut before = ' ';
        let mut characters = text.chars().peekable();
        let mut first = true;
        while let Some(character) = characters.next() {
            let blank_follows = characters.peek().is_none_or(|&c| is_blank(c) || is_break(c));
            indicator |= match character {
                ':' => blank_follows,
                '#' => first || is_blank(before) || is_break(before),
                '?' | '-' => first && blank_follows,
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => first,
                _ => false,
            };
            before = character;
            first = false;
        }
        let multiline = text.contains(is_break);
        Self {
            plain_allowed: !(edge || break_space || has_tab || hopeless || multiline || indicator),
            single_allowed: !(break_space || has_tab || hopeless),
            block_allowed: !(text.ends_with(' ') || hopeless),
        }
    }
}

/// Returns `true` if the emitter treats the character as a line break.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns `true` if the character is written without an escape outside double quotes.
pub(super) fn is_printable(c: char) -> bool {
    matches!(
        c,
        '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}'
            | '\u{ff00}'..='\u{fffd}'
    )
}
