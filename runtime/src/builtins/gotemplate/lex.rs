//! The lexer of templates (`text/template/parse/lex.go`).

use super::Fault;
use super::constant;
use super::letters::is_letter;
use super::token::{Token, invalid};

/// Returns the tokens of a template.
pub(super) fn tokens(template: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("{{") {
        let marker = after.strip_prefix('-').and_then(|after| after.strip_prefix(is_space));
        let text = if marker.is_some() { text.trim_end_matches(is_space) } else { text };
        if !text.is_empty() {
            tokens.push(Token::Text(text));
        }
        let inside = marker.unwrap_or(after);
        rest = match inside.strip_prefix("/*") {
            Some(comment) => {
                let (_, after) =
                    comment.split_once("*/").ok_or_else(|| invalid("unclosed comment"))?;
                end(after).ok_or_else(|| invalid("comment ends before closing delimiter"))?
            }
            None => action(inside, &mut tokens)?,
        };
    }
    if !rest.is_empty() {
        tokens.push(Token::Text(rest));
    }
    Ok(tokens)
}

/// Reads an action whose `{{` has been consumed. Returns the text after its end.
fn action<'t>(text: &'t str, tokens: &mut Vec<Token<'t>>) -> Result<&'t str, Fault> {
    tokens.push(Token::Left);
    let mut rest = text;
    let mut open = 0_usize;
    loop {
        if let Some(after) = end(rest) {
            if open > 0 {
                return Err(invalid("unclosed left paren"));
            }
            tokens.push(Token::Right);
            return Ok(after);
        }
        let (token, after) = token(rest)?;
        match token {
            Token::Open => open += 1,
            Token::Close => {
                open = open.checked_sub(1).ok_or_else(|| invalid("unexpected right paren"))?;
            }
            _ => {}
        }
        tokens.push(token);
        rest = after;
    }
}

/// Returns the text after the end of an action if `text` begins with one. A minus after exactly one
/// space trims the text that follows.
fn end(text: &str) -> Option<&str> {
    if let Some(after) = text.strip_prefix("}}") {
        return Some(after);
    }
    let after = text.strip_prefix(is_space)?.strip_prefix("-}}")?;
    Some(after.trim_start_matches(is_space))
}

fn token(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return Err(invalid("unclosed action")) };
    let after = letters.as_str();
    let token = match first {
        first if is_space(first) => return Ok((Token::Space, space(text))),
        '=' => Token::Assign,
        ':' => {
            let after = after.strip_prefix('=').ok_or_else(|| invalid("expected :="))?;
            return Ok((Token::Declare, after));
        }
        '|' => Token::Pipe,
        ',' => Token::Comma,
        '(' => Token::Open,
        ')' => Token::Close,
        '"' => return constant::string(after),
        '`' => {
            let (raw, rest) =
                after.split_once('`').ok_or_else(|| invalid("unterminated raw quoted string"))?;
            // Go drops carriage returns from raw strings.
            return Ok((Token::String(raw.replace('\r', "")), rest));
        }
        '\'' => return constant::character(after),
        '$' => {
            let (name, rest) = name(after)?;
            return Ok((Token::Variable(&text[..=name.len()]), rest));
        }
        '.' if !after.starts_with(|next: char| next.is_ascii_digit()) && !after.is_empty() => {
            let (name, rest) = name(after)?;
            return Ok((if name.is_empty() { Token::Dot } else { Token::Field(name) }, rest));
        }
        '.' | '+' | '-' | '0'..='9' => return constant::number(text),
        first if is_letter(first) => {
            let (name, rest) = name(text)?;
            return Ok((word(name), rest));
        }
        other => return Err(invalid(&format!("unexpected {other:?} in action"))),
    };
    Ok((token, after))
}

fn word(word: &str) -> Token<'_> {
    match word {
        "nil" => Token::Nil,
        "true" | "false" => Token::Bool(word == "true"),
        "block" | "break" | "continue" | "define" | "else" | "end" | "if" | "range"
        | "template" | "with" => Token::Keyword(word),
        _ => Token::Name(word),
    }
}

/// Skips white space, except the space with which a trimming end begins.
fn space(text: &str) -> &str {
    let rest = text.trim_start_matches(is_space);
    let length = text.len() - rest.len();
    // The caller has handled an end that begins here, so `rest` follows more than one space.
    if rest.starts_with("-}}") { &text[length - 1..] } else { rest }
}

/// Splits off a name, which only certain characters may follow.
fn name(text: &str) -> Result<(&str, &str), Fault> {
    let mut end = text.len();
    for (place, letter) in text.char_indices() {
        if !is_letter(letter) {
            end = place;
            break;
        }
    }
    let (name, rest) = text.split_at(end);
    let ends = |next: char| is_space(next) || matches!(next, '.' | ',' | '|' | ':' | ')' | '(');
    match rest.chars().next() {
        Some(next) if !ends(next) && !rest.starts_with("}}") => {
            Err(invalid(&format!("bad character {next:?}")))
        }
        _ => Ok((name, rest)),
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}
