//! The header of a token to sign, parsed as leniently as by `github.com/valyala/fastjson` and with
//! its errors.

use crate::text::quoted;

/// The maximum nesting depth of arrays and objects.
const MAX_DEPTH: usize = 300;

/// The members of a header whose values are strings.
pub(super) struct Header {
    strings: Vec<(String, String)>,
}

impl Header {
    /// Parses the JSON `text`. A value that is not an object has no members.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { rest: text, strings: Vec::new() };
        reader.skip_blanks();
        reader.value(0).map_err(|fault| {
            format!("cannot parse JSON: {fault}; unparsed tail: {}", quoted(reader.rest))
        })?;
        reader.skip_blanks();
        if reader.rest.is_empty() {
            Ok(Self { strings: reader.strings })
        } else {
            Err(format!("unexpected tail: {}", quoted(reader.rest)))
        }
    }

    /// Returns the string value of the member `name`.
    pub(super) fn get(&self, name: &str) -> Result<&str, String> {
        let mut members = self.strings.iter();
        match members.find(|(key, _)| key == name) {
            Some((_, value)) => Ok(value),
            None => Err(format!("jwsbb: header {} not found", quoted(name))),
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    /// The members of the outermost object whose values are strings. Of duplicate names, the first
    /// one wins.
    strings: Vec<(String, String)>,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\r', '\n', '\t']);
    }

    fn take(&mut self, byte: char) -> bool {
        let rest = self.rest.strip_prefix(byte);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Parses a value, and returns it if it is a string.
    fn value(&mut self, depth: usize) -> Result<Option<String>, String> {
        if self.rest.is_empty() {
            return Err("cannot parse empty string".to_owned());
        }
        if depth >= MAX_DEPTH {
            return Err(format!("too big depth for the nested JSON; it exceeds {MAX_DEPTH}"));
        }
        if self.take('{') {
            self.object(depth).map_err(|fault| format!("cannot parse object: {fault}"))?;
        } else if self.take('[') {
            self.array(depth).map_err(|fault| format!("cannot parse array: {fault}"))?;
        } else if self.rest.starts_with('"') {
            let text = self.string().map_err(|fault| format!("cannot parse string: {fault}"))?;
            return Ok(Some(text));
        } else {
            self.word()?;
        }
        Ok(None)
    }

    fn object(&mut self, depth: usize) -> Result<(), String> {
        self.skip_blanks();
        if self.rest.is_empty() {
            return Err("missing '}'".to_owned());
        }
        if self.take('}') {
            return Ok(());
        }
        loop {
            self.skip_blanks();
            if !self.rest.starts_with('"') {
                return Err("cannot find opening '\"\" for object key".to_owned());
            }
            let key = self.string().map_err(|fault| format!("cannot parse object key: {fault}"))?;
            self.skip_blanks();
            if !self.take(':') {
                return Err("missing ':' after object key".to_owned());
            }
            self.skip_blanks();
            let value = self
                .value(depth + 1)
                .map_err(|fault| format!("cannot parse object value: {fault}"))?;
            if let (0, Some(value)) = (depth, value) {
                self.strings.push((key, value));
            }
            self.skip_blanks();
            if self.rest.is_empty() {
                return Err("unexpected end of object".to_owned());
            }
            if self.take('}') {
                return Ok(());
            }
            if !self.take(',') {
                return Err("missing ',' after object value".to_owned());
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), String> {
        self.skip_blanks();
        if self.rest.is_empty() {
            return Err("missing ']'".to_owned());
        }
        if self.take(']') {
            return Ok(());
        }
        loop {
            self.skip_blanks();
            self.value(depth + 1).map_err(|fault| format!("cannot parse array value: {fault}"))?;
            self.skip_blanks();
            if self.rest.is_empty() {
                return Err("unexpected end of array".to_owned());
            }
            if self.take(']') {
                return Ok(());
            }
            if !self.take(',') {
                return Err("missing ',' after array value".to_owned());
            }
        }
    }

    /// Parses the string at the current position.
    fn string(&mut self) -> Result<String, String> {
        let text = self.rest.strip_prefix('"').unwrap_or(self.rest);
        let mut escaped = false;
        let end = text.find(|c| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let Some((inside, rest)) = end.and_then(|end| text.split_at_checked(end)) else {
            self.rest = "";
            return Err("missing closing '\"'".to_owned());
        };
        self.rest = rest.strip_prefix('"').unwrap_or(rest);
        Ok(unescaped(inside))
    }

    /// Parses a literal or a number, whose characters may come in any order.
    fn word(&mut self) -> Result<(), String> {
        for literal in ["true", "false", "null"] {
            if let Some(rest) = self.rest.strip_prefix(literal) {
                self.rest = rest;
                return Ok(());
            }
        }
        if self.rest.starts_with(['t', 'f', 'n']) {
            return Err(format!("unexpected value found: {}", quoted(self.rest)));
        }
        let number = |c| matches!(c, '0'..='9' | '-' | '.' | 'e' | 'E' | '+');
        let rest = self.rest.trim_start_matches(number);
        if rest.len() == self.rest.len() {
            let first = self.rest.chars().next().map(String::from).unwrap_or_default();
            return Err(format!("cannot parse number: unexpected char: {}", quoted(&first)));
        }
        self.rest = rest;
        Ok(())
    }
}

/// Returns `text` with its escapes decoded. Invalid escapes stay unchanged.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut characters = escape.chars();
        let Some(kind) = characters.next() else { break };
        rest = characters.as_str();
        match kind {
            '"' | '\\' | '/' => out.push(kind),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => rest = push_code(&mut out, rest),
            _ => out.extend(['\\', kind]),
        }
    }
    out.push_str(rest);
    out
}

/// Appends the character whose code `rest` begins with. Returns the text after the code.
fn push_code<'t>(out: &mut String, rest: &'t str) -> &'t str {
    let digits = rest.split_at_checked(4);
    let digits = digits.filter(|(digits, _)| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let Some((digits, tail)) = digits else {
        out.push_str("\\u");
        return rest;
    };
    let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    out.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_the_outermost_object() {
        let text = r#" {"a": {"alg": "x"}, "alg": "HS\u0032\"56\q", "typ": 1, "b": [1.e+, null]} "#;
        let header = Header::parse(text).expect("an object");
        assert_eq!(header.get("alg"), Ok("HS2\"56\\q"));
        assert_eq!(header.get("typ"), Err("jwsbb: header \"typ\" not found".to_owned()));
        assert!(Header::parse("e").is_ok_and(|header| header.get("alg").is_err()));
    }

    #[test]
    fn faults_show_what_is_left() {
        let fault = |text| Header::parse(text).err().unwrap_or_default();
        for (text, expected) in [
            ("", "cannot parse empty string; unparsed tail: \"\""),
            (
                "{\"a\"1}",
                "cannot parse object: missing ':' after object key; unparsed tail: \"1}\"",
            ),
            (
                "{\"a",
                "cannot parse object: cannot parse object key: missing closing '\"'; unparsed tail: \"\"",
            ),
            ("[1 2]", "cannot parse array: missing ',' after array value; unparsed tail: \"2]\""),
            ("nul", "unexpected value found: \"nul\"; unparsed tail: \"nul\""),
            ("x", "cannot parse number: unexpected char: \"x\"; unparsed tail: \"x\""),
        ] {
            assert_eq!(fault(text), format!("cannot parse JSON: {expected}"));
        }
        assert_eq!(fault("{} x"), "unexpected tail: \"x\"");
        assert!(fault(&"[".repeat(100_000)).contains("too big depth"));
    }
}
