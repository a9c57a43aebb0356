//! `regex.globs_match`, which tests whether some text could match both of two simple patterns
//! (`github.com/yashtewari/glob-intersection`). These patterns consist of characters, `.`, sets
//! such as `[a-z]` and escapes, each optionally followed by `*` or `+`.

use core::fmt;

use crate::budget::{MEMBERS, visit};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// Implements `regex.globs_match(a, b)`.
pub fn globs_match<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let first = operand::string(env, operands, 1)?;
    let second = operand::string(env, operands, 2)?;
    let fail = |fault: Fault<'_>| env.fail(format_args!("{fault}"));
    env.charge(first.len() + second.len())?;
    let first = tokenize(first).map_err(fail)?;
    let second = tokenize(second).map_err(fail)?;
    env.charge(first.len().saturating_mul(second.len()))?;
    Ok(Some(Value::Bool(intersect(&first, &second))))
}

/// A token: a set of characters and a repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    characters: Characters,
    repeat: Repeat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Characters {
    One(char),
    Any,
    /// Sorted ranges that neither overlap nor touch.
    Ranges(Vec<(char, char)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    Once,
    Star,
    Plus,
}

impl Token {
    /// Returns `true` if both tokens accept a common character.
    fn meets(&self, other: &Token) -> bool {
        let ranges = |own: &[(char, char)], other: &[(char, char)]| {
            own.iter().any(|own| other.iter().any(|other| own.0 <= other.1 && other.0 <= own.1))
        };
        match (&self.characters, &other.characters) {
            (Characters::Any, _) | (_, Characters::Any) => true,
            (Characters::One(own), Characters::One(other)) => own == other,
            (Characters::One(one), Characters::Ranges(other))
            | (Characters::Ranges(other), Characters::One(one)) => ranges(&[(*one, *one)], other),
            (Characters::Ranges(own), Characters::Ranges(other)) => ranges(own, other),
        }
    }
}

/// The error of an invalid pattern: its position, counted in characters, and the reason.
struct Fault<'p> {
    input: &'p str,
    position: usize,
    what: String,
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { input, position, what } = self;
        write!(f, "input:{input}, pos:{position}, {what}: the input provided is invalid")
    }
}

struct Reader<'p> {
    input: &'p str,
    characters: Vec<char>,
    position: usize,
}

fn tokenize(input: &str) -> Result<Vec<Token>, Fault<'_>> {
    let mut reader = Reader { input, characters: input.chars().collect(), position: 0 };
    let mut tokens: Vec<Token> = Vec::new();
    while let Some((character, escaped)) = reader.next()? {
        let characters = match character {
            '.' if !escaped => Characters::Any,
            '[' if !escaped => Characters::Ranges(reader.set()?),
            ']' if !escaped => {
                return Err(reader.fault("set-close ']' with no preceding '['"));
            }
            '*' | '+' if !escaped => {
                let what = format!("flag '{character}' must be preceded by a non-flag");
                return Err(reader.fault(&what));
            }
            other => Characters::One(other),
        };
        push(&mut tokens, Token { characters, repeat: reader.repeat() });
    }
    Ok(tokens)
}

/// Appends a token. Merges it with the last one if both repeat the same characters.
fn push(tokens: &mut Vec<Token>, token: Token) {
    match tokens.last_mut() {
        Some(last)
            if last.repeat != Repeat::Once
                && token.repeat != Repeat::Once
                && last.characters == token.characters =>
        {
            if token.repeat == Repeat::Plus {
                last.repeat = Repeat::Plus;
            }
        }
        _ => tokens.push(token),
    }
}

impl<'p> Reader<'p> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.position).copied()
    }

    /// Returns the next character, and `true` if it was escaped.
    fn next(&mut self) -> Result<Option<(char, bool)>, Fault<'p>> {
        let Some(character) = self.peek() else { return Ok(None) };
        if character != '\\' {
            self.position += 1;
            return Ok(Some((character, false)));
        }
        match self.characters.get(self.position + 1) {
            Some(&escaped) => {
                self.position += 2;
                Ok(Some((escaped, true)))
            }
            None => Err(self.fault("input ends with a \\ (escape) character")),
        }
    }

    fn repeat(&mut self) -> Repeat {
        let repeat = match self.peek() {
            Some('*') => Repeat::Star,
            Some('+') => Repeat::Plus,
            _ => return Repeat::Once,
        };
        self.position += 1;
        repeat
    }

    /// Reads the rest of a set after its `[`.
    fn set(&mut self) -> Result<Vec<(char, char)>, Fault<'p>> {
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut previous = None;
        while let Some((character, escaped)) = self.next()? {
            match character {
                ']' if !escaped => return Ok(merged(ranges)),
                '-' if !escaped => {
                    let Some(low) = previous.take() else {
                        let what = "range character '-' must be preceded by a Unicode character";
                        return Err(self.fault(what));
                    };
                    ranges.push((low, self.high(low)?));
                }
                other => {
                    ranges.push((other, other));
                    previous = Some(other);
                }
            }
        }
        Err(self.fault("found [ without matching ]"))
    }

    /// Reads the end of a range after its `-`.
    fn high(&mut self, low: char) -> Result<char, Fault<'p>> {
        if self.position + 1 >= self.characters.len() {
            return Err(self.fault("range character '-' must be followed by a Unicode character"));
        }
        match self.next()? {
            Some((']' | '-', false)) | None => {
                Err(self.fault("range character '-' cannot be followed by a special symbol"))
            }
            Some((high, _)) if high < low => {
                let what =
                    format!("range is out of order: '{high}' comes before '{low}' in Unicode");
                Err(self.fault(&what))
            }
            Some((high, _)) => Ok(high),
        }
    }

    fn fault(&self, what: &str) -> Fault<'p> {
        Fault { input: self.input, position: self.position, what: what.to_owned() }
    }
}

/// Returns the characters of `ranges` as sorted ranges that neither overlap nor touch.
fn merged(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut merged: Vec<(char, char)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match merged.last_mut() {
            Some(last) if u32::from(low) <= u32::from(last.1).saturating_add(1) => {
                last.1 = last.1.max(high);
            }
            _ => merged.push((low, high)),
        }
    }
    merged
}

/// Returns `true` if a text matches both patterns, as OPA's library decides it. If a token repeats,
/// it takes tokens of the other pattern one by one until its own successor fits. The library
/// ignores whether these tokens repeat too.
fn intersect(first: &[Token], second: &[Token]) -> bool {
    trim(first, second).is_some_and(|(first, second)| rest_intersects(first, second))
}

/// Removes the prefix and the suffix that match token by token, except one token at each end.
/// Returns `None` if two of these tokens do not match.
fn trim<'t>(first: &'t [Token], second: &'t [Token]) -> Option<(&'t [Token], &'t [Token])> {
    let once = |pair: &(&Token, &Token)| [pair.0, pair.1].iter().all(|t| t.repeat == Repeat::Once);
    let mut front = 0_usize;
    for (a, b) in first.iter().zip(second).take_while(once) {
        if !a.meets(b) {
            return None;
        }
        front += 1;
    }
    let front = front.saturating_sub(1);
    let (first, second) = (first.get(front..)?, second.get(front..)?);
    let mut back = 0_usize;
    for (a, b) in first.iter().rev().zip(second.iter().rev()).take_while(once) {
        if !a.meets(b) {
            return None;
        }
        back += 1;
    }
    let back = back.saturating_sub(1);
    Some((first.get(..first.len() - back)?, second.get(..second.len() - back)?))
}

/// For one place in the first pattern, the answers for each place in the second pattern. Each
/// answer is `true` if the rests of the patterns match a common text, under a condition on the next
/// step.
struct Row {
    /// The answers if the first pattern decides: its token is the first to be tested for
    /// repetition.
    first_leads: Vec<bool>,
    /// The answers if the second pattern decides.
    second_leads: Vec<bool>,
    /// The answers if the first pattern's token takes any number of the second pattern's tokens.
    first_takes: Vec<bool>,
    /// The answers if the second pattern's token takes any number of the first pattern's tokens.
    second_takes: Vec<bool>,
}

impl Row {
    fn new(length: usize) -> Self {
        let row = || vec![false; length];
        Self { first_leads: row(), second_leads: row(), first_takes: row(), second_takes: row() }
    }
}

/// Fills a table of the answers for each pair of places, row by row from the ends of the patterns.
/// The library recurses instead, which takes exponential time if many tokens repeat.
fn rest_intersects(first: &[Token], second: &[Token]) -> bool {
    let end = second.len();
    let mut below = Row::new(end + 1);
    below.first_leads[end] = true;
    below.second_leads[end] = true;
    if let Some(last) = end.checked_sub(1) {
        below.second_takes[last] = true;
    }
    for (a, own) in first.iter().enumerate().rev() {
        if !visit(MEMBERS * second.len()) {
            return false;
        }
        let next = first.get(a + 1);
        let mut row = Row::new(end + 1);
        row.first_takes[end] = next.is_none();
        for (b, other) in second.iter().enumerate().rev() {
            let meets = own.meets(other);
            let next_meets = next.is_some_and(|next| next.meets(other));
            let other_next_meets = second.get(b + 1).is_some_and(|next| next.meets(own));
            row.first_takes[b] =
                next_meets && below.first_leads[b] || meets && row.first_takes[b + 1];
            row.second_takes[b] =
                other_next_meets && row.second_leads[b + 1] || meets && below.second_takes[b];
            // A token with `+` takes one token and then any number, or is itself taken.
            let first_plus = meets && row.first_takes[b + 1];
            let second_plus = meets && below.second_takes[b];
            let (first_leads, second_leads) = match (own.repeat, other.repeat) {
                (Repeat::Once, Repeat::Once) => {
                    (meets && below.first_leads[b + 1], meets && below.second_leads[b + 1])
                }
                (Repeat::Star, Repeat::Once) => (row.first_takes[b], row.first_takes[b]),
                (Repeat::Once, Repeat::Star) => (row.second_takes[b], row.second_takes[b]),
                (Repeat::Plus, Repeat::Once) => (first_plus, first_plus),
                (Repeat::Once, Repeat::Plus) => (second_plus, second_plus),
                (Repeat::Star | Repeat::Plus, Repeat::Star | Repeat::Plus) => {
                    let first_plus = first_plus || meets && below.first_leads[b];
                    let second_plus = second_plus || meets && row.second_leads[b + 1];
                    let star = |repeat| repeat == Repeat::Star;
                    (
                        if star(own.repeat) { row.first_takes[b] } else { first_plus },
                        if star(other.repeat) { row.second_takes[b] } else { second_plus },
                    )
                }
            };
            row.first_leads[b] = first_leads;
            row.second_leads[b] = second_leads;
        }
        below = row;
    }
    below.first_leads[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn patterns_meet_or_do_not() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let run = |first, second| {
            let operands = [Value::String(first), Value::String(second)];
            globs_match(&env, &operands).map_err(|error| error.message)
        };
        let (yes, no) = (Ok(Some(Value::Bool(true))), Ok(Some(Value::Bool(false))));
        assert_eq!(run("a.c", "abc"), yes);
        assert_eq!(run("[a-c]+x", "abcx"), yes);
        assert_eq!(run("[a-c]+x", "abdx"), no);
        assert_eq!(run("a*b", "b"), yes);
        assert_eq!(run("a+b", "b"), no);
        assert_eq!(run(r"a\*", "a*"), no);
        assert_eq!(run(r"[a\]]x", r"\]x"), yes);
        assert_eq!(run(".*x.*y", "axbxcy"), yes);
        assert_eq!(run("", ""), yes);
        assert_eq!(run("a", ""), no);
        let error = "input:a], pos:2, set-close ']' with no preceding '[': the input provided is \
                     invalid";
        assert_eq!(run("a]", "a"), Err(error));
        for broken in ["*", "[a", "a\\", "[", "a[", ".*["] {
            assert!(run(broken, "a").is_err() && run("a", broken).is_err(), "{broken}");
        }
        // A token of the other pattern may take a token with `+` as a whole.
        assert_eq!(run("[ab]+b+", "[ab]+"), yes);
        assert_eq!(run(".+b+.", ".+"), yes);
        assert_eq!(run("[ab]*[ba]*c", "[a-b]*c"), yes);
        // From there on, the pattern whose token repeats decides.
        assert_eq!(run(".*cb+", "[a-c]*.*..+a*[ab]+"), yes);
        let long: &str = arena.string(&"a*b*".repeat(500));
        assert_eq!(run(long, long), yes);
        let other: &str = arena.string(&format!("{}c", "b*a*".repeat(500)));
        assert_eq!(run(long, other), no);
    }
}
