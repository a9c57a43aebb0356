//! Verbs of strings.

use core::fmt::{self, Write};

use super::quote;
use super::spec::Spec;
use crate::arena::Arena;

/// The verbs of strings.
pub(super) const VERBS: &str = "vsqxX";

/// Writes a string with one of [`VERBS`].
pub(super) fn string(
    arena: &Arena,
    out: &mut impl Write,
    spec: &Spec,
    text: &str,
    verb: char,
) -> fmt::Result {
    match verb {
        'v' if spec.go_syntax => quoted(arena, out, spec, text),
        'q' => quoted(arena, out, spec, text),
        'x' => hexadecimal(out, spec, text, false),
        'X' => hexadecimal(out, spec, text, true),
        _ => plain(out, spec, text),
    }
}

/// Writes a string truncated to the precision and padded to the width.
pub(super) fn plain(out: &mut impl Write, spec: &Spec, text: &str) -> fmt::Result {
    if spec.width.is_none() && spec.precision.is_none() {
        return out.write_str(text);
    }
    spec.pad(out, truncate(spec, text))
}

fn quoted(arena: &Arena, out: &mut impl Write, spec: &Spec, text: &str) -> fmt::Result {
    let text = truncate(spec, text);
    if spec.flags.sharp && quote::can_backquote(text) {
        return spec.pad(out, arena.format(format_args!("`{text}`")));
    }
    let mut quoted = arena.text();
    quote::quote(&mut quoted, text, spec.flags.plus)?;
    spec.pad(out, &quoted)
}

fn truncate<'t>(spec: &Spec, text: &'t str) -> &'t str {
    let end = spec.precision.and_then(|count| text.char_indices().nth(count));
    end.and_then(|(place, _)| text.get(..place)).unwrap_or(text)
}

/// Writes the bytes in hexadecimal. The flag `#` adds the prefix `0x`, a space separates the bytes.
fn hexadecimal(out: &mut impl Write, spec: &Spec, text: &str, upper: bool) -> fmt::Result {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..spec.precision.unwrap_or(bytes.len())).unwrap_or(bytes);
    let (sharp, space) = (spec.flags.sharp, spec.flags.space);
    let width = match (bytes.len(), space, sharp) {
        (0, _, _) => return spec.padding(out, spec.width.unwrap_or_default()),
        (count, true, true) => 5 * count - 1,
        (count, true, false) => 3 * count - 1,
        (count, false, true) => 2 * count + 2,
        (count, false, false) => 2 * count,
    };
    let missing = spec.width.unwrap_or_default().saturating_sub(width);
    if !spec.flags.minus {
        spec.padding(out, missing)?;
    }
    for (index, byte) in bytes.iter().enumerate() {
        if space && index > 0 {
            out.write_char(' ')?;
        }
        if sharp && (space || index == 0) {
            out.write_str(if upper { "0X" } else { "0x" })?;
        }
        if upper { write!(out, "{byte:02X}") } else { write!(out, "{byte:02x}") }?;
    }
    if spec.flags.minus { spec.padding(out, missing) } else { Ok(()) }
}
