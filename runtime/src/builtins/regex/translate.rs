//! The translation of Go's regular expressions (RE2, `regexp/syntax` with its Perl flags) to the
//! syntax of the `regex` crate.
//!
//! The two engines have equal semantics but different syntax. In Go, `\d \w \s \b` are ASCII,
//! `\Q…\E` and octal escapes exist, and a lone `{` is a literal. Go rejects some patterns of the
//! crate (`a**`, `a{1001}`, `(?x)`, `\u0041`), and reads others differently (`[a&&b]` is a class of
//! three characters). The translation parses a pattern as Go does, with Go's errors. Its output is
//! fully explicit, so that the crate's own reading of a construct never matters.

use super::class;
use super::pattern_error::{Parsed, PatternError};
use super::repeat::{Counts, MAX_REPEAT};
use super::unicode;

/// A pattern for the `regex` crate.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::builtins) struct Translation {
    /// The pattern, in which all capturing groups are unnamed.
    pub(in crate::builtins) pattern: String,
    /// The names of the capturing groups from 1 on; empty for a group without a name.
    pub(in crate::builtins) names: Vec<Box<str>>,
}

/// The maximum nesting depth of groups. Go also counts the content of the innermost group.
pub(super) const MAX_DEPTH: u32 = 1000;

/// Translates a pattern.
pub(in crate::builtins) fn translate(source: &str) -> Parsed<Translation> {
    let mut translator = Translator::new(source);
    while !translator.rest.is_empty() {
        translator.item()?;
    }
    if !translator.groups.is_empty() {
        return Err(PatternError::new("missing closing )", source));
    }
    if translator.out.is_empty() && !source.is_empty() {
        // `(?i)` matches only the empty text, but Go's `Split` distinguishes it from an empty
        // pattern.
        translator.out.push_str("(?:)");
    }
    Ok(Translation { pattern: translator.out, names: translator.names })
}

/// The flags that change how characters match. Greediness is not one of them, because the
/// translation writes it at each repetition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flags {
    fold_case: bool,
    multi_line: bool,
    dot_newline: bool,
}

/// The flags that `(?…)` sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    flags: Flags,
    ungreedy: bool,
}

/// The state to which an open group returns at its end.
struct Group {
    state: State,
    written: Flags,
    weight: u32,
    /// The number of open capturing groups, including this one.
    captures: u32,
}

struct Translator<'p> {
    source: &'p str,
    rest: &'p str,
    out: String,
    names: Vec<Box<str>>,
    groups: Vec<Group>,
    state: State,
    /// The flags that `out` has set. They are written only before an item that they change, so that
    /// `a(?i)*` repeats the `a`.
    written: Flags,
    /// The weight of the item that a repetition would repeat, if there is one.
    last: Option<u32>,
    /// The largest weight in the current group: the maximum number of repetitions of a character in
    /// it.
    weight: u32,
    /// The weight without the last item, whose own weight a repetition replaces.
    earlier: u32,
    /// The pattern from the last repetition on.
    repeated: Option<&'p str>,
}

impl<'p> Translator<'p> {
    fn new(source: &'p str) -> Self {
        Self {
            source,
            rest: source,
            out: String::with_capacity(source.len() + 8),
            names: Vec::new(),
            groups: Vec::new(),
            state: State::default(),
            written: Flags::default(),
            last: None,
            weight: 1,
            earlier: 1,
            repeated: None,
        }
    }

    /// Reads one item of the pattern.
    fn item(&mut self) -> Parsed<()> {
        let Some(first) = self.rest.chars().next() else { return Ok(()) };
        let repeated = self.repeated.take();
        match first {
            '(' => self.open(),
            ')' => self.close(),
            '|' => {
                self.alternative();
                Ok(())
            }
            '[' => self.class(),
            '.' | '^' | '$' => {
                self.skip(1);
                self.atom(first.encode_utf8(&mut [0; 4]));
                Ok(())
            }
            '*' | '+' | '?' | '{' => self.repetition(first, repeated),
            '\\' => self.backslash(),
            other => {
                self.skip(other.len_utf8());
                self.literal(other);
                Ok(())
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Writes an item that a repetition can follow.
    fn atom(&mut self, text: &str) {
        self.write_flags();
        self.out.push_str(text);
        self.last = Some(1);
        self.earlier = self.weight;
    }

    fn literal(&mut self, character: char) {
        self.write_flags();
        class::push_literal(&mut self.out, character);
        self.last = Some(1);
        self.earlier = self.weight;
    }

    fn write_flags(&mut self) {
        let (wanted, written) = (self.state.flags, self.written);
        if wanted == written {
            return;
        }
        let flags = [
            ('i', wanted.fold_case, written.fold_case),
            ('m', wanted.multi_line, written.multi_line),
            ('s', wanted.dot_newline, written.dot_newline),
        ];
        let changed = |on: bool| {
            flags.iter().filter(move |flag| flag.1 == on && flag.2 != on).map(|flag| flag.0)
        };
        self.out.push_str("(?");
        self.out.extend(changed(true));
        if changed(false).next().is_some() {
            self.out.push('-');
            self.out.extend(changed(false));
        }
        self.out.push(')');
        self.written = wanted;
    }

    fn alternative(&mut self) {
        self.skip(1);
        self.out.push('|');
        self.last = None;
    }

    fn close(&mut self) -> Parsed<()> {
        let Some(group) = self.groups.pop() else {
            return Err(PatternError::new("unexpected )", self.source));
        };
        self.skip(1);
        self.out.push(')');
        self.last = Some(self.weight);
        self.earlier = group.weight;
        self.weight = group.weight.max(self.weight);
        self.state = group.state;
        self.written = group.written;
        Ok(())
    }

    fn open(&mut self) -> Parsed<()> {
        if self.rest.starts_with("(?") {
            return self.perl_group();
        }
        self.skip(1);
        self.names.push("".into());
        self.enter("(")
    }

    fn enter(&mut self, text: &str) -> Parsed<()> {
        let captures =
            self.groups.last().map_or(0, |group| group.captures) + u32::from(text == "(");
        if captures >= MAX_DEPTH {
            return Err(PatternError::new("expression nests too deeply", self.source));
        }
        // Go drops groups that do not capture; the engine does not.
        if self.groups.len() >= MAX_DEPTH as usize {
            return Err(PatternError::beyond_engine(self.source));
        }
        self.write_flags();
        self.out.push_str(text);
        self.groups.push(Group {
            state: self.state,
            written: self.written,
            weight: self.weight,
            captures,
        });
        self.weight = 1;
        self.last = None;
        Ok(())
    }

    /// Reads `(?P<name>…`, `(?<name>…`, `(?flags)` or `(?flags:…`.
    fn perl_group(&mut self) -> Parsed<()> {
        let named = self.rest.strip_prefix("(?P<").or_else(|| self.rest.strip_prefix("(?<"));
        if let Some(after) = named.filter(|after| !after.is_empty()) {
            return self.named_group(after);
        }
        let mut state = self.state;
        let mut on = true;
        let mut seen = false;
        for (place, character) in self.rest.char_indices().skip(2) {
            match character {
                'i' => state.flags.fold_case = on,
                'm' => state.flags.multi_line = on,
                's' => state.flags.dot_newline = on,
                'U' => state.ungreedy = on,
                '-' if on => on = false,
                ':' | ')' if on || seen => {
                    self.skip(place + 1);
                    return self.set_flags(state, character == ':');
                }
                _ => return Err(self.not_perl(place + character.len_utf8())),
            }
            seen = character != '-';
        }
        Err(self.not_perl(self.rest.len()))
    }

    fn not_perl(&self, end: usize) -> PatternError {
        let part = self.rest.get(..end).unwrap_or_default();
        PatternError::new("invalid or unsupported Perl syntax", part)
    }

    fn set_flags(&mut self, state: State, group: bool) -> Parsed<()> {
        if group {
            self.enter("(?:")?;
        }
        self.state = state;
        Ok(())
    }

    fn named_group(&mut self, after: &'p str) -> Parsed<()> {
        let Some((name, rest)) = after.split_once('>') else {
            return Err(PatternError::new("invalid named capture", self.rest));
        };
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_word) {
            let part = self.rest.get(..self.rest.len() - rest.len()).unwrap_or_default();
            return Err(PatternError::new("invalid named capture", part));
        }
        self.rest = rest;
        self.names.push(name.into());
        self.enter("(")
    }

    fn class(&mut self) -> Parsed<()> {
        let (text, rest) = class::bracketed(self.rest)?;
        self.rest = rest;
        self.atom(&text);
        Ok(())
    }

    /// Reads `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}`, optionally followed by `?`. A `{` that begins
    /// none of these is a literal.
    fn repetition(&mut self, first: char, before: Option<&'p str>) -> Parsed<()> {
        let start = self.rest;
        let mut counts = None;
        if first == '{' {
            let Some((parsed, length)) = Counts::read(self.rest) else {
                self.skip(1);
                self.literal('{');
                return Ok(());
            };
            counts = Some(parsed);
            self.skip(length);
        } else {
            self.skip(1);
        }
        let operator = start.get(..start.len() - self.rest.len()).unwrap_or_default();
        if counts.is_some_and(|counts| !counts.is_valid()) {
            return Err(PatternError::new("invalid repeat count", operator));
        }
        let question = self.rest.starts_with('?');
        self.skip(usize::from(question));
        let part = |from: &'p str| from.get(..from.len() - self.rest.len()).unwrap_or_default();
        let fault = |code, from: &'p str| Err(PatternError::new(code, part(from)));
        if let Some(before) = before {
            return fault("invalid nested repetition operator", before);
        }
        let Some(weight) = self.last else {
            return fault("missing argument to repetition operator", start);
        };
        let weight = counts.map_or(weight, |counts| counts.weight(weight));
        if weight > MAX_REPEAT {
            return fault("invalid repeat count", start);
        }
        self.out.push_str(operator);
        if question != self.state.ungreedy {
            self.out.push('?');
        }
        self.last = Some(weight);
        self.weight = self.earlier.max(weight);
        self.repeated = Some(start);
        Ok(())
    }

    fn backslash(&mut self) -> Parsed<()> {
        let rest = self.rest;
        let second = rest.chars().nth(1);
        let known = match second {
            Some('A') => Some("\\A"),
            Some('z') => Some("\\z"),
            Some('b') => Some("(?-u:\\b)"),
            Some('B') => Some("(?-u:\\B)"),
            _ => second.and_then(class::perl),
        };
        if let Some(known) = known {
            self.skip(2);
            self.atom(known);
            return Ok(());
        }
        match second {
            Some('C') => Err(PatternError::new("invalid escape sequence", "\\C")),
            Some('Q') => {
                let quoted = rest.get(2..).unwrap_or_default();
                let (quoted, rest) = quoted.split_once("\\E").unwrap_or((quoted, ""));
                quoted.chars().for_each(|character| self.literal(character));
                self.rest = rest;
                Ok(())
            }
            Some('p' | 'P') => {
                let (text, rest) = class::unicode_class(rest)?;
                self.rest = rest;
                self.atom(&text);
                Ok(())
            }
            _ => {
                let (code, rest) = class::escape(rest)?;
                self.rest = rest;
                match char::from_u32(code) {
                    Some(character) => self.literal(character),
                    None => self.atom(unicode::NOTHING),
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
