//! Many policies on one review.

use std::sync::Arc;

use ferrego_compiler::pipeline;
use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_gatekeeper::{PolicySet, Schema};
use ferrego_interpreter::InterpretedPolicy;
use ferrego_runtime::{Arena, Document, json};
use serde_json::{Value, json};

use super::named;
use crate::Fault;
use crate::clock::{self, Effort, Run};
use crate::summary::{Bound, Line};
use crate::target::Target;

/// The bound of the time that a policy adds to the reading of the review, in nanoseconds.
const A_POLICY: f64 = 500.0;

/// Measures a set of all fixtures on a pod.
///
/// # Errors
/// Returns an error if a constraint or review is refused.
pub(super) fn measure(targets: &[Target], quick: bool) -> Result<Vec<Line>, Fault> {
    let targets = self_contained(targets);
    let review = review(&targets)?;
    // Both sets read the same parts of the review, but `none` evaluates no policy.
    let (all, none) = (set(&targets, true)?, set(&targets, false)?);
    let mut runs = [judging(&all, &review)?, judging(&none, &review)?, parsing(&review)];
    let mut runs: Vec<&mut Run<'_>> = runs.iter_mut().collect();
    let times = clock::times(&mut runs, Effort::new(quick));
    let (judged, read, parsed) = (times[0], times[1], times[2]);
    let count = f64::from(u32::try_from(targets.len())?);
    let mut alone = targets
        .iter()
        .map(|&target| Ok((added(target, &review, quick)?, target.name.as_str())))
        .collect::<Result<Vec<_>, Fault>>()?;
    alone.sort_by(|one, other| other.0.total_cmp(&one.0));
    let median = alone.get(alone.len() / 2).map_or(f64::NAN, |(time, _)| *time);
    let slowest = alone.iter().take(3).map(|(time, name)| format!("{name} {time:.0} ns"));
    let slowest = slowest.collect::<Vec<_>>().join(", ");
    let note = format!(
        "judged in {judged:.0} ns; read, with no policy that matches, in {read:.0} ns; \
         parsed whole in {parsed:.0} ns; alone a policy adds {median:.0} ns in the median, \
         most {slowest}"
    );
    Ok(vec![
        Line::of(
            format!("{count} policies on one review: ns a policy"),
            (judged - read) / count,
            note,
        )
        .bound(Bound::AtMost(A_POLICY)),
    ])
}

/// Returns the targets whose cases need no provider of external data. The others would stop without
/// one.
fn self_contained(targets: &[Target]) -> Vec<&Target> {
    let is_asked =
        |target: &&Target| target.questions.iter().any(|one| one.external_data.is_some());
    targets.iter().filter(|target| !is_asked(target)).collect()
}

/// All policies on one review, for measurements other than time.
pub(crate) struct Everything {
    set: PolicySet,
    review: String,
}

impl Everything {
    /// Builds the set of the policies, and the review.
    ///
    /// # Errors
    /// Returns an error if a constraint or review is refused.
    pub(crate) fn of(targets: &[Target]) -> Result<Self, Fault> {
        let targets = self_contained(targets);
        Ok(Self { set: set(&targets, true)?, review: review(&targets)? })
    }

    /// Returns the review.
    pub(crate) fn review(&self) -> &str {
        &self.review
    }

    /// Returns the set.
    pub(crate) fn into_set(self) -> PolicySet {
        self.set
    }

    /// Returns a run that judges the review.
    ///
    /// # Errors
    /// Returns an error if the review is refused.
    pub(crate) fn judging(&self) -> Result<Run<'_>, Fault> {
        judging(&self.set, &self.review)
    }
}

/// Measures the time that one policy adds to the reading of the review.
fn added(target: &Target, review: &str, quick: bool) -> Result<f64, Fault> {
    let (with, without) = (set(&[target], true)?, set(&[target], false)?);
    let mut runs = [judging(&with, review)?, judging(&without, review)?];
    let mut runs: Vec<&mut Run<'_>> = runs.iter_mut().collect();
    let times = clock::times(&mut runs, Effort::new(quick));
    Ok(times[0] - times[1])
}

/// Builds a review of a fixture's pod, as an API server sends it.
fn review(targets: &[&Target]) -> Result<String, Fault> {
    let targets: Vec<Target> = targets.iter().map(|&target| target.clone()).collect();
    let pod = named(&targets, "image-pull-policy")?;
    let question = pod.questions.first().ok_or("no question")?;
    let mut input: Value = serde_json::from_str(&question.input)?;
    let mut request = input["review"].take();
    if let Some(request) = request.as_object_mut() {
        // Gatekeeper adds this field itself.
        request.remove("namespaceObject");
    }
    let review = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request
    });
    Ok(review.to_string())
}

/// Builds a set of the policies, each under a constraint with the parameters of its fixture.
fn set(targets: &[&Target], matching: bool) -> Result<PolicySet, Fault> {
    let mut builder = PolicySet::builder();
    for target in targets {
        let refused = |faults| -> Fault { format!("{}: {faults:?}", target.name).into() };
        builder.add_compiled(target.policy).map_err(refused)?;
        let constraint = Document::parse(constraint(target, matching)?.to_string())?;
        builder.read_constraint(&constraint.value()).map_err(refused)?;
    }
    Ok(builder.build())
}

/// Builds the set of all policies with the interpreter.
///
/// # Errors
/// Returns an error if a policy or a constraint is refused.
pub(crate) fn interpreted(targets: &[Target]) -> Result<PolicySet, Fault> {
    let mut builder = PolicySet::builder();
    for target in self_contained(targets) {
        let refused = |faults| -> Fault { format!("{}: {faults:?}", target.name).into() };
        let template = target.policy.template.ok_or("not a template")?;
        let schema = Schema::of_template(template.schema, template.legacy_schema);
        let modules = pipeline::parse(&target.sources, &target.options)?;
        let modules: Vec<_> = target.sources.iter().cloned().zip(modules).collect();
        let policy = Arc::new(InterpretedPolicy::new(&modules)?);
        builder.add_template(template.kind, schema.map_err(refused)?.map(Arc::new), policy)?;
        let constraint = Document::parse(constraint(target, true)?.to_string())?;
        builder.read_constraint(&constraint.value()).map_err(refused)?;
    }
    Ok(builder.build())
}

fn constraint(target: &Target, matching: bool) -> Result<Value, Fault> {
    let question = target.questions.first().ok_or("no question")?;
    let input: Value = serde_json::from_str(&question.input)?;
    let kind = target.policy.template.map_or("", |template| template.kind);
    let kinds = if matching {
        json!([{"apiGroups": ["*"], "kinds": ["*"]}])
    } else {
        json!([{"apiGroups": ["none.example"], "kinds": ["None"]}])
    };
    let mut spec = json!({"match": {"kinds": kinds}});
    // A template without a schema allows no parameters, not even an empty object.
    if let Some(parameters) = input["parameters"].as_object().filter(|all| !all.is_empty()) {
        spec["parameters"] = json!(parameters);
    }
    Ok(json!({
        "apiVersion": "constraints.gatekeeper.sh/v1beta1",
        "kind": kind,
        "metadata": {"name": "measured"},
        "spec": spec,
    }))
}

fn judging<'r>(set: &'r PolicySet, review: &'r str) -> Result<Run<'r>, Fault> {
    let (mut arena, nothing) = (Arena::new(), Snapshot::empty());
    set.judge(review.as_bytes(), &nothing, &arena)?;
    Ok(Box::new(move || {
        arena.reset();
        let judgment = set.judge(review.as_bytes(), &nothing, &arena);
        judgment.map_or(usize::MAX, |judgment| judgment.verdict.findings.len())
    }))
}

fn parsing(review: &str) -> Run<'_> {
    let mut arena = Arena::new();
    Box::new(move || {
        arena.reset();
        let parsed = json::parse(&arena, review.as_bytes());
        parsed.ok().and_then(|value| value.len()).unwrap_or(usize::MAX)
    })
}
