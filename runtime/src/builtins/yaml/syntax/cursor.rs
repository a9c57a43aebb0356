//! The position in a text, with the character classes of YAML 1.1.

/// A position in a text. All counts begin at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The offset in bytes.
    pub offset: usize,
    /// The offset in characters.
    pub index: usize,
    /// The line number.
    pub line: u32,
    /// The column in characters.
    pub column: u32,
}

/// The bytes at which a word of a scalar may end, in any notation.
pub(super) static WORD_ENDS: [bool; 256] = ends(b"\0 \t\r\n:,?[]{}#'\"\\");

/// The bytes at which a line may end.
static LINE_ENDS: [bool; 256] = ends(b"\0\r\n");

/// Returns a table that contains `bytes` and all bytes beyond ASCII.
const fn ends(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    let mut byte = 0x80;
    while byte < table.len() {
        table[byte] = true;
        byte += 1;
    }
    table
}

/// The text and the position of the next character. Reads beyond the end return NUL, which no valid
/// text contains.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    pub(super) mark: Mark,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, mark: Mark::default() }
    }

    /// Returns the text from `start` to `end`, which are byte offsets.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns the text from `start` to the next character.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.slice(start, self.mark.offset)
    }

    /// Returns the byte `ahead` bytes after the next one.
    #[inline]
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.mark.offset + ahead).copied().unwrap_or(0)
    }

    /// Returns the next byte.
    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.peek(0)
    }

    /// Returns `true` at the end of the text.
    pub(super) fn is_end(&self) -> bool {
        self.mark.offset >= self.text.len()
    }

    /// Returns `true` if a space or a tab is next.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.byte(), b' ' | b'\t')
    }

    pub(super) fn is_blank_at(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t')
    }

    /// Returns `true` if a line break is next: CR, LF, NEL, LS or PS.
    pub(super) fn is_break(&self) -> bool {
        self.is_break_at(0)
    }

    #[inline]
    pub(super) fn is_break_at(&self, ahead: usize) -> bool {
        match self.peek(ahead) {
            b'\r' | b'\n' => true,
            0xc2 => self.peek(ahead + 1) == 0x85,
            0xe2 => self.peek(ahead + 1) == 0x80 && matches!(self.peek(ahead + 2), 0xa8 | 0xa9),
            _ => false,
        }
    }

    /// Returns `true` before a line break or the end.
    pub(super) fn is_break_or_end(&self) -> bool {
        self.byte() == 0 || self.is_break()
    }

    /// Returns `true` before a space, a tab, a line break or the end.
    pub(super) fn is_space_or_end(&self) -> bool {
        self.is_space_or_end_at(0)
    }

    #[inline]
    pub(super) fn is_space_or_end_at(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), 0 | b' ' | b'\t') || self.is_break_at(ahead)
    }

    /// Returns `true` before a character of anchors, tag handles and directive names.
    pub(super) fn is_word(&self) -> bool {
        matches!(self.byte(), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-')
    }

    /// Returns `true` at `---` or `...` in the first column, before a space or the end.
    pub(super) fn is_document_indicator(&self) -> bool {
        self.mark.column == 0
            && matches!(
                (self.byte(), self.peek(1), self.peek(2)),
                (b'-', b'-', b'-') | (b'.', b'.', b'.')
            )
            && self.is_space_or_end_at(3)
    }

    /// Skips a character that is not a line break.
    #[inline]
    pub(super) fn skip(&mut self) {
        let width = match self.byte() {
            0..0x80 => 1,
            0x80..0xe0 => 2,
            0xe0..0xf0 => 3,
            _ => 4,
        };
        self.mark.offset = (self.mark.offset + width).min(self.text.len());
        self.mark.index += 1;
        self.mark.column += 1;
    }

    /// Skips the bytes before the first one that `ends` contains. It must contain all bytes beyond
    /// ASCII and all line breaks.
    #[inline]
    pub(super) fn skip_run(&mut self, ends: &[bool; 256]) {
        let rest = self.text.as_bytes().get(self.mark.offset..).unwrap_or_default();
        let length = rest.iter().take_while(|&&byte| !ends[usize::from(byte)]).count();
        self.mark.offset += length;
        self.mark.index += length;
        self.mark.column = self.mark.column.saturating_add(u32::try_from(length).unwrap_or(0));
    }

    /// Skips `count` ASCII characters.
    pub(super) fn skip_ascii(&mut self, count: usize) {
        for _ in 0..count {
            self.skip();
        }
    }

    /// Skips spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.skip();
        }
    }

    /// Skips the rest of the line.
    pub(super) fn skip_to_break(&mut self) {
        self.skip_run(&LINE_ENDS);
        while !self.is_break_or_end() {
            self.skip();
            self.skip_run(&LINE_ENDS);
        }
    }

    /// Skips a comment, if one is next.
    pub(super) fn skip_comment(&mut self) {
        if self.byte() == b'#' {
            self.skip_to_break();
        }
    }

    /// Skips blank lines and a comment, regardless of its indentation. Returns `false` if there is
    /// no comment within the distance in which `go-yaml` searches for it.
    pub(super) fn skip_next_comment(&mut self) -> bool {
        let mark = self.mark;
        while self.mark.index < mark.index + 512 {
            if self.is_blank() {
                self.skip();
            } else if self.is_break() {
                self.take_break();
            } else if self.byte() == b'#' {
                self.skip_to_break();
                return true;
            } else {
                break;
            }
        }
        self.mark = mark;
        false
    }

    /// Skips a line break, if one is next. Returns it as it appears in content, where CR, CR LF and
    /// NEL become LF.
    pub(super) fn take_break(&mut self) -> &'static str {
        let (width, characters, content) = match (self.byte(), self.peek(1), self.peek(2)) {
            (b'\r', b'\n', _) => (2, 2, "\n"),
            (b'\r' | b'\n', ..) => (1, 1, "\n"),
            (0xc2, 0x85, _) => (2, 1, "\n"),
            (0xe2, 0x80, 0xa8) => (3, 1, "\u{2028}"),
            (0xe2, 0x80, 0xa9) => (3, 1, "\u{2029}"),
            _ => return "",
        };
        self.mark.offset += width;
        self.mark.index += characters;
        self.mark.column = 0;
        self.mark.line += 1;
        content
    }
}
