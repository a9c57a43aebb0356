//! The events of documents, with their directives.

use std::borrow::Cow;

use super::{Event, EventKind, Mark, Parser, Place, Scan, State, TokenKind, fault};

impl<'t> Parser<'t> {
    pub(super) fn document_start(&mut self, is_implicit: bool) -> Scan<Event<'t>> {
        if !is_implicit {
            while matches!(self.peek()?.kind, TokenKind::DocumentEnd) {
                self.scanner.take()?;
            }
        }
        let token = self.peek()?;
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::StreamEnd => {
                self.scanner.take()?;
                self.state = State::End;
                return Ok(Event { kind: EventKind::StreamEnd, start, end });
            }
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart => {}
            _ if is_implicit => {
                self.directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                return Ok(Event { kind: EventKind::DocumentStart, start, end });
            }
            _ => {}
        }
        self.directives()?;
        let token = self.peek()?;
        let (mark, end) = (token.start, token.end);
        if !matches!(token.kind, TokenKind::DocumentStart) {
            let problem = "did not find expected <document start>";
            return Err(fault("", Mark::default(), problem, mark));
        }
        self.scanner.take()?;
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok(Event { kind: EventKind::DocumentStart, start, end })
    }

    pub(super) fn document_content(&mut self) -> Scan<Event<'t>> {
        let token = self.peek()?;
        if matches!(
            token.kind,
            TokenKind::VersionDirective { .. }
                | TokenKind::TagDirective { .. }
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::StreamEnd
        ) {
            let mark = token.start;
            self.pop_state();
            return Ok(Self::empty_scalar(mark));
        }
        self.node(Place::Block)
    }

    pub(super) fn document_end(&mut self) -> Scan<Event<'t>> {
        let token = self.peek()?;
        let start = token.start;
        let mut end = token.start;
        if matches!(token.kind, TokenKind::DocumentEnd) {
            end = token.end;
            self.scanner.take()?;
        }
        self.tag_handles.clear();
        self.state = State::DocumentStart;
        Ok(Event { kind: EventKind::DocumentEnd, start, end })
    }

    /// Reads the directives of a document.
    fn directives(&mut self) -> Scan {
        let mut has_version = false;
        loop {
            let token = self.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::VersionDirective { major, minor } => {
                    if has_version {
                        let problem = "found duplicate %YAML directive";
                        return Err(fault("", Mark::default(), problem, mark));
                    }
                    if (major, minor) != (1, 1) {
                        let problem = "found incompatible YAML document";
                        return Err(fault("", Mark::default(), problem, mark));
                    }
                    has_version = true;
                    self.scanner.take()?;
                }
                TokenKind::TagDirective { .. } => {
                    let TokenKind::TagDirective { handle, prefix } = self.scanner.take()?.kind
                    else {
                        continue;
                    };
                    if self.tag_handles.iter().any(|(known, _)| *known == handle) {
                        let problem = "found duplicate %TAG directive";
                        return Err(fault("", Mark::default(), problem, mark));
                    }
                    self.tag_handles.push((handle, prefix));
                }
                _ => break,
            }
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if self.tag_handles.iter().all(|(known, _)| *known != handle) {
                self.tag_handles.push((handle, Cow::Borrowed(prefix)));
            }
        }
        Ok(())
    }
}
