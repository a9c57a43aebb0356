//! Searches for short strings in texts of some tens of bytes. They test eight bytes at a time, and
//! need no preparation.
//!
//! `memchr` and the standard library find the same places, but prepare each search. With `memchr`,
//! splitting `10.0.0.0/8` at `/` makes an evaluation of the policy `egress-cidrs` take 19 to 21 %
//! more instructions. `release-window` takes 7 to 20 % more, and `job-class` 6 to 9 %.

use crate::budget::read_text;

/// The greatest length of a text that is searched here. A longer one is left to the standard
/// library, whose running time does not depend on partial matches of the needle.
const LONGEST: usize = 256;

/// The greatest length for which testing eight bytes at a time saves nothing.
const SHORT: usize = 8;

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// Returns the position of the first `needle` in `text`. An empty needle is found at the start.
#[inline]
pub(crate) fn find(text: &str, needle: &str) -> Option<usize> {
    match *needle.as_bytes() {
        [] => Some(0),
        [byte] => byte_from(text.as_bytes(), 0, byte),
        [first, ref rest @ ..] => {
            if text.len() > LONGEST {
                in_long(text, needle)
            } else if text.len() <= SHORT {
                in_short(text.as_bytes(), first, rest)
            } else {
                first_and_rest(text.as_bytes(), first, rest)
            }
        }
    }
}

/// Returns the position of a needle in a long text, which is charged to the evaluation.
#[inline(never)]
fn in_long(text: &str, needle: &str) -> Option<usize> {
    if read_text(text.len()) { text.find(needle) } else { None }
}

/// Returns the parts of `text` before and after the first `needle`.
#[inline]
pub(crate) fn split_once<'t>(text: &'t str, needle: &str) -> Option<(&'t str, &'t str)> {
    let place = find(text, needle)?;
    Some((text.get(..place)?, text.get(place + needle.len()..)?))
}

/// Returns the parts of `text` between occurrences of `needle`, which must not be empty.
pub(crate) fn split<'t>(text: &'t str, needle: &'t str) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let cut = split_once(text, needle);
        rest = cut.map(|(_, behind)| behind);
        Some(cut.map_or(text, |(part, _)| part))
    })
}

/// Returns the position of `first` followed by `rest` in a short text.
fn in_short(text: &[u8], first: u8, rest: &[u8]) -> Option<usize> {
    let is_there = |(own, behind): (&u8, &[u8])| *own == first && behind.iter().eq(rest);
    text.windows(rest.len() + 1).position(|part| part.split_first().is_some_and(is_there))
}

/// Returns the position of `first` followed by `rest`.
fn first_and_rest(text: &[u8], first: u8, rest: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let place = byte_from(text, from, first)?;
        from = place + 1;
        let behind = text.get(from..from + rest.len())?;
        if behind.iter().eq(rest) {
            return Some(place);
        }
    }
}

/// Returns the position of the first `byte` at or after `from`.
#[inline]
pub(crate) fn byte_from(text: &[u8], mut from: usize, byte: u8) -> Option<usize> {
    while let Some(chunk) = text.get(from..).and_then(|rest| rest.first_chunk()) {
        let found = marks(*chunk, byte);
        if found != 0 {
            return Some(from + found.trailing_zeros() as usize / 8);
        }
        from += chunk.len();
    }
    let rest = text.get(from..)?;
    rest.iter().position(|&own| own == byte).map(|place| from + place)
}

/// Calls `see` with each position of `byte`.
#[inline]
pub(crate) fn each_byte(text: &[u8], byte: u8, mut see: impl FnMut(usize)) {
    let (chunks, rest) = text.as_chunks();
    let mut from = 0;
    for chunk in chunks {
        let mut found = marks(*chunk, byte);
        while found != 0 {
            see(from + found.trailing_zeros() as usize / 8);
            found &= found - 1;
        }
        from += chunk.len();
    }
    for (place, &own) in (from..).zip(rest) {
        if own == byte {
            see(place);
        }
    }
}

/// Returns `true` if `text` contains `byte`.
#[inline]
pub(crate) fn has_byte(text: &[u8], byte: u8) -> bool {
    byte_from(text, 0, byte).is_some()
}

/// Returns a mask with the top bit of each byte of `chunk` that equals `byte`. The first byte is
/// the lowest.
#[inline]
fn marks(chunk: [u8; 8], byte: u8) -> u64 {
    let differing = u64::from_le_bytes(chunk) ^ (ONES * u64::from(byte));
    // The addition carries into no other byte, so that every mark is correct.
    !(((differing & LOW) + LOW) | differing | LOW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_the_standard_library_finds(
            text in "[ab\u{0}\u{7f}é/]{0,40}", needle in "[ab\u{0}\u{7f}é/]{0,4}",
            times in 1..20_usize,
        ) {
            for text in [text.repeat(times), text] {
                prop_assert_eq!(find(&text, &needle), text.find(&needle));
                if !needle.is_empty() {
                    prop_assert!(split(&text, &needle).eq(text.split(&needle)));
                }
            }
        }

        #[test]
        fn bytes_are_found(
            text in proptest::collection::vec(prop_oneof![0..3_u8, 126..130_u8, 254..=255_u8], 0..40),
            byte in any::<u8>(), from in 0..45_usize,
        ) {
            for byte in text.iter().copied().chain([byte]) {
                let places = || (0..text.len()).filter(|&place| text[place] == byte);
                prop_assert_eq!(byte_from(&text, from, byte), places().find(|&place| place >= from));
                let mut seen = Vec::new();
                each_byte(&text, byte, |place| seen.push(place));
                prop_assert!(places().eq(seen));
                prop_assert_eq!(has_byte(&text, byte), places().next().is_some());
            }
        }
    }
}
