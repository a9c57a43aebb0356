//! Notices about verdicts.

use ferrego_source::diagnostics::{Excerpt, Notice};

use crate::policy_set::{ReviewError, Warning};

/// Builds the notice for a warning of a verdict.
pub fn warning_notice(warning: &Warning<'_>) -> Notice {
    let notice = match &warning.element {
        Some(element) => {
            Notice::error("dropped violation", format!("{}: {element}", warning.message))
        }
        None => left_out_notice(warning),
    };
    notice.as_warning()
}

/// Builds the error for findings that were left out.
pub fn left_out_notice(warning: &Warning<'_>) -> Notice {
    let id = warning.constraint;
    Notice::error("left out", format!("{}/{}: {}", id.kind, id.name, warning.message))
}

/// Builds the notice for a review that a policy made fail. `messages` holds the places where the
/// policy builds its messages.
pub fn failed_review(error: &ReviewError, messages: &[Excerpt]) -> Notice {
    let (code, message) = error.message.split_once(": ").unwrap_or(("", &error.message));
    let mut notice = Notice::error(code, message);
    notice.excerpts.extend_from_slice(messages);
    notice.with_help(format!(
        "the msg of a violation must be a string; the constraint is {}/{}",
        error.kind, error.name
    ))
}
