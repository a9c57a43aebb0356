//! Flow sequences and mappings.

use super::super::{Event, EventKind, Properties, Scan, Token, TokenKind};
use super::{Parser, Place, State};

impl<'t> Parser<'t> {
    pub(super) fn flow_sequence_entry(&mut self, is_first: bool) -> Scan<Event<'t>> {
        if is_first {
            self.open()?;
        }
        if !is_first && !matches!(self.peek()?.kind, TokenKind::FlowSequenceEnd) {
            if !matches!(self.peek()?.kind, TokenKind::FlowEntry) {
                return Err(self.unexpected(
                    "while parsing a flow sequence",
                    "did not find expected ',' or ']'",
                ));
            }
            self.scanner.take()?;
        }
        match self.peek()?.kind {
            TokenKind::Key => {
                let Token { start, end, .. } = self.scanner.take()?;
                self.state = State::FlowPairKey;
                Ok(Event { kind: EventKind::MappingStart(Properties::default()), start, end })
            }
            TokenKind::FlowSequenceEnd => self.close(EventKind::SequenceEnd),
            _ => {
                self.states.push(State::FlowSequenceEntry);
                self.node(Place::Flow)
            }
        }
    }

    pub(super) fn flow_pair_key(&mut self) -> Scan<Event<'t>> {
        if matches!(
            self.peek()?.kind,
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
        ) {
            // `go-yaml` skips the token here too.
            let mark = self.scanner.take()?.end;
            self.state = State::FlowPairValue;
            return Ok(Self::empty_scalar(mark));
        }
        self.states.push(State::FlowPairValue);
        self.node(Place::Flow)
    }

    pub(super) fn flow_pair_value(&mut self) -> Scan<Event<'t>> {
        if matches!(self.peek()?.kind, TokenKind::Value) {
            self.scanner.take()?;
            if !matches!(self.peek()?.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                self.states.push(State::FlowPairEnd);
                return self.node(Place::Flow);
            }
        }
        self.state = State::FlowPairEnd;
        let mark = self.peek()?.start;
        Ok(Self::empty_scalar(mark))
    }

    pub(super) fn flow_mapping_key(&mut self, is_first: bool) -> Scan<Event<'t>> {
        if is_first {
            self.open()?;
        }
        if !is_first && !matches!(self.peek()?.kind, TokenKind::FlowMappingEnd) {
            if !matches!(self.peek()?.kind, TokenKind::FlowEntry) {
                return Err(self.unexpected(
                    "while parsing a flow mapping",
                    "did not find expected ',' or '}'",
                ));
            }
            self.scanner.take()?;
        }
        match self.peek()?.kind {
            TokenKind::Key => {
                self.scanner.take()?;
                let token = self.peek()?;
                let mark = token.start;
                if matches!(
                    token.kind,
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd
                ) {
                    self.state = State::FlowMappingValue;
                    return Ok(Self::empty_scalar(mark));
                }
                self.states.push(State::FlowMappingValue);
                self.node(Place::Flow)
            }
            TokenKind::FlowMappingEnd => self.close(EventKind::MappingEnd),
            _ => {
                self.states.push(State::FlowMappingEmptyValue);
                self.node(Place::Flow)
            }
        }
    }

    pub(super) fn flow_mapping_value(&mut self) -> Scan<Event<'t>> {
        if matches!(self.peek()?.kind, TokenKind::Value) {
            self.scanner.take()?;
            if !matches!(self.peek()?.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                self.states.push(State::FlowMappingKey);
                return self.node(Place::Flow);
            }
        }
        self.state = State::FlowMappingKey;
        let mark = self.peek()?.start;
        Ok(Self::empty_scalar(mark))
    }
}
