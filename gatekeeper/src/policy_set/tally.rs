//! The count of the findings of a review, which enforces the limits of a verdict.

use ferrego_runtime::{Arena, Value, json};

use super::limits::Limits;

/// The bytes of a message that are kept if a review has no room for more.
const SHORTEST: usize = 1024;

/// The value in place of details that are too large.
const NO_DETAILS: Value<'static> = Value::String("left out: too large");

/// The room that a review has left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    findings: usize,
    bytes: usize,
    left_out: usize,
}

impl Tally {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { findings: limits.findings, bytes: limits.bytes, left_out: 0 }
    }

    /// Returns the number of findings and warnings that were left out.
    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }

    /// Takes the room of a finding. Returns its message and details, or `None` if the room is
    /// too small and it is left out.
    pub(super) fn take<'a>(
        &mut self,
        msg: &'a str,
        details: Value<'a>,
    ) -> Option<(&'a str, Value<'a>)> {
        let size = || Some(msg.len() + json::size(&details, self.bytes.checked_sub(msg.len())?)?);
        match size() {
            Some(size) if self.findings > 0 => {
                self.findings -= 1;
                self.bytes -= size;
                Some((msg, details))
            }
            _ => {
                self.left_out += 1;
                None
            }
        }
    }

    /// Takes the room of the first finding of a constraint, which is never left out. If there is no
    /// room, the message is shortened and the details are replaced.
    pub(super) fn keep<'a>(
        &mut self,
        arena: &'a Arena,
        msg: &'a str,
        details: Value<'a>,
    ) -> (&'a str, Value<'a>) {
        self.findings = self.findings.saturating_sub(1);
        let msg = shortened(arena, msg, self.bytes.max(SHORTEST));
        self.bytes = self.bytes.saturating_sub(msg.len());
        // Empty details always have room.
        if details == Value::EMPTY_OBJECT || details == Value::Null {
            return (msg, details);
        }
        match json::size(&details, self.bytes) {
            Some(size) => {
                self.bytes -= size;
                (msg, details)
            }
            None => (msg, NO_DETAILS),
        }
    }
}

/// Returns the beginning of a text that is longer than `limit` bytes, with the number of the bytes
/// that are left out.
fn shortened<'a>(arena: &'a Arena, text: &'a str, limit: usize) -> &'a str {
    if text.len() <= limit {
        return text;
    }
    let kept = &text[..text.floor_char_boundary(limit)];
    arena.format(format_args!("{kept}… ({} bytes left out)", text.len() - kept.len()))
}
