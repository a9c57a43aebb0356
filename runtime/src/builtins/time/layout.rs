//! Go's layouts, which show how a certain reference time is written (`time/format.go`,
//! `nextStdChunk`).

/// An element of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `January`
    LongMonth,
    /// `Jan`
    Month,
    /// `1`
    NumMonth,
    /// `01`
    ZeroMonth,
    /// `Monday`
    LongWeekday,
    /// `Mon`
    Weekday,
    /// `2`
    Day,
    /// `_2`
    UnderDay,
    /// `02`
    ZeroDay,
    /// `__2`
    UnderYearDay,
    /// `002`
    ZeroYearDay,
    /// `15`
    Hour,
    /// `3`
    Hour12,
    /// `03`
    ZeroHour12,
    /// `4`
    Minute,
    /// `04`
    ZeroMinute,
    /// `5`
    Second,
    /// `05`
    ZeroSecond,
    /// `2006`
    LongYear,
    /// `06`
    Year,
    /// `PM`
    UpperPm,
    /// `pm`
    LowerPm,
    /// `MST`
    ZoneName,
    /// `-0700` and its variants
    Offset(Offset),
    /// `.000` or `,999`
    Fraction(Fraction),
}

/// The format of a zone's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// `true` if UTC is written as `Z`.
    pub(super) zulu: bool,
    /// `true` if colons separate the parts.
    pub(super) colon: bool,
    /// The number of parts: hours, minutes, seconds.
    pub(super) parts: u8,
}

/// The format of a fraction of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    /// `.` or `,`
    pub(super) separator: char,
    pub(super) digits: usize,
    /// `true` if trailing zeros are dropped (`9` in the layout).
    pub(super) trimmed: bool,
}

/// The texts of the elements. If one text is a prefix of another, the longer one comes first.
const ELEMENTS: &[(&str, Element)] = &[
    ("January", Element::LongMonth),
    ("Jan", Element::Month),
    ("Monday", Element::LongWeekday),
    ("Mon", Element::Weekday),
    ("MST", Element::ZoneName),
    ("01", Element::ZeroMonth),
    ("02", Element::ZeroDay),
    ("03", Element::ZeroHour12),
    ("04", Element::ZeroMinute),
    ("05", Element::ZeroSecond),
    ("06", Element::Year),
    ("002", Element::ZeroYearDay),
    ("15", Element::Hour),
    ("1", Element::NumMonth),
    ("2006", Element::LongYear),
    ("2", Element::Day),
    ("_2", Element::UnderDay),
    ("__2", Element::UnderYearDay),
    ("3", Element::Hour12),
    ("4", Element::Minute),
    ("5", Element::Second),
    ("PM", Element::UpperPm),
    ("pm", Element::LowerPm),
    ("-070000", offset(false, false, 3)),
    ("-07:00:00", offset(false, true, 3)),
    ("-0700", offset(false, false, 2)),
    ("-07:00", offset(false, true, 2)),
    ("-07", offset(false, false, 1)),
    ("Z070000", offset(true, false, 3)),
    ("Z07:00:00", offset(true, true, 3)),
    ("Z0700", offset(true, false, 2)),
    ("Z07:00", offset(true, true, 2)),
    ("Z07", offset(true, false, 1)),
];

/// The names of layouts that OPA's `time.format` and `time.parse_ns` accept.
const NAMED: &[(&str, &str)] = &[
    ("ANSIC", "Mon Jan _2 15:04:05 2006"),
    ("UnixDate", "Mon Jan _2 15:04:05 MST 2006"),
    ("RubyDate", "Mon Jan 02 15:04:05 -0700 2006"),
    ("RFC822", "02 Jan 06 15:04 MST"),
    ("RFC822Z", "02 Jan 06 15:04 -0700"),
    ("RFC850", "Monday, 02-Jan-06 15:04:05 MST"),
    ("RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"),
    ("RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"),
    ("RFC3339", RFC3339),
    ("RFC3339Nano", RFC3339_NANO),
];

/// The layout of RFC 3339.
pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
/// The layout of RFC 3339 with a fraction of the second without trailing zeros.
pub(super) const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

/// The English names of the months.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The English names of the days of the week, from Sunday on.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Returns the layout with the name `layout`, or `layout` itself.
pub(super) fn named(layout: &str) -> &str {
    NAMED.iter().find(|(name, _)| *name == layout).map_or(layout, |(_, named)| named)
}

/// A layout up to and including its first element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk<'l> {
    /// The text before the element, or the whole layout if it has no element.
    pub(super) prefix: &'l str,
    /// The element and its text.
    pub(super) element: Option<(Element, &'l str)>,
    /// The rest of the layout.
    pub(super) rest: &'l str,
}

/// Splits off the first element of `layout`.
pub(super) fn next_chunk(layout: &str) -> Chunk<'_> {
    for (start, _) in layout.bytes().enumerate().filter(|&(_, byte)| begins_element(byte)) {
        // Elements begin with ASCII, so every split is between characters.
        let Some((prefix, tail)) = layout.split_at_checked(start) else { continue };
        if let Some((element, length)) = element_at(tail) {
            let (text, rest) = tail.split_at(length);
            return Chunk { prefix, element: Some((element, text)), rest };
        }
    }
    Chunk { prefix: layout, element: None, rest: "" }
}

/// Returns `true` if some element begins with `byte`.
fn begins_element(byte: u8) -> bool {
    matches!(byte, b'0'..=b'5' | b'J' | b'M' | b'P' | b'Z' | b'_' | b'p' | b'-' | b'.' | b',')
}

/// Returns the element at the beginning of `tail` and its length.
fn element_at(tail: &str) -> Option<(Element, usize)> {
    // `_2006` is an underscore before the year.
    if tail.starts_with("_2006") {
        return None;
    }
    fraction_at(tail).or_else(|| {
        let begins = |&&(text, element): &&(&str, Element)| {
            let short_name = matches!(element, Element::Month | Element::Weekday);
            tail.strip_prefix(text).is_some_and(|rest| {
                // `Month` and `Janus` are not elements.
                !(short_name && rest.starts_with(|next: char| next.is_ascii_lowercase()))
            })
        };
        ELEMENTS.iter().find(begins).map(|(text, element)| (*element, text.len()))
    })
}

fn fraction_at(tail: &str) -> Option<(Element, usize)> {
    let separator = tail.chars().next().filter(|first| matches!(first, '.' | ','))?;
    let digits = &tail[1..];
    let digit = digits.chars().next().filter(|first| matches!(first, '0' | '9'))?;
    let after = digits.trim_start_matches(digit);
    // With more digits, it is not a fraction.
    if after.starts_with(|next: char| next.is_ascii_digit()) {
        return None;
    }
    let count = digits.len() - after.len();
    let fraction = Fraction { separator, digits: count, trimmed: digit == '9' };
    Some((Element::Fraction(fraction), 1 + count))
}

const fn offset(zulu: bool, colon: bool, parts: u8) -> Element {
    Element::Offset(Offset { zulu, colon, parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(mut layout: &str) -> Vec<String> {
        let mut parts = Vec::new();
        loop {
            let chunk = next_chunk(layout);
            if !chunk.prefix.is_empty() {
                parts.push(format!("{:?}", chunk.prefix));
            }
            let Some((_, text)) = chunk.element else { return parts };
            parts.push(text.to_owned());
            layout = chunk.rest;
        }
    }

    #[test]
    fn layouts_split_into_elements() {
        assert_eq!(elements("2006-01-02"), ["2006", "\"-\"", "01", "\"-\"", "02"]);
        assert_eq!(
            elements("15:04:05.000Z07:00"),
            ["15", "\":\"", "04", "\":\"", "05", ".000", "Z07:00"]
        );
        assert_eq!(
            elements("Month Jan_2006 __2"),
            ["\"Month \"", "Jan", "\"_\"", "2006", "\" \"", "__2"]
        );
        assert_eq!(elements(".0001"), ["\".00\"", "01"]);
        assert_eq!(elements("héé"), ["\"héé\""]);
    }

    #[test]
    fn every_element_is_looked_for() {
        for (text, element) in ELEMENTS {
            assert_eq!(next_chunk(text).element, Some((*element, *text)));
        }
    }

    #[test]
    fn names_stand_for_layouts() {
        assert_eq!(named("RFC3339"), RFC3339);
        assert_eq!(named("2006"), "2006");
    }
}
