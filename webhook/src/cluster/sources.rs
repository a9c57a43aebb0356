//! The kinds of objects that are watched.

use std::fmt;

use ferrego_runtime::Value;
use kube::api::{ApiResource, GroupVersionKind};

/// A kind of objects that is watched.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The templates.
    Templates,
    /// Each `Config`.
    Configs,
    /// Each `SyncSet`.
    SyncSets,
    /// The expansion templates.
    Expansions,
    /// The providers of external data.
    Providers,
    /// The constraints of a kind.
    Constraints(String),
    /// The Namespaces, for selectors and `namespaceObject`.
    Namespaces,
    /// A kind whose objects are in the inventory.
    Objects(Gvk),
}

/// A kind of objects: its group, version and kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gvk {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind.
    pub kind: String,
}

impl Source {
    /// The sources that every cluster has.
    pub(super) const ALWAYS: [Self; 6] = [
        Self::Templates,
        Self::Configs,
        Self::SyncSets,
        Self::Expansions,
        Self::Providers,
        Self::Namespaces,
    ];

    /// Returns the resource of the source, or the kind for which the API server must be asked.
    pub(super) fn resource(&self) -> Result<ApiResource, GroupVersionKind> {
        let known = |group, version, kind: &str, plural: &str| {
            let kind = GroupVersionKind::gvk(group, version, kind);
            Ok(ApiResource::from_gvk_with_plural(&kind, plural))
        };
        match self {
            Self::Templates => {
                known("templates.gatekeeper.sh", "v1", "ConstraintTemplate", "constrainttemplates")
            }
            Self::Configs => known("config.gatekeeper.sh", "v1alpha1", "Config", "configs"),
            Self::SyncSets => known("syncset.gatekeeper.sh", "v1alpha1", "SyncSet", "syncsets"),
            // The plural is as in Gatekeeper's CRD.
            Self::Expansions => known(
                "expansion.gatekeeper.sh",
                "v1beta1",
                "ExpansionTemplate",
                "expansiontemplate",
            ),
            Self::Providers => {
                known("externaldata.gatekeeper.sh", "v1beta1", "Provider", "providers")
            }
            Self::Constraints(kind) => {
                known("constraints.gatekeeper.sh", "v1beta1", kind, &kind.to_lowercase())
            }
            Self::Namespaces => known("", "v1", "Namespace", "namespaces"),
            Self::Objects(Gvk { group, version, kind }) => {
                Err(GroupVersionKind::gvk(group, version, kind))
            }
        }
    }

    /// Returns `true` if the source decides about the policies in force.
    pub(super) fn is_policy(&self) -> bool {
        !matches!(self, Self::Namespaces | Self::Objects(_))
    }
}

/// Writes the name of the source in logs and metrics, such as `configs.config.gatekeeper.sh`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.resource() {
            Ok(resource) if resource.group.is_empty() => f.write_str(&resource.plural),
            Ok(resource) => write!(f, "{}.{}", resource.plural, resource.group),
            Err(kind) => {
                let text = format!("{}.{}.{}", kind.kind, kind.version, kind.group);
                f.write_str(text.trim_end_matches('.'))
            }
        }
    }
}

/// Returns the kinds that a `Config` (`spec.sync.syncOnly`) or a `SyncSet` (`spec.gvks`) copies into the
/// inventory. An entry without version or kind names none, as in Gatekeeper.
pub(super) fn synced_kinds(document: &Value<'_>) -> Vec<Gvk> {
    let entries =
        document.path(&["spec", "sync", "syncOnly"]).or_else(|| document.path(&["spec", "gvks"]));
    let Some(Value::Array(entries)) = entries else { return Vec::new() };
    let kind = |entry: &Value<'_>| {
        let text = |key| entry.get_str(key).and_then(|text| text.as_str()).unwrap_or_default();
        let kind = Gvk {
            group: text("group").to_owned(),
            version: text("version").to_owned(),
            kind: text("kind").to_owned(),
        };
        Some(kind).filter(|kind| !kind.version.is_empty() && !kind.kind.is_empty())
    };
    entries.iter().filter_map(kind).collect()
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::Document;

    use super::*;

    #[test]
    fn configs_and_sync_sets_name_kinds() {
        let pods = r#"{"group": "", "version": "v1", "kind": "Pod"}"#;
        for (json, count) in [
            (format!(r#"{{"spec": {{"sync": {{"syncOnly": [{pods}, {{"kind": "X"}}]}}}}}}"#), 1),
            (format!(r#"{{"spec": {{"gvks": [{pods}]}}}}"#), 1),
            ("{}".to_owned(), 0),
        ] {
            let document = Document::parse(json).expect("JSON");
            assert_eq!(synced_kinds(&document.value()).len(), count);
        }
    }

    #[test]
    fn constraints_are_found_by_the_lower_case_of_their_kind() {
        let resource = Source::Constraints("RequiredLabels".to_owned()).resource();
        let resource = resource.expect("a resource");
        assert_eq!(resource.plural, "requiredlabels");
        assert_eq!(resource.api_version, "constraints.gatekeeper.sh/v1beta1");
    }

    #[test]
    fn sources_have_names() {
        let kind = |group: &str, kind: &str| {
            let (group, version) = (group.to_owned(), "v1".to_owned());
            Source::Objects(Gvk { group, version, kind: kind.to_owned() })
        };
        for (source, name) in [
            (Source::Namespaces, "namespaces"),
            (Source::Providers, "providers.externaldata.gatekeeper.sh"),
            (Source::Constraints("Labels".to_owned()), "labels.constraints.gatekeeper.sh"),
            (kind("", "Pod"), "Pod.v1"),
            (kind("apps", "Deployment"), "Deployment.v1.apps"),
        ] {
            assert_eq!(source.to_string(), name);
        }
    }
}
