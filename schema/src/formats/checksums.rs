//! Numbers with a checksum: `isbn10`, `isbn13` and `creditcard` (`govalidator`).

use super::pattern::matches;

const CREDIT_CARD: &str = r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$";

/// Returns `true` if the text is an ISBN of 10 digits, of which the last may be `X`.
pub(super) fn is_isbn10(text: &str) -> bool {
    let text = without_separators(text);
    let Some((body, last)) = text.split_at_checked(9) else { return false };
    let last = if last == "X" { Some(10) } else { last.parse().ok().filter(|_| last.len() == 1) };
    match (digits(body), last) {
        (Some(body), Some(last)) => {
            let sum: u32 = (1..).zip(body).map(|(weight, digit)| weight * digit).sum();
            (sum + 10 * last).is_multiple_of(11)
        }
        _ => false,
    }
}

/// Returns `true` if the text is an ISBN of 13 digits.
pub(super) fn is_isbn13(text: &str) -> bool {
    let text = without_separators(text);
    let Some(digits) = digits(&text).filter(|digits| digits.len() == 13) else { return false };
    let sum: u32 =
        [1, 3].into_iter().cycle().zip(digits).map(|(weight, digit)| weight * digit).sum();
    sum.is_multiple_of(10)
}

/// Returns `true` if the digits of the text are those of a credit card. All other characters are
/// ignored.
pub(super) fn is_credit_card(text: &str) -> bool {
    let number: String = text.chars().filter(char::is_ascii_digit).collect();
    let doubled = |digit: u32| if digit < 5 { 2 * digit } else { 2 * digit - 9 };
    let sum = digits(&number).map(|digits| {
        let odd = digits.iter().rev().step_by(2).sum::<u32>();
        let even = digits.iter().rev().skip(1).step_by(2).map(|digit| doubled(*digit));
        odd + even.sum::<u32>()
    });
    matches(CREDIT_CARD, &number) && sum.is_some_and(|sum| sum.is_multiple_of(10))
}

/// Returns the text without hyphens and without the spaces of Go's `\s`.
fn without_separators(text: &str) -> String {
    text.replace(['-', ' ', '\t', '\n', '\x0c', '\r'], "")
}

/// Returns the digits of the text if all its characters are digits.
fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|letter| letter.to_digit(10)).collect()
}
