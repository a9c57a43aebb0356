//! The fields of objects that matching reads.

use ferrego_runtime::Value;
use ferrego_runtime::value::Object;

/// The metadata of an object.
pub(super) trait Named<'a> {
    /// Returns `metadata.name`, or an empty text if it is absent.
    fn name(&self) -> &'a str;
    /// Returns `metadata.namespace`, or an empty text if it is absent.
    fn namespace(&self) -> &'a str;
    /// Returns `metadata.generateName`, or an empty text if it is absent.
    fn generate_name(&self) -> &'a str;
    /// Returns the value of a label.
    fn label(&self, key: &str) -> Option<&'a str>;
    /// Returns `true` if the labels are neither absent nor strings. [`Named::label`] finds none.
    fn has_invalid_labels(&self) -> bool;
}

impl<'a> Named<'a> for Value<'a> {
    fn name(&self) -> &'a str {
        text(self, "name")
    }

    fn namespace(&self) -> &'a str {
        text(self, "namespace")
    }

    fn generate_name(&self) -> &'a str {
        text(self, "generateName")
    }

    fn label(&self, key: &str) -> Option<&'a str> {
        let Value::Object(labels) = self.path(&["metadata", "labels"])? else { return None };
        // As in `unstructured.GetLabels`, null is the empty text. If a value is neither null nor a
        // string, the object counts as having no labels.
        if !are_labels(&labels) {
            return None;
        }
        Some(labels.get_str(key)?.as_str().unwrap_or_default())
    }

    fn has_invalid_labels(&self) -> bool {
        match self.path(&["metadata", "labels"]) {
            None | Some(Value::Null) => false,
            Some(Value::Object(labels)) => !are_labels(&labels),
            Some(_) => true,
        }
    }
}

fn are_labels(labels: &Object<'_>) -> bool {
    let is_label = |value: &Value<'_>| matches!(value, Value::String(_) | Value::Null);
    labels.pairs().iter().all(|(_, value)| is_label(value))
}

fn text<'a>(object: &Value<'a>, key: &str) -> &'a str {
    object.path(&["metadata", key]).and_then(|value| value.as_str()).unwrap_or_default()
}
