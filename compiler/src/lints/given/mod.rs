//! Mistakes in the constraints that are among the checked files.

mod fields;
mod kinds;
mod parameters;

use ferrego_schema::fault::{Fault, Segment};
use ferrego_schema::node::Node as SchemaNode;

use super::{Findings, Subject};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::{SourceId, Span};
use crate::suggest::closest;
use crate::yaml::{Kind, Node};

/// The schema refuses a constraint's parameters.
pub(super) static REFUSED_PARAMETER: Lint = Lint {
    name: "refused-parameter",
    group: Group::Correctness,
    summary: "the template's schema refuses a parameter of a constraint",
    page: include_str!("../pages/refused-parameter.md"),
};

/// Gatekeeper does not know a field of a constraint, or its value.
pub(super) static CONSTRAINT_FIELD: Lint = Lint {
    name: "constraint-field",
    group: Group::Correctness,
    summary: "constraints do not have the field, or the field does not accept the value",
    page: include_str!("../pages/constraint-field.md"),
};

/// A constraint matches a kind that does not exist.
pub(super) static UNMATCHED_KIND: Lint = Lint {
    name: "unmatched-kind",
    group: Group::Correctness,
    summary: "the `match` of a constraint names a kind that its API groups do not have",
    page: include_str!("../pages/unmatched-kind.md"),
};

/// The lints of [`check`].
pub(super) const LINTS: &[&Lint] = &[&REFUSED_PARAMETER, &CONSTRAINT_FIELD, &UNMATCHED_KIND];

/// Looks at each constraint.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (Some(constraints), given) = (subject.constraints, &subject.surroundings.given) else {
        return;
    };
    if given.is_empty() {
        return;
    }
    let first = subject.sources.len() + usize::from(subject.surroundings.document.is_some());
    let all: Vec<Checked<'_>> = (first..)
        .zip(given)
        .map(|(source, given)| {
            let source = SourceId(u32::try_from(source).unwrap_or(u32::MAX));
            Checked { constraint: &given.constraint, source }
        })
        .collect();
    let (all, misspelled): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|checked| checked.kind() == Some(&constraints.kind));
    for checked in &misspelled {
        findings.0.extend(other_kind(checked, &constraints.kind));
    }
    parameters::check(constraints, &all, findings);
    for checked in &all {
        fields::check(checked, findings);
        kinds::check(checked, findings);
    }
}

/// A constraint with the number of the document that findings in it are about.
struct Checked<'p> {
    constraint: &'p Node,
    source: SourceId,
}

/// Returns the finding about a constraint whose kind is almost that of the template.
fn other_kind(checked: &Checked<'_>, expected: &str) -> Option<Diagnostic> {
    let node = checked.at(&["kind"])?;
    let span = checked.place(node);
    let found = node.as_str().unwrap_or_default();
    let message = format!("expected a kind that a template defines, found `{found}`");
    let finding = Diagnostic::warning(&CONSTRAINT_FIELD, span, message);
    let help = format!("did you mean `{expected}`?");
    Some(finding.with_help(help).with_fix(false, span, expected))
}

impl Checked<'_> {
    /// Returns the constraint's kind.
    fn kind(&self) -> Option<&str> {
        self.at(&["kind"]).and_then(Node::as_str)
    }

    /// Returns the node at `path`, unless it is absent or null.
    fn at(&self, path: &[&str]) -> Option<&Node> {
        let node = path.iter().try_fold(self.constraint, |node, key| node.get(key));
        node.filter(|node| !node.is_null())
    }

    /// Returns the place of a node of the constraint.
    fn place(&self, node: &Node) -> Span {
        Span { source: self.source, ..node.place() }
    }

    /// Returns the finding of `lint` about a fault that `schema` found. `above` is the length of the
    /// path to the value that the schema describes.
    fn finding(
        &self,
        lint: &'static Lint,
        fault: &Fault,
        schema: SchemaNode<'_>,
        above: usize,
    ) -> Diagnostic {
        let unknown = self.unknown_key(fault);
        let node = unknown.unwrap_or_else(|| self.constraint.deepest(fault.place()).0);
        let span = self.place(node);
        let Some(name) = unknown.and_then(Node::as_str) else {
            let message = format!("{}: {}", fault.path, fault.message);
            return Diagnostic::warning(lint, span, message);
        };
        let finding = Diagnostic::warning(lint, span, fault.message.clone());
        let path = fault.path.0.get(above..fault.path.0.len() - 1).unwrap_or_default();
        let near = below(schema, path)
            .and_then(|node| closest(name, node.properties().map(|(name, _)| name)));
        match near {
            Some(near) => {
                finding.with_help(format!("did you mean `{near}`?")).with_fix(false, span, near)
            }
            None => finding,
        }
    }

    /// Returns the key of a field that the schema does not declare.
    fn unknown_key(&self, fault: &Fault) -> Option<&Node> {
        if !fault.message.starts_with("unknown field") {
            return None;
        }
        let (Segment::Key(name), path) = fault.path.0.split_last()? else { return None };
        let path = ferrego_schema::fault::FieldPath(path.to_vec());
        let (Node { kind: Kind::Mapping(pairs), .. }, true) = self.constraint.deepest(&path) else {
            return None;
        };
        pairs.iter().map(|(key, _)| key).find(|key| key.as_str() == Some(name))
    }
}

/// Returns the schema of the value at `path` below the value of `schema`.
fn below<'s>(schema: SchemaNode<'s>, path: &[Segment]) -> Option<SchemaNode<'s>> {
    path.iter().try_fold(schema, |node, segment| match segment {
        Segment::Key(name) => node.property(name),
        Segment::Index(_) => node.items(),
    })
}
