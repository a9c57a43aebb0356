//! The lexer of numbers, characters and strings in actions (`newNumber` of
//! `text/template/parse/node.go`, `strconv.Unquote`).

use super::Fault;
use super::letters::is_letter;
use super::token::{Token, invalid};
use crate::number::hexadecimal;

/// Splits off a number (`lexNumber`, then `newNumber`).
pub(super) fn number(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let rest = scan(text)?;
    let number = &text[..text.len() - rest.len()];
    if !rest.starts_with(['+', '-']) {
        return Ok((value(number)?, rest));
    }
    let after = scan(rest)?;
    let imaginary = rest[..rest.len() - after.len()].strip_suffix('i');
    let imaginary = imaginary.ok_or_else(|| invalid("bad number syntax"))?;
    match (float(number), float(imaginary)) {
        (Some(real), Some(imaginary)) => Ok((Token::Complex(real, imaginary), after)),
        _ => Err(invalid("syntax error scanning complex number")),
    }
}

/// Returns the text after a number (`scanNumber`), whose value is checked later.
fn scan(text: &str) -> Result<&str, Fault> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let prefixed = |letters: [char; 2]| unsigned.strip_prefix('0')?.strip_prefix(letters);
    let (mut rest, digits, exponent) = if let Some(rest) = prefixed(['x', 'X']) {
        (rest, "0123456789abcdefABCDEF_", Some(['p', 'P']))
    } else if let Some(rest) = prefixed(['o', 'O']) {
        (rest, "01234567_", None)
    } else if let Some(rest) = prefixed(['b', 'B']) {
        (rest, "01_", None)
    } else {
        (unsigned, "0123456789_", Some(['e', 'E']))
    };
    rest = rest.trim_start_matches(|c| digits.contains(c));
    if let Some(after) = rest.strip_prefix('.') {
        rest = after.trim_start_matches(|c| digits.contains(c));
    }
    if let Some(after) = exponent.and_then(|letters| rest.strip_prefix(letters)) {
        let after = after.strip_prefix(['+', '-']).unwrap_or(after);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    }
    rest = rest.strip_prefix('i').unwrap_or(rest);
    match rest.chars().next() {
        Some(next) if is_letter(next) => Err(invalid("bad number syntax")),
        _ => Ok(rest),
    }
}

fn value(number: &str) -> Result<Token<'_>, Fault> {
    let illegal = || invalid(&format!("illegal number syntax: {number:?}"));
    if let Some(imaginary) = number.strip_suffix('i') {
        return Ok(Token::Complex(0.0, float(imaginary).ok_or_else(illegal)?));
    }
    let float_letters = number.contains(['.', 'e', 'E', 'p', 'P']);
    let Some(integer) = integer(number) else {
        return match float(number) {
            Some(float) if float_letters => Ok(Token::Float(float)),
            _ => Err(illegal()),
        };
    };
    match i64::try_from(integer) {
        // A number that begins with `0x` is an integer whatever its digits; one with a sign is not.
        #[expect(clippy::cast_precision_loss, reason = "Go rounds as well")]
        Ok(integer) if float_letters && !number.starts_with("0x") && !number.starts_with("0X") => {
            Ok(Token::Float(integer as f64))
        }
        Ok(integer) => Ok(Token::Integer(integer)),
        Err(_) if integer > 0 && integer <= u64::MAX.into() && !number.starts_with('+') => {
            Ok(Token::TooLarge)
        }
        Err(_) => Err(illegal()),
    }
}

/// Parses a float like `strconv.ParseFloat`, or returns `None` if no `float64` can hold it.
fn float(number: &str) -> Option<f64> {
    if !are_underscores_between_digits(number) {
        return None;
    }
    let number = if hexadecimal::is_prefixed(number) {
        hexadecimal::to_decimal(number)?
    } else {
        number.replace('_', "")
    };
    number.parse().ok().filter(|float: &f64| float.is_finite())
}

/// Parses an integer with an optional base prefix, or returns `None` if `i128` cannot hold it.
fn integer(number: &str) -> Option<i128> {
    if !are_underscores_between_digits(number) {
        return None;
    }
    let digits = number.replace('_', "");
    let (negative, magnitude) = match digits.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let based = [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)];
    let based =
        based.iter().find_map(|(prefix, base)| Some((magnitude.strip_prefix(prefix)?, *base)));
    let (magnitude, base) = match based {
        Some(based) => based,
        None if magnitude.len() > 1 && magnitude.starts_with('0') => (&magnitude[1..], 8),
        None => (magnitude, 10),
    };
    if magnitude.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = i128::from_str_radix(magnitude, base).ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

/// Implements Go's `underscoreOK`: an underscore separates digits, or follows the base prefix.
fn are_underscores_between_digits(number: &str) -> bool {
    let number = number.strip_prefix(['+', '-']).unwrap_or(number);
    let prefix = number.get(..2).map(str::to_ascii_lowercase);
    let is_based = matches!(prefix.as_deref(), Some("0b" | "0o" | "0x"));
    let is_hexadecimal = prefix.as_deref() == Some("0x");
    let mut previous = if is_based { '0' } else { '^' };
    for letter in number.chars().skip(if is_based { 2 } else { 0 }) {
        let is_digit = letter.is_ascii_digit() || is_hexadecimal && letter.is_ascii_hexdigit();
        let kind = match letter {
            _ if is_digit => '0',
            '_' => '_',
            _ => '!',
        };
        if kind == '_' && previous != '0' || kind == '!' && previous == '_' {
            return false;
        }
        previous = kind;
    }
    previous != '_'
}

/// Reads a string whose opening quote has been consumed.
pub(super) fn string(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let mut content = Vec::new();
    let mut rest = text;
    loop {
        let mut letters = rest.chars();
        match letters.next() {
            Some('"') => {
                let token = String::from_utf8(content).map_or(Token::NotUtf8, Token::String);
                return Ok((token, letters.as_str()));
            }
            None | Some('\n') => return Err(invalid("unterminated quoted string")),
            Some('\\') => {
                let (escaped, after) = escape(letters.as_str(), '"')?;
                match escaped {
                    Escaped::Byte(byte) => content.push(byte),
                    Escaped::Char(letter) => {
                        content.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
                rest = after;
            }
            Some(letter) => {
                content.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                rest = letters.as_str();
            }
        }
    }
}

/// Reads a character constant whose opening quote has been consumed.
pub(super) fn character(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let unterminated = || invalid("unterminated character constant");
    let mut letters = text.chars();
    let (code, after) = match letters.next().ok_or_else(unterminated)? {
        '\\' => match escape(letters.as_str(), '\'')? {
            (Escaped::Byte(byte), after) => (u32::from(byte), after),
            (Escaped::Char(letter), after) => (u32::from(letter), after),
        },
        '\'' | '\n' => return Err(invalid("malformed character constant")),
        letter => (u32::from(letter), letters.as_str()),
    };
    let rest = after.strip_prefix('\'').ok_or_else(unterminated)?;
    Ok((Token::Integer(code.into()), rest))
}

/// The value of an escape.
enum Escaped {
    Byte(u8),
    Char(char),
}

/// Reads an escape whose backslash has been consumed. Returns the text after it too.
fn escape(text: &str, quote: char) -> Result<(Escaped, &str), Fault> {
    let bad = || invalid("invalid syntax in string");
    let mut letters = text.chars();
    let first = letters.next().ok_or_else(bad)?;
    let number = |digits: &str, base: u32| -> Result<u32, Fault> {
        let all = digits.chars().all(|digit| digit.is_digit(base));
        u32::from_str_radix(digits, base).ok().filter(|_| all).ok_or_else(bad)
    };
    let letter = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\\' => '\\',
        same if same == quote => same,
        'x' | '0'..='7' => {
            let (start, length, base) = if first == 'x' { (1, 2, 16) } else { (0, 3, 8) };
            let digits = text.get(start..start + length).ok_or_else(bad)?;
            let byte = u8::try_from(number(digits, base)?).map_err(|_| bad())?;
            return Ok((Escaped::Byte(byte), &text[start + length..]));
        }
        'u' | 'U' => {
            let length = if first == 'u' { 4 } else { 8 };
            let digits = letters.as_str().get(..length).ok_or_else(bad)?;
            let letter = char::from_u32(number(digits, 16)?).ok_or_else(bad)?;
            return Ok((Escaped::Char(letter), &letters.as_str()[length..]));
        }
        _ => return Err(bad()),
    };
    Ok((Escaped::Char(letter), letters.as_str()))
}
