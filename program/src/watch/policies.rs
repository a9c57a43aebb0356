//! The changes of policies: which constraints must judge again.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use crate::judge::{Collected, SetUp};
use ferrego_gatekeeper::documents::Document;
use ferrego_runtime::json::{Escape, to_string};
use ferrego_runtime::{Arena, Value};

use super::ledger::Scope;

/// The constraints that judge, and the other documents that decide about all objects.
pub struct Policies {
    /// A hash of each constraint and its template, by `Kind/name`.
    constraints: HashMap<String, u64>,
    /// A hash of the others.
    others: u64,
}

impl Policies {
    /// Returns the policies of a set-up. Of a cluster, Namespaces are not among them, because they
    /// decide about the objects in them alone.
    pub fn of(
        collected: &Collected,
        set_up: &SetUp,
        of_cluster: bool,
        hasher: &RandomState,
    ) -> Self {
        let kind_of_template =
            |value: &Value<'_>| text(value, &["spec", "crd", "spec", "names", "kind"]).to_owned();
        let templates: HashMap<String, String> = collected
            .templates
            .iter()
            .filter_map(|document| {
                with_value(document, |value| (kind_of_template(value), spec(value)))
            })
            .collect();
        let judging: HashSet<String> =
            set_up.set.constraints().map(|one| format!("{}/{}", one.kind(), one.name())).collect();
        let constraint = |value: &Value<'_>| {
            let kind = text(value, &["kind"]);
            let id = format!("{kind}/{}", text(value, &["metadata", "name"]));
            (id, hasher.hash_one((spec(value), templates.get(kind))))
        };
        let constraints =
            collected.constraints.iter().filter_map(|document| with_value(document, constraint));
        let namespaces = collected.namespaces.iter().filter(|_| !of_cluster);
        let lists = [&collected.configs, &collected.expansions, &collected.mutators];
        let others = lists.into_iter().flatten().chain(namespaces);
        let mut others: Vec<String> = others
            .filter_map(|document| {
                with_value(document, |value| {
                    let (kind, name) = (text(value, &["kind"]), text(value, &["metadata", "name"]));
                    let whole = if kind == "Namespace" {
                        to_string(value, Escape::Plain)
                    } else {
                        spec(value)
                    };
                    format!("{kind}\0{name}\0{whole}")
                })
            })
            .collect();
        others.sort_unstable();
        Self {
            constraints: constraints.filter(|(id, _)| judging.contains(id)).collect(),
            others: hasher.hash_one(others),
        }
    }

    /// Returns the constraints that must judge all objects again if these policies become `new`, and
    /// the constraints that are gone.
    ///
    /// An error in one constraint is the result of all constraints of its kind, as in Gatekeeper.
    /// Therefore a constraint that is new, changed or gone concerns its whole kind.
    pub fn changes(&self, new: &Self) -> (Scope, HashSet<String>) {
        let gone = self.constraints.keys().filter(|id| !new.constraints.contains_key(*id));
        let gone: HashSet<String> = gone.cloned().collect();
        if self.others != new.others {
            return (Scope::All, gone);
        }
        let is_changed = |(id, hash): &(&String, &u64)| self.constraints.get(*id) != Some(*hash);
        let changed = new.constraints.iter().filter(is_changed).map(|(id, _)| id);
        let kinds: HashSet<&str> = changed.chain(&gone).map(|id| kind(id)).collect();
        let concerned = new.constraints.keys().filter(|id| kinds.contains(kind(id)));
        (Scope::Only(concerned.cloned().collect()), gone)
    }
}

/// Returns the kind in the name of a constraint.
fn kind(id: &str) -> &str {
    id.split_once('/').map_or(id, |(kind, _)| kind)
}

/// Adds the constraints to `scope` whose policies read other objects than the one that they judge.
pub fn add_inventory_readers(scope: &mut Scope, set_up: &SetUp) {
    let Scope::Only(ids) = scope else { return };
    let readers = set_up.set.constraints().filter(|one| set_up.reads_inventory(one.kind()));
    ids.extend(readers.map(|one| format!("{}/{}", one.kind(), one.name())));
}

/// Returns the text at `path`, which is empty if there is none.
fn text<'a>(value: &Value<'a>, path: &[&str]) -> &'a str {
    value.path(path).and_then(|text| text.as_str()).unwrap_or_default()
}

/// Returns what a document demands. A changed status does not change it.
fn spec(value: &Value<'_>) -> String {
    value.get_str("spec").map(|spec| to_string(&spec, Escape::Plain)).unwrap_or_default()
}

/// Returns what `read` returns for the value of a document. A document without a value was reported
/// when it was read.
fn with_value<T>(document: &Document, read: impl Fn(&Value<'_>) -> T) -> Option<T> {
    let arena = Arena::new();
    document.value(&arena).ok().map(|value| read(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policies(constraints: &[(&str, u64)], others: u64) -> Policies {
        let constraints = constraints.iter().map(|(id, hash)| ((*id).to_owned(), *hash)).collect();
        Policies { constraints, others }
    }

    #[test]
    fn a_constraint_concerns_those_of_its_kind() {
        let old = policies(&[("A/one", 1), ("A/two", 1), ("B/one", 1), ("C/one", 1)], 0);
        let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<HashSet<_>>();
        for (new, changed, gone) in [
            (&[("A/one", 1), ("A/two", 1), ("B/one", 1), ("C/one", 1)][..], &[][..], &[][..]),
            (&[("A/one", 2), ("A/two", 1), ("B/one", 1), ("C/one", 1)], &["A/one", "A/two"], &[]),
            (&[("A/two", 1), ("B/one", 1), ("C/one", 1)], &["A/two"], &["A/one"]),
            (
                &[("A/one", 1), ("A/two", 1), ("B/one", 1), ("B/two", 1)],
                &["B/one", "B/two"],
                &["C/one"],
            ),
        ] {
            let (scope, found) = old.changes(&policies(new, 0));
            assert_eq!(found, set(gone));
            assert!(matches!(&scope, Scope::Only(ids) if *ids == set(changed)), "{new:?}");
        }
        assert!(matches!(old.changes(&policies(&[("A/one", 1)], 1)).0, Scope::All));
    }
}
