//! The results of an audit for the status of each constraint.

use std::collections::{BTreeMap, BinaryHeap};
use std::time::SystemTime;

use ferrego_gatekeeper::documents::UNREADABLE;
use ferrego_program::report::test::Violation;
use ferrego_program::watch::timestamp;
use ferrego_source::diagnostics::{Notice, Severity};
use ferrego_webhook::cluster::reader::{AuditStatus, Kind, Reader, StatusViolation, cut_message};

use super::definitions::notice;
use crate::output::counted;

/// The violations of each constraint.
pub(super) struct Results {
    /// The number of violations that a status names.
    limit: usize,
    started: SystemTime,
    /// The constraints with violations, as `Kind/name`.
    constraints: BTreeMap<String, Found>,
}

/// The violations of a constraint.
#[derive(Default)]
struct Found {
    total: u64,
    /// The least of the violations. As in Gatekeeper, they do not depend on the order of the objects.
    least: BinaryHeap<StatusViolation>,
}

/// Returns a warning about the status of constraints if `notices` have an error. Such an audit is not
/// complete, but its results are written. Gatekeeper 3.23.1 does the same: `auditResources` in
/// `pkg/audit/manager.go` logs a kind that cannot be listed, an object whose review fails, and a
/// Namespace that cannot be read, and `writeAuditResults` follows.
pub(super) fn incomplete(notices: &[Notice]) -> Option<Notice> {
    let errors = notices.iter().filter(|notice| notice.severity == Severity::Error).count();
    if errors == 0 {
        return None;
    }
    let errors = counted(errors, "error");
    let message = format!(
        "the audit is incomplete: after {errors}, the status of constraints may \
                           count fewer violations than there are"
    );
    let help = "correct the errors and write the status again";
    Some(Notice::error(UNREADABLE, message).with_help(help).as_warning())
}

impl Results {
    /// Begins an audit now.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, started: SystemTime::now(), constraints: BTreeMap::new() }
    }

    /// Adds a violation.
    pub(super) fn add(&mut self, violation: &Violation) {
        // Most constraints have many violations.
        if !self.constraints.contains_key(&violation.constraint) {
            self.constraints.insert(violation.constraint.clone(), Found::default());
        }
        let Some(found) = self.constraints.get_mut(&violation.constraint) else { return };
        found.total += 1;
        found.least.push(status_violation(violation));
        if found.least.len() > self.limit {
            found.least.pop();
        }
    }

    /// Writes the status of each of these constraints, which are named as `Kind/name`. Returns the
    /// errors.
    pub(super) fn write(
        mut self,
        reader: &Reader,
        kinds: &[Kind],
        constraints: &[String],
    ) -> Vec<Notice> {
        let timestamp = timestamp(self.started);
        let mut notices = Vec::new();
        for id in constraints {
            let (kind, name) = id.split_once('/').unwrap_or((id, ""));
            let is_of = |one: &&Kind| one.group == "constraints.gatekeeper.sh" && one.kind == kind;
            let Some(kind) = kinds.iter().find(is_of) else {
                let message = format!("expected the kind {kind} of a constraint, found none");
                notices.push(Notice::error(UNREADABLE, message));
                continue;
            };
            let audited = self.constraints.remove(id).unwrap_or_default().status();
            let written = reader.write_status(kind, name, &audited, &timestamp);
            notices.extend(written.err().as_ref().map(notice));
        }
        notices
    }
}

impl Found {
    fn status(self) -> AuditStatus {
        // Gatekeeper keeps the least violations and writes the greatest of them first.
        let mut violations = self.least.into_sorted_vec();
        violations.reverse();
        AuditStatus { total: self.total, violations }
    }
}

fn status_violation(violation: &Violation) -> StatusViolation {
    let object = &violation.object;
    let (group, version) = object.api_version.split_once('/').unwrap_or(("", &object.api_version));
    StatusViolation {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        message: cut_message(&violation.msg),
        enforcement_action: violation.action.clone(),
        enforcement_actions: violation.scoped_actions.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ferrego_program::report::test::Object;

    use super::*;

    fn violation(name: &str) -> Violation {
        let [api_version, kind, namespace] = ["apps/v1", "Deployment", "shop"].map(str::to_owned);
        let (name, file) = (name.to_owned(), Arc::from("apis/apps/v1/deployments"));
        Violation {
            object: Arc::new(Object { api_version, kind, namespace, name, file }),
            line: 0,
            column: 0,
            msg: "no".to_owned(),
            details: "{}".to_owned(),
            action: "deny".to_owned(),
            scoped_actions: Vec::new(),
            denies: true,
            constraint: "Labels/app".to_owned(),
            stopped: false,
        }
    }

    #[test]
    fn the_least_violations_are_kept_and_the_greatest_is_first() {
        let mut results = Results::new(2);
        for name in ["b", "d", "a", "c"] {
            results.add(&violation(name));
        }
        let status = results.constraints.remove("Labels/app").expect("violations").status();
        let names: Vec<&str> = status.violations.iter().map(|one| &*one.name).collect();
        assert_eq!((status.total, names), (4, vec!["b", "a"]));
        let first = &status.violations[0];
        assert_eq!((&*first.group, &*first.version, &*first.kind), ("apps", "v1", "Deployment"));
    }

    #[test]
    fn a_status_may_name_no_violations() {
        let mut results = Results::new(0);
        results.add(&violation("a"));
        let status = results.constraints.remove("Labels/app").expect("violations").status();
        assert_eq!(status, AuditStatus { total: 1, violations: Vec::new() });
    }
}
