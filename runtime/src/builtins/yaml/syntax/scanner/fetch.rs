//! The functions that fetch one kind of token each.

use super::super::simple_keys::SimpleKey;
use super::super::{ScalarStyle, Scan, TokenKind};
use super::{MAX_DEPTH, Scanner};

impl<'t> Scanner<'t> {
    pub(super) fn fetch_stream_end(&mut self) -> Scan {
        if self.cursor.mark.column != 0 {
            self.cursor.mark.column = 0;
            self.cursor.mark.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.allows_simple_key = false;
        let mark = self.cursor.mark;
        self.push(TokenKind::StreamEnd, mark);
        Ok(())
    }

    pub(super) fn fetch_directive(&mut self) -> Scan {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.allows_simple_key = false;
        self.scan_directive()
    }

    pub(super) fn fetch_document_indicator(&mut self, kind: TokenKind<'t>) -> Scan {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.allows_simple_key = false;
        self.push_indicator(kind, 3);
        Ok(())
    }

    pub(super) fn fetch_flow_start(&mut self, kind: TokenKind<'t>) -> Scan {
        self.save_simple_key()?;
        let token = self.next_number();
        self.simple_keys.push(SimpleKey { token, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return Err(self.too_deep("while increasing flow level"));
        }
        self.allows_simple_key = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    pub(super) fn fetch_flow_end(&mut self, kind: TokenKind<'t>) -> Scan {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            let inner = self.simple_keys.pop();
            // As in `go-yaml`, a collection without nodes, such as `[]`, cannot be a key.
            if let Some(outer) = self.simple_keys.last_mut()
                && inner.is_some_and(|inner| inner.token == outer.token)
            {
                outer.holds_back = false;
            }
        }
        self.allows_simple_key = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    pub(super) fn fetch_flow_entry(&mut self) -> Scan {
        self.remove_simple_key()?;
        self.allows_simple_key = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    pub(super) fn fetch_block_entry(&mut self) -> Scan {
        if self.flow_level == 0 {
            if !self.allows_simple_key {
                let problem = "block sequence entries are not allowed in this context";
                return Err(self.fault(problem));
            }
            self.roll_indent_here(TokenKind::BlockSequenceStart)?;
        }
        self.remove_simple_key()?;
        self.allows_simple_key = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    pub(super) fn fetch_key(&mut self) -> Scan {
        if self.flow_level == 0 {
            if !self.allows_simple_key {
                return Err(self.fault("mapping keys are not allowed in this context"));
            }
            self.roll_indent_here(TokenKind::BlockMappingStart)?;
        }
        self.remove_simple_key()?;
        self.allows_simple_key = self.flow_level == 0;
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    pub(super) fn fetch_value(&mut self) -> Scan {
        let last = self.simple_keys.len().saturating_sub(1);
        if self.check_simple_key(last)? {
            let SimpleKey { token, mark, .. } = self.simple_keys[last];
            self.simple_keys[last].is_possible = false;
            self.simple_keys[last].holds_back = false;
            self.insert(token, TokenKind::Key, mark);
            self.roll_indent(mark.column, token, TokenKind::BlockMappingStart, mark)?;
            self.allows_simple_key = false;
        } else {
            if self.flow_level == 0 {
                if !self.allows_simple_key {
                    return Err(self.fault("mapping values are not allowed in this context"));
                }
                self.roll_indent_here(TokenKind::BlockMappingStart)?;
            }
            self.allows_simple_key = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    fn roll_indent_here(&mut self, kind: TokenKind<'t>) -> Scan {
        let mark = self.cursor.mark;
        self.roll_indent(mark.column, self.next_number(), kind, mark)
    }

    /// Fetches a token that may begin a key and that `scan` scans.
    pub(super) fn fetch_node(&mut self, scan: fn(&mut Self) -> Scan) -> Scan {
        self.save_simple_key()?;
        self.allows_simple_key = false;
        scan(self)
    }

    pub(super) fn fetch_block_scalar(&mut self, style: ScalarStyle) -> Scan {
        self.remove_simple_key()?;
        self.allows_simple_key = true;
        self.scan_block_scalar(style)
    }
}
