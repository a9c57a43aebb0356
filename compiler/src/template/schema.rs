//! Reads the schema of a template's parameters, and checks it with the template.

use std::sync::Arc;

use ferrego_runtime::Arena;
use ferrego_runtime::json::{self, Escape};
use ferrego_schema::Schema;
use ferrego_schema::fault::{Fault, FieldPath, Severity};

use super::declared::{Declared, WrittenValue};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::yaml::{Kind, Node};

/// The parameters that a template declares.
#[derive(Default)]
pub(super) struct Parameters {
    /// The schema as JSON; empty if there is none.
    pub(super) schema: Arc<str>,
    /// The properties of the schema, with their places.
    pub(super) declared: Vec<Declared>,
    /// The strings that the schema writes as values, with their places.
    pub(super) written: Vec<WrittenValue>,
    /// The value of `legacySchema`, which defaults to `true` before `v1`.
    pub(super) legacy: bool,
}

const VALIDATION: [&str; 4] = ["spec", "crd", "spec", "validation"];

/// Reads and checks the schema of the template `root`.
pub(super) fn read(
    root: &Node,
    faults: &mut Diagnostics,
    warnings: &mut Diagnostics,
) -> Parameters {
    let validation = VALIDATION.iter().try_fold(root, |node, key| node.get(key));
    let field = |name| validation.and_then(|node| node.get(name)).filter(|node| !node.is_null());
    let legacy = field("legacySchema").and_then(Node::as_bool).unwrap_or_else(|| {
        let version = root.get("apiVersion").and_then(Node::as_str);
        version != Some("templates.gatekeeper.sh/v1")
    });
    let Some(node) = field("openAPIV3Schema") else {
        return Parameters { legacy, ..Parameters::default() };
    };
    let (mut declared, mut written) = (Vec::new(), Vec::new());
    declare(node, "input.parameters", &mut declared, &mut written);
    let arena = Arena::new();
    let value = match node.value(&arena) {
        Ok(value) => value,
        Err(fault) => {
            faults.push(fault);
            return Parameters { legacy, ..Parameters::default() };
        }
    };
    match Schema::read(&value, legacy) {
        Ok(schema) => {
            warnings.0.extend(schema.warnings().iter().map(|fault| diagnostic(root, fault)));
        }
        Err(found) => {
            let errors = found.iter().filter(|fault| fault.severity == Severity::Error);
            faults.0.extend(errors.map(|fault| diagnostic(root, fault)));
        }
    }
    Parameters { schema: json::to_string(&value, Escape::Plain).into(), declared, written, legacy }
}

/// Collects the properties and values of the schema `node`, whose values are at `path`.
fn declare(node: &Node, path: &str, to: &mut Vec<Declared>, values: &mut Vec<WrittenValue>) {
    for value in node.get("default").into_iter().chain(items(node, "enum")) {
        write(value, path, values);
    }
    if let Some(Node { kind: Kind::Mapping(pairs), .. }) = node.get("properties") {
        for (key, of) in pairs.iter() {
            let Some(name) = key.as_str() else { continue };
            to.push(Declared { holder: path.into(), name: name.into(), span: key.span });
            declare(of, &format!("{path}.{name}"), to, values);
        }
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(of) = node.get(keyword) {
            declare(of, &format!("{path}[_]"), to, values);
        }
    }
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::items).unwrap_or_default()
}

/// Collects the strings in a value at `path`.
fn write(value: &Node, path: &str, to: &mut Vec<WrittenValue>) {
    match &value.kind {
        Kind::Mapping(pairs) => {
            for (key, of) in pairs.iter() {
                if let Some(name) = key.as_str() {
                    write(of, &format!("{path}.{name}"), to);
                }
            }
        }
        Kind::Sequence(items) => {
            for item in items.iter() {
                write(item, &format!("{path}[_]"), to);
            }
        }
        Kind::Scalar(_) => to.extend(value.as_str().map(|text| WrittenValue {
            path: path.into(),
            text: text.into(),
            span: value.span,
        })),
    }
}

/// Returns the fault with its place in the document.
fn diagnostic(root: &Node, fault: &Fault) -> Diagnostic {
    let message = format!("{}: {}", fault.path, fault.message);
    let diagnostic = Diagnostic::new(Code::Template, place(root, fault.place()), message);
    match &fault.help {
        Some(help) => diagnostic.with_help(help.clone()),
        None => diagnostic,
    }
}

/// Returns the place of the deepest existing node along `path`.
fn place(root: &Node, path: &FieldPath) -> Span {
    match root.deepest(path) {
        (node, true) => node.place(),
        (node, false) => node.start(),
    }
}
