//! Where an object stands in the inventory.

use ferrego_runtime::Value;

use crate::fault::{Fault, FaultCode, FieldPath};
use crate::review::GroupVersionKind;

/// What tells an object from all others of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// `apiVersion`, such as `apps/v1`.
    pub group_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.namespace`; empty for what is in none.
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
}

impl ObjectKey {
    /// The key of an object.
    ///
    /// # Errors
    /// An object without version, kind or name; the last is a warning.
    pub fn of(object: &Value<'_>) -> Result<Self, Fault> {
        let text = |path: &[&str]| object.path(path).and_then(|text| text.as_str());
        let name = text(&["metadata", "name"]).unwrap_or_default();
        let kind = GroupVersionKind::of(object);
        if kind.version.is_empty() {
            let message = format!("resource {name} has no version");
            return Err(Fault::new(INVALID, FieldPath::of(&["apiVersion"]), message));
        }
        if kind.kind.is_empty() {
            let message = format!("resource {name} has no kind");
            return Err(Fault::new(INVALID, FieldPath::of(&["kind"]), message));
        }
        if name.is_empty() {
            let message = "an object without a name has no place in the inventory";
            return Err(Fault::new(INVALID, FieldPath::of(&["metadata", "name"]), message)
                .with_help("give it a name")
                .as_warning());
        }
        Ok(Self {
            group_version: text(&["apiVersion"]).unwrap_or_default().to_owned(),
            kind: kind.kind.to_owned(),
            namespace: text(&["metadata", "namespace"]).unwrap_or_default().to_owned(),
            name: name.to_owned(),
        })
    }

    /// The keys on the way to the object below `data.inventory`.
    pub(super) fn path(&self) -> Vec<&str> {
        let Self { group_version, kind, namespace, name } = self;
        if namespace.is_empty() {
            vec!["cluster", group_version, kind, name]
        } else {
            vec!["namespace", namespace, group_version, kind, name]
        }
    }
}

const INVALID: FaultCode = FaultCode::InvalidObject;
