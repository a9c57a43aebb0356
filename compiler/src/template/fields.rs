//! Checks the types of a template's fields, as Go's decoder does.
//!
//! Gatekeeper decodes a template into a struct (`apis/templates/v1`), and refuses it if a field has
//! another type: `legacySchema: "true"` is a string and not a boolean. Null means that the field is
//! missing. Fields that the struct does not have are ignored.

use super::faults::Fault;
use crate::diagnostics::Diagnostics;
use crate::yaml::{Kind, Node};

/// The type of a field.
#[derive(Clone, Copy)]
enum FieldType {
    Any,
    String,
    Bool,
    Integer,
    Time,
    /// A mapping from strings to strings.
    StringMap,
    List(&'static FieldType),
    Struct(&'static [(&'static str, FieldType)]),
    /// A mapping whose content another stage checks.
    Mapping,
}

const STRINGS: FieldType = FieldType::List(&FieldType::String);

const TEMPLATE: FieldType = FieldType::Struct(&[
    ("apiVersion", FieldType::String),
    ("kind", FieldType::String),
    ("metadata", METADATA),
    ("spec", FieldType::Struct(&[("crd", CRD), ("targets", FieldType::List(&TARGET))])),
    (
        "status",
        FieldType::Struct(&[
            ("created", FieldType::Bool),
            ("byPod", FieldType::List(&FieldType::Mapping)),
        ]),
    ),
]);

const METADATA: FieldType = FieldType::Struct(&[
    ("name", FieldType::String),
    ("generateName", FieldType::String),
    ("namespace", FieldType::String),
    ("selfLink", FieldType::String),
    ("uid", FieldType::String),
    ("resourceVersion", FieldType::String),
    ("generation", FieldType::Integer),
    ("creationTimestamp", FieldType::Time),
    ("deletionTimestamp", FieldType::Time),
    ("deletionGracePeriodSeconds", FieldType::Integer),
    ("labels", FieldType::StringMap),
    ("annotations", FieldType::StringMap),
    ("ownerReferences", FieldType::List(&OWNER)),
    ("finalizers", STRINGS),
    ("managedFields", FieldType::List(&FieldType::Mapping)),
]);

const OWNER: FieldType = FieldType::Struct(&[
    ("apiVersion", FieldType::String),
    ("kind", FieldType::String),
    ("name", FieldType::String),
    ("uid", FieldType::String),
    ("controller", FieldType::Bool),
    ("blockOwnerDeletion", FieldType::Bool),
]);

const CRD: FieldType = FieldType::Struct(&[(
    "spec",
    FieldType::Struct(&[
        ("names", FieldType::Struct(&[("kind", FieldType::String), ("shortNames", STRINGS)])),
        (
            "validation",
            FieldType::Struct(&[
                ("openAPIV3Schema", FieldType::Mapping),
                ("legacySchema", FieldType::Bool),
            ]),
        ),
    ]),
)]);

const TARGET: FieldType = FieldType::Struct(&[
    ("target", FieldType::String),
    ("rego", FieldType::String),
    ("libs", STRINGS),
    (
        "code",
        FieldType::List(&FieldType::Struct(&[
            ("engine", FieldType::String),
            ("source", FieldType::Any),
        ])),
    ),
    ("operations", STRINGS),
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
    fn value(&mut self, node: &Node, shape: FieldType, path: &Path<'_>) {
        if node.is_null() {
            return;
        }
        match (shape, &node.kind) {
            (FieldType::Struct(fields), Kind::Mapping(pairs)) => self.fields(pairs, fields, path),
            (FieldType::StringMap, Kind::Mapping(pairs)) => {
                for (key, value) in pairs.iter() {
                    let key = key.as_str().unwrap_or_default();
                    self.value(value, FieldType::String, &Path::Key(path, key));
                }
            }
            (FieldType::List(of), Kind::Sequence(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, *of, &Path::Index(path, index));
                }
            }
            _ if fits(node, shape) => {}
            _ => {
                let (path, expected) = (path.to_string(), expected(shape));
                let fault = Fault::WrongType { path: &path, expected, found: node.type_name() };
                self.faults.push(fault.at(node.start()));
            }
        }
    }

    fn fields(
        &mut self,
        pairs: &[(Node, Node)],
        fields: &'static [(&'static str, FieldType)],
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
                self.faults.push(Fault::OtherCase { path: &path, field }.at(key.start()));
            }
        }
    }
}

/// Returns `true` if a scalar, or a node of which only the type counts, has the shape.
fn fits(node: &Node, shape: FieldType) -> bool {
    match shape {
        FieldType::Any => true,
        FieldType::String => node.as_str().is_some(),
        FieldType::Bool => node.as_bool().is_some(),
        FieldType::Integer => node.type_name() == "a number",
        FieldType::Time => node.as_str().is_some_and(is_time),
        FieldType::Mapping => matches!(node.kind, Kind::Mapping(_)),
        FieldType::StringMap | FieldType::List(_) | FieldType::Struct(_) => false,
    }
}

fn expected(shape: FieldType) -> &'static str {
    match shape {
        FieldType::Any => "a value",
        FieldType::String => "a string",
        FieldType::Bool => "a boolean",
        FieldType::Integer => "an integer",
        FieldType::Time => "a time as in RFC 3339",
        FieldType::List(_) => "a list",
        FieldType::StringMap | FieldType::Struct(_) | FieldType::Mapping => "a mapping",
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
