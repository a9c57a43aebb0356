//! A reader that knows where it is.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

/// A reader's position, and what it has read since [`Tape::record`], shared with the reader that
/// a deserializer owns.
pub(super) struct Tape<R>(Rc<RefCell<State<R>>>);

impl<R> Clone for Tape<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct State<R> {
    inner: R,
    at: Position,
    /// What was read, while it is recorded.
    recorded: Vec<u8>,
    recording: bool,
}

/// The place of the byte that was read last.
#[derive(Clone, Copy, Default)]
pub(super) struct Position {
    /// Lines before this one.
    pub(super) lines_before: u32,
    /// Bytes of the line up to this one; with it, it is the column from 1.
    pub(super) column: usize,
    /// Whether nothing but blanks stands before it on its line.
    pub(super) indented: bool,
    pub(super) byte: u8,
}

impl<R: Read> Tape<R> {
    pub(super) fn new(inner: R) -> Self {
        let at = Position { indented: true, ..Position::default() };
        Self(Rc::new(RefCell::new(State { inner, at, recorded: Vec::new(), recording: false })))
    }

    /// The place of the byte that was read last.
    pub(super) fn position(&self) -> Position {
        self.0.borrow().at
    }

    /// Records from the byte that was read last.
    pub(super) fn record(&self) {
        let mut state = self.0.borrow_mut();
        state.recorded.clear();
        let byte = state.at.byte;
        state.recorded.push(byte);
        state.recording = true;
    }

    /// Ends the recording and gives what was read.
    pub(super) fn recorded(&self) -> Vec<u8> {
        let mut state = self.0.borrow_mut();
        state.recording = false;
        std::mem::take(&mut state.recorded)
    }

    /// Reads on to an opening brace at the beginning of a line, beginning with the byte that was
    /// read last; `false` where there is none.
    pub(super) fn skip_to_object(&mut self) -> bool {
        loop {
            let Position { column, byte, .. } = self.position();
            if column == 1 && byte == b'{' {
                return true;
            }
            if !matches!(self.read(&mut [0]), Ok(1)) {
                return false;
            }
        }
    }
}

impl<R: Read> Read for Tape<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.borrow_mut();
        let length = state.inner.read(buffer)?;
        let read = &buffer[..length];
        if state.recording {
            state.recorded.extend_from_slice(read);
        }
        for &byte in read {
            state.at.step(byte);
        }
        Ok(length)
    }
}

impl Position {
    fn step(&mut self, byte: u8) {
        if self.byte == b'\n' {
            self.lines_before = self.lines_before.saturating_add(1);
            (self.column, self.indented) = (0, true);
        } else if self.column > 0 && !matches!(self.byte, b' ' | b'\t') {
            self.indented = false;
        }
        self.column += 1;
        self.byte = byte;
    }
}
