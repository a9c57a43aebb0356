//! The options for writing an argument, and the padding that they ask for.

use core::fmt::{self, Write};

use super::parse::Flags;

/// The options for writing one argument: Go's `fmt.fmt`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spec {
    pub(super) flags: Flags,
    /// `true` for `%#v`, in which `#` has this meaning only.
    pub(super) go_syntax: bool,
    /// `true` for `%+v`, in which `+` has this meaning only.
    pub(super) plus_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Spec {
    /// Writes `text` padded to the width (`fmt.pad`). Zeros are used only for padding on the left.
    pub(super) fn pad(&self, out: &mut impl Write, text: &str) -> fmt::Result {
        let missing = match self.width {
            Some(width) => width.saturating_sub(text.chars().count()),
            None => 0,
        };
        if self.flags.minus {
            out.write_str(text)?;
            self.padding(out, missing)
        } else {
            self.padding(out, missing)?;
            out.write_str(text)
        }
    }

    /// Writes `count` padding characters.
    pub(super) fn padding(&self, out: &mut impl Write, count: usize) -> fmt::Result {
        let zero = self.flags.zero && !self.flags.minus;
        repeat(out, if zero { '0' } else { ' ' }, count)
    }

    /// Returns the sign of a number: `-`, or the one that the flags request.
    pub(super) fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.flags.plus, self.flags.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }
}

/// Writes `c` `count` times.
pub(super) fn repeat(out: &mut impl Write, c: char, count: usize) -> fmt::Result {
    (0..count).try_for_each(|_| out.write_char(c))
}
