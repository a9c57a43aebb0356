//! Escapes text for display: characters that would move the cursor or reorder a line become
//! escapes.
//!
//! Names, messages and file names come from untrusted documents. Printed verbatim, they could color
//! a report, hide a part of it, or add a line that looks like one of the report's own. The escape
//! character, for example, is shown as the six characters `\u{1b}`.

use std::fmt::{self, Write as _};

/// Displays a text on one line, with an escape for each character that [`is_hidden`].
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'t>(pub &'t str);

/// Like [`Escaped`], but a line feed before a tab starts a new line, as in messages of the type
/// checker. The indentation distinguishes these lines from lines of the report.
#[derive(Clone, Copy, Debug)]
pub struct EscapedLines<'t>(pub &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((at, character)) = rest.char_indices().find(|(_, one)| is_hidden(*one)) {
            f.write_str(&rest[..at])?;
            // A backslash, a quotation mark or a letter is never hidden.
            write!(f, "{}", character.escape_default())?;
            rest = &rest[at + character.len_utf8()..];
        }
        f.write_str(rest)
    }
}

impl fmt::Display for EscapedLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.split("\n\t");
        if let Some(first) = lines.next() {
            Escaped(first).fmt(f)?;
        }
        for line in lines {
            f.write_str("\n\t")?;
            let text = line.trim_start_matches('\t');
            (text.len()..line.len()).try_for_each(|_| f.write_char('\t'))?;
            Escaped(text).fmt(f)?;
        }
        Ok(())
    }
}

/// Returns `true` if the character has no glyph of its own and changes how others are shown.
///
/// Such characters are controls, line and paragraph separators, bidirectional controls, zero-width
/// and tag characters, and noncharacters.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped() {
        for (text, expected) in [
            ("no pods, naïve 名前 \\ \"x\"", "no pods, naïve 名前 \\ \"x\""),
            ("a\u{1b}[31mb\u{9b}c\u{7f}", "a\\u{1b}[31mb\\u{9b}c\\u{7f}"),
            ("one\ntwo\r\n\tthree", "one\\ntwo\\r\\n\\tthree"),
            ("\u{202e}olleh\u{2066}\u{2028}\u{feff}", "\\u{202e}olleh\\u{2066}\\u{2028}\\u{feff}"),
            ("\u{ffff}\u{1fffe}\u{e0041}", "\\u{ffff}\\u{1fffe}\\u{e0041}"),
        ] {
            assert_eq!(Escaped(text).to_string(), expected);
        }
    }

    #[test]
    fn indented_lines_are_kept() {
        let text = "f: arity mismatch\n\thave: (\u{1b})\n\t\twant: ()\nerror: x";
        let expected = "f: arity mismatch\n\thave: (\\u{1b})\n\t\twant: ()\\nerror: x";
        assert_eq!(EscapedLines(text).to_string(), expected);
    }
}
