//! Regular expressions of schemas.

use crate::builtins::regex::cached;

/// Whether `pattern` is a regular expression of Go's syntax.
pub(super) fn is_valid(pattern: &str) -> bool {
    cached(pattern).is_ok()
}

/// Whether a part of `text` is as `pattern` says. The schema's check has refused what is no
/// pattern.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    cached(pattern).is_ok_and(|pattern| pattern.is_match(text))
}
