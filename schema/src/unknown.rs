//! Fields that a schema does not know (`schema/pruning`).

use ferrego_runtime::Value;
use ferrego_runtime::value::Object;

use super::node::{Additional, Node};
use super::values::wrong_type;
use crate::fault::{Fault, FaultCode, FieldPath};

/// Adds an error for each field of `value` that `node` does not know. Gatekeeper rejects these,
/// both in parameters and in defaults.
pub(super) fn report(node: Node<'_>, value: &Value<'_>, path: &FieldPath, faults: &mut Vec<Fault>) {
    if wrong_type(node, value).is_some() {
        return;
    }
    match value {
        Value::Object(object) => fields(node, object, path, faults),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let below = path.index(index);
                match node.items() {
                    Some(node) => report(node, item, &below, faults),
                    // A schema with a format of strings accepts arrays.
                    None if !node.preserves_unknown() => no_fields(node, item, &below, faults),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

fn fields(node: Node<'_>, object: &Object<'_>, path: &FieldPath, faults: &mut Vec<Fault>) {
    for (key, value) in object.pairs() {
        let Some(name) = key.as_str() else { continue };
        let below = path.key(name);
        match (node.property(name), node.additional()) {
            (Some(property), _) => report(property, value, &below, faults),
            (None, Additional::Of(schema)) => report(schema, value, &below, faults),
            (None, Additional::Any) => no_fields(node, value, &below, faults),
            // The validation reports this field.
            (None, Additional::Forbidden) => {}
            (None, Additional::Unsaid) => {
                let is_known = node.preserves_unknown()
                    || node.is_embedded() && matches!(name, "apiVersion" | "kind" | "metadata");
                if !is_known {
                    faults.push(unknown(node, below));
                }
            }
        }
    }
}

/// Adds an error for each field of a value without a schema. Under `additionalProperties: true`
/// and in arrays without `items`, Kubernetes keeps the value and drops its fields.
fn no_fields(node: Node<'_>, value: &Value<'_>, path: &FieldPath, faults: &mut Vec<Fault>) {
    match value {
        Value::Object(object) => {
            let keys = object.pairs().iter().filter_map(|(key, _)| key.as_str());
            let is_any = matches!(node.additional(), Additional::Any);
            faults.extend(keys.map(|key| {
                let fault = unknown(node, path.key(key));
                let help = "`additionalProperties: true` allows no fields in a value; use \
                            x-kubernetes-preserve-unknown-fields";
                if is_any { fault.with_help(help) } else { fault }
            }));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                no_fields(node, item, &path.index(index), faults);
            }
        }
        _ => {}
    }
}

fn unknown(node: Node<'_>, path: FieldPath) -> Fault {
    let names: Vec<_> = node.properties().map(|(name, _)| name).collect();
    let help = match &*names {
        [] => "the schema allows no fields here".to_owned(),
        names => format!("the schema knows {}", names.join(", ")),
    };
    let message = format!("unknown field \"{path}\"");
    Fault::new(FaultCode::UnknownField, path, message).with_help(help)
}
