//! Reads glob patterns as `gobwas/glob`'s lexer and parser do, straight into a program.

use core::fmt;

use super::program::{Class, Instruction, Program};

/// Why a pattern is none, in the library's words.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    Rune,
    End,
    Close,
    Range,
    Order(char, char),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Rune => f.write_str("could not read rune"),
            Fault::End => f.write_str("unexpected end of input"),
            Fault::Close => f.write_str("expected close range character"),
            Fault::Range => f.write_str("could not parse range"),
            Fault::Order(high, low) => {
                write!(f, "hi character '{high}' should be greater than lo '{low}'")
            }
        }
    }
}

pub(super) fn compile(pattern: &str) -> Result<Program, Fault> {
    if pattern.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Fault::Rune);
    }
    // The library takes a NUL for the end of the pattern.
    let pattern = pattern.split('\0').next().unwrap_or_default();
    let mut compiler = Compiler { rest: pattern, code: Vec::new(), open: Vec::new() };
    while let Some(character) = compiler.next() {
        compiler.item(character)?;
    }
    while compiler.close() {}
    compiler.code.push(Instruction::Match);
    Ok(Program::new(compiler.code))
}

struct Compiler<'p> {
    rest: &'p str,
    code: Vec<Instruction>,
    open: Vec<Alternatives>,
}

/// An open `{`.
struct Alternatives {
    /// Place of the split before the alternative that is being read.
    split: usize,
    /// Places of the jumps behind the finished ones.
    jumps: Vec<usize>,
}

impl Compiler<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = self.rest.get(character.len_utf8()..).unwrap_or_default();
        Some(character)
    }

    fn take(&mut self, expected: char) -> bool {
        let rest = self.rest.strip_prefix(expected);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn item(&mut self, character: char) -> Result<(), Fault> {
        match character {
            '*' => {
                let class = if self.take('*') { Class::Any } else { Class::NoDelimiter };
                self.star(class);
            }
            '?' => self.code.push(Instruction::Take(Class::NoDelimiter)),
            '[' => {
                let class = self.bracket()?;
                self.code.push(Instruction::Take(class));
            }
            '{' => {
                self.open.push(Alternatives { split: self.code.len(), jumps: Vec::new() });
                self.code.push(Instruction::Match);
            }
            ',' if !self.open.is_empty() => self.alternative(),
            '}' if self.close() => {}
            '\\' => {
                let escaped = self.next();
                self.code.extend(escaped.map(|character| Instruction::Take(Class::One(character))));
            }
            other => self.code.push(Instruction::Take(Class::One(other))),
        }
        Ok(())
    }

    fn star(&mut self, class: Class) {
        let start = self.code.len();
        self.code.push(Instruction::Split(start + 1, start + 3));
        self.code.push(Instruction::Take(class));
        self.code.push(Instruction::Jump(start));
    }

    /// Ends an alternative and begins the next.
    fn alternative(&mut self) {
        let jump = self.code.len();
        let Some(open) = self.open.last_mut() else { return };
        let split = open.split;
        open.jumps.push(jump);
        open.split = jump + 1;
        self.code.push(Instruction::Match);
        self.code.push(Instruction::Match);
        self.set(split, Instruction::Split(split + 1, jump + 1));
    }

    /// Ends the innermost alternatives; false if there are none.
    fn close(&mut self) -> bool {
        let Some(open) = self.open.pop() else { return false };
        let end = self.code.len();
        self.set(open.split, Instruction::Jump(open.split + 1));
        for jump in open.jumps {
            self.set(jump, Instruction::Jump(end));
        }
        true
    }

    fn set(&mut self, place: usize, instruction: Instruction) {
        if let Some(own) = self.code.get_mut(place) {
            *own = instruction;
        }
    }

    /// Reads what follows `[`: characters or one range, perhaps negated.
    fn bracket(&mut self) -> Result<Class, Fault> {
        let negated = self.take('!');
        let start = self.rest;
        let low = self.next().ok_or(Fault::End)?;
        if self.take('-') {
            let high = self.next().ok_or(Fault::End)?;
            self.end_of_bracket()?;
            if high < low {
                return Err(Fault::Order(high, low));
            }
            return Ok(Class::Range { low, high, negated });
        }
        self.rest = start;
        let mut characters = Vec::new();
        while !self.rest.starts_with(']') {
            let character = match self.next() {
                Some('\\') => self.next(),
                other => other,
            };
            characters.push(character.ok_or(Fault::End)?);
        }
        self.end_of_bracket()?;
        if characters.is_empty() {
            return Err(Fault::Range);
        }
        Ok(Class::List { characters: characters.into(), negated })
    }

    fn end_of_bracket(&mut self) -> Result<(), Fault> {
        match self.next() {
            None => Err(Fault::End),
            Some(']') => Ok(()),
            Some(_) => Err(Fault::Close),
        }
    }
}
