//! Go's quoted strings and characters (`strconv.Quote` and its variants).

use core::fmt::{self, Write};

use crate::text;

/// Writes `source` in double quotes.
pub(super) fn quote(out: &mut impl Write, source: &str, ascii: bool) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = source;
    // Runs of characters without escapes are written at once.
    loop {
        let (plain, behind) = rest.split_at_checked(text::plain_length(rest)).unwrap_or((rest, ""));
        out.write_str(plain)?;
        let mut characters = behind.chars();
        let Some(character) = characters.next() else { return out.write_char('"') };
        write_char(out, character, '"', ascii)?;
        rest = characters.as_str();
    }
}

/// Writes `c` in single quotes.
pub(super) fn quote_char(out: &mut impl Write, c: char, ascii: bool) -> fmt::Result {
    out.write_char('\'')?;
    write_char(out, c, '\'', ascii)?;
    out.write_char('\'')
}

fn write_char(out: &mut impl Write, c: char, mark: char, ascii: bool) -> fmt::Result {
    match c {
        _ if c == mark => write!(out, "\\{c}"),
        '\\' => text::escape(out, c),
        _ if is_print(c) && (c.is_ascii() || !ascii) => out.write_char(c),
        _ => text::escape(out, c),
    }
}

/// Returns `true` if Go's `strconv.IsPrint` does.
pub(super) fn is_print(c: char) -> bool {
    if c.is_ascii() { matches!(c, ' '..='~') } else { text::is_printable(c) }
}

/// Returns `true` if the text can be written unchanged in backquotes (`strconv.CanBackquote`).
pub(super) fn can_backquote(text: &str) -> bool {
    text.chars().all(|c| !matches!(c, '\0'..='\u{08}' | '\n'..' ' | '`' | '\u{7f}' | '\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str, ascii: bool) -> String {
        let mut out = String::new();
        quote(&mut out, text, ascii).expect("memory takes all");
        out
    }

    #[test]
    fn escapes_as_strconv() {
        assert_eq!(quoted("a\"b\\'\n\x07\x01\x7f", false), r#""a\"b\\'\n\a\x01\x7f""#);
        assert_eq!(quoted("é日\u{301}😀", false), "\"é日\u{301}😀\"");
        assert_eq!(quoted("é😀", true), r#""\u00e9\U0001f600""#);
        assert_eq!(
            quoted("\u{a0}\u{ad}\u{200b}\u{85}\u{e000}", false),
            r#""\u00a0\u00ad\u200b\u0085\ue000""#
        );
        let mut out = String::new();
        quote_char(&mut out, '\'', false).expect("memory takes all");
        assert_eq!(out, r"'\''");
        assert!(can_backquote("a\t\\") && !can_backquote("a`") && !can_backquote("a\n"));
    }
}
