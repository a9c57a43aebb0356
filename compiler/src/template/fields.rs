//! Checks the types of a template's fields, as Go's decoder does.
//!
//! Gatekeeper decodes a template into a struct (`apis/templates/v1`), and refuses it if a field has
//! another type: `legacySchema: "true"` is a string and not a boolean. Null means that the field is
//! missing. Fields that the struct does not have are ignored.

use super::faults::Fault;
use super::read::start;
use crate::diagnostics::Diagnostics;
use crate::yaml::{Kind, Node};

/// The type of a field.
#[derive(Clone, Copy)]
enum Shape {
    Any,
    Text,
    Flag,
    Integer,
    Time,
    /// A mapping from strings to strings.
    TextMap,
    List(&'static Shape),
    Struct(&'static [(&'static str, Shape)]),
    /// A mapping whose content another stage checks.
    Mapping,
}

const TEXTS: Shape = Shape::List(&Shape::Text);

const TEMPLATE: Shape = Shape::Struct(&[
    ("apiVersion", Shape::Text),
    ("kind", Shape::Text),
    ("metadata", METADATA),
    ("spec", Shape::Struct(&[("crd", CRD), ("targets", Shape::List(&TARGET))])),
    ("status", Shape::Struct(&[("created", Shape::Flag), ("byPod", Shape::List(&Shape::Mapping))])),
]);

const METADATA: Shape = Shape::Struct(&[
    ("name", Shape::Text),
    ("generateName", Shape::Text),
    ("namespace", Shape::Text),
    ("selfLink", Shape::Text),
    ("uid", Shape::Text),
    ("resourceVersion", Shape::Text),
    ("generation", Shape::Integer),
    ("creationTimestamp", Shape::Time),
    ("deletionTimestamp", Shape::Time),
    ("deletionGracePeriodSeconds", Shape::Integer),
    ("labels", Shape::TextMap),
    ("annotations", Shape::TextMap),
    ("ownerReferences", Shape::List(&OWNER)),
    ("finalizers", TEXTS),
    ("managedFields", Shape::List(&Shape::Mapping)),
]);

const OWNER: Shape = Shape::Struct(&[
    ("apiVersion", Shape::Text),
    ("kind", Shape::Text),
    ("name", Shape::Text),
    ("uid", Shape::Text),
    ("controller", Shape::Flag),
    ("blockOwnerDeletion", Shape::Flag),
]);

const CRD: Shape = Shape::Struct(&[(
    "spec",
    Shape::Struct(&[
        ("names", Shape::Struct(&[("kind", Shape::Text), ("shortNames", TEXTS)])),
        (
            "validation",
            Shape::Struct(&[("openAPIV3Schema", Shape::Mapping), ("legacySchema", Shape::Flag)]),
        ),
    ]),
)]);

const TARGET: Shape = Shape::Struct(&[
    ("target", Shape::Text),
    ("rego", Shape::Text),
    ("libs", TEXTS),
    ("code", Shape::List(&Shape::Struct(&[("engine", Shape::Text), ("source", Shape::Any)]))),
    ("operations", TEXTS),
]);

/// Checks the types of all fields of the template `root`.
pub(super) fn check(root: &Node, faults: &mut Diagnostics) {
    Check { faults }.value(root, TEMPLATE, &Path::Root);
}

/// The path of a field, which is only formatted if there is a fault.
enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Self::Root, key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

struct Check<'f> {
    faults: &'f mut Diagnostics,
}

impl Check<'_> {
    fn value(&mut self, node: &Node, shape: Shape, path: &Path<'_>) {
        if node.is_null() {
            return;
        }
        match (shape, &node.kind) {
            (Shape::Struct(fields), Kind::Mapping(pairs)) => self.fields(pairs, fields, path),
            (Shape::TextMap, Kind::Mapping(pairs)) => {
                for (key, value) in pairs.iter() {
                    let key = key.as_str().unwrap_or_default();
                    self.value(value, Shape::Text, &Path::Key(path, key));
                }
            }
            (Shape::List(of), Kind::Sequence(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, *of, &Path::Index(path, index));
                }
            }
            _ if fits(node, shape) => {}
            _ => {
                let (path, expected) = (path.to_string(), expected(shape));
                let fault = Fault::WrongType { path: &path, expected, found: node.type_name() };
                self.faults.push(fault.at(start(node)));
            }
        }
    }

    fn fields(
        &mut self,
        pairs: &[(Node, Node)],
        fields: &'static [(&'static str, Shape)],
        path: &Path<'_>,
    ) {
        for (key, value) in pairs {
            let Some(name) = key.as_str() else { continue };
            if let Some((field, shape)) = fields.iter().find(|(field, _)| *field == name) {
                self.value(value, *shape, &Path::Key(path, field));
            } else if let Some((field, _)) =
                fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name))
            {
                // Go's decoder accepts this spelling of the field, and the API server drops it.
                let path = Path::Key(path, name).to_string();
                self.faults.push(Fault::OtherCase { path: &path, field }.at(start(key)));
            }
        }
    }
}

/// Returns `true` if a scalar, or a node of which only the type counts, has the shape.
fn fits(node: &Node, shape: Shape) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Text => node.as_str().is_some(),
        Shape::Flag => node.as_bool().is_some(),
        Shape::Integer => node.type_name() == "a number",
        Shape::Time => node.as_str().is_some_and(is_time),
        Shape::Mapping => matches!(node.kind, Kind::Mapping(_)),
        Shape::TextMap | Shape::List(_) | Shape::Struct(_) => false,
    }
}

fn expected(shape: Shape) -> &'static str {
    match shape {
        Shape::Any => "a value",
        Shape::Text => "a string",
        Shape::Flag => "a boolean",
        Shape::Integer => "an integer",
        Shape::Time => "a time as in RFC 3339",
        Shape::List(_) => "a list",
        Shape::TextMap | Shape::Struct(_) | Shape::Mapping => "a mapping",
    }
}

/// Returns `true` if the text has the form of a time in RFC 3339, such as `2024-05-01T12:00:00Z`.
fn is_time(text: &str) -> bool {
    let form = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                wanted => byte == wanted,
            })
    };
    let Some((date, rest)) = text.split_at_checked(19) else { return false };
    let fraction = rest.strip_prefix('.').map_or(rest, |rest| {
        let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 { rest } else { &rest[end..] }
    });
    form(date, "0000-00-00T00:00:00")
        && (fraction == "Z" || form(fraction, "+00:00") || form(fraction, "-00:00"))
}
