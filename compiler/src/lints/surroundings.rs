//! What a template's Rego does not say: the constraints and the cluster in which it runs.

use std::sync::Arc;

/// The known surroundings of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The kinds that the template's constraints match; `None` if no constraint is known.
    pub matched: Option<Vec<KindNames>>,
    /// The kinds that the annotation `metadata.gatekeeper.sh/requires-sync-data` names; `None`
    /// without the annotation.
    pub synced: Option<Vec<KindNames>>,
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
