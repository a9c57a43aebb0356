//! A compiler of glob patterns, which reads them as `gobwas/glob`'s lexer and parser do and emits a
//! program directly.

use core::fmt;

use super::program::{Class, Instruction, Program};

/// The reason why a pattern is rejected, with the byte offset at which the library stops.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    offset: usize,
    reason: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "glob: syntax error at {}: {}", self.offset, self.reason)
    }
}

pub(super) fn compile(pattern: &str) -> Result<Program, Fault> {
    let mut compiler = Compiler { pattern, rest: pattern, code: Vec::new(), open: Vec::new() };
    while let Some(character) = compiler.next() {
        compiler.item(character)?;
    }
    if !compiler.open.is_empty() {
        return Err(compiler.fault("unclosed `{`"));
    }
    compiler.code.push(Instruction::Match);
    Ok(Program::new(compiler.code))
}

struct Compiler<'p> {
    pattern: &'p str,
    rest: &'p str,
    code: Vec<Instruction>,
    open: Vec<Alternatives>,
}

/// An open group of alternatives, `{`.
struct Alternatives {
    /// The index of the split before the alternative that is being read.
    split: usize,
    /// The indexes of the jumps at the ends of the finished alternatives.
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
                let escaped = self.next().ok_or_else(|| self.fault("trailing backslash"))?;
                self.code.push(Instruction::Take(Class::One(escaped)));
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

    /// Ends an alternative and begins the next one.
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

    /// Ends the innermost group of alternatives. Returns `false` if no group is open.
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

    /// Reads the class after `[`: characters or one range, optionally negated.
    fn bracket(&mut self) -> Result<Class, Fault> {
        let negated = self.take('!');
        let start = self.rest;
        let low = self.next().ok_or_else(|| self.end())?;
        if self.take('-') {
            let high = self.next().ok_or_else(|| self.end())?;
            self.end_of_bracket()?;
            if high < low {
                return Err(self.fault("range hi character is less than lo"));
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
            characters.push(character.ok_or_else(|| self.end())?);
        }
        self.end_of_bracket()?;
        if characters.is_empty() {
            return Err(self.fault("could not parse range"));
        }
        Ok(Class::List { characters: characters.into(), negated })
    }

    fn end_of_bracket(&mut self) -> Result<(), Fault> {
        match self.next() {
            None => Err(self.end()),
            Some(']') => Ok(()),
            Some(_) => Err(self.fault("expected close range character")),
        }
    }

    fn end(&self) -> Fault {
        self.fault("unexpected end of input")
    }

    fn fault(&self, reason: &'static str) -> Fault {
        Fault { offset: self.pattern.len() - self.rest.len(), reason }
    }
}
