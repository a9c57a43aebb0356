//! Characters and character classes in patterns.

use super::pattern_error::{Parsed, PatternError};
use super::unicode::{self, ANYTHING, NOTHING};

const INVALID_RANGE: &str = "invalid character class range";
const INVALID_ESCAPE: &str = "invalid escape sequence";

/// Writes a literal character, escaped if necessary.
pub(super) fn push_literal(out: &mut String, character: char) {
    if regex_syntax::is_meta_character(character) {
        out.push('\\');
    }
    out.push(character);
}

/// Returns the class of the escape `\<letter>`, which is ASCII in Go.
pub(super) fn perl(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => "[\\t\\n\\f\\r ]",
        'S' => "[^\\t\\n\\f\\r ]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

/// Reads `\p{Name}`, `\p{^Name}` or `\pN`, or a negated class with `\P`. Returns the class and the
/// text after it.
pub(super) fn unicode_class(text: &str) -> Parsed<(String, &str)> {
    let mut negated = text.starts_with("\\P");
    let after = text.get(2..).unwrap_or_default();
    let (name, rest) = if let Some(braced) = after.strip_prefix('{') {
        braced.split_once('}').ok_or_else(|| PatternError::new(INVALID_RANGE, text))?
    } else {
        let length = after.chars().next().map_or(0, char::len_utf8);
        after.split_at_checked(length).unwrap_or_default()
    };
    let part = text.get(..text.len() - rest.len()).unwrap_or_default();
    let name = match name.strip_prefix('^') {
        Some(name) => {
            negated = !negated;
            name
        }
        None => name,
    };
    match unicode::class(name, negated) {
        Some(class) => Ok((class, rest)),
        None => Err(PatternError::new(INVALID_RANGE, part)),
    }
}

/// Reads an escaped character. Returns its code, which may be a surrogate and so not a character,
/// and the text after it.
pub(super) fn escape(text: &str) -> Parsed<(u32, &str)> {
    let after = text.strip_prefix('\\').unwrap_or(text);
    let Some(letter) = after.chars().next() else {
        return Err(PatternError::new("trailing backslash at end of expression", ""));
    };
    let rest = after.get(letter.len_utf8()..).unwrap_or_default();
    let simple = match letter {
        '0'..='7' => return octal(text, after),
        'x' => return hexadecimal(text, rest),
        'a' => 0x07,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'v' => 0x0b,
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => other.into(),
        _ => return Err(invalid_escape(text, rest)),
    };
    Ok((simple, rest))
}

fn invalid_escape(text: &str, rest: &str) -> PatternError {
    let part = text.get(..text.len() - rest.len()).unwrap_or_default();
    PatternError::new(INVALID_ESCAPE, part)
}

/// Reads up to three octal digits. A single digit other than zero would be a backreference.
fn octal<'t>(text: &str, after: &'t str) -> Parsed<(u32, &'t str)> {
    let length = after.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let (digits, rest) = after.split_at_checked(length).unwrap_or_default();
    if length == 1 && digits != "0" {
        return Err(invalid_escape(text, rest));
    }
    Ok((u32::from_str_radix(digits, 8).unwrap_or_default(), rest))
}

/// Reads `\x41` or `\x{1F600}`.
fn hexadecimal<'t>(text: &'t str, after: &'t str) -> Parsed<(u32, &'t str)> {
    let Some(braced) = after.strip_prefix('{') else {
        let mut digits = after.chars();
        let high = digits.next().and_then(|digit| digit.to_digit(16));
        let low = digits.next().and_then(|digit| digit.to_digit(16));
        let rest = digits.as_str();
        return match (high, low) {
            (Some(high), Some(low)) => Ok((high * 16 + low, rest)),
            _ => Err(invalid_escape(text, rest)),
        };
    };
    let mut code = 0;
    let mut digits = braced.chars();
    while let Some(character) = digits.next() {
        let rest = digits.as_str();
        match character.to_digit(16) {
            Some(digit) => code = code * 16 + digit,
            None if character == '}' && rest.len() + 1 < braced.len() => return Ok((code, rest)),
            None => return Err(invalid_escape(text, rest)),
        }
        if code > u32::from(char::MAX) {
            return Err(invalid_escape(text, rest));
        }
    }
    Err(invalid_escape(text, ""))
}

/// Reads `[…]`. Returns the class and the text after it.
pub(super) fn bracketed(text: &str) -> Parsed<(String, &str)> {
    let mut rest = text.strip_prefix('[').unwrap_or(text);
    let negated = rest.starts_with('^');
    rest = rest.strip_prefix('^').unwrap_or(rest);
    let mut items = String::new();
    let mut first = true;
    while first || !rest.starts_with(']') {
        first = false;
        rest = member(text, rest, &mut items)?;
    }
    let rest = rest.strip_prefix(']').unwrap_or(rest);
    let class = match (items.is_empty(), negated) {
        (true, true) => ANYTHING.to_owned(),
        (true, false) => NOTHING.to_owned(),
        (false, true) => format!("[^{items}]"),
        (false, false) => format!("[{items}]"),
    };
    Ok((class, rest))
}

/// Reads one item of the class `whole` and writes it. Returns the text after it.
fn member<'t>(whole: &str, rest: &'t str, items: &mut String) -> Parsed<&'t str> {
    if rest.starts_with("[:")
        && let Some((name, after)) = rest.get(2..).and_then(|name| name.split_once(":]"))
    {
        return posix(name, rest, after, items);
    }
    let mut characters = rest.chars();
    if characters.next() == Some('\\') {
        let letter = characters.next();
        if matches!(letter, Some('p' | 'P')) {
            let (class, after) = unicode_class(rest)?;
            items.push_str(&class);
            return Ok(after);
        }
        if let Some(class) = letter.and_then(perl) {
            items.push_str(class);
            return Ok(rest.get(2..).unwrap_or_default());
        }
    }
    let (low, after) = character(whole, rest)?;
    match after.strip_prefix('-') {
        Some(bound) if !bound.is_empty() && !bound.starts_with(']') => {
            let (high, after) = character(whole, bound)?;
            if high < low {
                let part = rest.get(..rest.len() - after.len()).unwrap_or_default();
                return Err(PatternError::new(INVALID_RANGE, part));
            }
            push_range(items, low, high);
            Ok(after)
        }
        _ => {
            push_range(items, low, low);
            Ok(after)
        }
    }
}

/// Reads a POSIX class such as `[:alpha:]`, which is ASCII in both engines.
fn posix<'t>(name: &str, rest: &str, after: &'t str, items: &mut String) -> Parsed<&'t str> {
    const NAMES: [&str; 14] = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit",
    ];
    if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
        let part = rest.get(..rest.len() - after.len()).unwrap_or_default();
        return Err(PatternError::new(INVALID_RANGE, part));
    }
    items.extend(["[:", name, ":]"]);
    Ok(after)
}

fn character<'t>(whole: &str, rest: &'t str) -> Parsed<(u32, &'t str)> {
    match rest.chars().next() {
        None => Err(PatternError::new("missing closing ]", whole)),
        Some('\\') => escape(rest),
        Some(first) => Ok((first.into(), rest.get(first.len_utf8()..).unwrap_or_default())),
    }
}

/// Writes a range of characters without the surrogates in it.
fn push_range(items: &mut String, low: u32, high: u32) {
    let low = char::from_u32(low).unwrap_or('\u{e000}');
    let high = char::from_u32(high).unwrap_or('\u{d7ff}');
    if low > high {
        return;
    }
    push_literal(items, low);
    if low != high {
        items.push('-');
        push_literal(items, high);
    }
}
