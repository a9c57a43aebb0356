//! Strings in the errors of Go's `time` package.

use core::fmt;

/// A quoted string. Bytes that are not printable ASCII appear as `\x..` (`time/format.go`,
/// `quote`).
pub(super) struct Quoted<'t>(pub(super) &'t [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for &byte in self.0 {
            match byte {
                b'"' | b'\\' => write!(f, "\\{}", char::from(byte))?,
                b' '..0x80 => write!(f, "{}", char::from(byte))?,
                _ => write!(f, "\\x{byte:02x}")?,
            }
        }
        f.write_str("\"")
    }
}
