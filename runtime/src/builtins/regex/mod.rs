//! Regular expressions with Go's semantics (`topdown/regex.go`), executed by the `regex` crate.

#[cfg(feature = "regex")]
mod class;
#[cfg(feature = "regex")]
mod cost;
#[cfg(feature = "regex")]
pub(crate) mod evaluation_cache;
#[cfg(feature = "regex")]
mod expand;
#[cfg(feature = "regex")]
mod functions;
mod globs;
#[cfg(feature = "regex")]
pub(crate) mod known;
#[cfg(feature = "regex")]
mod machine;
#[cfg(feature = "regex")]
mod pattern;
#[cfg(feature = "regex")]
mod pattern_error;
#[cfg(feature = "regex")]
pub mod prepared;
#[cfg(feature = "regex")]
mod repeat;
#[cfg(feature = "regex")]
mod stack;
#[cfg(feature = "regex")]
mod template;
#[cfg(feature = "regex")]
pub mod texts;
#[cfg(feature = "regex")]
mod translate;
#[cfg(feature = "regex")]
mod unicode;

#[cfg(feature = "regex")]
pub(super) use cost::is_cheap;
#[cfg(feature = "regex")]
pub use functions::{find_all_string_submatch_n, find_n, is_valid, matches, replace, split};
pub use globs::globs_match;
#[cfg(feature = "regex")]
pub use pattern::Pattern;
#[cfg(feature = "jsonschema")]
pub(super) use pattern::cached;
#[cfg(feature = "regex")]
pub use pattern_error::PatternError;
#[cfg(feature = "regex")]
pub(super) use template::literal as literal_template;
#[cfg(feature = "regex")]
pub use template::template_match;
#[cfg(feature = "regex")]
pub(super) use translate::translate;

use super::row::{Builtin, row};

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(regex::is_valid, "regex.is_valid", "(string) => boolean", feature: "regex", cost: Expensive),
    row!(regex::matches, "regex.match", "(string, string) => boolean", feature: "regex", cost: Expensive, pattern: Match, prepared: "regex::prepared::matches", form: Holds("regex_match")),
    row!(regex::matches, "re_match", "(string, string) => boolean", feature: "regex", deprecated: true, cost: Expensive, pattern: Match, prepared: "regex::prepared::matches", form: Holds("re_match")),
    row!(regex::split, "regex.split", "(string, string) => array[string]", feature: "regex", cost: Expensive, pattern: Search(0), prepared: "regex::prepared::split"),
    row!(regex::globs_match, "regex.globs_match", "(string, string) => boolean", cost: Expensive),
    row!(regex::template_match, "regex.template_match", "(string, string, string, string) => boolean", feature: "regex", cost: Expensive, pattern: Template, prepared: "regex::prepared::matches"),
    row!(regex::find_n, "regex.find_n", "(string, string, number) => array[string]", feature: "regex", cost: Expensive, pattern: Search(0), prepared: "regex::prepared::find_n"),
    row!(regex::find_all_string_submatch_n, "regex.find_all_string_submatch_n", "(string, string, number) => array[array[string]]", feature: "regex", cost: Expensive, pattern: Search(0), prepared: "regex::prepared::find_all_string_submatch_n"),
    row!(regex::replace, "regex.replace", "(string, string, string) => string", feature: "regex", cost: Expensive, pattern: Search(1), prepared: "regex::prepared::replace"),
];
