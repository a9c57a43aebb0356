//! References that do not follow the levels of `data.inventory`.

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostic;
use crate::lints::kubernetes;
use crate::lints::shapes::flow::Taken;
use crate::lints::shapes::inventory::{Level, Mistake};
use crate::lints::shapes::{Alternative, Shapes};
use crate::suggest::closest;
use crate::template::SyncedKinds;

use super::reporter::Reporter;
use super::{INVENTORY_PATH, UNSYNCED_KIND};

/// The levels, for advice.
const CLUSTER: &str = "`data.inventory.cluster[groupVersion][kind][name]`";
const NAMESPACE: &str = "`data.inventory.namespace[namespace][groupVersion][kind][name]`";

/// Reports a key that does not fit its level.
pub(super) fn mistake(
    reporter: &mut Reporter<'_, '_>,
    shapes: &Shapes,
    step: &Taken<'_>,
    mistake: Mistake,
) {
    let Some(key) = step.field else { return };
    let levels = if is_namespaced(shapes, step) { NAMESPACE } else { CLUSTER };
    let expected = match mistake {
        Mistake::Scope => "`cluster` or `namespace` under `data.inventory`",
        Mistake::KindForNamespace => "a namespace",
        Mistake::KindForVersion => "an API version such as `v1`",
        Mistake::VersionForKind | Mistake::FieldForKind | Mistake::NoKind => "a kind",
        Mistake::FieldForName => "the name of an object",
        Mistake::ClusterKind => "a kind whose objects have a namespace",
        Mistake::NamespacedKind => "a kind whose objects have no namespace",
        Mistake::OtherGroup => "a kind of this API version",
    };
    let help = match mistake {
        Mistake::Scope => format!("the levels are {CLUSTER} and {NAMESPACE}"),
        Mistake::ClusterKind => format!("read the kind below `cluster`: {CLUSTER}"),
        Mistake::NamespacedKind => format!("read the kind below `namespace`: {NAMESPACE}"),
        Mistake::OtherGroup => "give the API version of the kind's own group".to_owned(),
        _ => format!("the levels are {levels}"),
    };
    let span = reporter.place(step.at);
    let message = format!("expected {expected}, found `{key}`");
    let finding = Diagnostic::warning(&INVENTORY_PATH, span, message);
    let suggestion = match mistake {
        Mistake::Scope => closest(key, ["cluster", "namespace"]),
        Mistake::NoKind => kubernetes::misspelled_kind(key),
        _ => None,
    };
    reporter.report(match suggestion {
        Some(scope) => reporter.suggest(finding, step.at, scope),
        None => finding.with_help(help),
    });
}

fn is_namespaced(shapes: &Shapes, step: &Taken<'_>) -> bool {
    shapes.get(step.from).iter().any(|one| {
        matches!(
            one,
            Alternative::Inventory(
                Level::Namespaces
                    | Level::Versions { namespaced: true }
                    | Level::Kinds { namespaced: true, .. }
            )
        )
    })
}

/// Reports a kind that the template's annotation does not name.
pub(super) fn unsynced(reporter: &mut Reporter<'_, '_>, shapes: &Shapes, step: &Taken<'_>) {
    let (Some(synced), Some(kind)) = (&reporter.subject.surroundings.synced, step.field) else {
        return;
    };
    let alternatives = shapes.get(step.from);
    let [Alternative::Inventory(Level::Kinds { version, .. })] = *alternatives else { return };
    if !kind.starts_with(|letter: char| letter.is_ascii_uppercase()) {
        return;
    }
    let texts = version.map(|version| shapes.get_texts(version));
    let api_version = texts.as_ref().and_then(|texts| texts.first()).map(|text| &**text);
    if synced.iter().any(|kinds| kinds.contain(api_version, kind)) {
        return;
    }
    let (message, help) = unsynced_message(synced, api_version, kind);
    let span = reporter.place(step.at);
    reporter.report(Diagnostic::warning(&UNSYNCED_KIND, span, message).with_help(help));
}

/// Returns the message and the advice about a kind that is not synced.
fn unsynced_message(
    synced: &[SyncedKinds],
    api_version: Option<&str>,
    kind: &str,
) -> (String, &'static str) {
    let of_kind = synced.iter().filter(|kinds| kinds.contain(None, kind));
    let versions: BTreeSet<String> = of_kind.flat_map(SyncedKinds::api_versions).collect();
    if let Some(found) = api_version.filter(|_| !versions.is_empty()) {
        let message = format!(
            "expected `{kind}` of an API version that \
             `metadata.gatekeeper.sh/requires-sync-data` names ({}), found `{found}`",
            list(versions.iter().map(|version| &**version))
        );
        return (message, "read the API version of the annotation, or name this one there");
    }
    let names: BTreeSet<&str> =
        synced.iter().flat_map(|kinds| &kinds.names.kinds).map(|name| &**name).collect();
    let expected = if names.is_empty() { "no kind".to_owned() } else { list(names) };
    let message = format!(
        "expected a kind that `metadata.gatekeeper.sh/requires-sync-data` names ({expected}), \
         found `{kind}`"
    );
    (message, "name the kind in the annotation")
}

fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
