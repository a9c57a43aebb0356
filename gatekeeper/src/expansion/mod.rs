//! Expansion: judging the objects that a controller will make of an object.
//!
//! An `ExpansionTemplate` says that an object, such as a Deployment, implies another, such as a
//! Pod. The implied object is judged together with its generator (Gatekeeper's `pkg/expansion`).
//!
//! ```
//! use ferrego_gatekeeper::expansion::{Expander, ExpansionTemplate};
//! use ferrego_runtime::{Arena, Document};
//!
//! # let template = Document::parse(
//! #     r#"{
//! #         "apiVersion": "expansion.gatekeeper.sh/v1beta1",
//! #         "kind": "ExpansionTemplate",
//! #         "metadata": {"name": "expand-deployments"},
//! #         "spec": {
//! #             "applyTo": [{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}],
//! #             "templateSource": "spec.template",
//! #             "generatedGVK": {"group": "", "version": "v1", "kind": "Pod"}
//! #         }
//! #     }"#,
//! # )?;
//! let template = ExpansionTemplate::read(&template.value())?;
//! let expander = Expander::new([template]).expect("no cycle");
//! let deployment = Document::parse(
//!     r#"{
//!         "apiVersion": "apps/v1",
//!         "kind": "Deployment",
//!         "metadata": {"name": "web"},
//!         "spec": {"template": {"spec": {"hostNetwork": true}}}
//!     }"#,
//! )?;
//! let arena = Arena::new();
//! let implied = expander.expand(&arena, deployment.value().copy_to(&arena), None)?;
//! assert_eq!(implied[0].object["spec"]["hostNetwork"].as_bool(), Some(true));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod expand;
mod read;
#[cfg(test)]
mod tests;

use ferrego_runtime::Value;

use crate::review::GroupVersionKind;

/// An `ExpansionTemplate` of `expansion.gatekeeper.sh`.
///
/// ```
/// use ferrego_gatekeeper::expansion::ExpansionTemplate;
/// use ferrego_runtime::Document;
///
/// let template = Document::parse(
///     r#"{
///         "apiVersion": "expansion.gatekeeper.sh/v1beta1",
///         "kind": "ExpansionTemplate",
///         "metadata": {"name": "expand-deployments"},
///         "spec": {
///             "applyTo": [{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}],
///             "templateSource": "spec.template",
///             "generatedGVK": {"group": "", "version": "v1", "kind": "Pod"}
///         }
///     }"#,
/// )?;
/// let template = ExpansionTemplate::read(&template.value())?;
/// assert_eq!(template.name(), "expand-deployments");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use ferrego_gatekeeper::expansion::{Expander, ExpansionTemplate};
/// use ferrego_runtime::{Arena, Document};
///
/// # let template = Document::parse(
/// #     r#"{
/// #         "apiVersion": "expansion.gatekeeper.sh/v1beta1",
/// #         "kind": "ExpansionTemplate",
/// #         "metadata": {"name": "expand-deployments"},
/// #         "spec": {
/// #             "applyTo": [{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}],
/// #             "templateSource": "spec.template",
/// #             "generatedGVK": {"group": "", "version": "v1", "kind": "Pod"}
/// #         }
/// #     }"#,
/// # )?;
/// let template = ExpansionTemplate::read(&template.value())?;
/// let expander = Expander::new([template]).expect("no cycle");
/// let deployment = Document::parse(
///     r#"{
///         "apiVersion": "apps/v1",
///         "kind": "Deployment",
///         "metadata": {"name": "web"},
///         "spec": {"template": {"spec": {"hostNetwork": true}}}
///     }"#,
/// )?;
/// let arena = Arena::new();
/// let implied = expander.expand(&arena, deployment.value().copy_to(&arena), None)?;
/// assert_eq!(implied.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Expander {
    templates: Vec<ExpansionTemplate>,
}

/// An object that another object implies.
///
/// ```
/// use ferrego_gatekeeper::expansion::{Expander, ExpansionTemplate, Resultant};
/// use ferrego_runtime::{Arena, Document};
///
/// # let template = Document::parse(
/// #     r#"{
/// #         "apiVersion": "expansion.gatekeeper.sh/v1beta1",
/// #         "kind": "ExpansionTemplate",
/// #         "metadata": {"name": "expand-deployments"},
/// #         "spec": {
/// #             "applyTo": [{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}],
/// #             "templateSource": "spec.template",
/// #             "generatedGVK": {"group": "", "version": "v1", "kind": "Pod"}
/// #         }
/// #     }"#,
/// # )?;
/// let template = ExpansionTemplate::read(&template.value())?;
/// let expander = Expander::new([template]).expect("no cycle");
/// let deployment = Document::parse(
///     r#"{
///         "apiVersion": "apps/v1",
///         "kind": "Deployment",
///         "metadata": {"name": "web"},
///         "spec": {"template": {"spec": {"hostNetwork": true}}}
///     }"#,
/// )?;
/// let arena = Arena::new();
/// let implied = expander.expand(&arena, deployment.value().copy_to(&arena), None)?;
/// let Resultant { object, template, .. } = implied[0];
/// assert_eq!((object["kind"].as_str(), template), (Some("Pod"), "expand-deployments"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Resultant<'a> {
    /// The implied object.
    pub object: Value<'a>,
    /// The name of the template that generated it.
    pub template: &'a str,
    /// The enforcement action of all findings in it. If it is empty, each constraint's own action
    /// holds.
    pub enforcement_action: &'a str,
}
