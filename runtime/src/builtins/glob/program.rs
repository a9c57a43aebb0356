//! Compiled globs: a little machine that follows all ways through a pattern at once, so that the
//! time is bounded by the product of the lengths of pattern and text.

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
}

/// The places that a run is at, each once.
struct Places<'a> {
    list: ArenaVec<'a, usize>,
    /// For each place the number of the last step that reached it.
    reached: ArenaVec<'a, usize>,
}

impl Program {
    pub(super) fn new(code: Vec<Instruction>) -> Self {
        Self { code: code.into() }
    }

    /// Whether the whole of `text` matches.
    pub(super) fn matches(&self, arena: &Arena, text: &str, delimiters: &[char]) -> bool {
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
