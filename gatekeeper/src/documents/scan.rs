//! Finds the ends of JSON values in a stream, without parsing the values.
//!
//! The scanner skips strings with `memchr`. Outside of strings it looks only at brackets, quotes
//! and line ends. Faults inside the brackets of a value are found later, when the value is parsed.

use std::io::{self, BufRead, Cursor, ErrorKind, Read as _};

use memchr::{memchr, memchr3};

/// A stream that keeps the bytes of the current unit: a document, an item of a list or a member of
/// an object.
pub(super) struct Scanner<R> {
    reader: R,
    /// The bytes that were read from the beginning of the unit on, and some bytes before it.
    bytes: Vec<u8>,
    /// The position of the unit in `bytes`.
    unit: usize,
    /// The position of the next byte in `bytes`.
    at: usize,
    /// The position in `bytes` of the line of the next byte, if `bytes` still holds it.
    line: Option<usize>,
    /// The number of lines before the unit.
    lines_before_unit: u32,
    /// The number of lines before the next byte.
    lines_before: u32,
    /// The closing brackets of the open containers.
    open: Vec<u8>,
}

/// The reason why scanning stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The next byte is not allowed here, or the stream ends too early.
    Unexpected,
    /// The stream cannot be read.
    Unreadable(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl<R: BufRead> Scanner<R> {
    /// Creates a scanner of `reader`, after `lines_before` lines.
    pub(super) fn new(reader: R, lines_before: u32) -> Self {
        Self {
            reader,
            bytes: Vec::new(),
            unit: 0,
            at: 0,
            line: Some(0),
            lines_before_unit: lines_before,
            lines_before,
            open: Vec::new(),
        }
    }

    /// Begins a unit at the next byte that is not blank, and returns that byte, or `None` at the
    /// end. A unit that begins a line keeps its indentation, so that columns are right.
    pub(super) fn begin(&mut self) -> io::Result<Option<u8>> {
        self.mark();
        let mut begins_line = self.is_at_line_start();
        loop {
            match self.peek()? {
                Some(b'\n') => {
                    self.step_line();
                    self.mark();
                    begins_line = true;
                }
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                byte => {
                    if !begins_line {
                        self.mark();
                    }
                    return Ok(byte);
                }
            }
        }
    }

    /// Skips blanks and returns the next byte without taking it, or `None` at the end.
    pub(super) fn peek_past_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b'\n') => self.step_line(),
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                byte => return Ok(byte),
            }
        }
    }

    /// Returns the first byte that is not blank in the array that begins here.
    pub(super) fn peek_into_array(&mut self) -> io::Result<Option<u8>> {
        let mut ahead = 1;
        loop {
            match self.bytes.get(self.at + ahead).copied() {
                Some(byte) if byte.is_ascii_whitespace() => ahead += 1,
                Some(byte) => return Ok(Some(byte)),
                None if self.fill()? => {}
                None => return Ok(None),
            }
        }
    }

    /// Returns a reader of the rest of the stream, from the unit on.
    pub(super) fn into_rest(mut self) -> impl BufRead {
        Cursor::new(self.bytes.split_off(self.unit)).chain(self.reader)
    }

    /// Skips blanks and takes the next byte if it is `byte`. Returns `true` if it is.
    pub(super) fn take(&mut self, byte: u8) -> io::Result<bool> {
        let found = self.peek_past_blanks()? == Some(byte);
        self.at += usize::from(found);
        Ok(found)
    }

    /// Skips blanks and the value after them. Returns the offset of the value in the unit.
    pub(super) fn value(&mut self) -> Result<usize, Stop> {
        let first = self.peek_past_blanks()?;
        let start = self.offset();
        match first {
            Some(b'{' | b'[') => self.container()?,
            Some(b'"') => self.string()?,
            Some(b'}' | b']' | b',' | b':') | None => return Err(Stop::Unexpected),
            Some(_) => {
                let ends = |byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
                while self.find(ends).is_none() && self.fill()? {}
            }
        }
        Ok(start)
    }

    /// Moves to the next opening brace at the beginning of a line, which may be the next byte.
    /// Returns `true` if there is one.
    pub(super) fn skip_to_object(&mut self) -> io::Result<bool> {
        loop {
            self.mark();
            if self.is_at_line_start() && self.peek()? == Some(b'{') {
                return Ok(true);
            }
            if let Some(offset) = memchr(b'\n', &self.bytes[self.at..]) {
                self.at += offset;
                self.step_line();
            } else {
                self.at = self.bytes.len();
                if !self.fill()? {
                    return Ok(false);
                }
            }
        }
    }

    fn container(&mut self) -> Result<(), Stop> {
        self.open.clear();
        loop {
            match self.find(|byte| STRUCTURAL[usize::from(byte)]) {
                Some(b'"') => self.string()?,
                Some(b'\n') => self.step_line(),
                Some(b'{') => {
                    if self.is_at_line_start() && !self.may_begin_value() {
                        return Err(Stop::Unexpected);
                    }
                    self.open.push(b'}');
                    self.at += 1;
                }
                Some(b'[') => {
                    self.open.push(b']');
                    self.at += 1;
                }
                Some(close) => {
                    if self.open.pop() != Some(close) {
                        return Err(Stop::Unexpected);
                    }
                    self.at += 1;
                    if self.open.is_empty() {
                        return Ok(());
                    }
                }
                None if self.fill()? => {}
                None => return Err(Stop::Unexpected),
            }
        }
    }

    /// Returns `true` if a value may follow the bytes before the next byte. The scanner tests this
    /// for each brace that begins a line, so that an unclosed document ends where the next one
    /// begins.
    fn may_begin_value(&self) -> bool {
        let before = self.bytes[self.unit..self.at].trim_ascii_end();
        matches!(before.last(), None | Some(b':' | b',' | b'['))
    }

    fn string(&mut self) -> Result<(), Stop> {
        self.at += 1;
        loop {
            let found = string_end(&self.bytes[self.at..]);
            self.at = found.map_or(self.bytes.len(), |offset| self.at + offset);
            match self.peek()? {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    if !matches!(self.peek()?, Some(byte) if byte != b'\n') {
                        return Err(Stop::Unexpected);
                    }
                    self.at += 1;
                }
                // `peek` read more bytes, in which the search continues.
                Some(_) if found.is_none() => {}
                _ => return Err(Stop::Unexpected),
            }
        }
    }

    /// Moves to the first byte that `wanted` accepts, or to the end of the bytes that were read.
    fn find(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let rest = &self.bytes[self.at..];
        let found = rest.iter().position(|&byte| wanted(byte));
        self.at += found.unwrap_or(rest.len());
        self.bytes.get(self.at).copied()
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.bytes.len() && !self.fill()? {
            return Ok(None);
        }
        Ok(self.bytes.get(self.at).copied())
    }

    /// Reads more bytes and drops those before the unit. Returns `false` at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        self.bytes.drain(..self.unit);
        self.at -= self.unit;
        self.line = self.line.and_then(|line| line.checked_sub(self.unit));
        self.unit = 0;
        loop {
            match self.reader.fill_buf() {
                Ok(more) => {
                    self.bytes.extend_from_slice(more);
                    let length = more.len();
                    self.reader.consume(length);
                    return Ok(length > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R> Scanner<R> {
    /// Returns the bytes of the unit so far.
    pub(super) fn unit(&self) -> &[u8] {
        &self.bytes[self.unit..self.at]
    }

    /// Returns the bytes of the unit so far, and the bytes that were read after it.
    pub(super) fn unit_and_more(&self) -> &[u8] {
        &self.bytes[self.unit..]
    }

    /// Returns the length of the unit so far.
    pub(super) fn offset(&self) -> usize {
        self.at - self.unit
    }

    /// Returns the number of lines before the unit.
    pub(super) fn lines_before_unit(&self) -> u32 {
        self.lines_before_unit
    }

    fn mark(&mut self) {
        self.unit = self.at;
        self.lines_before_unit = self.lines_before;
    }

    /// Steps over a line end.
    fn step_line(&mut self) {
        self.at += 1;
        self.line = Some(self.at);
        self.lines_before = self.lines_before.saturating_add(1);
    }

    fn is_at_line_start(&self) -> bool {
        self.line == Some(self.at)
    }
}

/// Returns the position of the string's end, of an escape or of a line end. For most strings, a
/// call of `memchr` costs more than testing their bytes, so the first bytes are tested one by one.
fn string_end(rest: &[u8]) -> Option<usize> {
    let (near, far) = rest.split_at(rest.len().min(NEAR));
    let near_end = near.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n'));
    near_end.or_else(|| Some(NEAR + memchr3(b'"', b'\\', b'\n', far)?))
}

/// The number of bytes of a string that are tested one by one.
const NEAR: usize = 16;

/// The bytes outside of strings that affect where a value ends and on which line.
static STRUCTURAL: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"\"\n{}[]";
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
};
