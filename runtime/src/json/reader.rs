//! The JSON reader, which builds values in the arena in one pass over the bytes.

use super::JsonError;
use super::JsonErrorKind;
use super::demand::{Demand, Everything};
use super::members::{Member, take_object};
use super::scan::{After, Place, Scanner};
use crate::arena::{Arena, ArenaVec};
use crate::number::Number;
use crate::value::Value;

/// A JSON reader. The elements and members of the open arrays and objects are on two stacks. When
/// an array or object closes, its part of the stack is copied to the arena as one slice.
pub(super) struct Reader<'a> {
    arena: &'a Arena,
    scanner: Scanner<'a>,
    elements: ArenaVec<'a, Value<'a>>,
    members: ArenaVec<'a, Member<'a>>,
    /// `true` if all numbers read so far are plain, so that equal ones have equal texts.
    plain: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(arena: &'a Arena, text: &'a str) -> Self {
        Self {
            arena,
            scanner: Scanner::new(text),
            elements: arena.vec_with_capacity(16),
            members: arena.vec_with_capacity(32),
            plain: true,
        }
    }

    /// Returns the kept part of the whole text, and `true` if all numbers in that part are plain.
    pub(super) fn document<D: Demand>(mut self, demand: D) -> Result<(Value<'a>, bool), JsonError> {
        let mut root = Value::Null;
        let begin = self.scanner.token(0);
        let Some(end) = self.value(begin, demand, |_, value| root = value) else {
            return Err(self.scanner.fault());
        };
        let end = self.scanner.token(end);
        match self.scanner.byte(end) {
            None => Ok((root, self.plain)),
            Some(_) => Err(JsonError { kind: JsonErrorKind::TrailingData, offset: end }),
        }
    }

    /// Reads the value at `place` and passes it to `put`. Each arm calls `put` itself, because
    /// moving a value of unknown kind right after it was written costs more than reading it.
    #[inline]
    fn value<D: Demand>(
        &mut self,
        place: usize,
        demand: D,
        put: impl FnOnce(&mut Self, Value<'a>),
    ) -> Place {
        let end = match self.scanner.byte(place) {
            Some(b'"') => {
                let (text, end) = self.string(place + 1)?;
                put(self, Value::String(text));
                end
            }
            Some(b'{') => {
                let end = if demand.is_everything() {
                    self.whole_object(place)
                } else {
                    self.object(place, demand)
                }?;
                let object = take_object(self.arena, &mut self.members, end.base);
                put(self, Value::Object(object));
                end.place
            }
            Some(b'[') => {
                let end = if demand.is_everything() {
                    self.whole_array(place)
                } else {
                    self.array(place, demand)
                }?;
                let items = self.arena.slice(&self.elements[end.base..]);
                self.elements.truncate(end.base);
                put(self, Value::Array(items));
                end.place
            }
            Some(b'-' | b'0'..=b'9') => {
                let end = self.scanner.number(place)?;
                let number = Number::from_text(self.scanner.text(place, end));
                self.plain &= number.is_plain();
                put(self, Value::Number(number));
                end
            }
            Some(b't') => {
                let end = self.scanner.word(place, "true")?;
                put(self, Value::Bool(true));
                end
            }
            Some(b'f') => {
                let end = self.scanner.word(place, "false")?;
                put(self, Value::Bool(false));
                end
            }
            Some(b'n') => {
                let end = self.scanner.word(place, "null")?;
                put(self, Value::Null);
                end
            }
            _ => return self.scanner.unexpected(place),
        };
        Some(end)
    }

    /// Reads an array like [`Reader::array`], but keeps all of it. It is compiled once for all
    /// demands.
    #[inline(never)]
    fn whole_array(&mut self, open: usize) -> Option<Stacked> {
        self.array(open, Everything)
    }

    /// Reads an object like [`Reader::object`], but keeps all of it. It is compiled once for all
    /// demands.
    #[inline(never)]
    fn whole_object(&mut self, open: usize) -> Option<Stacked> {
        self.object(open, Everything)
    }

    /// Reads the elements of an array onto the stack.
    fn array<D: Demand>(&mut self, open: usize, demand: D) -> Option<Stacked> {
        self.scanner.enter(open)?;
        let base = self.elements.len();
        let mut after = self.scanner.first_item(open, b']');
        while let After::Item(place) = after {
            let put = |reader: &mut Self, value| reader.elements.push(value);
            let end = self.value(place, demand.element(), put)?;
            after = self.scanner.after_item(end, b']')?;
        }
        self.scanner.leave();
        Some(Stacked { place: after.place(), base })
    }

    /// Reads the members of an object onto the stack.
    fn object<D: Demand>(&mut self, open: usize, demand: D) -> Option<Stacked> {
        self.scanner.enter(open)?;
        let base = self.members.len();
        let mut after = self.scanner.first_item(open, b'}');
        while let After::Item(place) = after {
            if self.scanner.byte(place) != Some(b'"') {
                return self.scanner.unexpected(place);
            }
            let (key, end) = self.string(place + 1)?;
            let place = self.scanner.colon(end)?;
            let end = match demand.member(key) {
                Some(demand) => self.value(place, demand, |reader, value| {
                    reader.members.push(Member::new(key, value));
                })?,
                None => self.scanner.skip(place)?,
            };
            after = self.scanner.after_item(end, b'}')?;
        }
        self.scanner.leave();
        Some(Stacked { place: after.place(), base })
    }

    /// Reads a string from after its opening quote, and returns it with the place after it. A
    /// string with escapes is built in the arena.
    #[expect(clippy::inline_always, reason = "the call takes as long as reading most strings")]
    #[inline(always)]
    fn string(&mut self, start: usize) -> Option<(&'a str, usize)> {
        let end = self.scanner.plain_end(start);
        if self.scanner.byte(end) == Some(b'"') {
            return Some((self.scanner.text(start, end), end + 1));
        }
        self.string_with_escapes(start, end)
    }

    #[cold]
    fn string_with_escapes(&mut self, start: usize, end: usize) -> Option<(&'a str, usize)> {
        let mut text = self.arena.text();
        let (mut start, mut end) = (start, end);
        loop {
            text.push_str(self.scanner.text(start, end));
            match self.scanner.byte(end) {
                Some(b'"') => return Some((text.into_bump_str(), end + 1)),
                Some(b'\\') => {
                    let (character, behind) = self.scanner.escape(end)?;
                    text.push(character);
                    start = behind;
                }
                _ => return self.scanner.unfinished(end),
            }
            end = self.scanner.plain_end(start);
        }
    }
}

/// An array or object that was read: the start of its items on the stack, and the place after it.
struct Stacked {
    place: usize,
    base: usize,
}
