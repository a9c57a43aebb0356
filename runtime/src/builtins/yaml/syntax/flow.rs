//! Scalars that flow collections may contain: plain and quoted ones.

use std::borrow::Cow;

use super::cursor::{Cursor, Mark, WORD_ENDS};
use super::scanner::Scanner;
use super::{Fault, ScalarStyle, Scan, TokenKind};

const QUOTED: &str = "while scanning a quoted scalar";
const ESCAPE: &str = "while parsing a quoted scalar";

/// The content of a scalar: a slice of the text, until the content differs from the text.
struct Content {
    owned: Option<String>,
    /// The start of the slice that has not been copied to `owned`.
    run: Option<usize>,
}

impl Content {
    fn new(start: usize) -> Self {
        Self { owned: None, run: Some(start) }
    }

    /// Ends the slice before `end`.
    fn flush(&mut self, cursor: &Cursor<'_>, end: usize) {
        let owned = self.owned.get_or_insert_default();
        if let Some(start) = self.run.take() {
            owned.push_str(cursor.slice(start, end));
        }
    }

    /// Appends content that differs from the text.
    fn push(&mut self, piece: &str) {
        self.owned.get_or_insert_default().push_str(piece);
    }

    /// Begins a slice at `start`.
    fn resume(&mut self, start: usize) {
        self.run = Some(start);
    }

    fn finish<'t>(mut self, cursor: &Cursor<'t>, end: usize) -> Cow<'t, str> {
        if let (None, Some(start)) = (&self.owned, self.run) {
            return Cow::Borrowed(cursor.slice(start, end));
        }
        self.flush(cursor, end);
        Cow::Owned(self.owned.unwrap_or_default())
    }
}

/// The line breaks between two lines of a scalar.
#[derive(Default)]
struct Fold {
    first: Option<&'static str>,
    others: String,
}

impl Fold {
    fn add(&mut self, line_break: &'static str) {
        match self.first {
            None => self.first = Some(line_break),
            Some(_) => self.others.push_str(line_break),
        }
    }

    /// Appends the folded line breaks: a single one becomes a space, and of several the first is
    /// dropped.
    fn join(self, content: &mut Content) {
        match self.first {
            Some("\n") if self.others.is_empty() => content.push(" "),
            Some("\n") => content.push(&self.others),
            first => {
                content.push(first.unwrap_or_default());
                content.push(&self.others);
            }
        }
    }
}

impl Scanner<'_> {
    /// Scans a quoted scalar.
    pub(super) fn scan_quoted(&mut self) -> Scan {
        let start = self.cursor.mark;
        let quote = self.cursor.byte();
        self.cursor.skip();
        let mut content = Content::new(self.cursor.mark.offset);
        loop {
            if self.cursor.is_document_indicator() {
                let problem = "found unexpected document indicator";
                return Err(self.fault_at(QUOTED, start, problem));
            }
            if self.cursor.is_end() {
                return Err(self.fault_at(QUOTED, start, "found unexpected end of stream"));
            }
            let ends_escaped = self.scan_quoted_word(quote, start, &mut content)?;
            if self.cursor.byte() == quote {
                break;
            }
            self.scan_quoted_space(ends_escaped, &mut content);
        }
        let value = content.finish(&self.cursor, self.cursor.mark.offset);
        self.cursor.skip();
        let is_single = quote == b'\'';
        let style = if is_single { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted };
        self.push(TokenKind::Scalar { value, style }, start);
        Ok(())
    }

    /// Scans up to a space, a line break or the closing quote. Returns `true` after an escaped line
    /// break.
    fn scan_quoted_word(&mut self, quote: u8, start: Mark, content: &mut Content) -> Scan<bool> {
        let is_single = quote == b'\'';
        self.cursor.skip_run(&WORD_ENDS);
        while !self.cursor.is_space_or_end() {
            let offset = self.cursor.mark.offset;
            match self.cursor.byte() {
                b'\'' if is_single && self.cursor.peek(1) == b'\'' => {
                    content.flush(&self.cursor, offset + 1);
                    self.cursor.skip_ascii(2);
                    content.resume(self.cursor.mark.offset);
                }
                byte if byte == quote => break,
                b'\\' if !is_single && self.cursor.is_break_at(1) => {
                    content.flush(&self.cursor, offset);
                    self.cursor.skip();
                    self.cursor.take_break();
                    return Ok(true);
                }
                b'\\' if !is_single => {
                    content.flush(&self.cursor, offset);
                    let character = self.scan_escape(start)?;
                    content.push(character.encode_utf8(&mut [0; 4]));
                    content.resume(self.cursor.mark.offset);
                }
                _ => self.cursor.skip(),
            }
            self.cursor.skip_run(&WORD_ENDS);
        }
        Ok(false)
    }

    /// Scans spaces and line breaks. After an escaped line break (`is_joined`), spaces are dropped.
    fn scan_quoted_space(&mut self, is_joined: bool, content: &mut Content) {
        let offset = self.cursor.mark.offset;
        let mut fold = Fold { first: is_joined.then_some(""), others: String::new() };
        loop {
            if self.cursor.is_blank() {
                self.cursor.skip();
            } else if self.cursor.is_break() {
                if fold.first.is_none() {
                    content.flush(&self.cursor, offset);
                }
                fold.add(self.cursor.take_break());
            } else {
                break;
            }
        }
        if fold.first.is_some() {
            fold.join(content);
            content.resume(self.cursor.mark.offset);
        }
    }

    /// Scans a backslash and the escaped characters.
    fn scan_escape(&mut self, start: Mark) -> Scan<char> {
        let (digits, character) = match self.cursor.peek(1) {
            b'0' => (0, '\0'),
            b'a' => (0, '\u{7}'),
            b'b' => (0, '\u{8}'),
            b't' | b'\t' => (0, '\t'),
            b'n' => (0, '\n'),
            b'v' => (0, '\u{b}'),
            b'f' => (0, '\u{c}'),
            b'r' => (0, '\r'),
            b'e' => (0, '\u{1b}'),
            byte @ (b' ' | b'"' | b'\'' | b'\\') => (0, char::from(byte)),
            b'N' => (0, '\u{85}'),
            b'_' => (0, '\u{a0}'),
            b'L' => (0, '\u{2028}'),
            b'P' => (0, '\u{2029}'),
            b'x' => (2, '\0'),
            b'u' => (4, '\0'),
            b'U' => (8, '\0'),
            _ => return Err(self.fault_at(ESCAPE, start, "found unknown escape character")),
        };
        self.cursor.skip_ascii(2);
        if digits == 0 { Ok(character) } else { self.scan_code_point(digits, start) }
    }

    /// Scans the hexadecimal digits of an escape.
    fn scan_code_point(&mut self, digits: usize, start: Mark) -> Scan<char> {
        let mut code: u32 = 0;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.cursor.peek(ahead)).to_digit(16) else {
                let problem = "did not find expected hexdecimal number";
                return Err(self.fault_at(ESCAPE, start, problem));
            };
            code = (code << 4) + digit;
        }
        let Some(character) = char::from_u32(code) else {
            let problem = "found invalid Unicode character escape code";
            return Err(self.fault_at(ESCAPE, start, problem));
        };
        self.cursor.skip_ascii(digits);
        Ok(character)
    }

    /// Scans a plain scalar.
    pub(super) fn scan_plain(&mut self) -> Scan {
        let start = self.cursor.mark;
        let mut end = start;
        let mut content = Content::new(start.offset);
        let mut fold = Fold::default();
        while !self.cursor.is_document_indicator() && self.cursor.byte() != b'#' {
            if !self.is_plain_end() && fold.first.is_some() {
                std::mem::take(&mut fold).join(&mut content);
                content.resume(self.cursor.mark.offset);
            }
            while !self.is_plain_end() {
                self.cursor.skip();
                self.cursor.skip_run(&WORD_ENDS);
                end = self.cursor.mark;
            }
            if !self.cursor.is_blank() && !self.cursor.is_break() {
                break;
            }
            self.scan_plain_space(start, end, &mut content, &mut fold)?;
            let column = i64::from(self.cursor.mark.column);
            if self.flow_level == 0 && column <= self.indent {
                break;
            }
        }
        if fold.first.is_some() {
            self.allows_simple_key = true;
        }
        let value = content.finish(&self.cursor, end.offset);
        self.push_scalar(value, ScalarStyle::Plain, start, end);
        Ok(())
    }

    /// Returns `true` at the end of a word of a plain scalar.
    fn is_plain_end(&self) -> bool {
        let cursor = &self.cursor;
        match cursor.byte() {
            b':' => cursor.is_space_or_end_at(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow_level > 0,
            _ => cursor.is_space_or_end(),
        }
    }

    fn scan_plain_space(
        &mut self,
        start: Mark,
        end: Mark,
        content: &mut Content,
        fold: &mut Fold,
    ) -> Scan {
        loop {
            if self.cursor.is_break() {
                if fold.first.is_none() {
                    content.flush(&self.cursor, end.offset);
                }
                fold.add(self.cursor.take_break());
            } else if self.cursor.is_blank() {
                let column = i64::from(self.cursor.mark.column);
                let is_tab = self.cursor.byte() == b'\t';
                if is_tab && fold.first.is_some() && column <= self.indent {
                    return Err(self.tab_in_plain(start));
                }
                self.cursor.skip();
            } else {
                return Ok(());
            }
        }
    }

    fn tab_in_plain(&self, start: Mark) -> Fault {
        let problem = "found a tab character that violates indentation";
        self.fault_at("while scanning a plain scalar", start, problem)
    }
}
