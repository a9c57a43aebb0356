//! Growing inventories and lists.

use std::fmt::Write as _;

use ferrego_runtime::{Arena, Document, Evaluation, IndexedDocument, Policy, Violations};
use serde_json::{Value, json};

use super::named;
use crate::Fault;
use crate::clock::{self, Effort, Run};
use crate::summary::{Bound, Line};
use crate::target::{Question, Target, Verdict};

/// The policies that the build script compiles for these workloads.
#[allow(unreachable_pub, reason = "what is included is made for a crate's root")]
mod policies {
    ferrego_runtime::include_policies!();
}

const OBJECTS: [u32; 4] = [100, 1_000, 10_000, 100_000];
const NAMESPACES: u32 = 10;

/// Measures one policy that looks one object up, and policies that search all objects of a kind.
///
/// # Errors
/// Returns an error if a fixture is missing or an answer is wrong.
pub(super) fn inventories(targets: &[Target], quick: bool) -> Result<Vec<Line>, Fault> {
    let lookup = named(targets, "service-accounts")?;
    let allowed = lookup.questions.first().ok_or("no question")?;
    let times = growing(lookup.policy, allowed, account, |_| NAMESPACES, quick)?;
    let mut lines = vec![growth("an object looked up", &times)];
    let searches: [(&str, &str, Made); 2] = [
        ("unique hosts", "unique-ingress-host", ingress),
        ("unique selectors", "unique-service-selector", service),
    ];
    for (what, fixture, object) in searches {
        let target = named(targets, fixture)?;
        let denied = target.questions.last().ok_or("no question")?;
        // Without the object that it conflicts with, the request is allowed.
        let (data, expected) = ("{}".to_owned(), "[]".to_owned());
        let allowed = Question { verdict: Verdict::Allow, data, expected, ..denied.clone() };
        for question in [&allowed, denied] {
            let times = growing(target.policy, question, object, |_| NAMESPACES, quick)?;
            lines.push(growth(&format!("{what}, {}", question.verdict.name()), &times));
        }
    }
    let hosts = named(targets, "unique-ingress-host")?;
    let denied = hosts.questions.last().ok_or("no question")?;
    let times = growing(hosts.policy, denied, ingress, |count| count / NAMESPACES, quick)?;
    lines.push(growth("unique hosts in ever more namespaces, deny", &times));
    Ok(lines)
}

fn growth(what: &str, times: &[f64]) -> Line {
    let what = format!("referential, {what}: 100,000 objects / 100");
    let growth = times[times.len() - 1] / times[0];
    Line::of(what, growth, listed(&OBJECTS, times)).bound(Bound::AtMost(2.0))
}

/// Makes an object from a namespace and a name. Returns its version, its kind and the object.
type Made = fn(&str, &str) -> (&'static str, &'static str, Value);

/// Measures a request with a growing number of objects in the inventory.
fn growing(
    policy: &'static Policy,
    question: &Question,
    object: Made,
    namespaces: fn(u32) -> u32,
    quick: bool,
) -> Result<Vec<f64>, Fault> {
    let own: Value = serde_json::from_str(&question.input)?;
    let own = own["review"]["object"]["metadata"]["namespace"].as_str().unwrap_or_default();
    let expected: Vec<Value> = serde_json::from_str(&question.expected)?;
    let mut times = Vec::new();
    for count in OBJECTS {
        let mut data: Value = serde_json::from_str(&question.data)?;
        for number in 0..count {
            let namespace = match number % namespaces(count) {
                0 => own.to_owned(),
                other => format!("namespace-{other}"),
            };
            let name = format!("object-{number}");
            let (version, kind, object) = object(&namespace, &name);
            data["inventory"]["namespace"][&namespace][version][kind][&name] = object;
        }
        let data = Document::parse(data.to_string())?;
        let input = Document::parse(&question.input)?;
        let run = evaluating(policy, input, data, expected.len())?;
        times.push(clock::time(run, Effort::new(quick)));
    }
    Ok(times)
}

fn account(namespace: &str, name: &str) -> (&'static str, &'static str, Value) {
    let object = json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace},
        "automountServiceAccountToken": false,
    });
    ("v1", "ServiceAccount", object)
}

fn ingress(namespace: &str, name: &str) -> (&'static str, &'static str, Value) {
    let object = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"rules": [{"host": format!("{name}.{namespace}.example")}]},
    });
    ("networking.k8s.io/v1", "Ingress", object)
}

fn service(namespace: &str, name: &str) -> (&'static str, &'static str, Value) {
    let object = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name, "tier": "back"}},
    });
    ("v1", "Service", object)
}

/// Measures a body that iterates over all pairs of elements of a list.
///
/// # Errors
/// Returns an error if an answer is wrong.
pub(super) fn quadratic(quick: bool) -> Result<Vec<Line>, Fault> {
    let policy = policies::POLICIES.first().ok_or("the quadratic policy is not compiled")?;
    let lengths: [u32; 3] = [100, 1_000, 3_000];
    let mut times = Vec::new();
    for length in lengths {
        let ports: Vec<Value> =
            (0..length).map(|number| json!({"name": format!("port-{number}")})).collect();
        let input = json!({"review": {"object": {"spec": {"ports": ports}}}});
        let (input, data) = (Document::parse(input.to_string())?, Document::parse("{}")?);
        times.push(clock::time(evaluating(policy, input, data, 0)?, Effort::of_long_runs(quick)));
    }
    let each = |index: usize| times[index] / f64::from(lengths[index]);
    let what = "quadratic body, ns an element: 3,000 elements / 100";
    let note = format!("{}; {:.1} ns an element at 100", listed(&lengths, &times), each(0));
    Ok(vec![Line::of(what, each(2) / each(0), note).bound(Bound::AtMost(2.0))])
}

fn evaluating(
    policy: &'static Policy,
    input: Document,
    data: Document,
    expected: usize,
) -> Result<Run<'static>, Fault> {
    let mut arena = Arena::new();
    let data = IndexedDocument::new(data);
    let mut run = move || {
        arena.reset();
        let evaluation = Evaluation::new(&arena).input(input.value()).data(data.value());
        let evaluation = evaluation.indexes(data.indexes());
        let violations = policy.violations(&evaluation).ok().flatten();
        violations.and_then(|violations| violations.len()).unwrap_or(usize::MAX)
    };
    match run() {
        found if found == expected => Ok(Box::new(run)),
        found => Err(format!("{}: {found} violations, not {expected}", policy.name).into()),
    }
}

/// Formats times by size, such as `100: 250 ns, 1000: 251 ns`.
fn listed(sizes: &[u32], times: &[f64]) -> String {
    let mut text = String::new();
    for (size, time) in sizes.iter().zip(times) {
        let separator = if text.is_empty() { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}{size}: {time:.0} ns");
    }
    text
}
