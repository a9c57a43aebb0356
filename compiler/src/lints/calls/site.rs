//! The calls that the checks look at.

use ferrego_runtime::builtins::Builtin;

use crate::lints::evaluate::known::Known;
use crate::source::Span;

/// A call of a builtin, with what is known of its operands.
pub(in crate::lints) struct CallSite<'c, 'a> {
    pub(in crate::lints) builtin: &'static Builtin,
    /// The facts about the operands.
    pub(in crate::lints) operands: &'c [Known<'a>],
    /// The facts about the elements of the operands that are arrays of a known length.
    pub(in crate::lints) elements: Vec<Option<Vec<Known<'a>>>>,
    /// The place of the call.
    pub(in crate::lints) span: Span,
}
