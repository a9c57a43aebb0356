//! Reads Kubernetes' `OpenAPI` specifications, and prints the types of its objects in compact form.
//!
//! The output has a line for each kind, then a line for each type:
//!
//! ```text
//! Deployment apps/n=Deployment extensions/n=Deployment
//!
//! Deployment apiVersion:s kind:s metadata:ObjectMeta spec:DeploymentSpec
//! ```
//!
//! A kind has its groups, each with `n` if its objects have a namespace or `c` if not, and its type.
//! A type has its fields. The type of a field is `s` (string), `i` (integer), `n` (number), `b`
//! (boolean), `q` (quantity), `x` (integer or string), `*` (anything), `[` with the type of the
//! items, `{` with the type of the values, `=` with the values of an enumeration, or the name of a
//! type. `|` separates alternatives.

mod enums;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;

use serde_json::Value;

pub use enums::Enums;

/// A type's name: the group and the name in it, without the version.
type Name = (String, String);

/// The kinds and types of one or more specifications.
#[derive(Debug, Default)]
pub struct Objects {
    /// The kinds, with the scope and the type of each group.
    kinds: BTreeMap<String, BTreeMap<String, (bool, Name)>>,
    /// The fields of each type, with their alternatives.
    types: BTreeMap<Name, BTreeMap<String, BTreeSet<Field>>>,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Scalar(char),
    List(Box<Field>),
    Map(Box<Field>),
    Type(Name),
}

impl Objects {
    /// Adds the kinds and types of a specification. If `new_kinds` is `false`, it adds only types
    /// of kinds that are known.
    ///
    /// # Errors
    /// Returns an error if the specification has an unexpected form.
    pub fn add(&mut self, specification: &Value, new_kinds: bool) -> Result<(), Box<dyn Error>> {
        let definitions = object(specification, "definitions")?;
        for (name, definition) in definitions {
            let Some(name) = split(name) else { continue };
            let fields = self.types.entry(name.clone()).or_default();
            for (field, schema) in definition["properties"].as_object().into_iter().flatten() {
                fields.entry(field.clone()).or_default().insert(field_type(schema, definitions)?);
            }
        }
        let known: BTreeSet<String> = self.kinds.keys().cloned().collect();
        let allowed = |kind: &str| new_kinds || known.contains(kind);
        for (path, item) in object(specification, "paths")? {
            for (_, operation) in item.as_object().into_iter().flatten() {
                let id = &operation["x-kubernetes-group-version-kind"];
                let (Some(group), Some(kind)) = (id["group"].as_str(), id["kind"].as_str()) else {
                    continue;
                };
                if !allowed(kind) {
                    continue;
                }
                let version = id["version"].as_str().unwrap_or_default();
                let connects = operation["x-kubernetes-action"] == "connect";
                let name = if connects {
                    self.options(kind, item, specification)?
                } else {
                    match definition_of(definitions, group, version, kind) {
                        Some(name) => name,
                        None => continue,
                    }
                };
                let groups = self.kinds.entry(kind.to_owned()).or_default();
                let entry = groups.entry(group.to_owned()).or_insert((false, name));
                entry.0 |= path.contains("{namespace}");
            }
        }
        Ok(())
    }

    /// Adds the type of a kind that exists only as the options of a connection, whose fields are
    /// the parameters of a request.
    fn options(
        &mut self,
        kind: &str,
        item: &Value,
        specification: &Value,
    ) -> Result<Name, Box<dyn Error>> {
        let name = ("core".to_owned(), kind.to_owned());
        let fields = self.types.entry(name.clone()).or_default();
        for field in ["apiVersion", "kind"] {
            fields.entry(field.to_owned()).or_default().insert(Field::Scalar('s'));
        }
        for parameter in item["parameters"].as_array().into_iter().flatten() {
            let reference = parameter["$ref"].as_str().and_then(|text| text.rsplit_once('/'));
            let parameter = match reference {
                Some((_, name)) => &specification["parameters"][name],
                None => parameter,
            };
            if parameter["in"] != "query" {
                continue;
            }
            let field = parameter["name"].as_str().ok_or("a parameter without a name")?;
            let scalar = scalar(parameter)?;
            // The specification has no lists here, although these two fields are lists.
            let scalar = match field {
                "command" | "ports" => Field::List(Box::new(scalar)),
                _ => scalar,
            };
            fields.entry(field.to_owned()).or_default().insert(scalar);
        }
        Ok(name)
    }

    /// Prints the kinds, and the types that they need.
    pub fn print(&self, enums: &Enums) -> String {
        let mut needed: BTreeSet<&Name> = BTreeSet::new();
        let kinds = self.kinds.values().flat_map(|groups| groups.values());
        let mut open: Vec<&Name> = kinds.map(|(_, name)| name).collect();
        while let Some(name) = open.pop() {
            let Some(fields) = self.types.get(name).filter(|_| needed.insert(name)) else {
                continue;
            };
            fields.values().flatten().for_each(|field| field.names(&mut open));
        }
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, short) in &needed {
            *groups.entry(short).or_default() += 1;
        }
        let shown = |(group, short): &Name| match groups.get(&**short) {
            Some(1) | None => short.clone(),
            _ => format!("{short}@{group}"),
        };
        let mut text = String::new();
        for (kind, groups) in &self.kinds {
            text.push_str(kind);
            for (group, (namespaced, name)) in groups {
                let scope = if *namespaced { 'n' } else { 'c' };
                // Writing to memory does not fail.
                let _ = write!(text, " {group}/{scope}={}", shown(name));
            }
            text.push('\n');
        }
        let mut lines: Vec<String> = Vec::new();
        for name in needed {
            let mut line = shown(name);
            for (field, alternatives) in &self.types[name] {
                let each = alternatives.iter().map(|field| field.print(&shown));
                let each: BTreeSet<String> = each.collect();
                let values = enums.of(name, field).filter(|_| each.iter().eq(["s"]));
                let printed = match values {
                    Some(values) => format!("={}", values.join(",")),
                    None if each.contains("*") => "*".to_owned(),
                    None => each.into_iter().collect::<Vec<_>>().join("|"),
                };
                let _ = write!(line, " {field}:{printed}");
            }
            lines.push(line);
        }
        lines.sort_unstable();
        format!("{text}\n{}\n", lines.join("\n"))
    }
}

impl Field {
    fn names<'f>(&'f self, names: &mut Vec<&'f Name>) {
        match self {
            Field::Scalar(_) => {}
            Field::List(of) | Field::Map(of) => of.names(names),
            Field::Type(name) => names.push(name),
        }
    }

    fn print(&self, shown: &dyn Fn(&Name) -> String) -> String {
        match self {
            Field::Scalar(letter) => letter.to_string(),
            Field::List(of) => format!("[{}", of.print(shown)),
            Field::Map(of) => format!("{{{}", of.print(shown)),
            Field::Type(name) => shown(name),
        }
    }
}

fn object<'v>(
    value: &'v Value,
    key: &str,
) -> Result<&'v serde_json::Map<String, Value>, Box<dyn Error>> {
    value[key].as_object().ok_or_else(|| format!("expected an object `{key}`, found none").into())
}

/// Returns the group and the short name of `io.k8s.api.apps.v1.Deployment`.
fn split(name: &str) -> Option<Name> {
    let mut parts = name.rsplit('.');
    let (short, _version, group) = (parts.next()?, parts.next()?, parts.next()?);
    Some((group.to_owned(), short.to_owned()))
}

fn definition_of(
    definitions: &serde_json::Map<String, Value>,
    group: &str,
    version: &str,
    kind: &str,
) -> Option<Name> {
    let is = |definition: &Value| {
        definition["x-kubernetes-group-version-kind"].as_array().is_some_and(|ids| {
            ids.iter()
                .any(|id| id["group"] == group && id["version"] == version && id["kind"] == kind)
        })
    };
    definitions.iter().find(|(_, definition)| is(definition)).and_then(|(name, _)| split(name))
}

fn field_type(
    schema: &Value,
    definitions: &serde_json::Map<String, Value>,
) -> Result<Field, Box<dyn Error>> {
    if let Some(reference) = schema["$ref"].as_str() {
        let full = reference.rsplit('/').next().unwrap_or_default();
        let name = split(full).ok_or("a reference without a name")?;
        let definition = &definitions[full];
        return Ok(match &*name.1 {
            "Quantity" => Field::Scalar('q'),
            "IntOrString" => Field::Scalar('x'),
            "RawExtension" => Field::Scalar('*'),
            _ if definition["properties"].is_object() => Field::Type(name),
            _ if definition["type"] == "string" => Field::Scalar('s'),
            // Values of any form, and objects whose fields the specification does not say.
            _ => Field::Scalar('*'),
        });
    }
    let inner = |key: &str| field_type(&schema[key], definitions).map(Box::new);
    match schema["type"].as_str() {
        Some("array") => Ok(Field::List(inner("items")?)),
        Some("object") if schema["additionalProperties"].is_object() => {
            Ok(Field::Map(inner("additionalProperties")?))
        }
        Some("object") | None => Ok(Field::Scalar('*')),
        Some(_) => scalar(schema),
    }
}

fn scalar(schema: &Value) -> Result<Field, Box<dyn Error>> {
    match schema["type"].as_str() {
        Some("string") if schema["format"] == "int-or-string" => Ok(Field::Scalar('x')),
        Some("string") => Ok(Field::Scalar('s')),
        Some("integer") => Ok(Field::Scalar('i')),
        Some("number") => Ok(Field::Scalar('n')),
        Some("boolean") => Ok(Field::Scalar('b')),
        other => Err(format!("expected a scalar type, found {other:?}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_types_are_printed_in_compact_form() {
        let id = serde_json::json!({"group": "apps", "version": "v1", "kind": "Thing"});
        let specification = serde_json::json!({
            "paths": {"/apis/apps/v1/namespaces/{namespace}/things": {
                "post": {"x-kubernetes-action": "post", "x-kubernetes-group-version-kind": &id},
            }},
            "definitions": {
                "io.k8s.api.apps.v1.Thing": {
                    "properties": {
                        "spec": {"$ref": "#/definitions/io.k8s.api.apps.v1.ThingSpec"},
                        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                    "x-kubernetes-group-version-kind": [&id],
                },
                "io.k8s.api.apps.v1.ThingSpec": {"properties": {
                    "ports": {"type": "array", "items": {"type": "integer"}},
                }},
                "io.k8s.api.apps.v1.Other": {"properties": {"x": {"type": "string"}}},
            },
        });
        let mut objects = Objects::default();
        objects.add(&specification, true).expect("a specification");
        assert_eq!(
            objects.print(&Enums::default()),
            "Thing apps/n=Thing\n\nThing labels:{s spec:ThingSpec\nThingSpec ports:[i\n"
        );
    }
}
