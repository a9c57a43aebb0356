//! The characters that a text may contain.

use super::{Fault, Mark};

pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Returns the fault of a text that YAML's reader rejects: its first control character, or a second
/// byte order mark before more than one line.
///
/// After a second byte order mark, `go-yaml` drops the first character of every line, beginning
/// with the mark itself. On a single line, this is visible only if the line begins with a directive
/// or a document marker.
pub(super) fn check(text: &str) -> Option<Fault> {
    let doubled = format!("{BYTE_ORDER_MARK}{BYTE_ORDER_MARK}");
    if let Some(line) = text.strip_prefix(&doubled)
        && (line.contains(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}', BYTE_ORDER_MARK])
            || ["%", "---", "..."].iter().any(|marker| line.starts_with(marker)))
    {
        return Some(fault(text, BYTE_ORDER_MARK.len_utf8(), "found a second byte order mark"));
    }
    let offset = first_disallowed(text.as_bytes())?;
    Some(fault(text, offset, "control characters are not allowed"))
}

fn fault(text: &str, offset: usize, problem: &'static str) -> Fault {
    let mark = Mark { offset, index: text[..offset].chars().count(), line: 0, column: 0 };
    Fault { problem, context: "", context_mark: Mark::default(), mark, is_scanner: false }
}

/// Returns the offset of the first character that is neither printable nor a tab or a line break.
fn first_disallowed(bytes: &[u8]) -> Option<usize> {
    let mut suspects = bytes.iter().enumerate().filter(|&(_, &byte)| SUSPECT[usize::from(byte)]);
    suspects.find_map(|(offset, &byte)| {
        let next = |ahead: usize| bytes.get(offset + ahead).copied().unwrap_or(0);
        let is_allowed = match byte {
            0xc2 => next(1) == 0x85 || next(1) >= 0xa0,
            0xef => next(1) != 0xbf || next(2) < 0xbe,
            _ => false,
        };
        (!is_allowed).then_some(offset)
    })
}

/// The bytes of control characters, and the lead bytes with which one may begin.
static SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = !matches!(byte, 0x09 | 0x0a | 0x0d);
        byte += 1;
    }
    table[0x7f] = true;
    table[0xc2] = true;
    table[0xef] = true;
    table
};
