//! Times: `date`, `datetime` and `duration`.

use ferrego_runtime::builtins::time::parse_duration_ns;
use ferrego_runtime::env::{Env, NoHost};
use ferrego_runtime::{Arena, Value};

use super::pattern::matches;

/// The units that Kubernetes adds to Go's: the names, and a prefix of further names.
const UNITS: [(&[&str], &str); 8] = [
    (&["ns"], "nano"),
    (&["us", "\u{b5}s"], "micro"),
    (&["ms"], "milli"),
    (&["s"], "sec"),
    (&["m"], "min"),
    (&["h", "hr"], "hour"),
    (&["d"], "day"),
    (&["w", "wk"], "week"),
];

/// The pattern of a time of day in lower case. Kubernetes accepts any character before a fraction.
const TIME: &str = r"^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$";

/// Returns `true` if the text is a day of the calendar, such as `2024-02-29`.
pub(super) fn is_date(text: &str) -> bool {
    if !matches(r"^\d{4}-\d{2}-\d{2}$", text) {
        return false;
    }
    let part =
        |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(5, 7), part(8, 10)) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Returns `true` if the text is a date and a time with a zone. Kubernetes ignores the text after
/// another `t`.
pub(super) fn is_date_time(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut parts = text.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else { return false };
    let at_most =
        |from: usize, most: &str| time.get(from..from + 2).is_some_and(|part| part <= most);
    let in_range = at_most(0, "23") && at_most(3, "59") && at_most(6, "59");
    is_date(date) && matches(TIME, time) && in_range
}

/// Returns `true` if the text is a duration of Go, or contains a number with a unit, such as
/// `about 3 days`.
pub(super) fn is_duration(text: &str) -> bool {
    is_go_duration(text) || contains_duration(text)
}

fn is_go_duration(text: &str) -> bool {
    // The builtin has units beyond Go's: days, weeks and years.
    if text.contains(['d', 'w', 'y']) {
        return false;
    }
    let arena = Arena::new();
    let env = Env::new(&arena, &NoHost);
    matches!(parse_duration_ns(&env, &[Value::String(arena.string(text))]), Ok(Some(_)))
}

/// Returns `true` if a number with a unit occurs in the text, and no number before a word exceeds
/// 64 bits.
fn contains_duration(text: &str) -> bool {
    let is_space = |letter| matches!(letter, ' ' | '\t' | '\n' | '\x0c' | '\r');
    let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == '\u{b5}';
    let mut found = false;
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let number = &rest[start..];
        rest = number.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let number = &number[..number.len() - rest.len()];
        let word = rest.trim_start_matches(is_space);
        let after = word.trim_start_matches(is_letter);
        let word = &word[..word.len() - after.len()];
        if !word.is_empty() {
            if number.parse::<i64>().is_err() {
                return false;
            }
            found |= is_unit(&word.to_ascii_lowercase());
        }
    }
    found
}

fn is_unit(word: &str) -> bool {
    UNITS.iter().any(|(names, prefix)| names.contains(&word) || word.starts_with(prefix))
}
