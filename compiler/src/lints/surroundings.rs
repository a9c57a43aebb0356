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
    pub synced: Option<Vec<KindNames>>,
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

impl KindNames {
    /// Returns the names that match every kind.
    pub fn all() -> Self {
        Self { groups: vec!["*".into()], kinds: vec!["*".into()] }
    }

    /// Returns `true` if the names match a kind. Without a group, one of any group matches.
    pub fn matches(&self, group: Option<&str>, kind: &str) -> bool {
        let is = |names: &[Arc<str>], wanted: &str| {
            names.iter().any(|name| **name == *wanted || &**name == "*")
        };
        is(&self.kinds, kind) && group.is_none_or(|group| is(&self.groups, group))
    }
}
