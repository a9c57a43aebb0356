//! Declarations of a template outside its Rego: the properties of its parameters, and the kinds
//! that it needs in the inventory.

use std::sync::Arc;

use crate::source::Span;

/// A property in the schema of a template's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The path of the object that has the property: `input.parameters.labels[_]`.
    pub holder: Arc<str>,
    /// The name of the property.
    pub name: Arc<str>,
    /// The place of the name in the document.
    pub span: Span,
}

/// A string that the schema of a template's parameters writes as a value: as a default, or as one of
/// an `enum`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenValue {
    /// The path of the parameter that may have the value: `input.parameters.ranges[_]`.
    pub path: Arc<str>,
    /// The value.
    pub text: Arc<str>,
    /// The place of the value in the document.
    pub span: Span,
}

/// Kinds of some API groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindNames {
    /// The API groups; `*` stands for all, and the empty text for the core group.
    pub groups: Vec<Arc<str>>,
    /// The kinds; `*` stands for all.
    pub kinds: Vec<Arc<str>>,
}

/// Kinds that a template needs in the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncedKinds {
    /// The groups and kinds.
    pub names: KindNames,
    /// The API versions without their group; `*` stands for all.
    pub versions: Vec<Arc<str>>,
}

impl SyncedKinds {
    /// Returns `true` if `kind` of an API version such as `apps/v1` is among them. Without an API
    /// version, one of any matches.
    pub fn contain(&self, api_version: Option<&str>, kind: &str) -> bool {
        let (group, version) = match api_version {
            Some(text) => match text.split_once('/') {
                Some((group, version)) => (Some(group), Some(version)),
                None => (Some(""), Some(text)),
            },
            None => (None, None),
        };
        self.names.matches(group, kind) && version.is_none_or(|one| is_among(&self.versions, one))
    }

    /// Returns the API versions of the kinds: `apps/v1`.
    pub fn api_versions(&self) -> impl Iterator<Item = String> {
        self.names.groups.iter().flat_map(|group| {
            let slash = if group.is_empty() { "" } else { "/" };
            self.versions.iter().map(move |version| format!("{group}{slash}{version}"))
        })
    }
}

fn is_among(names: &[Arc<str>], wanted: &str) -> bool {
    names.iter().any(|name| **name == *wanted || &**name == "*")
}

impl KindNames {
    /// Returns the names that match every kind.
    pub fn all() -> Self {
        Self { groups: vec!["*".into()], kinds: vec!["*".into()] }
    }

    /// Returns `true` if the names match a kind. Without a group, one of any group matches.
    pub fn matches(&self, group: Option<&str>, kind: &str) -> bool {
        is_among(&self.kinds, kind) && group.is_none_or(|group| is_among(&self.groups, group))
    }
}
