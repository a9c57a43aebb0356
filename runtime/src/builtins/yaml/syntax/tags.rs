//! Directives, anchors, aliases and tags.

use std::borrow::Cow;

use super::cursor::Mark;
use super::scanner::Scanner;
use super::{Fault, Scan, TokenKind};

const DIRECTIVE: &str = "while scanning a directive";
const VERSION: &str = "while scanning a %YAML directive";

impl<'t> Scanner<'t> {
    /// Scans a directive up to the end of its line.
    pub(super) fn scan_directive(&mut self) -> Scan {
        let start = self.cursor.mark;
        self.cursor.skip();
        let name = self.scan_word();
        if name.is_empty() {
            let problem = "could not find expected directive name";
            return Err(self.fault_at(DIRECTIVE, start, problem));
        }
        if !self.cursor.is_space_or_end() {
            let problem = "found unexpected non-alphabetical character";
            return Err(self.fault_at(DIRECTIVE, start, problem));
        }
        let kind = match name {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return Err(self.fault_at(DIRECTIVE, start, "found unknown directive name")),
        };
        self.push(kind, start);
        self.cursor.skip_blanks();
        self.cursor.skip_comment();
        if !self.cursor.is_break_or_end() {
            let problem = "did not find expected comment or line break";
            return Err(self.fault_at(DIRECTIVE, start, problem));
        }
        self.cursor.take_break();
        Ok(())
    }

    fn scan_word(&mut self) -> &'t str {
        let offset = self.cursor.mark.offset;
        while self.cursor.is_word() {
            self.cursor.skip();
        }
        self.cursor.since(offset)
    }

    fn scan_version(&mut self, start: Mark) -> Scan<TokenKind<'t>> {
        self.cursor.skip_blanks();
        let major = self.scan_version_number(start)?;
        if self.cursor.byte() != b'.' {
            let problem = "did not find expected digit or '.' character";
            return Err(self.fault_at(VERSION, start, problem));
        }
        self.cursor.skip();
        let minor = self.scan_version_number(start)?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn scan_version_number(&mut self, start: Mark) -> Scan<u8> {
        let offset = self.cursor.mark.offset;
        while self.cursor.byte().is_ascii_digit() {
            self.cursor.skip();
            if self.cursor.mark.offset > offset + 2 {
                return Err(self.fault_at(VERSION, start, "found extremely long version number"));
            }
        }
        let number = self.cursor.since(offset).parse();
        number.map_err(|_| self.fault_at(VERSION, start, "did not find expected version number"))
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Scan<TokenKind<'t>> {
        self.cursor.skip_blanks();
        let handle = self.scan_tag_handle(true, start)?;
        if !self.cursor.is_blank() {
            return Err(self.tag_fault(true, start, "did not find expected whitespace"));
        }
        self.cursor.skip_blanks();
        let prefix = self.scan_tag_uri(true, "", start)?;
        if !self.cursor.is_space_or_end() {
            let problem = "did not find expected whitespace or line break";
            return Err(self.tag_fault(true, start, problem));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }

    /// Scans an anchor or an alias.
    pub(super) fn scan_anchor(&mut self) -> Scan {
        let start = self.cursor.mark;
        let is_alias = self.cursor.byte() == b'*';
        self.cursor.skip();
        let name = self.scan_word();
        let ends = self.cursor.is_space_or_end()
            || matches!(self.cursor.byte(), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ends {
            let context =
                if is_alias { "while scanning an alias" } else { "while scanning an anchor" };
            let problem = "did not find expected alphabetic or numeric character";
            return Err(self.fault_at(context, start, problem));
        }
        let kind = if is_alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) };
        self.push(kind, start);
        Ok(())
    }

    /// Scans a tag.
    pub(super) fn scan_tag(&mut self) -> Scan {
        let start = self.cursor.mark;
        let (handle, suffix) = if self.cursor.peek(1) == b'<' {
            self.cursor.skip_ascii(2);
            let uri = self.scan_tag_uri(false, "", start)?;
            if self.cursor.byte() != b'>' {
                return Err(self.tag_fault(false, start, "did not find the expected '>'"));
            }
            self.cursor.skip();
            ("", uri)
        } else {
            self.scan_short_tag(start)?
        };
        if !self.cursor.is_space_or_end() {
            let problem = "did not find expected whitespace or line break";
            return Err(self.tag_fault(false, start, problem));
        }
        self.push(TokenKind::Tag { handle, suffix }, start);
        Ok(())
    }

    /// Scans `!suffix`, `!!suffix`, `!handle!suffix` or `!`.
    fn scan_short_tag(&mut self, start: Mark) -> Scan<(&'t str, Cow<'t, str>)> {
        let handle = self.scan_tag_handle(false, start)?;
        if handle.len() > 1 && handle.ends_with('!') {
            return Ok((handle, self.scan_tag_uri(false, "", start)?));
        }
        let suffix = self.scan_tag_uri(false, handle, start)?;
        Ok(if suffix.is_empty() { ("", Cow::Borrowed("!")) } else { ("!", suffix) })
    }

    fn scan_tag_handle(&mut self, in_directive: bool, start: Mark) -> Scan<&'t str> {
        let missing = "did not find expected '!'";
        if self.cursor.byte() != b'!' {
            return Err(self.tag_fault(in_directive, start, missing));
        }
        let offset = self.cursor.mark.offset;
        self.cursor.skip();
        self.scan_word();
        if self.cursor.byte() == b'!' {
            self.cursor.skip();
        } else if in_directive && self.cursor.since(offset) != "!" {
            return Err(self.tag_fault(in_directive, start, missing));
        }
        Ok(self.cursor.since(offset))
    }

    /// Scans a URI that begins with the characters of `head` after the first.
    fn scan_tag_uri(&mut self, in_directive: bool, head: &str, start: Mark) -> Scan<Cow<'t, str>> {
        let mut uri = head.as_bytes().get(1..).unwrap_or_default().to_vec();
        let mut is_empty = head.is_empty();
        loop {
            match self.cursor.byte() {
                b'%' => self.scan_uri_escape(in_directive, start, &mut uri)?,
                byte if self.cursor.is_word() || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    uri.push(byte);
                    self.cursor.skip();
                }
                _ => break,
            }
            is_empty = false;
        }
        if is_empty {
            return Err(self.tag_fault(in_directive, start, "did not find expected tag URI"));
        }
        Ok(Cow::Owned(String::from_utf8_lossy(&uri).into_owned()))
    }

    /// Scans the octets of one character, such as `%C3%A9`.
    fn scan_uri_escape(&mut self, in_directive: bool, start: Mark, uri: &mut Vec<u8>) -> Scan {
        let mut left = None;
        while left != Some(0) {
            let digit = |ahead| char::from(self.cursor.peek(ahead)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.cursor.byte(), digit(1), digit(2)) else {
                let problem = "did not find URI escaped octet";
                return Err(self.tag_fault(in_directive, start, problem));
            };
            let octet = u8::try_from(high * 16 + low).unwrap_or(0);
            let width = match (left, octet) {
                (Some(left), 0x80..0xc0) => left,
                (Some(_), _) => {
                    let problem = "found an incorrect trailing UTF-8 octet";
                    return Err(self.tag_fault(in_directive, start, problem));
                }
                (None, 0..0x80) => 1,
                (None, 0xc0..0xe0) => 2,
                (None, 0xe0..0xf0) => 3,
                (None, 0xf0..0xf8) => 4,
                (None, _) => {
                    let problem = "found an incorrect leading UTF-8 octet";
                    return Err(self.tag_fault(in_directive, start, problem));
                }
            };
            uri.push(octet);
            self.cursor.skip_ascii(3);
            left = Some(width - 1);
        }
        Ok(())
    }

    fn tag_fault(&self, in_directive: bool, start: Mark, problem: &'static str) -> Fault {
        let context =
            if in_directive { "while parsing a %TAG directive" } else { "while parsing a tag" };
        self.fault_at(context, start, problem)
    }
}
