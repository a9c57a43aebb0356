//! Policies of the fixtures as a good engineer would write them in Rust: over `serde_json::Value`,
//! and over structs that borrow from the JSON and hold what the policy reads.

pub(crate) mod allowed_repos;
pub(crate) mod container_limits;
pub(crate) mod host_namespaces;
pub(crate) mod image_pull_policy;
pub(crate) mod required_labels;
pub(crate) mod unique_ingress_host;

use std::borrow::{Borrow, Cow};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

/// What a policy says against a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The message.
    pub(crate) msg: String,
    /// The names in the details, where a policy gives details.
    pub(crate) details: Vec<String>,
}

/// A policy over `input` and `data`.
pub(crate) type OverValue = fn(&Value, &Value) -> Vec<Violation>;

/// A policy over types of its own.
pub(crate) trait Typed {
    /// What it reads of `input`.
    type Input<'a>: Deserialize<'a>;
    /// What it reads of `data`.
    type Data<'a>: Deserialize<'a>;

    /// The violations, each once.
    fn violations(input: &Self::Input<'_>, data: &Self::Data<'_>) -> Vec<Violation>;
}

/// `input`, with the object under review and the constraint's parameters.
#[derive(Debug, Deserialize)]
pub(crate) struct Input<O, P> {
    review: Review<O>,
    parameters: P,
}

#[derive(Debug, Deserialize)]
struct Review<O> {
    object: O,
}

/// A string that borrows from the JSON unless it is escaped there, inside an option or a list as
/// well.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Adds a violation that is not there yet.
fn report(violations: &mut Vec<Violation>, msg: String) {
    if violations.iter().all(|known| known.msg != msg) {
        violations.push(Violation { msg, details: Vec::new() });
    }
}

/// The elements of a list, none where there is no list.
fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

/// Whether the pattern is found in the text; none where it is no pattern. Patterns are kept: those
/// of constraints stay.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    thread_local! {
        static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(regex) = patterns.get(pattern) {
            return Some(regex.is_match(text));
        }
        let regex = Regex::new(pattern).ok()?;
        let found = regex.is_match(text);
        patterns.insert(pattern.to_owned(), regex);
        Some(found)
    })
}
