//! JSON strings, whose escapes differ slightly from those of YAML.

use std::borrow::Cow;

use super::scanner::Scanner;
use super::{ScalarStyle, Scan};

const CONTEXT: &str = "while scanning a quoted scalar";

impl Scanner<'_> {
    /// Scans a JSON string. As in Go, an unpaired surrogate becomes the replacement character.
    pub(super) fn scan_json_string(&mut self) -> Scan {
        let start = self.cursor.mark;
        self.cursor.skip();
        let mut content = String::new();
        loop {
            let offset = self.cursor.mark.offset;
            while !matches!(self.cursor.byte(), b'"' | b'\\') && !self.cursor.is_end() {
                self.cursor.skip();
            }
            content.push_str(self.cursor.since(offset));
            match self.cursor.byte() {
                b'"' => break,
                b'\\' => self.scan_json_escape(&mut content),
                _ => return Err(self.fault_at(CONTEXT, start, "found unexpected end of stream")),
            }
        }
        self.cursor.skip();
        let end = self.cursor.mark;
        self.push_scalar(Cow::Owned(content), ScalarStyle::DoubleQuoted, start, end);
        Ok(())
    }

    fn scan_json_escape(&mut self, content: &mut String) {
        let character = match self.cursor.peek(1) {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.scan_json_code_points(content),
            byte => char::from(byte),
        };
        self.cursor.skip_ascii(2);
        content.push(character);
    }

    /// Scans consecutive `\u` escapes.
    fn scan_json_code_points(&mut self, content: &mut String) {
        let mut units = Vec::new();
        while (self.cursor.byte(), self.cursor.peek(1)) == (b'\\', b'u') {
            self.cursor.skip_ascii(2);
            let offset = self.cursor.mark.offset;
            self.cursor.skip_ascii(4);
            units.push(u16::from_str_radix(self.cursor.since(offset), 16).unwrap_or(0xfffd));
        }
        let characters = char::decode_utf16(units);
        content.extend(characters.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
}
