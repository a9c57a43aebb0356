//! Facts about a template that its Rego does not say: its constraints, schema and document.

use std::sync::Arc;

use super::GatekeeperVersion;
use crate::source::{Source, Span};
use crate::yaml::Node;

/// The known surroundings of a template.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The kinds that the template's constraints match; `None` if no constraint is known.
    pub matched: Option<Vec<KindNames>>,
    /// The kinds that the annotation `metadata.gatekeeper.sh/requires-sync-data` names; `None`
    /// without the annotation.
    pub synced: Option<Vec<SyncedKinds>>,
    /// The parameters that the template's schema declares, with their places in `document`.
    pub declared: Vec<Declared>,
    /// The version of Gatekeeper that the template must run on, if one was chosen.
    pub gatekeeper: Option<GatekeeperVersion>,
    /// The document that contains the template. Findings outside the Rego have the number of
    /// sources as their source, which stands for this document.
    pub document: Option<Source>,
    /// The template's constraints. Findings in them have the number of sources as their source,
    /// plus one for `document`, plus the index of the constraint.
    pub given: Vec<Given>,
}

impl Surroundings {
    /// Iterates over the documents that findings outside the Rego are about, in the order of their
    /// numbers.
    pub fn documents(&self) -> impl Iterator<Item = &Source> {
        self.document.iter().chain(self.given.iter().map(|given| &given.document))
    }
}

/// A constraint of the template.
#[derive(Clone, Debug)]
pub struct Given {
    /// The file that contains the constraint.
    pub document: Source,
    /// The constraint.
    pub constraint: Arc<Node>,
}

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
