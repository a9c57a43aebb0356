//! Which constraints may apply to a kind.

use std::collections::{BTreeSet, HashMap};

use crate::matching::KindKey;

/// Constraints, by their numbers, for each group and kind that some of them name. What is not
/// named is judged by those that match every kind or group.
#[derive(Debug, Default)]
pub(super) struct Index {
    kinds: HashMap<Box<str>, Groups>,
    other: Groups,
}

/// The constraints of one kind.
#[derive(Debug, Default)]
struct Groups {
    named: Vec<(Box<str>, Box<[usize]>)>,
    other: Box<[usize]>,
}

impl Index {
    /// The index of constraints that match these kinds.
    pub(super) fn new(constraints: &[Vec<KindKey<'_>>]) -> Self {
        let keys = || constraints.iter().flatten();
        let kinds: BTreeSet<&str> = keys().filter_map(|key| key.kind).collect();
        let groups: BTreeSet<&str> = keys().filter_map(|key| key.group).collect();
        let lists = |kind: Option<&str>| {
            let list = |group: Option<&str>| -> Box<[usize]> {
                let numbered = constraints.iter().enumerate();
                let covering = numbered.filter(|(_, keys)| covers(keys, group, kind));
                covering.map(|(number, _)| number).collect()
            };
            let named = groups.iter().map(|&group| (group.into(), list(Some(group))));
            Groups { named: named.collect(), other: list(None) }
        };
        Self {
            kinds: kinds.iter().map(|&kind| (kind.into(), lists(Some(kind)))).collect(),
            other: lists(None),
        }
    }

    /// The constraints that may apply to `kind` of `group`, in their order.
    pub(super) fn constraints(&self, group: &str, kind: &str) -> &[usize] {
        let groups = self.kinds.get(kind).unwrap_or(&self.other);
        let named = groups.named.iter().find(|(own, _)| **own == *group);
        named.map_or(&groups.other, |(_, constraints)| constraints)
    }
}

/// Whether some key takes the group and the kind; `None` is one that no key names.
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
        let index = Index::new(&all);
        assert_eq!(index.constraints("", "Pod"), [0, 1, 3]);
        assert_eq!(index.constraints("x", "Pod"), [0, 3]);
        assert_eq!(index.constraints("apps", "Deployment"), [0, 2, 4]);
        assert_eq!(index.constraints("apps", "StatefulSet"), [0, 4]);
        assert_eq!(index.constraints("rbac", "Role"), [0, 5]);
        assert_eq!(index.constraints("rbac", "Binding"), [0]);
    }

    proptest! {
        #[test]
        fn what_is_found_takes_the_kind(
            lists in proptest::collection::vec(
                proptest::collection::vec((0..4_usize, 0..4_usize), 0..3), 0..6,
            ),
        ) {
            // The last two of each are what is asked for and not named, and any.
            let (groups, kinds) = (["", "apps", "batch"], ["Pod", "Job", "Role"]);
            let key = |&(group, kind): &(usize, usize)| KindKey {
                group: groups[..2].get(group).copied(),
                kind: kinds[..2].get(kind).copied(),
            };
            let lists: Vec<Vec<_>> =
                lists.iter().map(|keys| keys.iter().map(key).collect()).collect();
            let index = Index::new(&lists);
            for (group, kind) in groups.iter().flat_map(|g| kinds.iter().map(move |k| (*g, *k))) {
                let takes = |keys: &Vec<KindKey<'_>>| covers(keys, Some(group), Some(kind));
                let all = lists.iter().enumerate().filter(|(_, keys)| takes(keys));
                let expected: Vec<_> = all.map(|(number, _)| number).collect();
                prop_assert_eq!(index.constraints(group, kind), &expected[..]);
            }
        }
    }
}
