//! Documents from JSON: one, several one after another, or a list as kubectl prints it.
//!
//! Objects are taken from the stream one by one, those of a list too, so that memory holds one at
//! a time whatever the length of the file.

use std::fmt;
use std::io::{self, BufRead, Cursor, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_compiler::diagnostics::{Excerpt, Notice};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::document::{Document, File};
use super::tape::{Position, Tape};
use super::{Sink, UNREADABLE};

/// Reads the documents of `reader`, the file `name`.
///
/// After a fault the reading goes on at the next line that begins with an opening brace, as every
/// line does in a file of one object a line.
pub(super) fn read(name: &Arc<str>, reader: impl BufRead, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let (tape, start) = (Tape::new(reader), Position::default());
    let mut stream = Stream { name: name.clone(), tape, first_line: 0, start, sink, ended: false };
    let mut first = Vec::new();
    loop {
        let fault = stream.documents(first);
        if stream.ended {
            return ControlFlow::Break(());
        }
        let Some(error) = fault else { return ControlFlow::Continue(()) };
        let unreadable = error.is_io();
        let notice = stream.fault(&error);
        (stream.sink)(Err(notice))?;
        if unreadable || !stream.tape.skip_to_object() {
            return ControlFlow::Continue(());
        }
        first = vec![b'{'];
        stream.first_line = stream.tape.position().lines_before;
    }
}

/// Reads the documents of `reader`, the file `name`, of which every line is one.
pub(super) fn read_lines(
    name: &Arc<str>,
    reader: impl BufRead,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    for (lines_before, line) in (0..).zip(reader.lines()) {
        match line {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                let file = File { name: name.clone(), text: line.into(), lines_before };
                sink(Ok(Document::json(file)))?;
            }
            Err(error) => return sink(Err(unreadable(name, &error))),
        }
    }
    ControlFlow::Continue(())
}

struct Stream<'s, 'k, R> {
    name: Arc<str>,
    tape: Tape<R>,
    /// The lines before what the deserializer reads.
    first_line: u32,
    /// Where the present document begins.
    start: Position,
    sink: &'s mut Sink<'k>,
    /// Whether the sink wants no more.
    ended: bool,
}

impl<R: BufRead> Stream<'_, '_, R> {
    /// Reads documents to the end or to the first fault; `first` are bytes that were read already.
    fn documents(&mut self, first: Vec<u8>) -> Option<serde_json::Error> {
        let reader = Cursor::new(first).chain(self.tape.clone());
        let mut deserializer = serde_json::Deserializer::from_reader(reader);
        // The end of the stream; otherwise the first byte of the next document is read.
        while deserializer.end().is_err() {
            self.tape.record();
            self.start = self.tape.position();
            match deserializer.deserialize_any(TopLevel(self)) {
                Ok(Body::List) => {}
                Ok(Body::Object) => {
                    if let Err(error) = self.emit() {
                        return Some(error);
                    }
                }
                Err(error) => return Some(error),
            }
        }
        None
    }

    /// Gives the object on the tape to the sink.
    fn emit(&mut self) -> Result<(), serde_json::Error> {
        let text = String::from_utf8(self.tape.recorded())
            .map_err(|_| serde_json::Error::custom("the text is not UTF-8"))?;
        let document = Document::json(self.file(self.start, &text));
        self.give(document)
    }

    fn give(&mut self, document: Document) -> Result<(), serde_json::Error> {
        if (self.sink)(Ok(document)).is_break() {
            self.ended = true;
            return Err(serde_json::Error::custom("no more is wanted"));
        }
        Ok(())
    }

    /// The file of a text that begins at `start`. What begins a line keeps its indentation, for
    /// the columns.
    fn file(&self, start: Position, text: &str) -> File {
        let indentation = if start.indented { start.column.saturating_sub(1) } else { 0 };
        let text = format!("{:indentation$}{text}", "");
        let name = self.name.clone();
        File { name, text: text.into(), lines_before: start.lines_before }
    }

    fn fault(&self, error: &serde_json::Error) -> Notice {
        let name = &self.name;
        if error.is_io() {
            return Notice::error(UNREADABLE, format!("cannot read {name}: {error}"));
        }
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message);
        let notice = Notice::error("invalid json", message);
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX).saturating_add(self.first_line);
        notice.at(self.line(line.max(1), error.column()))
    }

    /// The byte `column` of `line`, both from 1, with what the tape holds of the line.
    fn line(&self, line: u32, column: usize) -> Excerpt {
        let lines_before = line - 1;
        let recorded = self.tape.recorded();
        let text = String::from_utf8_lossy(&recorded);
        let index = lines_before.saturating_sub(self.start.lines_before);
        let text = text.lines().nth(index as usize).unwrap_or_default();
        let file = File { name: self.name.clone(), text: text.into(), lines_before };
        let at = column.saturating_sub(1);
        file.excerpt(at..at + 1)
    }
}

/// What a value at the top of the stream was.
enum Body {
    /// A list, whose items went to the sink.
    List,
    /// An object, of which the tape has the text.
    Object,
}

struct TopLevel<'a, 's, 'k, R>(&'a mut Stream<'s, 'k, R>);

impl<'de, R: BufRead> Visitor<'de> for TopLevel<'_, '_, '_, R> {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Kubernetes object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        let mut kind = None;
        let mut body = Body::Object;
        while let Some(key) = map.next_key::<String>()? {
            let may_be_list = kind.as_deref().is_none_or(is_list);
            match &*key {
                "kind" => kind = Some(map.next_value::<Kind>()?.0),
                "items" if may_be_list => {
                    if map.next_value_seed(Items(self.0))? {
                        body = Body::List;
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match (body, kind) {
            (Body::List, Some(kind)) if !is_list(&kind) => {
                Err(A::Error::custom(format_args!("{kind} is no list, but it has items")))
            }
            (body, _) => Ok(body),
        }
    }
}

fn is_list(kind: &str) -> bool {
    kind.ends_with("List")
}

/// The text of a kind; of what is no string, nothing.
struct Kind(String);

impl<'de> serde::Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).unwrap_or_default()))
    }
}

/// The items of a list: each goes to the sink. Gives whether there was an array.
struct Items<'a, 's, 'k, R>(&'a mut Stream<'s, 'k, R>);

impl<'de, R: BufRead> DeserializeSeed<'de> for Items<'_, '_, '_, R> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: BufRead> Visitor<'de> for Items<'_, '_, '_, R> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Kubernetes objects")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        self.0.tape.recorded();
        while items.next_element_seed(Item(self.0))?.is_some() {}
        Ok(true)
    }
}

struct Item<'a, 's, 'k, R>(&'a mut Stream<'s, 'k, R>);

impl<'de, R: BufRead> DeserializeSeed<'de> for Item<'_, '_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        use serde::Deserialize as _;
        // The first byte of the item is read by now, and no more.
        let start = self.0.tape.position();
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let document = Document::json(self.0.file(start, raw.get()));
        self.0.give(document).map_err(D::Error::custom)
    }
}

/// The error of a file that cannot be opened or read.
pub(super) fn unreadable(name: &str, error: &io::Error) -> Notice {
    Notice::error(UNREADABLE, format!("cannot read {name}: {error}"))
}
