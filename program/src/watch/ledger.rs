//! The violations that are current, by object.
//!
//! ```text
//! before            answers           changes
//! a: no owner       a: no owner       —
//! b: no owner       b: —              - b: no owner
//!                   c: no owner       + c: no owner
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use crate::judge::{Answer, duplicate_object};
use crate::report::test::Violation;
use ferrego_source::diagnostics::{Excerpt, Notice, Severity};

/// The length of the line that a duplicate shows, in bytes.
const SHOWN: usize = 80;

/// The constraints that judged an object again.
pub enum Scope {
    /// All constraints. The answer replaces what is known about the object.
    All,
    /// These constraints, as `Kind/name`. What others found stays.
    Only(HashSet<String>),
}

impl Scope {
    /// Returns the scope with the constraints of another one.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Only(ids), Self::Only(others)) => Self::Only(&ids | others),
            _ => Self::All,
        }
    }

    /// Returns `true` if no constraint is in the scope.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Only(ids) if ids.is_empty())
    }

    /// Returns `true` if the constraint is in the scope.
    pub fn contains(&self, constraint: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(constraint),
        }
    }
}

/// Violations that are new, and violations that are not there any more.
#[derive(Default)]
pub struct Changes {
    pub removed: Vec<Violation>,
    pub added: Vec<Violation>,
}

/// The knowledge about an object.
struct Entry {
    violations: Vec<Violation>,
    notices: Vec<Notice>,
    /// The name of the object and its place, to find duplicates.
    identity: Option<(String, Excerpt)>,
    /// `true` if the object could not be judged the last time. The violations are older.
    failed: bool,
    /// The list that gave the object last.
    list: u64,
}

/// The current violations of objects, each with the key by which it is found again.
pub struct Ledger<K> {
    entries: HashMap<K, Entry>,
    /// `true` if objects without violations are known too.
    holds_all: bool,
    /// The changes since they were taken.
    changes: Changes,
}

impl<K: Clone + Eq + Hash + Ord> Ledger<K> {
    /// Creates a ledger of objects. It knows those without violations only if it `holds_all`.
    pub fn new(holds_all: bool) -> Self {
        Self { entries: HashMap::new(), holds_all, changes: Changes::default() }
    }

    /// Returns `true` if the object is known.
    pub fn is_known(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    /// Returns `true` if `test` returns `true` for an object, by its key and the list that gave it
    /// last.
    pub fn any(&self, test: impl Fn(&K, u64) -> bool) -> bool {
        self.entries.iter().any(|(key, entry)| test(key, entry.list))
    }

    /// Returns `true` if the object is known and could be judged.
    pub fn is_judged(&self, key: &K) -> bool {
        self.entries.get(key).is_some_and(|entry| !entry.failed)
    }

    /// Returns `true` if an object could not be judged.
    pub fn any_failed(&self) -> bool {
        self.entries.values().any(|entry| entry.failed)
    }

    /// Returns `true` if the object could not be judged.
    pub fn has_failed(&self, key: &K) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.failed)
    }

    /// Takes the answer for an object, which `list` gave.
    ///
    /// If an error stopped the judgment, the violations that are known stay: they are not known to
    /// be gone.
    pub fn update(&mut self, key: K, answer: Answer, scope: &Scope, list: u64) {
        let failed = answer.judged.is_none() && !answer.exempt;
        let Answer { violations, notices, identity, .. } = answer;
        // An object may be one long line.
        let identity = identity.map(|(name, place)| (name, place.shortened(SHOWN)));
        let old = self.entries.remove(&key);
        let mut entry = Entry { violations, notices, identity, failed, list };
        if let Some(mut old) = old {
            entry.list = list.max(old.list);
            if failed {
                entry.violations = old.violations;
            } else {
                let stays = |violation: &Violation| !scope.contains(&violation.constraint);
                let (stay, gone): (Vec<_>, Vec<_>) = old.violations.into_iter().partition(stays);
                self.changes.removed.extend(gone);
                self.changes.added.extend(entry.violations.iter().cloned());
                entry.violations.splice(0..0, stay);
            }
            if matches!(scope, Scope::Only(_)) {
                old.notices.retain(|notice| !entry.notices.contains(notice));
                entry.notices.splice(0..0, old.notices);
            }
        } else {
            self.changes.added.extend(entry.violations.iter().cloned());
        }
        if self.holds_all || failed || !entry.violations.is_empty() || !entry.notices.is_empty() {
            self.entries.insert(key, entry);
        }
    }

    /// Records that `list` gave an object that is not judged again.
    pub fn keep(&mut self, key: &K, list: u64) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.list = list;
        }
    }

    /// Removes the objects for which `is_gone` returns `true`. It takes the key and the list that gave
    /// the object last.
    pub fn remove(&mut self, is_gone: impl Fn(&K, u64) -> bool) {
        let gone = self.entries.extract_if(|key, entry| is_gone(key, entry.list));
        self.changes.removed.extend(gone.flat_map(|(_, entry)| entry.violations));
    }

    /// Removes an object.
    pub fn remove_one(&mut self, key: &K) {
        let gone = self.entries.remove(key);
        self.changes.removed.extend(gone.into_iter().flat_map(|entry| entry.violations));
    }

    /// Removes the violations of these constraints.
    pub fn remove_constraints(&mut self, ids: &HashSet<String>) {
        for entry in self.entries.values_mut().filter(|_| !ids.is_empty()) {
            let is_gone = |violation: &mut Violation| ids.contains(&violation.constraint);
            self.changes.removed.extend(entry.violations.extract_if(.., is_gone));
        }
    }

    /// Returns the changes since the last call, without those that cancel each other. They are in the
    /// order of the objects.
    pub fn take_changes(&mut self) -> Changes {
        let Changes { removed, added } = std::mem::take(&mut self.changes);
        let mut new: HashMap<String, Vec<Violation>> = HashMap::new();
        for violation in added.into_iter().rev() {
            new.entry(identity(&violation)).or_default().push(violation);
        }
        let is_gone = |violation: &Violation| {
            new.get_mut(&identity(violation)).is_none_or(|same| same.pop().is_none())
        };
        let removed: Vec<Violation> = removed.into_iter().filter(is_gone).collect();
        let mut added: Vec<Violation> = new.into_values().flatten().collect();
        added.sort_by_cached_key(|violation| {
            (violation.object.file.clone(), violation.line, identity(violation))
        });
        Changes { removed, added }
    }

    /// Returns the violations.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.entries.values().flat_map(|entry| &entry.violations)
    }

    /// Returns the errors and warnings about objects, each once.
    pub fn notices(&self) -> Vec<Notice> {
        let mut keys: Vec<_> =
            self.entries.iter().filter(|(_, entry)| !entry.notices.is_empty()).collect();
        keys.sort_unstable_by_key(|(key, _)| *key);
        let mut told = HashSet::new();
        let notices = keys.into_iter().flat_map(|(_, entry)| &entry.notices);
        notices.filter(|notice| told.insert((&notice.code, &notice.message))).cloned().collect()
    }

    /// Returns an error for each object that has a second place.
    pub fn duplicates(&self) -> Vec<Notice> {
        let mut keys: Vec<_> = self.entries.iter().collect();
        keys.sort_unstable_by_key(|(key, _)| *key);
        let mut places: BTreeMap<&str, &Excerpt> = BTreeMap::new();
        let mut notices = Vec::new();
        for (name, place) in keys.iter().filter_map(|(_, entry)| entry.identity.as_ref()) {
            if let Some(first) = places.get(&**name) {
                notices.push(duplicate_object(name, (&first.file, first.line), place.clone()));
            } else {
                places.insert(name, place);
            }
        }
        notices
    }

    /// Returns `true` if an object has an error.
    pub fn has_error(&self) -> bool {
        let mut notices = self.entries.values().flat_map(|entry| &entry.notices);
        notices.any(|notice| notice.severity == Severity::Error)
    }
}

/// Returns the text that is equal for violations that a report shows as one, wherever the object is in
/// its file.
fn identity(violation: &Violation) -> String {
    let Violation { object, constraint, msg, details, .. } = violation;
    let (file, actions) = (&object.file, violation.actions());
    format!("{file}\0{object}\0{constraint}\0{actions}\0{msg}\0{details}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::report::test::Object;

    use super::*;

    fn object(name: &str) -> Arc<Object> {
        let [api_version, kind, namespace] = ["v1", "Pod", "shop"].map(str::to_owned);
        let (name, file) = (name.to_owned(), Arc::from("pods.yaml"));
        Arc::new(Object { api_version, kind, namespace, name, file })
    }

    fn violation(name: &str, constraint: &str) -> Violation {
        Violation {
            object: object(name),
            line: 1,
            column: 1,
            msg: "no".to_owned(),
            details: "{}".to_owned(),
            action: "deny".to_owned(),
            scoped_actions: Vec::new(),
            denies: true,
            constraint: constraint.to_owned(),
            stopped: false,
        }
    }

    /// Returns the answer for an object that violates these constraints.
    fn answer(name: &str, constraints: &[&str]) -> Answer {
        let violations = constraints.iter().map(|one| violation(name, one)).collect();
        Answer { violations, judged: Some(object(name)), ..Answer::default() }
    }

    fn failed(message: &str) -> Answer {
        Answer { notices: vec![Notice::error("review", message)], ..Answer::default() }
    }

    fn taken(ledger: &mut Ledger<&'static str>) -> (Vec<String>, Vec<String>) {
        let Changes { removed, added } = ledger.take_changes();
        let named = |violations: Vec<Violation>| {
            violations.iter().map(|one| format!("{} {}", one.object.name, one.constraint)).collect()
        };
        (named(removed), named(added))
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn changes_are_those_that_do_not_cancel_each_other() {
        let mut ledger = Ledger::new(false);
        ledger.update("a", answer("a", &["C/x", "C/y"]), &Scope::All, 0);
        ledger.update("b", answer("b", &[]), &Scope::All, 0);
        assert_eq!(taken(&mut ledger), (vec![], owned(&["a C/x", "a C/y"])));
        assert!(ledger.is_judged(&"a") && !ledger.is_judged(&"b"));
        ledger.update("a", answer("a", &["C/y", "C/z"]), &Scope::All, 0);
        assert_eq!(taken(&mut ledger), (owned(&["a C/x"]), owned(&["a C/z"])));
        ledger.remove_one(&"a");
        assert_eq!(taken(&mut ledger), (owned(&["a C/y", "a C/z"]), vec![]));
        assert_eq!(ledger.violations().count(), 0);
    }

    #[test]
    fn the_violations_of_other_constraints_stay() {
        let mut ledger = Ledger::new(false);
        ledger.update("a", answer("a", &["C/x", "C/y"]), &Scope::All, 0);
        ledger.take_changes();
        let scope = Scope::Only(HashSet::from(["C/x".to_owned()]));
        ledger.update("a", answer("a", &[]), &scope, 0);
        assert_eq!(taken(&mut ledger), (owned(&["a C/x"]), vec![]));
        ledger.remove_constraints(&HashSet::from(["C/y".to_owned()]));
        assert_eq!(taken(&mut ledger), (owned(&["a C/y"]), vec![]));
    }

    #[test]
    fn violations_stay_while_an_object_cannot_be_judged() {
        let mut ledger = Ledger::new(false);
        ledger.update("a", answer("a", &["C/x"]), &Scope::All, 0);
        ledger.update("b", failed("stopped"), &Scope::All, 0);
        ledger.take_changes();
        ledger.update("a", failed("stopped"), &Scope::All, 0);
        assert_eq!(taken(&mut ledger), (vec![], vec![]));
        assert!(ledger.has_failed(&"a") && ledger.has_error());
        assert_eq!((ledger.violations().count(), ledger.notices().len()), (1, 1));
        ledger.update("a", answer("a", &[]), &Scope::All, 0);
        ledger.update("b", answer("b", &[]), &Scope::All, 0);
        assert_eq!(taken(&mut ledger), (owned(&["a C/x"]), vec![]));
        assert!(!ledger.has_error());
    }

    #[test]
    fn objects_that_a_list_does_not_give_are_gone() {
        let mut ledger = Ledger::new(true);
        ledger.update("a", answer("a", &["C/x"]), &Scope::All, 1);
        ledger.update("b", answer("b", &["C/x"]), &Scope::All, 1);
        ledger.take_changes();
        ledger.keep(&"b", 2);
        ledger.remove(|_, list| list < 2);
        assert_eq!(taken(&mut ledger), (owned(&["a C/x"]), vec![]));
        assert!(ledger.is_judged(&"b"));
    }
}
