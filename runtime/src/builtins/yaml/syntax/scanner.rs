//! The scanner, which splits the text into tokens and turns indentation into tokens.

mod fetch;

use std::borrow::Cow;
use std::collections::VecDeque;

use super::cursor::{Cursor, Mark};
use super::simple_keys::SimpleKey;
use super::{Fault, ScalarStyle, Scan, Token, TokenKind};

/// The maximum nesting depth of collections, as in `go-yaml`.
const MAX_DEPTH: usize = 10_000;

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavor {
    /// YAML as `go-yaml` 2 reads it.
    Yaml,
    /// YAML as `go-yaml` 3 reads it, in which further lines of a comment may be indented with tabs.
    JoinedComments,
    /// JSON, some of whose strings have another meaning in YAML.
    Json,
}

#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub(super) cursor: Cursor<'t>,
    /// The tokens that the parser has not taken.
    tokens: VecDeque<Token<'t>>,
    /// The number of tokens that the parser has taken.
    taken: usize,
    has_started: bool,
    pub(super) flavor: Flavor,
    /// The number of open flow collections.
    pub(super) flow_level: usize,
    /// The column of the innermost block collection, or -1 outside of all.
    pub(super) indent: i64,
    /// The columns of the enclosing block collections.
    indents: Vec<i64>,
    /// `true` if a key without `?` may begin here.
    pub(super) allows_simple_key: bool,
    /// The possible key of each flow level, the block level first.
    simple_keys: Vec<SimpleKey>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            cursor: Cursor::new(text),
            tokens: VecDeque::new(),
            taken: 0,
            has_started: false,
            flavor: Flavor::Yaml,
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            allows_simple_key: true,
            simple_keys: vec![SimpleKey::default()],
        }
    }

    /// Returns the next token without taking it.
    pub(super) fn peek(&mut self) -> Scan<&Token<'t>> {
        self.fetch_until_certain()?;
        // The loop ends with a token, and the end of the stream stays in the queue.
        let mark = self.cursor.mark;
        self.tokens.front().ok_or_else(|| self.fault_at("", mark, "unexpected end of stream"))
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Scan<Token<'t>> {
        self.fetch_until_certain()?;
        let mark = self.cursor.mark;
        let is_end = matches!(self.tokens.front(), Some(Token { kind: TokenKind::StreamEnd, .. }));
        if is_end {
            return Ok(Token { kind: TokenKind::StreamEnd, start: mark, end: mark });
        }
        self.taken += 1;
        let token = self.tokens.pop_front();
        token.ok_or_else(|| self.fault_at("", mark, "unexpected end of stream"))
    }

    pub(super) fn fault_at(
        &self,
        context: &'static str,
        context_mark: Mark,
        problem: &'static str,
    ) -> Fault {
        Fault { problem, context, context_mark, mark: self.cursor.mark, is_scanner: true }
    }

    fn fault(&self, problem: &'static str) -> Fault {
        self.fault_at("", self.cursor.mark, problem)
    }

    /// Fetches tokens until no later token can be inserted before the first one. If a colon makes a
    /// node a key, the key's token is inserted before the node.
    fn fetch_until_certain(&mut self) -> Scan {
        loop {
            if !self.tokens.is_empty() {
                let keys = &self.simple_keys;
                let head = keys.iter().rposition(|key| key.holds_back && key.token == self.taken);
                let Some(index) = head else { return Ok(()) };
                if !self.check_simple_key(index)? {
                    return Ok(());
                }
            }
            self.fetch()?;
        }
    }

    /// Fetches the next token, with the tokens that it implies.
    fn fetch(&mut self) -> Scan {
        if !self.has_started {
            self.has_started = true;
            let mark = self.cursor.mark;
            self.push(TokenKind::StreamStart, mark);
            return Ok(());
        }
        self.skip_to_token();
        self.unroll_indent(i64::from(self.cursor.mark.column));
        let cursor = &self.cursor;
        if cursor.is_end() {
            return self.fetch_stream_end();
        }
        if cursor.mark.column == 0 && cursor.byte() == b'%' {
            return self.fetch_directive();
        }
        if cursor.is_document_indicator() {
            let is_start = cursor.byte() == b'-';
            return self.fetch_document_indicator(if is_start {
                TokenKind::DocumentStart
            } else {
                TokenKind::DocumentEnd
            });
        }
        let in_flow = self.flow_level > 0;
        let before_space = cursor.is_space_or_end_at(1);
        match cursor.byte() {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if before_space => self.fetch_block_entry(),
            b'?' if in_flow || before_space => self.fetch_key(),
            b':' if in_flow || before_space => self.fetch_value(),
            b'*' | b'&' => self.fetch_node(Self::scan_anchor),
            b'!' => self.fetch_node(Self::scan_tag),
            b'|' if !in_flow => self.fetch_block_scalar(ScalarStyle::Literal),
            b'>' if !in_flow => self.fetch_block_scalar(ScalarStyle::Folded),
            b'"' if self.flavor == Flavor::Json => self.fetch_node(Self::scan_json_string),
            b'\'' | b'"' => self.fetch_node(Self::scan_quoted),
            b'-' if !cursor.is_blank_at(1) => self.fetch_node(Self::scan_plain),
            b'?' | b':' if !in_flow && !before_space => self.fetch_node(Self::scan_plain),
            b'-' | b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b' ' | b'\t' => {
                let context = "while scanning for the next token";
                let problem = "found character that cannot start any token";
                Err(self.fault_at(context, self.cursor.mark, problem))
            }
            _ => self.fetch_node(Self::scan_plain),
        }
    }

    /// Skips spaces, comments and line breaks. A tab separates tokens, except where a key may
    /// begin, because indentation must not contain tabs.
    fn skip_to_token(&mut self) {
        // A comment after a token does not continue beyond its line.
        let is_behind = !matches!(
            self.tokens.back().map(|token| &token.kind),
            Some(TokenKind::BlockEntry | TokenKind::StreamStart)
        ) && self.next_number() > 1;
        let mut begins_line = !is_behind;
        loop {
            let takes_tabs = self.flow_level > 0 || !self.allows_simple_key;
            while self.cursor.byte() == b' ' || (takes_tabs && self.cursor.byte() == b'\t') {
                self.cursor.skip();
            }
            if self.cursor.byte() == b'#' {
                self.cursor.skip_comment();
                while self.flavor == Flavor::JoinedComments
                    && begins_line
                    && self.cursor.skip_next_comment()
                {}
            }
            if !self.cursor.is_break() {
                return;
            }
            self.cursor.take_break();
            begins_line = true;
            if self.flow_level == 0 {
                self.allows_simple_key = true;
            }
        }
    }

    /// Appends a token that ends at the current position.
    pub(super) fn push(&mut self, kind: TokenKind<'t>, start: Mark) {
        self.tokens.push_back(Token { kind, start, end: self.cursor.mark });
    }

    /// Appends the token of a scalar that ended at `end`, which the cursor may have passed.
    pub(super) fn push_scalar(
        &mut self,
        value: Cow<'t, str>,
        style: ScalarStyle,
        start: Mark,
        end: Mark,
    ) {
        self.tokens.push_back(Token { kind: TokenKind::Scalar { value, style }, start, end });
    }

    /// Takes `width` characters as a token.
    fn push_indicator(&mut self, kind: TokenKind<'t>, width: usize) {
        let start = self.cursor.mark;
        self.cursor.skip_ascii(width);
        self.push(kind, start);
    }

    /// Inserts an empty token before the token with the number `number`.
    fn insert(&mut self, number: usize, kind: TokenKind<'t>, mark: Mark) {
        let last = self.tokens.len();
        // As in `go-yaml`, a token before those that the parser has taken is appended.
        let index = number.checked_sub(self.taken).map_or(last, |index| index.min(last));
        self.tokens.insert(index, Token { kind, start: mark, end: mark });
    }

    /// Returns the number of the token that is fetched next.
    fn next_number(&self) -> usize {
        self.taken + self.tokens.len()
    }

    /// Returns `true` if a colon may still follow the possible key at `index`.
    fn check_simple_key(&mut self, index: usize) -> Scan<bool> {
        let now = self.cursor.mark;
        let Some(key) = self.simple_keys.get_mut(index) else { return Ok(false) };
        if !key.is_possible || self.flavor == Flavor::Json || !key.is_stale(now) {
            return Ok(key.is_possible);
        }
        key.is_possible = false;
        let (is_required, mark) = (key.is_required, key.mark);
        if is_required { Err(self.missing_colon(mark)) } else { Ok(false) }
    }

    fn missing_colon(&self, mark: Mark) -> Fault {
        self.fault_at("while scanning a simple key", mark, "could not find expected ':'")
    }

    /// Records that a key may begin here.
    pub(super) fn save_simple_key(&mut self) -> Scan {
        if self.allows_simple_key {
            let mark = self.cursor.mark;
            let is_required = self.flow_level == 0 && self.indent == i64::from(mark.column);
            let token = self.next_number();
            self.remove_simple_key()?;
            if let Some(last) = self.simple_keys.last_mut() {
                *last = SimpleKey { is_possible: true, holds_back: true, is_required, token, mark };
            }
        }
        Ok(())
    }

    /// Removes the possible key of this flow level.
    pub(super) fn remove_simple_key(&mut self) -> Scan {
        let Some(last) = self.simple_keys.last_mut() else { return Ok(()) };
        if last.is_possible && last.is_required {
            let mark = last.mark;
            return Err(self.missing_colon(mark));
        }
        last.is_possible = false;
        last.holds_back = false;
        Ok(())
    }

    /// Opens a block collection if `column` is deeper than the current one. Inserts its token
    /// before the token with the number `number`.
    fn roll_indent(&mut self, column: u32, number: usize, kind: TokenKind<'t>, mark: Mark) -> Scan {
        let column = i64::from(column);
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            return Err(self.too_deep("while increasing indent level"));
        }
        self.insert(number, kind, mark);
        Ok(())
    }

    /// Closes the block collections that are deeper than `column`.
    fn unroll_indent(&mut self, column: i64) {
        while self.flow_level == 0 && self.indent > column {
            let mark = self.cursor.mark;
            self.push(TokenKind::BlockEnd, mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn too_deep(&self, context: &'static str) -> Fault {
        self.fault_at(context, self.cursor.mark, "exceeded max depth of 10000")
    }
}
