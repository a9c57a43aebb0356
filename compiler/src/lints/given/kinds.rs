//! Kinds in the `match` of a constraint that its API groups do not have.
//!
//! ```text
//! kinds: [{apiGroups: [""], kinds: [Deployment]}]   # Deployments belong to `apps`
//! ```
//!
//! Gatekeeper compares an object's group and kind with an entry of `match.kinds`, so an entry whose
//! groups and kinds do not belong together matches nothing. Only Kubernetes' own groups are known.
//! Groups of custom resources contain a dot, and their kinds are left alone. Kubernetes has kinds
//! that are not in the table, so an unknown kind is reported only if it misspells a known one.

use super::{Checked, UNMATCHED_KIND};
use crate::diagnostics::Diagnostic;
use crate::lints::{Findings, kubernetes};
use crate::suggest::closest;
use crate::yaml::Node;

/// A group of Kubernetes whose kinds have moved to other groups.
const LEFT: &str = "extensions";

/// Looks at each entry of `spec.match.kinds`.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Findings) {
    let entries = checked.at(&["spec", "match", "kinds"]).and_then(Node::items);
    for entry in entries.unwrap_or_default() {
        let groups = texts(entry, "apiGroups");
        let mut wrong = false;
        for (node, group) in &groups {
            if let Some(finding) = wrong_group(checked, node, group) {
                wrong = true;
                findings.report(finding);
            }
        }
        let is_known = |group: &str| group == LEFT || kubernetes::is_group(group);
        if wrong || groups.is_empty() || !groups.iter().all(|(_, group)| is_known(group)) {
            continue;
        }
        let groups: Vec<&str> = groups.iter().map(|(_, group)| *group).collect();
        for (node, kind) in texts(entry, "kinds") {
            if let Some(finding) = wrong_kind(checked, node, &groups, kind) {
                findings.report(finding);
            }
        }
    }
}

/// Returns the strings in the list `key` of an entry, with their nodes.
fn texts<'n>(entry: &'n Node, key: &str) -> Vec<(&'n Node, &'n str)> {
    let items = entry.get(key).and_then(Node::items).unwrap_or_default();
    items.iter().filter_map(|node| Some((node, node.as_str()?))).collect()
}

/// Reports a group that no API server has: an API version, or a name without a dot that is not one
/// of Kubernetes' own.
fn wrong_group(checked: &Checked<'_>, node: &Node, group: &str) -> Option<Diagnostic> {
    let span = checked.place(node);
    let finding = |message| Diagnostic::warning(&UNMATCHED_KIND, span, message);
    if let Some((name, _)) = group.split_once('/') {
        let message = format!("expected an API group, found the API version `{group}`");
        return Some(
            finding(message).with_help(format!("write `{name}`")).with_fix(false, span, name),
        );
    }
    if group == "*" || group == LEFT || group.contains('.') || kubernetes::is_group(group) {
        return None;
    }
    let message = format!("expected an API group, found `{group}`");
    let version =
        group.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if version || group == "core" {
        let help = "write `\"\"` for the core group";
        return Some(finding(message).with_help(help));
    }
    let groups = kubernetes::kinds().iter().flat_map(|kind| &kind.groups).map(|one| one.group);
    Some(match closest(group, groups.filter(|group| !group.is_empty())) {
        Some(near) => finding(message)
            .with_help(format!("did you mean `{near}`?"))
            .with_fix(false, span, near),
        None => finding(message).with_help("the groups of custom resources contain a dot"),
    })
}

/// Reports a kind that none of `groups` has. All of them are groups of Kubernetes.
fn wrong_kind(
    checked: &Checked<'_>,
    node: &Node,
    groups: &[&str],
    kind: &str,
) -> Option<Diagnostic> {
    let of = |groups: &[&str]| match groups {
        [""] => "the core API group".to_owned(),
        [one] => format!("the API group `{one}`"),
        _ => "these API groups".to_owned(),
    };
    let span = checked.place(node);
    if let Some(known) = kubernetes::kind_named(kind) {
        let own: Vec<&str> = known.groups.iter().map(|one| one.group).collect();
        if groups.contains(&LEFT) || own.iter().any(|group| groups.contains(group)) {
            return None;
        }
        let message = format!(
            "expected a kind of {}, found `{kind}`, a kind of {}",
            of(groups),
            of(&own[..1])
        );
        let help = format!("write `apiGroups: [\"{}\"]` for it", own[0]);
        return Some(Diagnostic::warning(&UNMATCHED_KIND, span, message).with_help(help));
    }
    let near = kubernetes::misspelled_kind(kind)?;
    let message = format!("expected a kind of {}, found `{kind}`", of(groups));
    let finding = Diagnostic::warning(&UNMATCHED_KIND, span, message);
    Some(finding.with_help(format!("did you mean `{near}`?")).with_fix(false, span, near))
}
