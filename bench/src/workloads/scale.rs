//! Inventories and lists that grow.

use std::fmt::Write as _;

use ferrego_runtime::{Arena, Document, Evaluation, Policy, Violations};
use serde_json::{Value, json};

use super::named;
use crate::Fault;
use crate::clock::{self, Effort, Run};
use crate::summary::{Bound, Line};
use crate::target::Target;

/// The policies that the build compiles for this.
#[allow(unreachable_pub, reason = "what is included is made for a crate's root")]
mod policies {
    ferrego_runtime::include_policies!();
}

const OBJECTS: [u32; 4] = [100, 1_000, 10_000, 100_000];
const NAMESPACES: u32 = 10;

/// Measures a policy that looks one object up and one that goes through all of a kind.
///
/// # Errors
/// A fixture that is missing, or an answer that is wrong.
pub(super) fn inventories(targets: &[Target], quick: bool) -> Result<Vec<Line>, Fault> {
    let lookup = growing(named(targets, "service-accounts")?, account, quick)?;
    let scan = growing(named(targets, "unique-ingress-host")?, ingress, quick)?;
    let growth = |times: &[f64]| times[times.len() - 1] / times[0];
    let each = scan[scan.len() - 1] / f64::from(OBJECTS[OBJECTS.len() - 1]);
    Ok(vec![
        Line::of(
            "referential, an object looked up: 100,000 objects / 100",
            growth(&lookup),
            listed(&OBJECTS, &lookup),
        )
        .bound(Bound::AtMost(2.0)),
        Line::of(
            "referential, a kind searched: 100,000 objects / 100",
            growth(&scan),
            format!("{}; {each:.1} ns an object", listed(&OBJECTS, &scan)),
        ),
    ])
}

/// The times of an allowed request with so many objects in the inventory.
fn growing(
    target: &Target,
    object: fn(&str, &str) -> (&'static str, &'static str, Value),
    quick: bool,
) -> Result<Vec<f64>, Fault> {
    let question = target.questions.first().ok_or("no question")?;
    let own: Value = serde_json::from_str(&question.input)?;
    let own = own["review"]["object"]["metadata"]["namespace"].as_str().unwrap_or_default();
    let mut times = Vec::new();
    for count in OBJECTS {
        let mut data: Value = serde_json::from_str(&question.data)?;
        for number in 0..count {
            let namespace = match number % NAMESPACES {
                0 => own.to_owned(),
                other => format!("namespace-{other}"),
            };
            let name = format!("object-{number}");
            let (version, kind, object) = object(&namespace, &name);
            data["inventory"]["namespace"][&namespace][version][kind][&name] = object;
        }
        let data = Document::parse(data.to_string())?;
        let input = Document::parse(&question.input)?;
        let effort = if count > 1_000 { Effort::of_long_runs(quick) } else { Effort::new(quick) };
        times.push(clock::time(evaluating(target.policy, input, data, 0)?, effort));
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

/// Measures a body that goes through all pairs of a list.
///
/// # Errors
/// An answer that is wrong.
pub(super) fn quadratic(quick: bool) -> Result<Vec<Line>, Fault> {
    let policy = policies::POLICIES.first().ok_or("the quadratic policy is not compiled")?;
    let lengths: &[u32] = if quick { &[100, 1_000] } else { &[100, 1_000, 3_000] };
    let mut times = Vec::new();
    for &length in lengths {
        let ports: Vec<Value> =
            (0..length).map(|number| json!({"name": format!("port-{number}")})).collect();
        let input = json!({"review": {"object": {"spec": {"ports": ports}}}});
        let (input, data) = (Document::parse(input.to_string())?, Document::parse("{}")?);
        times.push(clock::time(evaluating(policy, input, data, 0)?, Effort::of_long_runs(quick)));
    }
    let pair = |index: usize| times[index] / f64::from(lengths[index]).powi(2);
    let last = lengths.len() - 1;
    let what = format!("quadratic body: ns a pair at {} elements", lengths[last]);
    let note = format!("{}; {:.1} ns a pair at 100", listed(lengths, &times), pair(0));
    Ok(vec![Line::of(what, pair(last), note)])
}

fn evaluating(
    policy: &'static Policy,
    input: Document,
    data: Document,
    expected: usize,
) -> Result<Run<'static>, Fault> {
    let mut arena = Arena::new();
    let mut run = move || {
        arena.reset();
        let evaluation = Evaluation::new(&arena).input(input.value()).data(data.value());
        let violations = policy.violations(&evaluation).ok().flatten();
        violations.and_then(|violations| violations.len()).unwrap_or(usize::MAX)
    };
    match run() {
        found if found == expected => Ok(Box::new(run)),
        found => Err(format!("{}: {found} violations, not {expected}", policy.name).into()),
    }
}

/// `100: 250 ns, 1000: 251 ns`
fn listed(sizes: &[u32], times: &[f64]) -> String {
    let mut text = String::new();
    for (size, time) in sizes.iter().zip(times) {
        let separator = if text.is_empty() { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}{size}: {time:.0} ns");
    }
    text
}
