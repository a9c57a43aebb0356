//! Reading `ExpansionTemplate` documents (`ValidateTemplate` of Gatekeeper's `pkg/expansion`).

use ferrego_runtime::Value;

use super::{ApplyTo, ExpansionTemplate, OwnedKind};
use crate::fault::{Fault, FaultCode, Faults, FieldPath};
use crate::field_errors;

/// The enforcement actions that a template may set.
const ACTIONS: [&str; 3] = ["deny", "warn", "dryrun"];

/// The longest name, in bytes.
const LONGEST_NAME: usize = 63;

impl ExpansionTemplate {
    /// Reads a template from its document.
    ///
    /// # Errors
    /// Returns all faults of the document.
    pub fn read(document: &Value<'_>) -> Result<Self, Faults> {
        let mut reader = Reader { faults: Vec::new() };
        reader.version(document);
        let name = reader.name(document);
        let spec = document.get_str("spec").unwrap_or(Value::EMPTY_OBJECT);
        let path = FieldPath::of(&["spec"]);
        let template = Self {
            apply_to: reader.apply_to(&spec, &path.key("applyTo"), &name),
            source: reader.source(&spec, &path, &name),
            generated: reader.generated(&spec, &path.key("generatedGVK"), &name),
            enforcement_action: reader.action(&spec, &path),
            name,
        };
        reader.own_output(&template, &path);
        if reader.faults.is_empty() { Ok(template) } else { Err(reader.faults.into()) }
    }
}

struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, path: FieldPath, message: impl Into<String>) {
        self.faults.push(Fault::new(FaultCode::InvalidExpansion, path, message));
    }

    fn version(&mut self, document: &Value<'_>) {
        let version = document.get_str("apiVersion").and_then(|version| version.as_str());
        let version = version.and_then(|version| version.strip_prefix("expansion.gatekeeper.sh/"));
        if !matches!(version, Some("v1alpha1" | "v1beta1")) {
            let message = "an ExpansionTemplate must have the apiVersion \
                           expansion.gatekeeper.sh/v1beta1 or expansion.gatekeeper.sh/v1alpha1";
            self.fault(FieldPath::of(&["apiVersion"]), message);
        }
    }

    fn name(&mut self, document: &Value<'_>) -> String {
        let metadata = FieldPath::of(&["metadata"]);
        let empty = Value::EMPTY_OBJECT;
        let name = self.text(&document.get_str("metadata").unwrap_or(empty), "name", &metadata);
        if name.is_empty() {
            self.fault(metadata.key("name"), "ExpansionTemplate has empty name field");
        } else if name.len() > LONGEST_NAME {
            let message = "ExpansionTemplate name must be less than 64 characters";
            self.fault(metadata.key("name"), message);
        }
        name
    }

    /// Returns the text at `key`, or an empty text if it is absent.
    fn text(&mut self, parent: &Value<'_>, key: &str, path: &FieldPath) -> String {
        match parent.get_str(key) {
            Some(Value::String(text)) => return text.to_owned(),
            None | Some(Value::Null) => {}
            Some(other) => {
                let message = format!("expected a string, found {}", other.type_name());
                self.fault(path.key(key), message);
            }
        }
        String::new()
    }

    /// Returns the enforcement action, which is empty if the constraints' own actions hold.
    /// Gatekeeper accepts any text, but neither denies nor warns if it does not know the action.
    fn action(&mut self, spec: &Value<'_>, path: &FieldPath) -> String {
        let key = "enforcementAction";
        let action = self.text(spec, key, path);
        if !action.is_empty() && !ACTIONS.contains(&&*action) {
            let message = field_errors::unsupported(&Value::String(&action), ACTIONS);
            let fault = Fault::new(FaultCode::InvalidExpansion, path.key(key), message);
            let help = "Gatekeeper accepts it, and then reports violations but neither denies nor \
                        warns";
            self.faults.push(fault.with_help(help));
        }
        action
    }

    fn texts(&mut self, parent: &Value<'_>, key: &str, path: &FieldPath) -> Vec<String> {
        let path = path.key(key);
        let items = self.list(parent, key, &path);
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::String(text) => texts.push((*text).to_owned()),
                other => {
                    let message = format!("expected a string, found {}", other.type_name());
                    self.fault(path.index(index), message);
                }
            }
        }
        texts
    }

    fn list<'a>(&mut self, parent: &Value<'a>, key: &str, path: &FieldPath) -> &'a [Value<'a>] {
        match parent.get_str(key) {
            Some(Value::Array(items)) => return items,
            None | Some(Value::Null) => {}
            Some(other) => {
                let message = format!("expected a list, found {}", other.type_name());
                self.fault(path.clone(), message);
            }
        }
        &[]
    }

    fn apply_to(&mut self, spec: &Value<'_>, path: &FieldPath, name: &str) -> Vec<ApplyTo> {
        let before = self.faults.len();
        let items = self.list(spec, "applyTo", path);
        if items.is_empty() && self.faults.len() == before {
            self.fault(path.clone(), format!("ExpansionTemplate {name} must specify ApplyTo"));
        }
        let read = |(index, item): (usize, &Value<'_>)| {
            let path = path.index(index);
            if !matches!(item, Value::Object(_) | Value::Null) {
                let message = format!("expected an object, found {}", item.type_name());
                self.fault(path.clone(), message);
            }
            ApplyTo {
                groups: self.texts(item, "groups", &path),
                versions: self.texts(item, "versions", &path),
                kinds: self.texts(item, "kinds", &path),
            }
        };
        items.iter().enumerate().map(read).collect()
    }

    fn source(&mut self, spec: &Value<'_>, path: &FieldPath, name: &str) -> Vec<String> {
        let source = self.text(spec, "templateSource", path);
        if source.is_empty() {
            let message = format!("ExpansionTemplate {name} has empty source field");
            self.fault(path.key("templateSource"), message);
        }
        source.split('.').map(str::to_owned).collect()
    }

    fn generated(&mut self, spec: &Value<'_>, path: &FieldPath, name: &str) -> OwnedKind {
        let kind = spec.get_str("generatedGVK").unwrap_or(Value::EMPTY_OBJECT);
        let generated = OwnedKind {
            group: self.text(&kind, "group", path),
            version: self.text(&kind, "version", path),
            kind: self.text(&kind, "kind", path),
        };
        let OwnedKind { group, version, kind } = &generated;
        if group.is_empty() && version.is_empty() && kind.is_empty() {
            let message = format!("ExpansionTemplate {name} has empty generatedGVK field");
            self.fault(path.clone(), message);
        }
        generated
    }

    /// Checks that the template does not apply to the kind that it generates.
    fn own_output(&mut self, template: &ExpansionTemplate, path: &FieldPath) {
        let generated = template.generated.borrowed();
        if template.applies_to(&generated) {
            let message = format!(
                "ExpansionTemplate {} generates GVK {generated}, but also applies to that same GVK",
                template.name
            );
            self.fault(path.key("applyTo"), message);
        }
    }
}
