//! The reader: one pass over the bytes, values straight into the arena.

use super::demand::Demand;
use super::members::{Member, take_object};
use super::{JsonError, JsonErrorKind, MAX_DEPTH, strings};
use crate::arena::{Arena, ArenaVec};
use crate::number::Number;
use crate::value::{Object, Value};

type Read<T> = Result<T, JsonError>;

/// Elements and members of the open arrays and objects stand on two stacks; what closes is copied
/// from their ends into the arena in one piece.
pub(super) struct Reader<'a> {
    arena: &'a Arena,
    text: &'a str,
    bytes: &'a [u8],
    position: usize,
    depth: usize,
    elements: ArenaVec<'a, Value<'a>>,
    members: ArenaVec<'a, Member<'a>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(arena: &'a Arena, text: &'a str) -> Self {
        Self {
            arena,
            text,
            bytes: text.as_bytes(),
            position: 0,
            depth: 0,
            elements: arena.vec_with_capacity(16),
            members: arena.vec_with_capacity(32),
        }
    }

    /// The whole text.
    pub(super) fn document<D: Demand>(mut self, demand: D) -> Read<Value<'a>> {
        let mut root = Value::Null;
        self.value(demand, |_, value| root = value)?;
        match self.next_token() {
            None => Ok(root),
            Some(_) => Err(self.error(JsonErrorKind::TrailingData)),
        }
    }

    fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError { kind, offset: self.position }
    }

    /// The error for the byte at the position, or for its absence.
    fn unexpected(&self) -> JsonError {
        match self.peek() {
            Some(_) => self.error(JsonErrorKind::UnexpectedByte),
            None => self.error(JsonErrorKind::UnexpectedEnd),
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// The next byte that is no white space, at the position then.
    #[inline]
    fn next_token(&mut self) -> Option<u8> {
        loop {
            let byte = self.peek()?;
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.position += 1;
        }
    }

    /// Reads a value and gives it to `put`. Each kind does so for itself, since moving a value
    /// of unknown kind right after it was written costs more than reading it.
    #[inline]
    fn value<D: Demand>(&mut self, demand: D, put: impl FnOnce(&mut Self, Value<'a>)) -> Read<()> {
        match self.next_token() {
            Some(b'"') => {
                let text = self.string()?;
                put(self, Value::String(text));
            }
            Some(b'{') => {
                let object = self.nested(|reader| reader.object(demand))?;
                put(self, Value::Object(object));
            }
            Some(b'[') => {
                let items = self.nested(|reader| reader.array(demand))?;
                put(self, Value::Array(items));
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.number()?;
                put(self, Value::Number(number));
            }
            Some(b't') => {
                self.word("true")?;
                put(self, Value::Bool(true));
            }
            Some(b'f') => {
                self.word("false")?;
                put(self, Value::Bool(false));
            }
            Some(b'n') => {
                self.word("null")?;
                put(self, Value::Null);
            }
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Read<()> {
        for byte in word.bytes() {
            if self.peek() != Some(byte) {
                return Err(self.unexpected());
            }
            self.position += 1;
        }
        Ok(())
    }

    /// Reads an array or an object, if it is not too deep.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(JsonErrorKind::TooDeep));
        }
        self.depth += 1;
        self.position += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// Whether another item follows; `first` if none has been before. Stands on its first byte
    /// then, else behind `close`.
    #[inline]
    fn another(&mut self, first: bool, close: u8) -> Read<bool> {
        match self.next_token() {
            Some(byte) if byte == close => {
                self.position += 1;
                Ok(false)
            }
            Some(b',') if !first => {
                self.position += 1;
                // What closes here would follow a comma.
                if self.next_token() == Some(close) { Err(self.unexpected()) } else { Ok(true) }
            }
            Some(_) if first => Ok(true),
            _ => Err(self.unexpected()),
        }
    }

    fn array<D: Demand>(&mut self, demand: D) -> Read<&'a [Value<'a>]> {
        let base = self.elements.len();
        while self.another(self.elements.len() == base, b']')? {
            self.value(demand.element(), |reader, element| reader.elements.push(element))?;
        }
        let items = self.arena.slice(&self.elements[base..]);
        self.elements.truncate(base);
        Ok(items)
    }

    fn object<D: Demand>(&mut self, demand: D) -> Read<Object<'a>> {
        let base = self.members.len();
        let mut first = true;
        while self.another(first, b'}')? {
            first = false;
            let key = self.key()?;
            match demand.member(key) {
                Some(demand) => {
                    self.value(demand, |reader, value| {
                        reader.members.push(Member::new(key, value));
                    })?;
                }
                None => self.skip()?,
            }
        }
        Ok(take_object(self.arena, &mut self.members, base))
    }

    /// A key and the colon behind it.
    #[inline]
    fn key(&mut self) -> Read<&'a str> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected());
        }
        let key = self.string()?;
        if self.next_token() != Some(b':') {
            return Err(self.unexpected());
        }
        self.position += 1;
        Ok(key)
    }

    /// A string from its opening quote; with escapes it goes into the arena.
    #[inline]
    fn string(&mut self) -> Read<&'a str> {
        let start = self.position + 1;
        self.position = start + strings::plain_length(&self.bytes[start..]);
        if self.peek() == Some(b'"') {
            let text = self.text.get(start..self.position).unwrap_or_default();
            self.position += 1;
            return Ok(text);
        }
        self.string_with_escapes(start)
    }

    #[cold]
    fn string_with_escapes(&mut self, start: usize) -> Read<&'a str> {
        let mut text = self.arena.text();
        let mut plain_from = start;
        loop {
            text.push_str(self.text.get(plain_from..self.position).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(text.into_bump_str());
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.error(JsonErrorKind::ControlCharacter)),
                None => return Err(self.error(JsonErrorKind::UnexpectedEnd)),
            }
            plain_from = self.position;
            self.position += strings::plain_length(&self.bytes[plain_from..]);
        }
    }

    /// An escape from its backslash.
    fn escape(&mut self) -> Read<char> {
        let rest = &self.bytes[self.position + 1..];
        let (character, length) = strings::escape(rest).map_err(|kind| self.error(kind))?;
        self.position += 1 + length;
        Ok(character)
    }

    #[inline]
    fn number(&mut self) -> Read<Number<'a>> {
        let start = self.position;
        let mut magnitude = 0_i64;
        let negative = self.peek() == Some(b'-');
        self.position += usize::from(negative);
        let digits_from = self.position;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            magnitude = magnitude.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
            self.position += 1;
        }
        let digits = self.position - digits_from;
        let leading_zero = self.bytes.get(digits_from) == Some(&b'0');
        if digits == 0 || leading_zero && digits > 1 {
            return Err(self.number_error());
        }
        let integer = !matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        // Eighteen digits fit whatever they are.
        if integer && digits <= 18 && !(negative && leading_zero) {
            return Ok(Number::from_i64(if negative { -magnitude } else { magnitude }));
        }
        self.fraction_and_exponent()?;
        Ok(Number::from_text(self.text.get(start..self.position).unwrap_or_default()))
    }

    fn fraction_and_exponent(&mut self) -> Read<()> {
        if self.peek() == Some(b'.') {
            self.position += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.position += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.position += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Read<()> {
        let start = self.position;
        while let Some(b'0'..=b'9') = self.peek() {
            self.position += 1;
        }
        if self.position == start { Err(self.number_error()) } else { Ok(()) }
    }

    fn number_error(&self) -> JsonError {
        match self.peek() {
            Some(_) => self.error(JsonErrorKind::InvalidNumber),
            None => self.error(JsonErrorKind::UnexpectedEnd),
        }
    }

    /// Checks a value that nobody wants.
    fn skip(&mut self) -> Read<()> {
        match self.next_token() {
            Some(b'"') => self.skip_string(),
            Some(b'{') => self.nested(Self::skip_object),
            Some(b'[') => self.nested(Self::skip_array),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.unexpected()),
        }
    }

    fn skip_array(&mut self) -> Read<()> {
        let mut first = true;
        while self.another(first, b']')? {
            first = false;
            self.skip()?;
        }
        Ok(())
    }

    fn skip_object(&mut self) -> Read<()> {
        let mut first = true;
        while self.another(first, b'}')? {
            first = false;
            self.key()?;
            self.skip()?;
        }
        Ok(())
    }

    fn skip_string(&mut self) -> Read<()> {
        self.position += 1;
        loop {
            self.position += strings::plain_length(&self.bytes[self.position..]);
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(());
                }
                Some(b'\\') => drop(self.escape()?),
                Some(_) => return Err(self.error(JsonErrorKind::ControlCharacter)),
                None => return Err(self.error(JsonErrorKind::UnexpectedEnd)),
            }
        }
    }
}
