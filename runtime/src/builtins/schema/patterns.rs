//! Regular expressions of schemas.

use crate::builtins::regex::cached;

/// Returns `true` if `pattern` is a valid regular expression in Go's syntax.
pub(super) fn is_valid(pattern: &str) -> bool {
    cached(pattern).is_ok()
}

/// Returns `true` if `pattern` matches anywhere in `text`. The check of the schema has rejected
/// invalid patterns.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    cached(pattern).is_ok_and(|pattern| pattern.is_match(text))
}
