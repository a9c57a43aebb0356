//! Policies of the fixtures as a good engineer would write them in Rust.
//!
//! Each is written twice: over `serde_json::Value`, and over structs that borrow from the JSON and
//! hold only the fields that the policy reads.

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

/// A violation of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The message.
    pub(crate) msg: String,
    /// The names in the details, if the policy has details.
    pub(crate) details: Vec<String>,
}

/// A policy over `input` and `data`.
pub(crate) type OverValue = fn(&Value, &Value) -> Vec<Violation>;

/// A policy over types of its own.
pub(crate) trait Typed {
    /// The part of `input` that the policy reads.
    type Input<'a>: Deserialize<'a>;
    /// The part of `data` that the policy reads.
    type Data<'a>: Deserialize<'a>;

    /// Returns the violations without duplicates.
    fn violations(input: &Self::Input<'_>, data: &Self::Data<'_>) -> Vec<Violation>;
}

/// `input`: the object under review and the constraint's parameters.
#[derive(Debug, Deserialize)]
pub(crate) struct Input<O, P> {
    review: Review<O>,
    parameters: P,
}

#[derive(Debug, Deserialize)]
struct Review<O> {
    object: O,
}

/// A string that borrows from the JSON unless it contains escapes. It also borrows inside an option
/// or a list, where `Cow` alone would not.
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

/// Adds a violation unless one with this message exists.
fn report(violations: &mut Vec<Violation>, msg: String) {
    if violations.iter().all(|known| known.msg != msg) {
        violations.push(Violation { msg, details: Vec::new() });
    }
}

/// Iterates over the elements of the list at `key`, or over nothing if the value is not a list.
fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

/// Returns `true` if `pattern` matches `text`, or `None` if `pattern` is invalid. Compiled patterns
/// are cached for the thread, because the patterns of constraints rarely change.
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
