//! The parser, which turns tokens into events.

mod block;
mod document;
mod flow;

use std::borrow::Cow;

use super::cursor::Mark;
use super::scanner::{Flavor, Scanner};
use super::{Event, EventKind, Fault, Properties, ScalarStyle, Scan, Token, TokenKind};

/// The state of the parser, which determines the next event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// The context of a node, which determines its possible kinds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Flow,
    Block,
    /// A block mapping, in which a sequence needs no indentation.
    BlockMapping,
}

/// A parser of one text.
#[derive(Debug)]
pub struct Parser<'t> {
    scanner: Scanner<'t>,
    state: State,
    /// The stack of states to return to.
    states: Vec<State>,
    /// The starts of the open collections.
    marks: Vec<Mark>,
    /// The handles of tags with their prefixes.
    tag_handles: Vec<(&'t str, Cow<'t, str>)>,
    /// The fault of the first character that YAML does not allow, or of a second byte order mark.
    unreadable: Option<Fault>,
}

impl<'t> Parser<'t> {
    /// Creates a parser of `text`, whose leading byte order marks are skipped.
    pub fn new(text: &'t str) -> Self {
        let mut scanner = Scanner::new(text);
        let unreadable = super::reader::check(text);
        let content = text.trim_start_matches(super::reader::BYTE_ORDER_MARK);
        scanner.cursor.mark.offset = text.len() - content.len();
        Self {
            scanner,
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            tag_handles: Vec::new(),
            unreadable,
        }
    }

    /// Creates a parser of `text`, which is JSON. Strings have JSON's escapes, and keys may have
    /// any length.
    pub fn json(text: &'t str) -> Self {
        let mut parser = Self::new(text);
        parser.unreadable = None;
        parser.scanner.flavor = Flavor::Json;
        parser
    }

    /// Returns the parser with the comments of `go-yaml` 3, whose further lines may be indented
    /// with tabs.
    #[must_use]
    pub fn joining_comments(mut self) -> Self {
        self.scanner.flavor = Flavor::JoinedComments;
        self
    }

    /// Returns the next event.
    ///
    /// # Errors
    /// Returns the first fault of the text. The parser cannot be used afterwards.
    pub fn next_event(&mut self) -> Result<Event<'t>, Fault> {
        if let Some(fault) = &self.unreadable {
            return Err(fault.clone());
        }
        match self.state {
            State::StreamStart => {
                self.scanner.take()?;
                self.state = State::ImplicitDocumentStart;
                self.document_start(true)
            }
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Place::Block),
            State::BlockSequenceFirstEntry => self.block_sequence_entry(true),
            State::BlockSequenceEntry => self.block_sequence_entry(false),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingFirstKey => self.block_mapping_key(true),
            State::BlockMappingKey => self.block_mapping_key(false),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => self.flow_sequence_entry(true),
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                self.state = State::FlowSequenceEntry;
                let mark = self.peek()?.start;
                Ok(Event { kind: EventKind::MappingEnd, start: mark, end: mark })
            }
            State::FlowMappingFirstKey => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => {
                self.state = State::FlowMappingKey;
                let mark = self.peek()?.start;
                Ok(Self::empty_scalar(mark))
            }
            State::End => {
                let mark = self.scanner.cursor.mark;
                Ok(Event { kind: EventKind::StreamEnd, start: mark, end: mark })
            }
        }
    }

    fn peek(&mut self) -> Scan<&Token<'t>> {
        self.scanner.peek()
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn node(&mut self, place: Place) -> Scan<Event<'t>> {
        let start = self.peek()?.start;
        if matches!(self.peek()?.kind, TokenKind::Alias(_)) {
            let Token { kind, end, .. } = self.scanner.take()?;
            self.pop_state();
            let name = if let TokenKind::Alias(name) = kind { name } else { "" };
            return Ok(Event { kind: EventKind::Alias(name), start, end });
        }
        let (properties, end) = self.properties(start)?;
        let token = self.peek()?;
        let token_start = token.start;
        let kind = match token.kind {
            TokenKind::BlockEntry if place == Place::BlockMapping => {
                self.state = State::IndentlessSequenceEntry;
                EventKind::SequenceStart(properties)
            }
            TokenKind::Scalar { .. } => return self.scalar(properties),
            TokenKind::FlowSequenceStart => {
                self.state = State::FlowSequenceFirstEntry;
                EventKind::SequenceStart(properties)
            }
            TokenKind::FlowMappingStart => {
                self.state = State::FlowMappingFirstKey;
                EventKind::MappingStart(properties)
            }
            TokenKind::BlockSequenceStart if place != Place::Flow => {
                self.state = State::BlockSequenceFirstEntry;
                EventKind::SequenceStart(properties)
            }
            TokenKind::BlockMappingStart if place != Place::Flow => {
                self.state = State::BlockMappingFirstKey;
                EventKind::MappingStart(properties)
            }
            _ if properties.anchor.is_some() || properties.tag.is_some() => {
                self.pop_state();
                let (value, style) = (Cow::Borrowed(""), ScalarStyle::Plain);
                let kind = EventKind::Scalar { value, style, properties };
                return Ok(Event { kind, start, end });
            }
            _ => {
                let context = match place {
                    Place::Flow => "while parsing a flow node",
                    Place::Block | Place::BlockMapping => "while parsing a block node",
                };
                let problem = "did not find expected node content";
                return Err(fault(context, start, problem, token_start));
            }
        };
        let end = self.peek()?.end;
        Ok(Event { kind, start, end })
    }

    /// Reads a scalar. Its position is that of its content, after the tag and the anchor.
    fn scalar(&mut self, properties: Properties<'t>) -> Scan<Event<'t>> {
        let Token { kind, start, end } = self.scanner.take()?;
        self.pop_state();
        let kind = match kind {
            TokenKind::Scalar { value, style } => EventKind::Scalar { value, style, properties },
            _ => EventKind::StreamEnd,
        };
        Ok(Event { kind, start, end })
    }

    /// Reads the anchor and the tag of a node that begins at `start`, in any order. Returns them
    /// with the position after them.
    fn properties(&mut self, start: Mark) -> Scan<(Properties<'t>, Mark)> {
        let mut properties = Properties::default();
        let mut end = start;
        loop {
            match self.peek()?.kind {
                TokenKind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                    end = self.scanner.take()?.end;
                }
                TokenKind::Tag { .. } if properties.tag.is_none() => {
                    let token = self.scanner.take()?;
                    end = token.end;
                    if let TokenKind::Tag { handle, suffix } = token.kind {
                        properties.tag = Some(self.tag(handle, suffix, start, token.start)?);
                    }
                }
                _ => return Ok((properties, end)),
            }
        }
    }

    fn tag(
        &self,
        handle: &str,
        suffix: Cow<'t, str>,
        start: Mark,
        mark: Mark,
    ) -> Scan<Cow<'t, str>> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let known = self.tag_handles.iter().find(|(known, _)| *known == handle);
        let tag = known.map(|(_, prefix)| Cow::Owned(format!("{prefix}{suffix}")));
        tag.ok_or_else(|| {
            let problem = "found undefined tag handle";
            fault("while parsing a node", start, problem, mark)
        })
    }

    /// Consumes the token that opens a collection.
    fn open(&mut self) -> Scan {
        let token = self.scanner.take()?;
        self.marks.push(token.start);
        Ok(())
    }

    /// Consumes the token that closes a collection.
    fn close(&mut self, kind: EventKind<'t>) -> Scan<Event<'t>> {
        let Token { start, end, .. } = self.scanner.take()?;
        self.pop_state();
        self.marks.pop();
        Ok(Event { kind, start, end })
    }

    /// Returns the fault of a collection whose next token is neither an entry nor its end.
    fn unexpected(&mut self, context: &'static str, problem: &'static str) -> Fault {
        let context_mark = self.marks.pop().unwrap_or_default();
        match self.peek().map(|token| token.start) {
            Ok(mark) => fault(context, context_mark, problem, mark),
            Err(fault) => fault,
        }
    }

    fn empty_scalar(mark: Mark) -> Event<'t> {
        let kind = EventKind::Scalar {
            value: Cow::Borrowed(""),
            style: ScalarStyle::Plain,
            properties: Properties::default(),
        };
        Event { kind, start: mark, end: mark }
    }
}

fn fault(context: &'static str, context_mark: Mark, problem: &'static str, mark: Mark) -> Fault {
    Fault { problem, context, context_mark, mark, is_scanner: false }
}
