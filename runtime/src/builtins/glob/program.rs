//! Compiled globs: a little machine that follows all ways through a pattern at once, so that the
//! time is bounded by the product of the lengths of pattern and text. Most globs are a text with at
//! most one star in it, which two comparisons match.

use crate::arena::{Arena, ArenaVec};

/// A step of a program.
#[derive(Debug)]
pub(super) enum Instruction {
    /// Takes a character of the class and goes on.
    Take(Class),
    /// Goes on at both places.
    Split(usize, usize),
    /// Goes on at the place.
    Jump(usize),
    /// The end of the pattern.
    Match,
}

/// What characters are taken.
#[derive(Debug)]
pub(super) enum Class {
    One(char),
    Any,
    /// All but the delimiters of the call.
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

/// A pattern of a text and at most one star.
#[derive(Debug, Default)]
struct Simple {
    before: String,
    star: Option<Star>,
    after: String,
}

#[derive(Clone, Copy, Debug)]
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
                ] if *back == place && simple.star.is_none() => {
                    simple.star = Some(match class {
                        Class::Any => Star::Any,
                        Class::NoDelimiter => Star::NoDelimiter,
                        _ => return None,
                    });
                    place += 3;
                }
                _ => return None,
            }
        }
    }

    fn matches(&self, text: &str, delimiters: &[char]) -> bool {
        let inner =
            text.strip_prefix(&*self.before).and_then(|text| text.strip_suffix(&*self.after));
        match (self.star, inner) {
            (_, None) => false,
            (None, Some(inner)) => inner.is_empty(),
            (Some(Star::Any), Some(_)) => true,
            (Some(Star::NoDelimiter), Some(inner)) => !inner.contains(delimiters),
        }
    }
}

/// The places that a run is at, each once.
struct Places<'a> {
    list: ArenaVec<'a, usize>,
    /// For each place the number of the last step that reached it.
    reached: ArenaVec<'a, usize>,
}

impl Program {
    pub(super) fn new(code: Vec<Instruction>) -> Self {
        Self { simple: Simple::of(&code), code: code.into() }
    }

    /// Whether the whole of `text` matches.
    pub(super) fn matches(&self, arena: &Arena, text: &str, delimiters: &[char]) -> bool {
        match &self.simple {
            Some(simple) => simple.matches(text, delimiters),
            None => self.run(arena, text, delimiters),
        }
    }

    fn run(&self, arena: &Arena, text: &str, delimiters: &[char]) -> bool {
        let new_places = || {
            let mut reached = arena.vec_with_capacity(self.code.len());
            reached.resize(self.code.len(), 0);
            Places { list: arena.vec_with_capacity(self.code.len()), reached }
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

    /// Adds `start` and all places that it leads to without taking a character. The list itself
    /// serves as the queue: what leads on stays in it and takes nothing later.
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
            pattern in "(a|b|é|/|\\*|\\*\\*|\\{a,b\\}){0,5}",
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
    fn a_star_in_a_text_is_simple() {
        let is_simple = |pattern| compile(pattern).expect("a pattern").simple.is_some();
        assert!(["", "a", "*", "a*", "**b", "a*b"].into_iter().all(is_simple));
        assert!(!["a*b*", "a?", "{a,b}", "[a]", "{*}"].into_iter().any(is_simple));
    }
}
