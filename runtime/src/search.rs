//! Short texts searched for in texts of some tens of bytes: eight bytes are looked at at once, and
//! nothing is prepared. The searches of the standard library prepare more than is searched here.

/// Texts longer than this are left to the standard library, whose time does not depend on how
/// often the needle nearly occurs.
const LONGEST: usize = 256;

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// Where the first `needle` stands in `text`; an empty one stands at the start.
#[inline]
pub(crate) fn find(text: &str, needle: &str) -> Option<usize> {
    match *needle.as_bytes() {
        [] => Some(0),
        [byte] => byte_from(text.as_bytes(), 0, byte),
        [first, ref rest @ ..] => {
            if text.len() > LONGEST {
                text.find(needle)
            } else {
                first_and_rest(text.as_bytes(), first, rest)
            }
        }
    }
}

/// What stands before the first `needle`, and behind it.
#[inline]
pub(crate) fn split_once<'t>(text: &'t str, needle: &str) -> Option<(&'t str, &'t str)> {
    let place = find(text, needle)?;
    Some((text.get(..place)?, text.get(place + needle.len()..)?))
}

/// The parts of `text` between needles that are not empty.
pub(crate) fn split<'t>(text: &'t str, needle: &'t str) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let cut = split_once(text, needle);
        rest = cut.map(|(_, behind)| behind);
        Some(cut.map_or(text, |(part, _)| part))
    })
}

/// Where `first` with `rest` behind it stands.
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

/// Where the first `byte` stands at or behind `from`.
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

/// How often `byte` stands in `text`.
pub(crate) fn count_byte(text: &[u8], byte: u8) -> usize {
    let (chunks, rest) = text.as_chunks();
    let in_chunks: u32 = chunks.iter().map(|chunk| marks(*chunk, byte).count_ones()).sum();
    in_chunks as usize + rest.iter().map(|&own| usize::from(own == byte)).sum::<usize>()
}

/// The highest bit of each byte that is `byte`, the first byte lowest.
#[inline]
fn marks(chunk: [u8; 8], byte: u8) -> u64 {
    let differing = u64::from_le_bytes(chunk) ^ (ONES * u64::from(byte));
    // The sum carries into no other byte, so that no mark is wrong.
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
        fn bytes_are_found_and_counted(
            text in proptest::collection::vec(prop_oneof![0..3_u8, 126..130_u8, 254..=255_u8], 0..40),
            byte in any::<u8>(), from in 0..45_usize,
        ) {
            for byte in text.iter().copied().chain([byte]) {
                let places = || (0..text.len()).filter(|&place| text[place] == byte);
                prop_assert_eq!(byte_from(&text, from, byte), places().find(|&place| place >= from));
                prop_assert_eq!(count_byte(&text, byte), places().count());
            }
        }
    }
}
