//! The report for a cluster, as `PolicyReport`s of the group `wgpolicyk8s.io`.
//!
//! The report has a document for each namespace with violations, a `PolicyReport`, and one for objects
//! without a namespace, a `ClusterPolicyReport`. They hold no result for a constraint that an object
//! satisfies, so their summaries do not count passes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::report::{Report, Violation};
use crate::report::json;

/// The version of the reports.
const VERSION: &str = "wgpolicyk8s.io/v1alpha2";

/// The name of each report, and the source of its results.
const NAME: &str = "ferrego";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PolicyReport<'r> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'r>,
    summary: Summary,
    results: Vec<Outcome<'r>>,
}

#[derive(Serialize)]
struct Metadata<'r> {
    name: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'r str,
}

/// The number of results of each kind.
#[derive(Default, Serialize)]
struct Summary {
    fail: usize,
    warn: usize,
    error: usize,
}

#[derive(Serialize)]
struct Outcome<'r> {
    source: &'static str,
    /// The kind of the constraint.
    policy: &'r str,
    /// The name of the constraint.
    rule: &'r str,
    result: Kind,
    scored: bool,
    message: &'r str,
    resources: [Resource<'r>; 1],
    properties: Properties<'r>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// The violation denies.
    Fail,
    /// The violation does not deny.
    Warn,
    /// An error stopped the policy.
    Error,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource<'r> {
    api_version: &'r str,
    kind: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'r str,
    name: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'r> {
    enforcement_action: String,
    file: &'r str,
}

/// Writes the reports as YAML.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let mut namespaces: BTreeMap<&str, Vec<&Violation>> = BTreeMap::new();
    for violation in &report.violations {
        namespaces.entry(&violation.object.namespace).or_default().push(violation);
    }
    namespaces.iter().try_for_each(|(namespace, violations)| {
        writeln!(to, "---")?;
        json::write_yaml(&report_on(namespace, violations), to)
    })
}

/// Builds the report of a namespace, which is empty for objects without one.
fn report_on<'r>(namespace: &'r str, violations: &[&'r Violation]) -> PolicyReport<'r> {
    let mut summary = Summary::default();
    for violation in violations {
        match kind(violation) {
            Kind::Fail => summary.fail += 1,
            Kind::Warn => summary.warn += 1,
            Kind::Error => summary.error += 1,
        }
    }
    PolicyReport {
        api_version: VERSION,
        kind: if namespace.is_empty() { "ClusterPolicyReport" } else { "PolicyReport" },
        metadata: Metadata { name: NAME, namespace },
        summary,
        results: violations.iter().map(|violation| outcome(violation)).collect(),
    }
}

fn outcome(violation: &Violation) -> Outcome<'_> {
    let Violation { object, constraint, msg, .. } = violation;
    let (policy, rule) = constraint.split_once('/').unwrap_or((constraint, ""));
    Outcome {
        source: NAME,
        policy,
        rule,
        result: kind(violation),
        scored: violation.denies,
        message: msg,
        resources: [Resource {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: &object.namespace,
            name: &object.name,
        }],
        properties: Properties { enforcement_action: violation.actions(), file: &object.file },
    }
}

fn kind(violation: &Violation) -> Kind {
    match violation {
        Violation { stopped: true, .. } => Kind::Error,
        Violation { denies: true, .. } => Kind::Fail,
        Violation { .. } => Kind::Warn,
    }
}
