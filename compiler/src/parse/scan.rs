//! Checks characters, literals and nesting of a text before the grammar reads it, and collects the
//! comments. The rules and messages are those of OPA's scanner (`v1/ast/internal/scanner`).

use crate::ast::Comment;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{SourceId, Span};

use super::errors::{MAX_DEPTH, span, too_deep};

/// The byte-order mark, which OPA accepts only at the start of a module.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The result of a scan.
pub(super) struct Scan {
    /// The comments in order.
    pub(super) comments: Vec<Comment>,
    /// The maximum nesting of brackets.
    pub(super) depth: usize,
}

/// Scans a text.
///
/// # Errors
///
/// Returns the errors in the text's characters, literals and nesting.
pub(super) fn scan(source: SourceId, text: &str) -> Result<Scan, Vec<Diagnostic>> {
    let mut scanner = Scanner {
        source,
        text,
        position: 0,
        open: Vec::new(),
        depth: 0,
        comments: Vec::new(),
        errors: Vec::new(),
    };
    scanner.run();
    let Scanner { comments, depth, errors, .. } = scanner;
    if errors.is_empty() { Ok(Scan { comments, depth }) } else { Err(errors) }
}

/// An open construct that a closing bracket or brace can end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Bracket,
    /// The expression of a template string, with the string's quote.
    Interpolation(u8),
}

struct Scanner<'t> {
    source: SourceId,
    text: &'t str,
    position: usize,
    open: Vec<Open>,
    depth: usize,
    comments: Vec<Comment>,
    errors: Vec<Diagnostic>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.position = BYTE_ORDER_MARK.len_utf8();
        }
        while let Some(byte) = self.peek() {
            let start = self.position;
            self.position += 1;
            match byte {
                b'#' => self.comment(start),
                b'"' => self.quoted(start),
                b'`' => self.raw(start),
                b'$' => self.template(start),
                b'(' | b'[' | b'{' => self.open(start, Open::Bracket),
                b')' | b']' => self.close(),
                b'}' => self.close_brace(),
                b'!' if self.peek() != Some(b'=') => {
                    self.error(start, "illegal ! character");
                    self.help("write `not` before the expression");
                }
                b'0'..=b'9' => self.number(start),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
                0 => self.error(start, "illegal null character"),
                128.. => self.non_ascii(start),
                _ => {}
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        span(self.source, start, end)
    }

    fn error(&mut self, start: usize, message: &str) {
        let span = self.span(start, self.position.max(start + 1));
        self.errors.push(Diagnostic::new(Code::Parse, span, message));
    }

    /// Adds help to the last error.
    fn help(&mut self, help: &str) {
        if let Some(last) = self.errors.last_mut() {
            last.help = Some(help.to_owned());
        }
    }

    fn open(&mut self, start: usize, open: Open) {
        self.open.push(open);
        self.depth = self.depth.max(self.open.len());
        if self.open.len() == MAX_DEPTH + 1 {
            self.errors.push(too_deep(self.span(start, start + 1)));
        }
    }

    fn close(&mut self) {
        if self.open.last() == Some(&Open::Bracket) {
            self.open.pop();
        }
    }

    fn close_brace(&mut self) {
        if let Some(Open::Interpolation(quote)) = self.open.pop() {
            self.template_text(self.position - 1, quote);
        }
    }

    fn comment(&mut self, start: usize) {
        let rest = &self.text[start..];
        let line = rest.split('\n').next().unwrap_or(rest);
        self.position = start + line.len();
        if line.contains('\0') {
            self.error(start, "illegal null character");
        }
        if line.contains(BYTE_ORDER_MARK) {
            self.error(start, "illegal byte-order mark");
        }
        let text = line[1..].strip_suffix('\r').unwrap_or(&line[1..]).into();
        self.comments.push(Comment { text, span: self.span(start, self.position) });
    }

    fn quoted(&mut self, start: usize) {
        loop {
            match self.peek() {
                None | Some(b'\n') => return self.unterminated(start, "\""),
                Some(b'"') => break self.position += 1,
                Some(b'\\') => self.escape(false),
                Some(byte) => self.read_string_byte(byte),
            }
        }
    }

    fn raw(&mut self, start: usize) {
        loop {
            match self.peek() {
                None => return self.unterminated(start, "`"),
                Some(b'`') => break self.position += 1,
                Some(byte) => self.read_string_byte(byte),
            }
        }
    }

    fn template(&mut self, start: usize) {
        match self.peek() {
            Some(quote @ (b'"' | b'`')) => {
                self.position += 1;
                self.template_text(start, quote);
            }
            _ => self.error(start, "illegal $ character"),
        }
    }

    /// Reads the text of a template string up to its end or to its next expression.
    fn template_text(&mut self, start: usize, quote: u8) {
        loop {
            match self.peek() {
                None => return self.unterminated(start, if quote == b'"' { "\"" } else { "`" }),
                Some(b'\n') if quote == b'"' => return self.unterminated(start, "\""),
                Some(b'\\') if quote == b'"' => self.escape(true),
                Some(b'\\') if self.text[self.position..].starts_with("\\{") => self.position += 2,
                Some(b'{') => {
                    self.position += 1;
                    return self.open(self.position - 1, Open::Interpolation(quote));
                }
                Some(byte) if byte == quote => return self.position += 1,
                Some(byte) => self.read_string_byte(byte),
            }
        }
    }

    /// Reads a backslash and the character that it escapes. As in OPA, `\u` is accepted without a
    /// look at its digits; whoever resolves the escape checks them.
    fn escape(&mut self, template: bool) {
        let start = self.position;
        self.position += 1;
        match self.peek() {
            Some(b'\\' | b'"' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u') => {
                self.position += 1;
            }
            Some(b'{') if template => self.position += 1,
            _ => {
                self.error(start, "illegal escape sequence");
                self.help("write the backslash twice, or a raw string in backquotes");
            }
        }
    }

    fn number(&mut self, start: usize) {
        self.digits();
        if self.peek() == Some(b'.') {
            self.position += 1;
            if !self.digits() {
                self.error(start, "expected fraction");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.position += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.position += 1;
            }
            if !self.digits() {
                self.error(start, "expected exponent");
            }
        }
        if self.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            self.word();
            self.error(start, "illegal number format");
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.position;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.position += 1;
        }
        self.position > start
    }

    fn word(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.position += 1;
        }
    }

    fn non_ascii(&mut self, start: usize) {
        let Some(character) = self.text[start..].chars().next() else { return };
        self.position = start + character.len_utf8();
        if character == BYTE_ORDER_MARK {
            self.error(start, "illegal byte-order mark");
        }
        if character == '\u{a0}' {
            self.error(start, "illegal non-breaking space character, use a regular space instead");
        }
    }

    /// Reads a byte of a string that neither ends it nor starts an escape.
    fn read_string_byte(&mut self, byte: u8) {
        let start = self.position;
        self.position += 1;
        if byte == 0 {
            self.error(start, "illegal null character");
        } else if self.text.get(start..).is_some_and(|rest| rest.starts_with(BYTE_ORDER_MARK)) {
            self.position = start + BYTE_ORDER_MARK.len_utf8();
            self.error(start, "illegal byte-order mark");
        }
    }

    fn unterminated(&mut self, start: usize, quote: &str) {
        let span = self.span(start, self.position);
        let help = match quote {
            "\"" => {
                "end the string with `\"` on the same line, or write a raw string in backquotes"
            }
            _ => "end the raw string with a backquote",
        };
        self.errors
            .push(Diagnostic::new(Code::Parse, span, "non-terminated string").with_help(help));
    }
}
