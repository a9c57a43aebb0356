//! The versions of the objects that decide about others: definitions, Namespaces, and the inventory.
//!
//! The watch of a kind begins with a list of all objects, which were read before. Only what differs
//! is a change.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use ferrego_runtime::json::{Escape, to_string};
use ferrego_runtime::{Document, Value};
use ferrego_webhook::cluster::reader::Source;

/// The versions of objects, by their source and their name.
pub(super) struct Known {
    hasher: RandomState,
    versions: HashMap<Source, HashMap<String, u64>>,
    /// The names that the current list of a source has given.
    listing: HashMap<Source, HashSet<String>>,
}

/// A difference to what is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Difference {
    New,
    Changed,
}

impl Known {
    /// Creates the versions of no object. Those of two of them can be compared if they share a hasher.
    pub(super) fn new(hasher: &RandomState) -> Self {
        Self { hasher: hasher.clone(), versions: HashMap::new(), listing: HashMap::new() }
    }

    /// Records an object that was read.
    pub(super) fn record(&mut self, source: &Source, object: &Document) {
        let version = self.version(source, object);
        self.versions.entry(source.clone()).or_default().insert(name(&object.value()), version);
    }

    /// Takes the versions of objects that were all read again.
    pub(super) fn replace(&mut self, read: Self) {
        self.versions = read.versions;
    }

    /// Returns the names of the objects of a source whose versions differ in `other`.
    pub(super) fn differences(&self, other: &Self, source: &Source) -> HashSet<String> {
        let none = HashMap::new();
        let [own, others] = [self, other].map(|known| known.versions.get(source).unwrap_or(&none));
        let names = own.keys().chain(others.keys());
        names.filter(|name| own.get(*name) != others.get(*name)).cloned().collect()
    }

    /// Returns `true` while the source is listed.
    pub(super) fn is_listing(&self, source: &Source) -> bool {
        self.listing.contains_key(source)
    }

    /// A list of all objects of the source begins.
    pub(super) fn begin(&mut self, source: &Source) {
        self.listing.insert(source.clone(), HashSet::new());
    }

    /// The list is complete. Returns the names of the objects that are gone.
    pub(super) fn end(&mut self, source: &Source) -> Vec<String> {
        let Some(listed) = self.listing.remove(source) else { return Vec::new() };
        let Some(versions) = self.versions.get_mut(source) else { return Vec::new() };
        versions.extract_if(|name, _| !listed.contains(name)).map(|(name, _)| name).collect()
    }

    /// Takes an object. Returns how it differs from what is known, if it does.
    pub(super) fn take(&mut self, source: &Source, object: &Document) -> Option<Difference> {
        let (name, version) = (name(&object.value()), self.version(source, object));
        if let Some(listed) = self.listing.get_mut(source) {
            listed.insert(name.clone());
        }
        let known = self.versions.entry(source.clone()).or_default().insert(name, version);
        match known {
            None => Some(Difference::New),
            Some(known) if known != version => Some(Difference::Changed),
            Some(_) => None,
        }
    }

    /// Removes an object. Returns `true` if it was known.
    pub(super) fn remove(&mut self, source: &Source, name: &str) -> bool {
        let versions = self.versions.get_mut(source);
        versions.is_some_and(|versions| versions.remove(name).is_some())
    }

    /// Returns the version of an object: of a definition its `spec`, of others the version that the
    /// API server counts, or the object itself.
    fn version(&self, source: &Source, object: &Document) -> u64 {
        let value = object.value();
        let part = match source {
            Source::Namespaces | Source::Objects(_) => {
                value.path(&["metadata", "resourceVersion"]).or(Some(value))
            }
            _ => value.get_str("spec"),
        };
        self.hasher.hash_one(part.map(|part| to_string(&part, Escape::Plain)))
    }
}

/// Returns the name of an object with its namespace, as in `shop/web`.
pub(super) fn name(value: &Value<'_>) -> String {
    let text = |key| {
        let text = value.path(&["metadata", key]).and_then(|text| text.as_str());
        text.unwrap_or_default().to_owned()
    };
    format!("{}/{}", text("namespace"), text("name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str, version: u32, labels: u32) -> Document {
        let metadata = format!(
            r#"{{"name": "{name}", "namespace": "a", "resourceVersion": "{version}", "n": {labels}}}"#
        );
        Document::parse(format!(r#"{{"metadata": {metadata}, "spec": {labels}}}"#)).expect("JSON")
    }

    #[test]
    fn the_first_list_of_a_watch_changes_nothing_that_was_read() {
        let (mut known, source) = (Known::new(&RandomState::new()), Source::Namespaces);
        known.record(&source, &object("one", 1, 0));
        known.record(&source, &object("two", 1, 0));
        known.record(&source, &object("three", 1, 0));
        known.begin(&source);
        assert_eq!(known.take(&source, &object("one", 1, 0)), None);
        assert_eq!(known.take(&source, &object("two", 2, 0)), Some(Difference::Changed));
        assert_eq!(known.take(&source, &object("four", 1, 0)), Some(Difference::New));
        assert_eq!(known.end(&source), ["a/three"]);
        // An end without a beginning is of a watch that was replaced.
        assert!(known.end(&source).is_empty());
        assert!(known.remove(&source, "a/one") && !known.remove(&source, "a/one"));
    }

    #[test]
    fn readings_are_compared_by_source() {
        let (hasher, source) = (RandomState::new(), Source::Namespaces);
        let (mut one, mut other) = (Known::new(&hasher), Known::new(&hasher));
        for (name, version) in [("a", 1), ("b", 1), ("c", 1)] {
            one.record(&source, &object(name, version, 0));
        }
        for (name, version) in [("a", 1), ("b", 2), ("d", 1)] {
            other.record(&source, &object(name, version, 0));
        }
        let names = ["a/b", "a/c", "a/d"].map(str::to_owned);
        assert_eq!(one.differences(&other, &source), HashSet::from(names));
        assert!(one.differences(&other, &Source::Templates).is_empty());
        one.begin(&source);
        one.replace(other);
        assert!(one.is_listing(&source));
        assert_eq!(one.take(&source, &object("d", 1, 0)), None);
    }

    #[test]
    fn a_status_is_no_part_of_a_definition() {
        let (mut known, source) = (Known::new(&RandomState::new()), Source::Templates);
        known.record(&source, &object("one", 1, 0));
        assert_eq!(known.take(&source, &object("one", 2, 0)), None);
        assert_eq!(known.take(&source, &object("one", 2, 1)), Some(Difference::Changed));
    }
}
