//! The role of a document for the command, by its group and kind.

use ferrego_gatekeeper::documents::Document;
use ferrego_gatekeeper::fault::{Fault, FaultCode, FieldPath};
use ferrego_runtime::Value;
use ferrego_source::diagnostics::Notice;

/// The role of a document for the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Template,
    Constraint,
    Expansion,
    Namespace,
    /// A `Config`, which exempts namespaces. It is judged like any object.
    Config,
    /// A `Provider` of external data. It is judged like any object.
    Provider,
    /// A mutator, which changes objects in a cluster but has no effect here.
    Mutator,
    /// A suite. It is judged, as gator does, but it does not count as an object, because clusters
    /// have none.
    Suite,
    /// An `AdmissionReview`, whose request contains the object to judge.
    Review,
    Object,
}

/// The kinds of `mutations.gatekeeper.sh`.
const MUTATORS: [&str; 4] = ["Assign", "AssignMetadata", "AssignImage", "ModifySet"];

/// The groups of Gatekeeper's documents.
const GROUPS: [&str; 12] = [
    "config.gatekeeper.sh",
    "connection.gatekeeper.sh",
    "constraints.gatekeeper.sh",
    "expansion.gatekeeper.sh",
    "externaldata.gatekeeper.sh",
    "gvkmanifest.gatekeeper.sh",
    "match.gatekeeper.sh",
    "mutations.gatekeeper.sh",
    "status.gatekeeper.sh",
    "syncset.gatekeeper.sh",
    "templates.gatekeeper.sh",
    "test.gatekeeper.sh",
];

impl Class {
    /// Returns the class of the document `value`.
    pub(super) fn of(value: &Value<'_>) -> Self {
        let (group, kind) = group_and_kind(value);
        match (group, kind) {
            (_, "ConstraintTemplate") => Self::Template,
            ("constraints.gatekeeper.sh", _) => Self::Constraint,
            ("expansion.gatekeeper.sh", "ExpansionTemplate") => Self::Expansion,
            ("config.gatekeeper.sh", "Config") => Self::Config,
            ("externaldata.gatekeeper.sh", "Provider") => Self::Provider,
            ("test.gatekeeper.sh", "Suite") => Self::Suite,
            ("mutations.gatekeeper.sh", kind) if MUTATORS.contains(&kind) => Self::Mutator,
            ("", "Namespace") => Self::Namespace,
            // An `AdmissionReview` of another group is refused when it is judged.
            (_, "AdmissionReview") => Self::Review,
            _ => Self::Object,
        }
    }

    /// Returns `true` if the document counts as an object to judge.
    pub(super) fn is_object(self) -> bool {
        matches!(
            self,
            Self::Namespace | Self::Config | Self::Provider | Self::Review | Self::Object
        )
    }
}

/// Returns the group and the kind of a document. A part is empty if the document does not have it.
fn group_and_kind<'a>(value: &Value<'a>) -> (&'a str, &'a str) {
    let text = |key| value.get_str(key).and_then(|text| text.as_str()).unwrap_or_default();
    (text("apiVersion").split_once('/').map_or("", |(group, _)| group), text("kind"))
}

/// The groups whose documents decide what is checked, and the kinds of each.
const KINDS: [(&str, &[&str]); 5] = [
    ("externaldata.gatekeeper.sh", &["Provider"]),
    ("expansion.gatekeeper.sh", &["ExpansionTemplate"]),
    ("mutations.gatekeeper.sh", &MUTATORS),
    ("templates.gatekeeper.sh", &["ConstraintTemplate"]),
    ("test.gatekeeper.sh", &["Suite"]),
];

/// Returns a notice about an object whose kind is a misspelled one: an unknown kind of a group of
/// Gatekeeper, or a list or review in other letters. Such a document is judged like any other
/// object, and what it holds is not.
pub(super) fn wrong_kind(document: &Document, value: &Value<'_>) -> Option<Notice> {
    let (group, kind) = group_and_kind(value);
    let ours = KINDS.iter().find(|(known, _)| *known == group);
    let expected = match ours {
        Some((_, kinds)) if kinds.contains(&kind) => return None,
        Some((_, kinds)) => format!("kind {}", kinds.join(", ")),
        None => {
            let likely = ["List", "AdmissionReview"];
            let likely = likely.into_iter().find(|known| kind.eq_ignore_ascii_case(known));
            match likely {
                Some(known) if known != kind => format!("kind {known}"),
                Some("List") if !matches!(value.get_str("items"), Some(Value::Array(_))) => {
                    "the array `items` in a List".to_owned()
                }
                None if kind == "AdmissionRequest" => {
                    "an AdmissionReview around an AdmissionRequest".to_owned()
                }
                _ => return None,
            }
        }
    };
    let message = format!("expected {expected}, found kind {kind:?}: the document is an object");
    let fault = Fault::new(FaultCode::InvalidObject, FieldPath::of(&["kind"]), message);
    let fault = fault.with_help("correct the document: what it holds is not checked");
    let mut notice = document.notice(&if ours.is_some() { fault } else { fault.as_warning() });
    crate::unchecked::CODE.clone_into(&mut notice.code);
    Some(notice)
}

/// Returns a notice about an object whose group resembles a group of Gatekeeper. Such a document is
/// judged like any other object, and checks nothing.
///
/// `is_template` returns `true` for the kinds of the templates. If the document is a constraint
/// except for its group, the notice is an error.
pub(super) fn wrong_group(
    document: &Document,
    value: &Value<'_>,
    is_template: impl Fn(&str) -> bool,
) -> Option<Notice> {
    let (group, kind) = group_and_kind(value);
    let likely = match kind {
        "ExpansionTemplate" => "expansion.gatekeeper.sh",
        "Suite" => "test.gatekeeper.sh",
        kind if MUTATORS.contains(&kind) => "mutations.gatekeeper.sh",
        kind if is_template(kind) => "constraints.gatekeeper.sh",
        _ => "",
    };
    let ours = group.ends_with("gatekeeper.sh");
    let known = GROUPS.contains(&group) && (likely.is_empty() || group == likely);
    let constraint = likely == "constraints.gatekeeper.sh";
    if known || !ours && !constraint {
        return None;
    }
    let expected = if likely.is_empty() { "a group of Gatekeeper" } else { likely };
    let message = format!("expected {expected}, found group {group:?}: the document is an object");
    let fault = Fault::new(FaultCode::InvalidObject, FieldPath::of(&["apiVersion"]), message);
    let fault = fault.with_help("correct the apiVersion");
    let is_error = constraint && (ours || has_constraint_fields(value));
    let mut notice = document.notice(&if is_error { fault } else { fault.as_warning() });
    crate::unchecked::CODE.clone_into(&mut notice.code);
    Some(notice)
}

/// Returns an error about a template beside compiled policies.
pub(super) fn refused_template(document: &Document) -> Notice {
    let message = "expected constraints and objects, found a ConstraintTemplate: this program has \
                   its policies compiled in";
    let path = FieldPath::of(&["kind"]);
    let fault = Fault::new(FaultCode::InvalidTemplate, path, message);
    let help = "leave out the file, or build another program with ferrego build";
    document.notice(&fault.with_help(help))
}

/// Returns `true` if `spec` has a field of constraints. Other objects may share the kind of a
/// template, such as `NetworkPolicy`.
fn has_constraint_fields(value: &Value<'_>) -> bool {
    let fields = ["match", "parameters", "enforcementAction", "scopedEnforcementActions"];
    fields.iter().any(|field| value.path(&["spec", field]).is_some())
}
