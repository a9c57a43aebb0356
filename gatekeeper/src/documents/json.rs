//! Documents from JSON: one, several in sequence, or a list as kubectl prints it.
//!
//! The reader takes objects, including the items of a list, from the stream one by one. Memory
//! holds one object at a time, regardless of the file's length. The reader finds only where objects
//! end, and the members of an object that may be a list. An object is parsed when its value is
//! requested.

mod lines;
mod part;

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_runtime::Arena;
use ferrego_runtime::json::{self, JsonErrorKind};
use ferrego_source::diagnostics::Notice;
use ferrego_source::limited::Limited;
use ferrego_source::yaml::Parts;
use serde_json::value::RawValue;

use super::document::{Document, ListKind};
use super::scan::{self, Scanner};
use super::yaml::{NO_OBJECT, is_list};
use super::{Sink, unreadable, yaml};
pub(super) use lines::read_lines;
use part::{Part, has_object, inner_items, may_hold_list, string};

/// Reads the documents of `reader`, the file `name`.
///
/// As in Kubernetes, text that is not JSON is read as YAML if at most one document precedes it.
/// After more documents, reading continues at the next line that begins with an opening brace. In a
/// file with one object per line, that is the next line.
///
/// Text that may be YAML is read up to `yaml_limit` bytes.
pub(super) fn read(
    name: &Arc<str>,
    reader: impl BufRead,
    yaml_limit: u64,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut stream = Stream::new(name, Scanner::new(reader, 0), sink);
    match stream.all() {
        Ok(()) => ControlFlow::Continue(()),
        Err(End::Broken) => ControlFlow::Break(()),
        Err(End::MayBeYaml) => {
            let lines_before = stream.scanner.lines_before_unit();
            let mut rest = Vec::new();
            match Limited::new(stream.scanner.into_rest(), yaml_limit).read_to_end(&mut rest) {
                Ok(_) => read_rest(name, &rest, lines_before, stream.sink),
                Err(error) => (stream.sink)(Err(unreadable(name, &error))),
            }
        }
    }
}

/// Reads a rest that is not JSON from its first byte on. If its first document is YAML, the rest is
/// read as YAML, otherwise as JSON with faults.
fn read_rest(
    name: &Arc<str>,
    rest: &[u8],
    lines_before: u32,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let loads = |text| Parts::new(text).next().is_some_and(|part| part.load().is_ok());
    if let Ok(text) = str::from_utf8(rest)
        && (is_surely_yaml(text) || loads(text))
    {
        return yaml::read(name, Parts::new(text), lines_before, sink);
    }
    let mut stream = Stream::new(name, Scanner::new(rest, lines_before), sink);
    stream.is_json = true;
    if stream.all().is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Returns `true` if the text begins with `---`, or with a brace followed by a character that JSON
/// does not allow there.
fn is_surely_yaml(text: &str) -> bool {
    let inner = text.trim_start().strip_prefix('{').map(str::trim_start);
    text.starts_with("---") || inner.is_some_and(|inner| !inner.starts_with(['"', '}']))
}

struct Stream<'s, 'k, R> {
    name: Arc<str>,
    scanner: Scanner<R>,
    sink: &'s mut Sink<'k>,
    /// `true` if the current document is a list whose items went to the sink. The scanner's units
    /// are then the members after the items.
    after_items: bool,
    /// `true` if a part of the current document went to the sink.
    is_given: bool,
    /// The number of documents before the current one.
    count: usize,
    /// `true` if the rest of the file is read as JSON, even if it has faults.
    is_json: bool,
    /// The kind of the current list, as far as the members before the items give it.
    list: Arc<ListKind>,
}

/// The reason why reading stopped before the end of the file.
enum End {
    /// The sink ended the reading.
    Broken,
    /// The rest is not JSON, but may be YAML.
    MayBeYaml,
}

/// The reason why reading stopped before the end of a document.
enum Stop {
    /// The sink ended the reading.
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

impl<'s, 'k, R: BufRead> Stream<'s, 'k, R> {
    fn new(name: &Arc<str>, scanner: Scanner<R>, sink: &'s mut Sink<'k>) -> Self {
        let (name, list) = (Arc::clone(name), Arc::default());
        Self {
            name,
            scanner,
            sink,
            after_items: false,
            is_given: false,
            count: 0,
            is_json: false,
            list,
        }
    }

    /// Reads all documents. After a fault, reading continues at the next line that begins with a
    /// brace.
    fn all(&mut self) -> Result<(), End> {
        loop {
            let skipped = match self.documents() {
                Ok(()) => return Ok(()),
                Err(Stop::Ended) => return Err(End::Broken),
                Err(Stop::Scan(scan::Stop::Unreadable(error))) => Err(error),
                Err(Stop::Scan(scan::Stop::Unexpected)) if self.may_be_yaml() => {
                    return Err(End::MayBeYaml);
                }
                Err(Stop::Scan(scan::Stop::Unexpected)) => {
                    let notice = self.unexpected();
                    if (self.sink)(Err(notice)).is_break() {
                        return Err(End::Broken);
                    }
                    self.count += 1;
                    self.scanner.skip_to_object()
                }
            };
            match skipped {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    let notice = unreadable(&self.name, &error);
                    let is_broken = (self.sink)(Err(notice)).is_break();
                    return if is_broken { Err(End::Broken) } else { Ok(()) };
                }
            }
        }
    }

    /// Reads documents up to the end, or up to the first fault.
    fn documents(&mut self) -> Result<(), Stop> {
        loop {
            self.after_items = false;
            self.is_given = false;
            match self.scanner.begin()? {
                Some(b'{') => {
                    self.document()?;
                    self.count += 1;
                }
                Some(_) => return Err(UNEXPECTED),
                None => return Ok(()),
            }
        }
    }

    /// Returns `true` if the rest of the file may be YAML, either because it begins with a brace or
    /// because it follows JSON.
    fn may_be_yaml(&self) -> bool {
        !self.is_json && self.count < 2 && !self.is_given && !self.after_items
    }

    /// Reads the object that begins here. It is a list if its kind, which kubectl prints after the
    /// items, is that of a list and its items are objects.
    fn document(&mut self) -> Result<(), Stop> {
        let mut kind: Option<String> = None;
        let (mut api_version, mut has_name) = (String::new(), false);
        let mut has_no_items = false;
        // The place of items of which the first is not an object, and `true` if another is one.
        let mut mixed_items = None;
        self.scanner.take(b'{')?;
        let mut ended = self.scanner.take(b'}')?;
        while !ended {
            if self.after_items {
                self.scanner.begin()?;
            }
            let key = self.key()?;
            let may_be_list = kind.as_deref().is_none_or(|kind| is_list(kind, has_name));
            let is_array = self.scanner.peek_past_blanks()? == Some(b'[');
            let first = if is_array { self.scanner.peek_into_array()? } else { None };
            has_no_items |= key == "items" && first == Some(b']');
            if key == "items" && may_be_list && first == Some(b'{') {
                let item = kind.as_deref().and_then(|kind| kind.strip_suffix("List"));
                self.list = Arc::new(ListKind {
                    api_version: api_version.clone(),
                    item: item.unwrap_or_default().to_owned(),
                });
                self.items()?;
            } else {
                let start = self.scanner.value()?;
                let text = &self.scanner.unit()[start..];
                match &*key {
                    "kind" => kind = Some(string(text).unwrap_or_default()),
                    "apiVersion" => api_version = string(text).unwrap_or_default(),
                    "metadata" => has_name = part::has_name(text),
                    "items" if is_array => mixed_items = Some((start, has_object(text))),
                    "items" if kind.as_deref() == Some("List") && text != b"null" => {
                        let message = "items: expected a list";
                        self.tell(start, message.to_owned())?;
                    }
                    _ => {}
                }
                if self.after_items {
                    self.check(start, &[])?;
                }
            }
            ended = self.ends(b'}')?;
        }
        match kind {
            Some(kind) if has_no_items && is_list(&kind, has_name) => Ok(()),
            Some(kind)
                if let Some((start, has_object)) = mixed_items
                    && is_list(&kind, has_name)
                    && (has_object || kind == "List") =>
            {
                self.tell(start, NO_OBJECT.to_owned())
            }
            _ if !self.after_items => self.emit_document(),
            Some(kind) if !is_list(&kind, has_name) => {
                let message = format!("expected a list, found kind `{kind}` with items");
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

    /// Takes the token after a member or an item: a comma, or the bracket `close`. Returns `true`
    /// for the bracket.
    fn ends(&mut self, close: u8) -> Result<bool, Stop> {
        if self.scanner.take(close)? {
            Ok(true)
        } else if self.scanner.take(b',')? {
            Ok(false)
        } else {
            Err(UNEXPECTED)
        }
    }

    /// Reads the items of a list and passes each to the sink.
    fn items(&mut self) -> Result<(), Stop> {
        if !self.after_items {
            // Completes the members before the items to an object.
            self.check(0, b"null}")?;
        }
        self.after_items = false;
        self.scanner.take(b'[')?;
        self.scanner.begin()?;
        let mut ended = self.scanner.take(b']')?;
        while !ended {
            self.scanner.value()?;
            self.emit_item()?;
            ended = self.ends(b']')?;
            if !ended {
                self.scanner.begin()?;
            }
        }
        self.after_items = true;
        Ok(())
    }

    /// Checks the unit from `start` on, followed by `end`, and reports a fault in it.
    fn check(&mut self, start: usize, end: &[u8]) -> Result<(), Stop> {
        let text = [&self.scanner.unit()[start..], end].concat();
        match json::parse(&Arena::new(), &text) {
            Ok(_) => Ok(()),
            Err(error) => self.tell(start + error.offset, error.kind.to_string()),
        }
    }

    /// Passes the unit to the sink as a document. A unit that may be YAML is checked first.
    fn emit_document(&mut self) -> Result<(), Stop> {
        let is_json = serde_json::from_slice::<&RawValue>(self.scanner.unit()).is_ok();
        if self.may_be_yaml() && !is_json {
            return Err(UNEXPECTED);
        }
        self.give(self.part().document())
    }

    /// Passes the unit to the sink: an item of a list, or the items of the list that it is.
    fn emit_item(&mut self) -> Result<(), Stop> {
        let list = Arc::clone(&self.list);
        let part = self.part();
        if !may_hold_list(part.bytes) {
            let document = part.document().map(|document| document.in_list(&list));
            return self.give(document);
        }
        for document in inner_items(&part, &list, 1) {
            self.give(document)?;
        }
        Ok(())
    }

    fn tell(&mut self, offset: usize, message: String) -> Result<(), Stop> {
        self.give(Err(self.part().notice(offset, message)))
    }

    fn give(&mut self, result: Result<Document, Notice>) -> Result<(), Stop> {
        self.is_given = true;
        if (self.sink)(result).is_break() { Err(Stop::Ended) } else { Ok(()) }
    }

    fn part(&self) -> Part<'_> {
        let lines_before = self.scanner.lines_before_unit();
        Part { name: &self.name, bytes: self.scanner.unit(), lines_before }
    }

    /// Returns the notice for the byte where the scanner stopped, or for an earlier fault in the
    /// unit.
    fn unexpected(&self) -> Notice {
        let at = self.scanner.offset();
        let bytes = self.scanner.unit_and_more();
        let at_end = at == bytes.len();
        if !self.after_items && !at_end && bytes[..at].trim_ascii().is_empty() {
            return self.rest(at).notice(at, "expected a Kubernetes object in braces");
        }
        let arena = Arena::new();
        let text = bytes.get(..=at).unwrap_or(bytes);
        let first = if self.after_items { None } else { json::parse(&arena, text).err() };
        let otherwise =
            if at_end { JsonErrorKind::UnexpectedEnd } else { JsonErrorKind::UnexpectedByte };
        let (offset, kind) = first.map_or((at, otherwise), |error| (error.offset, error.kind));
        self.rest(at).notice(offset, kind.to_string())
    }

    /// Returns the unit and the rest of the line with the byte `offset`, as far as it was read.
    fn rest(&self, offset: usize) -> Part<'_> {
        let bytes = self.scanner.unit_and_more();
        let end = bytes[offset..].iter().position(|&byte| byte == b'\n');
        let bytes = &bytes[..end.map_or(bytes.len(), |end| offset + end)];
        Part { bytes, ..self.part() }
    }
}
