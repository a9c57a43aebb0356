//! The identity of an object in the inventory.

use ferrego_runtime::Value;

use crate::described::described;
use crate::fault::{Fault, FaultCode, FieldPath};
use crate::review::GroupVersionKind;

/// The identity of an object in the cluster.
///
/// ```
/// use ferrego_gatekeeper::inventory::ObjectKey;
/// use ferrego_runtime::Document;
///
/// let namespace = Document::parse(
///     r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "web"}}"#,
/// )?;
/// let key = ObjectKey::of(&namespace.value())?;
/// assert_eq!((key.kind.as_str(), key.name.as_str()), ("Namespace", "web"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// `apiVersion`, such as `apps/v1`.
    pub group_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`; empty if the object is in no namespace.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

impl ObjectKey {
    /// Returns the key of an object.
    ///
    /// # Errors
    /// Returns a fault for an object without version, kind or name. A missing name is a warning.
    pub fn of(object: &Value<'_>) -> Result<Self, Fault> {
        if !matches!(object, Value::Object(_)) {
            let message = format!("expected an object, found {}", described(object));
            return Err(Fault::new(INVALID, FieldPath::default(), message));
        }
        let text = |path: &[&str]| object.path(path).and_then(|text| text.as_str());
        let name = text(&["metadata", "name"]).unwrap_or_default();
        let kind = GroupVersionKind::of(object);
        let named =
            if name.is_empty() { "resource".to_owned() } else { format!("resource {name}") };
        if kind.version.is_empty() {
            let message = format!("{named} has no version");
            return Err(Fault::new(INVALID, FieldPath::of(&["apiVersion"]), message));
        }
        if kind.kind.is_empty() {
            let message = format!("{named} has no kind");
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

    /// Returns the keys on the path to the object below `data.inventory`.
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
