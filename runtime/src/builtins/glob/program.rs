//! Compiled globs. A program is a nondeterministic automaton whose states are simulated in
//! parallel. Therefore the time is bounded by the product of the lengths of pattern and text. Most
//! globs consist only of literals with stars between them. For those, matching searches for one
//! literal after the other.

use crate::arena::{Arena, ArenaVec};
use crate::internal::{memmem, short_str};

/// An instruction of a program.
#[derive(Debug)]
pub(super) enum Instruction {
    /// Consumes a character of the class and continues with the next instruction.
    Take(Class),
    /// Continues at both indexes.
    Split(usize, usize),
    /// Continues at the index.
    Jump(usize),
    /// Accepts the text.
    Match,
}

/// A set of characters.
#[derive(Debug)]
pub(super) enum Class {
    One(char),
    Any,
    /// All characters except the delimiters of the call.
    NoDelimiter,
    List {
        characters: Box<[char]>,
        negated: bool,
    },
    Range {
        low: char,
        high: char,
        negated: bool,
    },
}

impl Class {
    fn takes(&self, character: char, delimiters: &[char]) -> bool {
        match self {
            Class::One(own) => *own == character,
            Class::Any => true,
            Class::NoDelimiter => !delimiters.contains(&character),
            Class::List { characters, negated } => characters.contains(&character) != *negated,
            Class::Range { low, high, negated } => (*low..=*high).contains(&character) != *negated,
        }
    }
}

#[derive(Debug)]
pub(super) struct Program {
    code: Box<[Instruction]>,
    simple: Option<Simple>,
}

/// A pattern that consists of literals with stars of one kind between them.
#[derive(Debug, Default)]
struct Simple {
    before: String,
    /// The kind of the stars, or `None` if the pattern has no star.
    star: Option<Star>,
    /// The literals between the first star and the last.
    between: Vec<String>,
    after: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Star {
    Any,
    NoDelimiter,
}

impl Simple {
    fn of(code: &[Instruction]) -> Option<Self> {
        let mut simple = Self::default();
        let mut place = 0;
        loop {
            match code.get(place..)? {
                [Instruction::Match] => return Some(simple),
                [Instruction::Take(Class::One(own)), ..] => {
                    let text =
                        if simple.star.is_some() { &mut simple.after } else { &mut simple.before };
                    text.push(*own);
                    place += 1;
                }
                [
                    Instruction::Split(_, _),
                    Instruction::Take(class),
                    Instruction::Jump(back),
                    ..,
                ] if *back == place => {
                    simple.add(Star::of(class)?)?;
                    place += 3;
                }
                _ => return None,
            }
        }
    }

    /// Appends a star. Returns `None` if its kind differs from the stars before it.
    fn add(&mut self, star: Star) -> Option<()> {
        match self.star.replace(star) {
            None => Some(()),
            Some(other) if other == star => {
                self.between.push(core::mem::take(&mut self.after));
                Some(())
            }
            Some(_) => None,
        }
    }

    /// Matches each literal between stars at its first occurrence. This is sound: if only a later
    /// occurrence leads to a match, the star after the literal can take the text between the two
    /// occurrences. That text has no delimiter, because the star before the later occurrence takes
    /// it too.
    fn matches(&self, text: &str, delimiters: &[char]) -> bool {
        let Some(star) = self.star else { return short_str::same(text, &self.before) };
        let inner = short_str::without_prefix(text, &self.before)
            .and_then(|text| short_str::without_suffix(text, &self.after));
        let Some(mut rest) = inner else { return false };
        for own in &self.between {
            match cut(rest, own) {
                Some((taken, left)) if star.takes(taken, delimiters) => rest = left,
                _ => return false,
            }
        }
        star.takes(rest, delimiters)
    }
}

impl Star {
    fn of(class: &Class) -> Option<Self> {
        match class {
            Class::Any => Some(Star::Any),
            Class::NoDelimiter => Some(Star::NoDelimiter),
            _ => None,
        }
    }

    fn takes(self, text: &str, delimiters: &[char]) -> bool {
        match (self, delimiters) {
            (Star::Any, _) => true,
            (Star::NoDelimiter, [one]) => match u8::try_from(*one) {
                Ok(byte) if byte.is_ascii() => !memmem::has_byte(text.as_bytes(), byte),
                _ => !text.contains(*one),
            },
            (Star::NoDelimiter, _) => !text.contains(delimiters),
        }
    }
}

/// Returns the text before the first `own` and the text after it.
fn cut<'t>(text: &'t str, own: &str) -> Option<(&'t str, &'t str)> {
    let mut characters = own.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) => text.split_once(one),
        _ => text.split_once(own),
    }
}

/// The set of instructions at which a run is, without duplicates.
struct Places<'a> {
    list: ArenaVec<'a, usize>,
    /// For each instruction, the number of the last step that reached it.
    reached: ArenaVec<'a, usize>,
}

impl Program {
    pub(super) fn new(code: Vec<Instruction>) -> Self {
        Self { simple: Simple::of(&code), code: code.into() }
    }

    /// Returns `true` if the whole of `text` matches.
    pub(super) fn matches(&self, arena: &Arena, text: &str, delimiters: &[char]) -> bool {
        match &self.simple {
            Some(simple) => simple.matches(text, delimiters),
            None => self.run(arena, text, delimiters),
        }
    }

    fn run(&self, arena: &Arena, text: &str, delimiters: &[char]) -> bool {
        let new_places = || {
            let mut reached = arena.scratch(self.code.len());
            reached.resize(self.code.len(), 0);
            Places { list: arena.scratch(self.code.len()), reached }
        };
        let (mut now, mut next) = (new_places(), new_places());
        let mut step = 1;
        self.follow(0, step, &mut now);
        for character in text.chars() {
            step += 1;
            next.list.clear();
            for &place in &now.list {
                match self.code.get(place) {
                    Some(Instruction::Take(class)) if class.takes(character, delimiters) => {
                        self.follow(place + 1, step, &mut next);
                    }
                    _ => {}
                }
            }
            if next.list.is_empty() {
                return false;
            }
            core::mem::swap(&mut now, &mut next);
        }
        now.list.iter().any(|&place| matches!(self.code.get(place), Some(Instruction::Match)))
    }

    /// Adds `start` and every instruction that it reaches without consuming a character. The list
    /// doubles as the queue: jumps and splits stay in the list and consume nothing later.
    fn follow(&self, start: usize, step: usize, places: &mut Places<'_>) {
        let mut queue = places.list.len();
        places.reach(start, step);
        while let Some(&place) = places.list.get(queue) {
            queue += 1;
            match self.code.get(place) {
                Some(Instruction::Jump(to)) => places.reach(*to, step),
                Some(Instruction::Split(one, other)) => {
                    places.reach(*one, step);
                    places.reach(*other, step);
                }
                Some(Instruction::Take(_) | Instruction::Match) | None => {}
            }
        }
    }
}

impl Places<'_> {
    fn reach(&mut self, place: usize, step: usize) {
        if let Some(reached) = self.reached.get_mut(place)
            && core::mem::replace(reached, step) != step
        {
            self.list.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::compile::compile;
    use super::*;

    proptest! {
        #[test]
        fn comparisons_match_what_the_machine_matches(
            pattern in "(a|b|é|/|\\*|\\*\\*|\\{a,b\\}){0,6}",
            texts in prop::collection::vec("[abé/]{0,5}", 8),
            delimiters in prop_oneof![Just(vec![]), Just(vec!['/']), Just(vec!['a', 'é'])],
        ) {
            let arena = Arena::new();
            let program = compile(&pattern).expect("a pattern");
            for text in &texts {
                let expected = program.run(&arena, text, &delimiters);
                prop_assert_eq!(program.matches(&arena, text, &delimiters), expected, "{}", text);
            }
        }
    }

    #[test]
    fn stars_of_one_kind_in_a_text_are_simple() {
        let is_simple = |pattern| compile(pattern).expect("a pattern").simple.is_some();
        assert!(["", "a", "*", "a*", "**b", "a*b", "a*b*", "**a**"].into_iter().all(is_simple));
        assert!(!["a*b**", "a?", "{a,b}", "[a]", "{*}"].into_iter().any(is_simple));
    }
}
