//! Block sequences and mappings.

use super::super::cursor::Mark;
use super::super::{Event, EventKind, Scan, TokenKind};
use super::{Parser, Place, State};

impl<'t> Parser<'t> {
    pub(super) fn block_sequence_entry(&mut self, is_first: bool) -> Scan<Event<'t>> {
        if is_first {
            self.open()?;
        }
        match self.peek()?.kind {
            TokenKind::BlockEntry => {
                let mark = self.scanner.take()?.end;
                if matches!(self.peek()?.kind, TokenKind::BlockEntry | TokenKind::BlockEnd) {
                    self.state = State::BlockSequenceEntry;
                    return Ok(Self::empty_scalar(mark));
                }
                self.states.push(State::BlockSequenceEntry);
                self.node(Place::Block)
            }
            TokenKind::BlockEnd => self.close(EventKind::SequenceEnd),
            _ => Err(self.unexpected(
                "while parsing a block collection",
                "did not find expected '-' indicator",
            )),
        }
    }

    pub(super) fn indentless_sequence_entry(&mut self) -> Scan<Event<'t>> {
        let token = self.peek()?;
        let start = token.start;
        if !matches!(token.kind, TokenKind::BlockEntry) {
            self.pop_state();
            return Ok(Event { kind: EventKind::SequenceEnd, start, end: start });
        }
        let mark = self.scanner.take()?.end;
        if matches!(
            self.peek()?.kind,
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
        ) {
            self.state = State::IndentlessSequenceEntry;
            return Ok(Self::empty_scalar(mark));
        }
        self.states.push(State::IndentlessSequenceEntry);
        self.node(Place::Block)
    }

    pub(super) fn block_mapping_key(&mut self, is_first: bool) -> Scan<Event<'t>> {
        if is_first {
            self.open()?;
        }
        match self.peek()?.kind {
            TokenKind::Key => {
                let mark = self.scanner.take()?.end;
                self.block_mapping_node(State::BlockMappingValue, mark)
            }
            TokenKind::BlockEnd => self.close(EventKind::MappingEnd),
            _ => Err(self.unexpected("while parsing a block mapping", "did not find expected key")),
        }
    }

    pub(super) fn block_mapping_value(&mut self) -> Scan<Event<'t>> {
        let token = self.peek()?;
        let mark = token.start;
        if matches!(token.kind, TokenKind::Value) {
            let mark = self.scanner.take()?.end;
            return self.block_mapping_node(State::BlockMappingKey, mark);
        }
        self.state = State::BlockMappingKey;
        Ok(Self::empty_scalar(mark))
    }

    /// Reads a key or value of a block mapping, or returns an empty scalar at `mark` if it is
    /// missing. The parser continues with `state`.
    pub(super) fn block_mapping_node(&mut self, state: State, mark: Mark) -> Scan<Event<'t>> {
        if matches!(self.peek()?.kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
            self.state = state;
            return Ok(Self::empty_scalar(mark));
        }
        self.states.push(state);
        self.node(Place::BlockMapping)
    }
}
