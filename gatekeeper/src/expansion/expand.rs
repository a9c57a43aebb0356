//! Expansion of an object into the objects that it implies.

use std::collections::BTreeMap;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

use super::{Expander, ExpansionTemplate, Resultant};
use crate::fault::{Fault, FaultCode, FieldPath, Segment};
use crate::review::GroupVersionKind;

impl Expander {
    /// Creates an expander. It applies the templates in the order of their names, so that the order
    /// of the implied objects is stable.
    ///
    /// # Errors
    /// Returns a fault for each duplicate name, and for each template of a cycle. In a cycle, each
    /// template generates a kind that the next applies to. With each fault comes the number of its
    /// template.
    pub fn new(
        templates: impl IntoIterator<Item = ExpansionTemplate>,
    ) -> Result<Self, Vec<(usize, Fault)>> {
        let (mut by_name, mut faults) = (BTreeMap::new(), Vec::new());
        for (number, template) in templates.into_iter().enumerate() {
            if let Some((_, first)) = by_name.insert(template.name.clone(), (number, template)) {
                let message = format!("duplicate ExpansionTemplate `{}`", first.name);
                faults.push((number, Fault::new(FaultCode::Duplicate, metadata_name(), message)));
            }
        }
        let (numbers, templates): (Vec<usize>, _) = by_name.into_values().unzip();
        let expander = Self { templates };
        let numbered = numbers.into_iter().zip(&expander.templates);
        let in_cycle = numbered.filter(|(_, template)| expander.is_in_cycle(template));
        faults.extend(in_cycle.map(|(number, template)| (number, cycle(template))));
        if faults.is_empty() { Ok(expander) } else { Err(faults) }
    }

    /// Returns `true` if the expander has no templates.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// Returns `true` if objects of this kind imply others.
    #[doc(hidden)]
    pub fn applies_to(&self, group: &str, version: &str, kind: &str) -> bool {
        let kind = GroupVersionKind { group, version, kind };
        self.templates.iter().any(|template| template.applies_to(&kind))
    }

    /// Returns all objects that `object` implies, directly or through others. All of them are in
    /// the Namespace called `namespace`, or, if it is `None`, in the object's own.
    ///
    /// # Errors
    /// Returns a fault if a template applies to an object that lacks the template's source field.
    pub fn expand<'a>(
        &'a self,
        arena: &'a Arena,
        object: Value<'a>,
        namespace: Option<&'a str>,
    ) -> Result<Vec<Resultant<'a>>, Fault> {
        let mut resultants = Vec::new();
        self.expand_into(arena, object, namespace, &mut resultants)?;
        Ok(resultants)
    }

    /// Appends the objects that `object` implies. As in Gatekeeper, an implied object comes after
    /// the objects that it implies itself. [`Expander::new`] rejects cycles, so the recursion ends.
    fn expand_into<'a>(
        &'a self,
        arena: &'a Arena,
        object: Value<'a>,
        namespace: Option<&'a str>,
        resultants: &mut Vec<Resultant<'a>>,
    ) -> Result<(), Fault> {
        let kind = GroupVersionKind::of(&object);
        let mut own = Vec::new();
        for template in self.templates.iter().filter(|template| template.applies_to(&kind)) {
            own.push(Resultant {
                object: template.make(arena, &object, namespace)?,
                template: &template.name,
                enforcement_action: &template.enforcement_action,
            });
        }
        for resultant in &own {
            self.expand_into(arena, resultant.object, namespace, resultants)?;
        }
        resultants.append(&mut own);
        Ok(())
    }

    /// Returns `true` if the objects that the template generates lead back to it.
    fn is_in_cycle(&self, template: &ExpansionTemplate) -> bool {
        let mut reached = vec![false; self.templates.len()];
        let mut open = vec![template];
        while let Some(maker) = open.pop() {
            let made = maker.generated.borrowed();
            for (index, next) in self.templates.iter().enumerate() {
                if !next.applies_to(&made) {
                    continue;
                }
                if next.name == template.name {
                    return true;
                }
                if !std::mem::replace(&mut reached[index], true) {
                    open.push(next);
                }
            }
        }
        false
    }
}

fn cycle(template: &ExpansionTemplate) -> Fault {
    let message = format!("the ExpansionTemplate {} forms an expansion cycle", template.name);
    let path = FieldPath::of(&["spec", "generatedGVK"]);
    Fault::new(FaultCode::InvalidExpansion, path, message)
        .with_help("generate a kind that does not lead back to the kinds in `applyTo`")
}

fn metadata_name() -> FieldPath {
    FieldPath::of(&["metadata", "name"])
}

impl ExpansionTemplate {
    /// Builds the object that `parent` implies: its source field with a kind, name, namespace and
    /// owner.
    fn make<'a>(
        &'a self,
        arena: &'a Arena,
        parent: &Value<'a>,
        namespace: Option<&'a str>,
    ) -> Result<Value<'a>, Fault> {
        let source = self.source_of(parent)?;
        let separator = if self.generated.kind.is_empty() { "" } else { "-" };
        let parent_name = text_at(parent, &["metadata", "name"]);
        let name = format!("{parent_name}{separator}{}", self.generated.kind);
        let own_namespace =
            || parent.path(&["metadata", "namespace"]).and_then(|namespace| namespace.as_str());
        let mut changes = vec![("name", Value::String(arena.string(&name.to_lowercase())))];
        if let Some(namespace) = namespace.or_else(own_namespace) {
            changes.push(("namespace", Value::String(namespace)));
        }
        let metadata = source.get_str("metadata").unwrap_or(Value::EMPTY_OBJECT);
        if let Some(owners) = owners(arena, &metadata, parent) {
            changes.push(("ownerReferences", owners));
        }
        let generated = self.generated.borrowed();
        let version = arena.format(format_args!("{}", generated.api_version()));
        let changes = [
            ("apiVersion", Value::String(version)),
            ("kind", Value::String(generated.kind)),
            ("metadata", changed(arena, &metadata, &changes)),
        ];
        Ok(changed(arena, &source, &changes))
    }

    fn source_of<'a>(&self, parent: &Value<'a>) -> Result<Value<'a>, Fault> {
        let keys: Vec<&str> = self.source.iter().map(String::as_str).collect();
        match parent.path(&keys) {
            Some(source @ Value::Object(_)) => Ok(source),
            found => {
                let source = self.source.join(".");
                let path = FieldPath(self.source.iter().cloned().map(Segment::Key).collect());
                let message = match found {
                    None => format!(
                        "could not find source field \"{source}\" in resource {}",
                        text_at(parent, &["metadata", "name"])
                    ),
                    Some(other) => format!(
                        "could not extract source field from unstructured: expected an object, \
                         found {}",
                        other.type_name()
                    ),
                };
                let help = format!("the ExpansionTemplate {} expands this field", self.name);
                Err(Fault::new(FaultCode::InvalidExpansion, path, message).with_help(help))
            }
        }
    }
}

/// Returns the owners in `metadata` followed by `parent`. Returns `None` if `parent` is already one
/// of the owners, or if it lacks a version, kind or name (`ensureOwnerReference`).
fn owners<'a>(arena: &'a Arena, metadata: &Value<'a>, parent: &Value<'a>) -> Option<Value<'a>> {
    let owner = ["apiVersion", "kind", "name"].map(|key| match key {
        "name" => text_at(parent, &["metadata", "name"]),
        key => text_at(parent, &[key]),
    });
    if owner.contains(&"") {
        return None;
    }
    let [version, kind, name] = owner;
    let given = match metadata.get_str("ownerReferences") {
        Some(Value::Array(given)) => given,
        _ => &[],
    };
    let is_owner = |one: &Value<'_>| {
        text_at(one, &["apiVersion"]) == version
            && text_at(one, &["kind"]) == kind
            && text_at(one, &["name"]) == name
    };
    if given.iter().any(is_owner) {
        return None;
    }
    let fields = [("apiVersion", version), ("kind", kind), ("name", name), ("uid", "")];
    let mut reference = ObjectBuilder::with_capacity(arena, fields.len());
    for (key, text) in fields {
        reference.insert(Value::String(key), Value::String(text));
    }
    let mut owners = arena.vec_with_capacity(given.len() + 1);
    owners.extend(given.iter().copied());
    owners.push(reference.finish());
    Some(Value::Array(owners.into_bump_slice()))
}

fn text_at<'a>(value: &Value<'a>, path: &[&str]) -> &'a str {
    value.path(path).and_then(|text| text.as_str()).unwrap_or_default()
}

/// Returns the object with the members `changes`, which replace its own.
fn changed<'a>(
    arena: &'a Arena,
    object: &Value<'a>,
    changes: &[(&'static str, Value<'a>)],
) -> Value<'a> {
    let own = match object {
        Value::Object(object) => object.pairs(),
        _ => &[],
    };
    let mut changed = ObjectBuilder::with_capacity(arena, own.len() + changes.len());
    for (key, value) in own {
        changed.insert(*key, *value);
    }
    // The last of equal keys wins.
    for (key, value) in changes {
        changed.insert(Value::String(key), *value);
    }
    changed.finish()
}
