//! Expansion: judging the objects that a controller will make of an object.
//!
//! An `ExpansionTemplate` says that an object, such as a Deployment, implies another, such as a
//! Pod. The implied object is judged together with its generator (Gatekeeper's `pkg/expansion`).

mod expand;
mod read;
#[cfg(test)]
mod tests;

use ferrego_runtime::Value;

use crate::review::GroupVersionKind;

/// An `ExpansionTemplate` of `expansion.gatekeeper.sh`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpansionTemplate {
    name: String,
    apply_to: Vec<ApplyTo>,
    source: Vec<String>,
    generated: OwnedKind,
    enforcement_action: String,
}

/// The kinds to which a template applies: each group with each version and each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ApplyTo {
    groups: Vec<String>,
    versions: Vec<String>,
    kinds: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct OwnedKind {
    group: String,
    version: String,
    kind: String,
}

impl ExpansionTemplate {
    /// Returns the template's name. Messages about the objects that it generates begin with it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn applies_to(&self, kind: &GroupVersionKind<'_>) -> bool {
        let has = |texts: &[String], text: &str| texts.iter().any(|own| own == text);
        self.apply_to.iter().any(|apply| {
            has(&apply.groups, kind.group)
                && has(&apply.versions, kind.version)
                && has(&apply.kinds, kind.kind)
        })
    }
}

impl OwnedKind {
    fn borrowed(&self) -> GroupVersionKind<'_> {
        GroupVersionKind { group: &self.group, version: &self.version, kind: &self.kind }
    }
}

/// The expansion templates of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Expander {
    templates: Vec<ExpansionTemplate>,
}

/// An object that another object implies.
#[derive(Clone, Copy, Debug)]
pub struct Resultant<'a> {
    /// The implied object.
    pub object: Value<'a>,
    /// The name of the template that generated it.
    pub template: &'a str,
    /// The enforcement action of all findings in it. If it is empty, each constraint's own action
    /// holds.
    pub enforcement_action: &'a str,
}
