//! Converts between bytes of a text and the protocol's positions: lines, and UTF-16 code units in
//! the line.

use std::ops::Range;

use gen_lsp_types as lsp;

/// The lines of a text.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Returns the lines of a text. A line ends with a line feed, a carriage return or both.
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(index, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(index + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = [0].into_iter().chain(ends.map(|(index, _)| index + 1)).collect();
        Self { text, starts }
    }

    /// Returns the line without its end.
    fn line(&self, start: usize) -> &'t str {
        let rest = self.text.get(start..).unwrap_or_default();
        &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
    }

    /// Returns the byte at a position. A position past the end of its line or of the text counts as
    /// that end, and one within a character as its beginning.
    pub(super) fn offset(&self, position: lsp::Position) -> usize {
        let Some(&start) = self.starts.get(position.line as usize) else { return self.text.len() };
        let mut units = 0;
        let line = self.line(start);
        for (index, character) in line.char_indices() {
            units += character.len_utf16();
            if units > position.character as usize {
                return start + index;
            }
        }
        start + line.len()
    }

    /// Returns the range of bytes of a range of positions.
    pub(super) fn bytes(&self, range: lsp::Range) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }

    /// Returns the position of a byte.
    pub(super) fn position(&self, offset: usize) -> lsp::Position {
        let index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let units = before.chars().map(char::len_utf16).sum();
        lsp::Position { line: number(index), character: number(units) }
    }

    /// Returns the range of positions of a range of bytes.
    pub(super) fn range(&self, range: &Range<usize>) -> lsp::Range {
        lsp::Range { start: self.position(range.start), end: self.position(range.end) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_are_utf16_code_units() {
        let text = "é😀x\r\n\ty\rz\n";
        let lines = Lines::of(text);
        for (line, character, offset) in
            [(0, 0, 0), (0, 1, 2), (0, 3, 6), (0, 4, 7), (1, 1, 10), (2, 0, 12), (3, 0, 14)]
        {
            let position = lsp::Position { line, character };
            assert_eq!(lines.offset(position), offset, "{position:?}");
            assert_eq!(lines.position(offset), position, "{offset}");
        }
        let offset = |line, character| lines.offset(lsp::Position { line, character });
        // Half of a character, past the line, past the text.
        assert_eq!((offset(0, 2), offset(0, 99), offset(9, 0)), (2, 7, text.len()));
    }

    proptest! {
        #[test]
        fn every_byte_has_its_position(text in "[a\né😀\r]{0,12}") {
            let lines = Lines::of(&text);
            for (offset, _) in text.char_indices().chain([(text.len(), 'x')]) {
                // The position between the two characters of a line's end is that of its end.
                let within = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                let expected = if within { offset - 1 } else { offset };
                prop_assert_eq!(lines.offset(lines.position(expected)), expected);
            }
        }
    }
}
