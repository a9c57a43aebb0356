//! An index of constraints by the kinds to which they may apply.

use std::collections::{BTreeSet, HashMap};

use crate::matching::KindKey;

/// An index from each group and kind that some constraint names to the numbers of the constraints,
/// grouped by policy. A group or kind that no constraint names leads to the constraints that match
/// every group or kind.
#[derive(Debug, Default)]
pub(super) struct Index {
    kinds: HashMap<Box<str>, Groups>,
    other: Groups,
}

/// The constraints of each policy that has any.
type Policies = Box<[Box<[usize]>]>;

/// The constraints of one kind, by group.
#[derive(Debug, Default)]
struct Groups {
    named: Vec<(Box<str>, Policies)>,
    other: Policies,
}

impl Index {
    /// Creates the index of constraints that match these kinds. `policies` holds the policy of each
    /// constraint, and constraints of one policy must be adjacent.
    pub(super) fn new(constraints: &[Vec<KindKey<'_>>], policies: &[usize]) -> Self {
        let keys = || constraints.iter().flatten();
        let kinds: BTreeSet<&str> = keys().filter_map(|key| key.kind).collect();
        let groups: BTreeSet<&str> = keys().filter_map(|key| key.group).collect();
        let lists = |kind: Option<&str>| {
            let list = |group: Option<&str>| -> Policies {
                let numbered = constraints.iter().enumerate();
                let covering = numbered.filter(|(_, keys)| covers(keys, group, kind));
                let covering: Vec<usize> = covering.map(|(number, _)| number).collect();
                let policy = |number: &usize| policies.get(*number);
                covering.chunk_by(|a, b| policy(a) == policy(b)).map(Box::from).collect()
            };
            let named = groups.iter().map(|&group| (group.into(), list(Some(group))));
            Groups { named: named.collect(), other: list(None) }
        };
        Self {
            kinds: kinds.iter().map(|&kind| (kind.into(), lists(Some(kind)))).collect(),
            other: lists(None),
        }
    }

    /// Returns the constraints that may apply to `kind` of `group`, in their order.
    pub(super) fn constraints(&self, group: &str, kind: &str) -> &[Box<[usize]>] {
        let groups = self.kinds.get(kind).unwrap_or(&self.other);
        let named = groups.named.iter().find(|(own, _)| **own == *group);
        named.map_or(&groups.other, |(_, constraints)| constraints)
    }
}

/// Returns `true` if a key covers the group and the kind. `None` stands for a group or kind that no
/// key names.
fn covers(keys: &[KindKey<'_>], group: Option<&str>, kind: Option<&str>) -> bool {
    let takes = |own: Option<&str>, text| own.is_none() || own == text;
    keys.iter().any(|key| takes(key.group, group) && takes(key.kind, kind))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn constraints_are_found_by_group_and_kind() {
        let key = |group, kind| KindKey { group, kind };
        let apps = Some("apps");
        let all = [
            vec![key(None, None)],
            vec![key(Some(""), Some("Pod"))],
            vec![key(apps, Some("Deployment")), key(apps, Some("ReplicaSet"))],
            vec![key(None, Some("Pod"))],
            vec![key(apps, None)],
            vec![key(None, Some("Role"))],
            vec![],
        ];
        let index = Index::new(&all, &[7, 7, 8, 8, 9, 9, 9]);
        let constraints = |group, kind| index.constraints(group, kind).to_vec();
        let together =
            |lists: &[&[usize]]| lists.iter().copied().map(Box::from).collect::<Vec<_>>();
        assert_eq!(constraints("", "Pod"), together(&[&[0, 1], &[3]]));
        assert_eq!(constraints("x", "Pod"), together(&[&[0], &[3]]));
        assert_eq!(constraints("apps", "Deployment"), together(&[&[0], &[2], &[4]]));
        assert_eq!(constraints("apps", "StatefulSet"), together(&[&[0], &[4]]));
        assert_eq!(constraints("rbac", "Role"), together(&[&[0], &[5]]));
        assert_eq!(constraints("rbac", "Binding"), together(&[&[0]]));
    }

    proptest! {
        #[test]
        fn what_is_found_takes_the_kind(
            lists in proptest::collection::vec(
                proptest::collection::vec((0..4_usize, 0..4_usize), 0..3), 0..6,
            ),
        ) {
            // Keys name only the first two groups and kinds, and other numbers mean any. The last
            // group and kind are looked up although no key names them.
            let (groups, kinds) = (["", "apps", "batch"], ["Pod", "Job", "Role"]);
            let key = |&(group, kind): &(usize, usize)| KindKey {
                group: groups[..2].get(group).copied(),
                kind: kinds[..2].get(kind).copied(),
            };
            let lists: Vec<Vec<_>> =
                lists.iter().map(|keys| keys.iter().map(key).collect()).collect();
            let policies: Vec<usize> = (0..lists.len()).map(|number| number / 2).collect();
            let index = Index::new(&lists, &policies);
            for (group, kind) in groups.iter().flat_map(|g| kinds.iter().map(move |k| (*g, *k))) {
                let takes = |keys: &Vec<KindKey<'_>>| covers(keys, Some(group), Some(kind));
                let all = lists.iter().enumerate().filter(|(_, keys)| takes(keys));
                let expected: Vec<_> = all.map(|(number, _)| number).collect();
                let found = index.constraints(group, kind);
                prop_assert_eq!(found.concat(), expected);
                let policies = found.iter().map(|list| {
                    list.iter().map(|number| number / 2).collect::<BTreeSet<_>>()
                });
                let each: Vec<_> = policies.collect();
                prop_assert!(each.iter().all(|policies| policies.len() == 1));
                prop_assert!(each.is_sorted_by(|a, b| a < b));
            }
        }
    }
}
