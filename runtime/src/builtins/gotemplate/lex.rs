//! Templates as texts and actions, and actions as tokens (`text/template/parse/lex.go`).

use super::Fault;

/// A piece of a template.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'t> {
    /// What is written as it stands.
    Text(&'t str),
    /// The tokens between `{{` and `}}`.
    Action(Vec<Token<'t>>),
}

/// A token of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// A name: a keyword or a function.
    Name(&'t str),
    /// `.name`
    Field(&'t str),
    /// `$` or `$name`, with the dollar.
    Variable(&'t str),
    /// `.`
    Dot,
    /// A number or a character.
    Integer(i64),
    /// A number that is no integer.
    Float(f64),
    /// A string, without quotes and escapes.
    Text(String),
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `|`
    Pipe,
    /// `,`
    Comma,
    /// `(`
    Open,
    /// `)`
    Close,
    /// White space, which tells `.a .b` from `.a.b`.
    Space,
}

/// Splits a template.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut trim = false;
    loop {
        let (text, after) = match rest.split_once("{{") {
            Some((text, after)) => (text, Some(after)),
            None => (rest, None),
        };
        let mut text = if trim { text.trim_start_matches(is_space) } else { text };
        let Some(mut after) = after else {
            if !text.is_empty() {
                pieces.push(Piece::Text(text));
            }
            return Ok(pieces);
        };
        if let Some(trimmed) = after.strip_prefix('-').filter(|rest| rest.starts_with(is_space)) {
            text = text.trim_end_matches(is_space);
            after = trimmed;
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        let (tokens, end, left) = action(after)?;
        if let Some(tokens) = tokens {
            pieces.push(Piece::Action(tokens));
        }
        trim = end == End::Trimmed;
        rest = left;
    }
}

/// How an action ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Plain,
    Trimmed,
}

/// The tokens of an action, none for a comment, its end and what follows.
type Action<'t> = (Option<Vec<Token<'t>>>, End, &'t str);

fn action(text: &str) -> Result<Action<'_>, Fault> {
    if let Some(comment) = text.trim_start_matches(is_space).strip_prefix("/*") {
        let (_, after) = comment.split_once("*/").ok_or_else(|| invalid("unclosed comment"))?;
        let (end, rest) =
            end(after).ok_or_else(|| invalid("comment ends before closing delimiter"))?;
        return Ok((None, end, rest));
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        if let Some((end, after)) = end(rest) {
            return Ok((Some(tokens), end, after));
        }
        let (token, after) = token(rest)?;
        tokens.push(token);
        rest = after;
    }
}

/// The end of an action, where the text begins with one.
fn end(text: &str) -> Option<(End, &str)> {
    if let Some(after) = text.strip_prefix("}}") {
        return Some((End::Plain, after));
    }
    let trimmed = text.trim_start_matches(is_space);
    if trimmed.len() < text.len()
        && let Some(after) = trimmed.strip_prefix("-}}")
    {
        return Some((End::Trimmed, after));
    }
    None
}

fn token(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return Err(invalid("unclosed action")) };
    let after = letters.as_str();
    let token = match first {
        first if is_space(first) => return Ok((Token::Space, text.trim_start_matches(is_space))),
        '=' => Token::Assign,
        ':' => {
            let after = after.strip_prefix('=').ok_or_else(|| invalid("expected :="))?;
            return Ok((Token::Declare, after));
        }
        '|' => Token::Pipe,
        ',' => Token::Comma,
        '(' => Token::Open,
        ')' => Token::Close,
        '"' => return string(after),
        '`' => {
            let (raw, rest) =
                after.split_once('`').ok_or_else(|| invalid("unterminated raw quoted string"))?;
            return Ok((Token::Text(raw.to_owned()), rest));
        }
        '\'' => return character(after),
        '$' => {
            let (name, rest) = name(after);
            return Ok((Token::Variable(&text[..=name.len()]), rest));
        }
        '.' if !after.starts_with(|next: char| next.is_ascii_digit()) => {
            let (name, rest) = name(after);
            let token = if name.is_empty() { Token::Dot } else { Token::Field(name) };
            return Ok((token, rest));
        }
        '.' | '+' | '-' | '0'..='9' => return number(text),
        first if is_letter(first) => {
            let (name, rest) = name(text);
            return Ok((Token::Name(name), rest));
        }
        other => return Err(invalid(&format!("unexpected {other:?} in command"))),
    };
    Ok((token, after))
}

fn name(text: &str) -> (&str, &str) {
    let end = text.find(|letter| !is_letter(letter)).unwrap_or(text.len());
    text.split_at(end)
}

fn number(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let sign = usize::from(text.starts_with(['+', '-']));
    let mut end = text.len();
    for (place, letter) in text.char_indices().skip(sign) {
        let exponent_sign = matches!(letter, '+' | '-') && text[..place].ends_with(['e', 'E']);
        if !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') || exponent_sign) {
            end = place;
            break;
        }
    }
    let (number, rest) = text.split_at(end);
    let digits = number.replace('_', "");
    if let Some(integer) = integer(&digits) {
        return Ok((Token::Integer(integer), rest));
    }
    match digits.parse::<f64>() {
        Ok(float) => Ok((Token::Float(float), rest)),
        Err(_) => Err(invalid(&format!("bad number syntax: {number:?}"))),
    }
}

fn integer(digits: &str) -> Option<i64> {
    let (negative, magnitude) = match digits.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let based = [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)];
    let based =
        based.iter().find_map(|(prefix, base)| Some((magnitude.strip_prefix(prefix)?, *base)));
    let (magnitude, base) = match based {
        Some(based) => based,
        None if magnitude.len() > 1 && magnitude.starts_with('0') => (&magnitude[1..], 8),
        None => (magnitude, 10),
    };
    let magnitude = i64::from_str_radix(magnitude, base).ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

/// A string without its opening quote.
fn string(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let mut content = String::new();
    let mut rest = text;
    loop {
        let mut letters = rest.chars();
        match letters.next() {
            Some('"') => return Ok((Token::Text(content), letters.as_str())),
            None | Some('\n') => return Err(invalid("unterminated quoted string")),
            Some('\\') => {
                let (letter, after) = escape(letters.as_str())?;
                content.push(letter);
                rest = after;
            }
            Some(letter) => {
                content.push(letter);
                rest = letters.as_str();
            }
        }
    }
}

/// A character constant without its opening quote.
fn character(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let unterminated = || invalid("unterminated character constant");
    let mut letters = text.chars();
    let (letter, after) = match letters.next().ok_or_else(unterminated)? {
        '\\' => escape(letters.as_str())?,
        letter => (letter, letters.as_str()),
    };
    let rest = after.strip_prefix('\'').ok_or_else(unterminated)?;
    Ok((Token::Integer(u32::from(letter).into()), rest))
}

/// The character that an escape stands for, and what follows; `text` is without the backslash.
fn escape(text: &str) -> Result<(char, &str), Fault> {
    let bad = || invalid("invalid syntax in string");
    let mut letters = text.chars();
    let letter = match letters.next().ok_or_else(bad)? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        same @ ('\\' | '"' | '\'') => same,
        kind @ ('u' | 'U' | 'x') => {
            let length = match kind {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            let digits = letters.as_str().get(..length).ok_or_else(bad)?;
            let code = u32::from_str_radix(digits, 16).map_err(|_| bad())?;
            let letter = char::from_u32(code).filter(|letter| kind != 'x' || letter.is_ascii());
            return Ok((letter.ok_or_else(bad)?, &letters.as_str()[length..]));
        }
        _ => return Err(bad()),
    };
    Ok((letter, letters.as_str()))
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

fn is_letter(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn invalid(message: &str) -> Fault {
    Fault::Invalid(format!("1: {message}"))
}
