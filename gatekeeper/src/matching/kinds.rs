//! The criterion `kinds`, which selects kinds of objects.

/// The entries of `kinds`; an empty list selects every kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds(pub(super) Vec<KindsEntry>);

/// Groups and kinds. The entry selects each kind in each group, and an empty list selects all.
#[derive(Clone, Debug, Default)]
pub(super) struct KindsEntry {
    pub(super) groups: Vec<Box<str>>,
    pub(super) kinds: Vec<Box<str>>,
}

/// The key of a constraint in an index over kinds: a group and a kind, each of which may be any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KindKey<'a> {
    /// The API group; `None` means any group.
    pub group: Option<&'a str>,
    /// The kind; `None` means any kind.
    pub kind: Option<&'a str>,
}

/// The list that selects every kind.
static EVERY: Kinds = Kinds(Vec::new());
/// The entry that selects every kind.
static ANY: KindsEntry = KindsEntry { groups: Vec::new(), kinds: Vec::new() };

impl Kinds {
    pub(super) fn every() -> &'static Self {
        &EVERY
    }

    pub(super) fn select(&self, group: &str, kind: &str) -> bool {
        self.0.is_empty()
            || self.0.iter().any(|entry| has(&entry.kinds, kind) && has(&entry.groups, group))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = KindKey<'_>> {
        let any = self.0.is_empty().then_some(&ANY);
        self.0.iter().chain(any).flat_map(|entry| {
            let groups = names(&entry.groups);
            groups.flat_map(|group| names(&entry.kinds).map(move |kind| KindKey { group, kind }))
        })
    }
}

fn is_any(names: &[Box<str>]) -> bool {
    names.is_empty() || names.iter().any(|name| &**name == "*")
}

fn has(names: &[Box<str>], name: &str) -> bool {
    is_any(names) || names.iter().any(|own| **own == *name)
}

/// Returns the names, or one `None` if all names are selected.
fn names(names: &[Box<str>]) -> impl Iterator<Item = Option<&str>> {
    let any = is_any(names);
    let listed = if any { &[] } else { names };
    listed.iter().map(|name| Some(&**name)).chain(any.then_some(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(entries: &[(&[&str], &[&str])]) -> Kinds {
        let boxed = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let entry = |(groups, kinds): &(&[&str], &[&str])| KindsEntry {
            groups: boxed(groups),
            kinds: boxed(kinds),
        };
        Kinds(entries.iter().map(entry).collect())
    }

    #[test]
    fn an_entry_selects_each_group_with_each_kind() {
        let kinds = kinds(&[(&["", "apps"], &["Pod", "Deployment"]), (&["batch"], &["*"])]);
        assert!(kinds.select("", "Pod") && kinds.select("apps", "Deployment"));
        assert!(kinds.select("batch", "Job") && !kinds.select("", "Job"));
        assert!(!kinds.select("extensions", "Deployment"));
        let keys: Vec<_> = kinds.keys().map(|key| (key.group, key.kind)).collect();
        let (pod, deployment) = (Some("Pod"), Some("Deployment"));
        let apps = Some("apps");
        let batch = (Some("batch"), None);
        let expected =
            [(Some(""), pod), (Some(""), deployment), (apps, pod), (apps, deployment), batch];
        assert_eq!(keys, expected);
    }

    #[test]
    fn what_is_not_listed_is_any() {
        for all in [kinds(&[]), kinds(&[(&[], &[])]), kinds(&[(&["*", "apps"], &["*"])])] {
            assert!(all.select("", "Pod") && all.select("apps", "Deployment"));
            assert_eq!(all.keys().collect::<Vec<_>>(), [KindKey { group: None, kind: None }]);
        }
        let pods = kinds(&[(&[], &["Pod"])]);
        assert!(pods.select("x", "Pod") && !pods.select("x", "Job"));
    }
}
