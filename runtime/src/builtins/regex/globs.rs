//! `regex.globs_match`: whether one text could match both of two simple patterns
//! (`github.com/yashtewari/glob-intersection`). These know characters, `.`, sets like `[a-z]`,
//! escapes, and `*` and `+` after each.

use core::fmt;
use std::collections::HashMap;

use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// `regex.globs_match(a, b)`
pub fn globs_match<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let first = operand::string(env, operands, 1)?;
    let second = operand::string(env, operands, 2)?;
    let fail = |fault: Fault<'_>| env.fail(format_args!("{fault}"));
    let first = tokenize(first).map_err(fail)?;
    let second = tokenize(second).map_err(fail)?;
    match intersect(&first, &second) {
        Some(meets) => Ok(Some(Value::Bool(meets))),
        None => Err(env.fail(format_args!("patterns with too many repetitions"))),
    }
}

/// A token: what characters it takes, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    characters: Characters,
    repeat: Repeat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Characters {
    One(char),
    Any,
    Ranges(Vec<(char, char)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    Once,
    Star,
    Plus,
}

impl Token {
    /// Whether a character is in both.
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

/// A pattern that is none: where, counted in characters, and why.
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
            // OPA's library takes a pattern that ends in an opening bracket as ended before it.
            '[' if !escaped && reader.peek().is_none() => break,
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

/// Adds a token, in one with the last where both repeat the same.
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

    /// The next character, and whether it was escaped.
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

    /// The rest of a set after its `[`.
    fn set(&mut self) -> Result<Vec<(char, char)>, Fault<'p>> {
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut previous = None;
        while let Some((character, escaped)) = self.next()? {
            match character {
                ']' if !escaped => return Ok(ranges),
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

    /// The end of a range after its `-`.
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

/// Whether the two have a text in common, as OPA's library decides it: where one token repeats, it
/// takes tokens of the other pattern one by one until its own successor fits, and does not look
/// at whether these repeat too. `None` if the patterns nest too many repetitions.
fn intersect(first: &[Token], second: &[Token]) -> Option<bool> {
    let Some((first, second)) = trim(first, second) else { return Some(false) };
    Search { tokens: [first, second], known: HashMap::new(), depth: 0 }.normal([0, 0])
}

/// The patterns without what matches token by token at the beginning and at the end, but for one
/// token at each; `None` if something there does not match.
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

/// A search over pairs of places, one in each pattern.
struct Search<'t> {
    tokens: [&'t [Token]; 2],
    known: HashMap<[usize; 2], bool>,
    depth: u32,
}

const MAX_DEPTH: u32 = 400;

impl Search<'_> {
    fn token(&self, side: usize, place: usize) -> Option<&Token> {
        self.tokens.get(side)?.get(place)
    }

    /// Whether the patterns from these places on have a text in common.
    fn normal(&mut self, start: [usize; 2]) -> Option<bool> {
        if let Some(known) = self.known.get(&start) {
            return Some(*known);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let answer = self.compare(start)?;
        self.depth -= 1;
        self.known.insert(start, answer);
        Some(answer)
    }

    fn compare(&mut self, start: [usize; 2]) -> Option<bool> {
        let [mut a, mut b] = start;
        while let (Some(left), Some(right)) = (self.token(0, a), self.token(1, b)) {
            match (left.repeat, right.repeat) {
                (Repeat::Once, Repeat::Once) if left.meets(right) => {}
                (Repeat::Once, Repeat::Once) => return Some(false),
                (Repeat::Once, Repeat::Star) => return self.star(1, [a, b]),
                (Repeat::Star, _) => return self.star(0, [a, b]),
                _ if !left.meets(right) => return Some(false),
                (Repeat::Once, Repeat::Plus) => return self.star(1, [a + 1, b]),
                (Repeat::Plus, _) => return self.star(0, [a, b + 1]),
            }
            a += 1;
            b += 1;
        }
        Some(self.token(0, a).is_none() && self.token(1, b).is_none())
    }

    /// The token of `side` at its place repeats.
    fn star(&mut self, side: usize, start: [usize; 2]) -> Option<bool> {
        let other = 1 - side;
        let [a, b] = start;
        let (own_place, first) = if side == 0 { (a, b) } else { (b, a) };
        let own = self.token(side, own_place)?.clone();
        let next = self.token(side, own_place + 1).cloned();
        for place in first.. {
            let Some(token) = self.token(other, place) else { break };
            let takes = token.meets(&own);
            if next.as_ref().is_some_and(|next| token.meets(next)) {
                let after = own_place + 1;
                if self.normal(if side == 0 { [after, place] } else { [place, after] })? {
                    return Some(true);
                }
            }
            if !takes {
                return Some(false);
            }
        }
        Some(next.is_none())
    }
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
        assert!(run("*", "a").is_err() && run("[a", "a").is_err() && run("a\\", "a").is_err());
        let long: &str = arena.string(&"a*b*".repeat(2000));
        assert!(run(long, long).is_err());
    }
}
