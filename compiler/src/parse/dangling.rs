//! Points at an operator without an operand at the end of a rule.
//!
//! ```text
//! allow if input.x >          # the operand is missing here
//!
//! deny contains msg if { … }  # but OPA's parser takes `deny` for it, and fails behind it
//! ```

use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// The operators that need an operand on their right.
const OPERATORS: &[&str] =
    &[":=", "==", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|"];

/// Adds the operator to each syntax error in a line that begins a statement, if the code before that
/// line ends with an operator.
pub(super) fn point_at_operators(text: &str, faults: &mut [Diagnostic]) {
    for fault in faults.iter_mut().filter(|fault| fault.labels.is_empty()) {
        let Some(operator) = operator_before(text, fault.span) else { continue };
        let word = &text[operator.start as usize..operator.end as usize];
        fault.help = Some(format!("write the right operand of `{word}`, or remove the operator"));
        fault.labels.push(crate::diagnostics::Label {
            span: operator,
            message: "an operand is missing after this operator".to_owned(),
        });
    }
}

/// Returns the operator at the end of the code before the line of `place`, which must begin in the
/// first column.
fn operator_before(text: &str, place: Span) -> Option<Span> {
    let before = text.get(..place.start as usize)?;
    let line = before.rfind('\n')? + 1;
    if !text[line..].starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        return None;
    }
    let mut end = line;
    while end > 0 {
        let start = text[..end - 1].rfind('\n').map_or(0, |at| at + 1);
        // A `#` in a string only hides the operator.
        let code = text[start..end].split('#').next().unwrap_or_default().trim_end();
        if code.is_empty() {
            end = start;
            continue;
        }
        let operator = OPERATORS.iter().find(|operator| code.ends_with(**operator))?;
        let end = start + code.len();
        let span = |at: usize| u32::try_from(at).ok();
        let (start, end) = (span(end - operator.len())?, span(end)?);
        return Some(Span { start, end, ..place });
    }
    None
}
