//! Documents from JSON: one, several one after another, or a list as kubectl prints it.
//!
//! Objects are taken from the stream one by one, those of a list too, so that memory holds one at
//! a time whatever the length of the file. Only where they end is found here, with the members of
//! what may be a list; their text is read when their value is asked for.

use std::io::{self, BufRead};
use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_compiler::diagnostics::Notice;
use ferrego_runtime::Arena;
use ferrego_runtime::json::{self, JsonErrorKind};

use super::document::{Document, File};
use super::scan::{self, Scanner};
use super::{Sink, UNREADABLE};

/// Reads the documents of `reader`, the file `name`.
///
/// Where it cannot be found where a document or an item ends, the reading goes on at the next line
/// that begins with an opening brace, as every line does in a file of one object a line.
pub(super) fn read(name: &Arc<str>, reader: impl BufRead, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let scanner = Scanner::new(reader);
    let mut stream = Stream { name: name.clone(), scanner, sink, after_items: false };
    loop {
        let skipped = match stream.documents() {
            Ok(()) => return ControlFlow::Continue(()),
            Err(Stop::Ended) => return ControlFlow::Break(()),
            Err(Stop::Scan(scan::Stop::Unreadable(error))) => Err(error),
            Err(Stop::Scan(scan::Stop::Unexpected)) => {
                let notice = stream.unexpected();
                (stream.sink)(Err(notice))?;
                stream.scanner.skip_to_object()
            }
        };
        match skipped {
            Ok(true) => {}
            Ok(false) => return ControlFlow::Continue(()),
            Err(error) => return (stream.sink)(Err(unreadable(name, &error))),
        }
    }
}

/// Reads the documents of `reader`, the file `name`, of which every line is one.
pub(super) fn read_lines(
    name: &Arc<str>,
    mut reader: impl BufRead,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut bytes = Vec::new();
    for lines_before in 0.. {
        bytes.clear();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(_) if bytes.trim_ascii().is_empty() => {}
            Ok(_) => {
                let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                sink(Part { name, bytes: line, lines_before }.document())?;
            }
            Err(error) => return sink(Err(unreadable(name, &error))),
        }
    }
    ControlFlow::Continue(())
}

/// A part of a file.
struct Part<'a> {
    name: &'a Arc<str>,
    bytes: &'a [u8],
    /// The lines of the file before it.
    lines_before: u32,
}

impl Part<'_> {
    fn document(&self) -> Result<Document, Notice> {
        match str::from_utf8(self.bytes) {
            Ok(text) => Ok(Document::json(self.file(text))),
            Err(error) => Err(self.notice(error.valid_up_to(), JsonErrorKind::NotUtf8.to_string())),
        }
    }

    /// What is wrong at the byte `offset`.
    fn notice(&self, offset: usize, message: impl Into<String>) -> Notice {
        let file = self.file(&String::from_utf8_lossy(self.bytes));
        Notice::error("invalid json", message).at(file.excerpt(offset..offset.saturating_add(1)))
    }

    fn file(&self, text: &str) -> File {
        File { name: self.name.clone(), text: text.into(), lines_before: self.lines_before }
    }
}

struct Stream<'s, 'k, R> {
    name: Arc<str>,
    scanner: Scanner<R>,
    sink: &'s mut Sink<'k>,
    /// Whether the present document is a list, of which the items went to the sink. The scanner's
    /// units are then the members that follow.
    after_items: bool,
}

/// Why reading stopped before the end of a document.
enum Stop {
    /// The sink wants no more.
    Ended,
    Scan(scan::Stop),
}

impl From<scan::Stop> for Stop {
    fn from(stop: scan::Stop) -> Self {
        Self::Scan(stop)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Scan(error.into())
    }
}

const UNEXPECTED: Stop = Stop::Scan(scan::Stop::Unexpected);

impl<R: BufRead> Stream<'_, '_, R> {
    /// Reads documents to the end, or to where it is not known how to go on.
    fn documents(&mut self) -> Result<(), Stop> {
        loop {
            self.after_items = false;
            match self.scanner.begin()? {
                Some(b'{') => self.document()?,
                Some(_) => return Err(UNEXPECTED),
                None => return Ok(()),
            }
        }
    }

    /// Reads the object that begins here. It is a list by its kind, which kubectl prints after the
    /// items, and by its having items.
    fn document(&mut self) -> Result<(), Stop> {
        let mut kind: Option<String> = None;
        self.scanner.take(b'{')?;
        let mut ended = self.scanner.take(b'}')?;
        while !ended {
            if self.after_items {
                self.scanner.begin()?;
            }
            let key = self.key()?;
            let may_be_list = kind.as_deref().is_none_or(is_list);
            let is_array = self.scanner.peek_past_blanks()? == Some(b'[');
            if key == "items" && may_be_list && is_array {
                self.items()?;
            } else {
                let start = self.scanner.value()?;
                let text = &self.scanner.unit()[start..];
                if key == "kind" {
                    kind = Some(string(text).unwrap_or_default());
                }
                if self.after_items {
                    self.check(start, &[])?;
                }
            }
            ended = self.ends(b'}')?;
        }
        match kind {
            _ if !self.after_items => self.emit(),
            Some(kind) if !is_list(&kind) => {
                let message = format!("{kind} is no list, but it has items");
                self.tell(self.scanner.offset(), message)
            }
            _ => Ok(()),
        }
    }

    /// Takes a key and its colon.
    fn key(&mut self) -> Result<String, Stop> {
        if self.scanner.peek_past_blanks()? != Some(b'"') {
            return Err(UNEXPECTED);
        }
        let start = self.scanner.value()?;
        let key = string(&self.scanner.unit()[start..]).unwrap_or_default();
        if self.scanner.take(b':')? { Ok(key) } else { Err(UNEXPECTED) }
    }

    /// Takes what follows a member or an item: a comma, or the bracket that closes the whole;
    /// gives whether it was this one.
    fn ends(&mut self, close: u8) -> Result<bool, Stop> {
        if self.scanner.take(close)? {
            Ok(true)
        } else if self.scanner.take(b',')? {
            Ok(false)
        } else {
            Err(UNEXPECTED)
        }
    }

    /// Reads the items of a list; each goes to the sink.
    fn items(&mut self) -> Result<(), Stop> {
        if !self.after_items {
            // What stands before the items, as an object.
            self.check(0, b"null}")?;
        }
        self.after_items = false;
        self.scanner.take(b'[')?;
        self.scanner.begin()?;
        let mut ended = self.scanner.take(b']')?;
        while !ended {
            self.scanner.value()?;
            self.emit()?;
            ended = self.ends(b']')?;
            if !ended {
                self.scanner.begin()?;
            }
        }
        self.after_items = true;
        Ok(())
    }

    /// Tells what is wrong with the unit from `start` on, with `end` after it.
    fn check(&mut self, start: usize, end: &[u8]) -> Result<(), Stop> {
        let text = [&self.scanner.unit()[start..], end].concat();
        match json::parse(&Arena::new(), &text) {
            Ok(_) => Ok(()),
            Err(error) => self.tell(start + error.offset, error.kind.to_string()),
        }
    }

    /// Gives the unit to the sink.
    fn emit(&mut self) -> Result<(), Stop> {
        self.give(self.part().document())
    }

    fn tell(&mut self, offset: usize, message: String) -> Result<(), Stop> {
        self.give(Err(self.part().notice(offset, message)))
    }

    fn give(&mut self, result: Result<Document, Notice>) -> Result<(), Stop> {
        if (self.sink)(result).is_break() { Err(Stop::Ended) } else { Ok(()) }
    }

    fn part(&self) -> Part<'_> {
        let lines_before = self.scanner.lines_before_unit();
        Part { name: &self.name, bytes: self.scanner.unit(), lines_before }
    }

    /// What is wrong where the scanner stopped, or before that in the unit.
    fn unexpected(&self) -> Notice {
        let at = self.scanner.offset();
        let bytes = self.scanner.unit_and_more();
        let at_end = at == bytes.len();
        if !self.after_items && !at_end && bytes[..at].trim_ascii().is_empty() {
            return self.rest(at).notice(at, "a Kubernetes object must stand here, in braces");
        }
        let arena = Arena::new();
        let text = bytes.get(..=at).unwrap_or(bytes);
        let first = if self.after_items { None } else { json::parse(&arena, text).err() };
        let otherwise =
            if at_end { JsonErrorKind::UnexpectedEnd } else { JsonErrorKind::UnexpectedByte };
        let (offset, kind) = first.map_or((at, otherwise), |error| (error.offset, error.kind));
        self.rest(at).notice(offset, kind.to_string())
    }

    /// The unit, and what was read of the line with the byte `offset`.
    fn rest(&self, offset: usize) -> Part<'_> {
        let bytes = self.scanner.unit_and_more();
        let end = bytes[offset..].iter().position(|&byte| byte == b'\n');
        let bytes = &bytes[..end.map_or(bytes.len(), |end| offset + end)];
        Part { bytes, ..self.part() }
    }
}

fn is_list(kind: &str) -> bool {
    kind.ends_with("List")
}

/// The string that `text` is; `None` where it is something else.
fn string(text: &[u8]) -> Option<String> {
    serde_json::from_slice(text).ok()
}

/// The error of a file that cannot be opened or read.
pub(super) fn unreadable(name: &str, error: &io::Error) -> Notice {
    Notice::error(UNREADABLE, format!("cannot read {name}: {error}"))
}
