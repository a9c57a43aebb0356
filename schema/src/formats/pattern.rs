//! Patterns of formats.

use std::cell::RefCell;
use std::collections::HashMap;

use ferrego_runtime::builtins::regex::Pattern;

thread_local! {
    /// The patterns that the thread has compiled.
    static COMPILED: RefCell<HashMap<&'static str, Option<Pattern>>> = RefCell::default();
}

/// Returns `true` if the text matches a pattern in Go's syntax.
pub(super) fn matches(source: &'static str, text: &str) -> bool {
    COMPILED.with_borrow_mut(|compiled| {
        let pattern = compiled.entry(source).or_insert_with(|| Pattern::new(source).ok());
        pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
    })
}
