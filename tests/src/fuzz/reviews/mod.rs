//! Reviews by compiled and interpreted policies, read in part and in full: four verdicts that must
//! be equal.

pub mod edit;
mod parameters;
mod subject;

use std::sync::Arc;

use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_gatekeeper::policy_set::{Cause, PolicySetBuilder};
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::{Inventory, PolicySet, Review, Verdict};
use ferrego_runtime::{Arena, Budget, Document, Violations};
use serde_json::{Value, json};

use super::{Broken, broken, equal};
use crate::draw::Draw;

pub use subject::Subject;

/// The budget of an evaluation. No edited case needs more.
const BUDGET: Budget = Budget::DEFAULT.steps(1_000_000).memory(64 << 20);

/// Draws a policy of `subjects`, a constraint, an inventory and a review from `bytes`, and compares
/// the four verdicts.
///
/// # Errors
/// Returns the two verdicts that differ, with the question.
pub fn check(subjects: &[Subject], bytes: &[u8]) -> Result<(), Broken> {
    let mut draw = Draw::from_bytes(bytes);
    let Some(subject) = subjects.get(draw.below(subjects.len())) else { return Ok(()) };
    let question = Question::draw(&mut draw, subject);
    question.verdicts(subject).map_err(|Broken(property)| {
        broken(format!("{}: {property}\n{}", subject.name, question.shown()))
    })
}

/// A review with the constraint and the inventory that it is judged by.
#[derive(Debug)]
struct Question {
    constraint: Value,
    inventory: Vec<Value>,
    review: Value,
    numbers: Numbers,
}

impl Question {
    fn draw(draw: &mut Draw, subject: &Subject) -> Self {
        let case = &subject.cases[draw.below(subject.cases.len())];
        let mut request = case["input"]["review"].clone();
        subject.editor.edit(draw, &mut request);
        if let Value::Object(members) = &mut request {
            members.entry("uid").or_insert_with(|| json!("u"));
        }
        let api_version = if draw.chance(90) { "v1" } else { "v1beta1" };
        let review = json!({
            "apiVersion": format!("admission.k8s.io/{api_version}"),
            "kind": "AdmissionReview",
            "request": request,
        });
        let mut parameters = match draw.below(3) {
            0 => case["input"]["parameters"].clone(),
            _ => parameters::parameters(draw, &subject.schema, &subject.editor),
        };
        if draw.chance(15) {
            subject.editor.edit(draw, &mut parameters);
        }
        let mut spec = json!({"match": matching(draw, subject), "parameters": parameters});
        if draw.chance(20) {
            spec["enforcementAction"] = draw.pick(&["deny", "warn", "dryrun", "other"]).into();
        }
        let constraint = json!({
            "apiVersion": "constraints.gatekeeper.sh/v1beta1",
            "kind": subject.kind,
            "metadata": {"name": "c"},
            "spec": spec,
        });
        let mut inventory = subject::objects(&case["data"]["inventory"]);
        for object in &mut inventory {
            if draw.chance(30) {
                subject.editor.edit(draw, object);
            }
        }
        if draw.chance(20) {
            inventory.push(case["input"]["review"]["object"].clone());
        }
        let numbers = if draw.chance(70) { Numbers::Exact } else { Numbers::Float64 };
        Self { constraint, inventory, review, numbers }
    }

    fn shown(&self) -> String {
        let Self { constraint, inventory, review, numbers } = self;
        format!("{numbers:?}\n{constraint}\n{}\n{review}", Value::from(inventory.clone()))
    }

    /// Compares the verdicts. A constraint that is refused has none.
    fn verdicts(&self, subject: &Subject) -> Result<(), Broken> {
        let inventory = Inventory::with_numbers(self.numbers);
        for object in &self.inventory {
            // Documents that are not objects of Kubernetes stay out of the inventory.
            if let Ok(document) = Document::parse(object.to_string()) {
                let _ = inventory.insert(Arc::new(document));
            }
        }
        let snapshot = inventory.snapshot();
        let compiled = self.set(subject, &subject.compiled)?;
        let interpreted = self.set(subject, &subject.interpreted)?;
        let (Some(compiled), Some(interpreted)) = (compiled, interpreted) else { return Ok(()) };
        let text = self.review.to_string();
        let projected = projected(&compiled, &text, &snapshot);
        if projected.as_ref().is_ok_and(|shown| shown.contains("eval_cancel_error")) {
            return Ok(());
        }
        let full = self.full(&compiled, &text, &snapshot);
        equal("compiled, read in part or in full", &projected, &full)?;
        let answer = self.full(&interpreted, &text, &snapshot);
        equal("read in full, compiled or interpreted", &full, &answer)?;
        let answer = self::projected(&interpreted, &text, &snapshot);
        equal("read in part, compiled or interpreted", &projected, &answer)
    }

    /// Returns a set with the constraint, or `None` if the constraint is refused.
    fn set(
        &self,
        subject: &Subject,
        policy: &Arc<dyn Violations>,
    ) -> Result<Option<PolicySet>, Broken> {
        let mut builder: PolicySetBuilder =
            PolicySet::builder().budget(BUDGET).numbers(self.numbers);
        builder
            .add_template(subject.kind, subject.parameters.clone(), policy.clone())
            .map_err(|fault| broken(fault.message))?;
        let constraint = Document::parse(self.constraint.to_string())
            .map_err(|error| broken(error.to_string()))?;
        let is_read = builder.read_constraint(&constraint.value()).is_ok();
        Ok(is_read.then(|| builder.build()))
    }

    fn full(&self, set: &PolicySet, text: &str, snapshot: &Snapshot) -> Result<String, String> {
        let arena = Arena::new();
        let review = Review::from_bytes(&arena, text.as_bytes(), self.numbers);
        let review = review.map_err(|faults| faults.to_string())?;
        let verdict = set.review(&review, snapshot, &arena).map_err(|error| error.to_string())?;
        Ok(shown(&verdict))
    }
}

fn projected(set: &PolicySet, text: &str, snapshot: &Snapshot) -> Result<String, String> {
    let arena = Arena::new();
    match set.judge(text.as_bytes(), snapshot, &arena) {
        Ok(judgment) => Ok(shown(&judgment.verdict)),
        Err(error) => Err(error.to_string()),
    }
}

/// Formats a verdict. The place of an error is left out, because the engines may report a conflict
/// between two rules at either.
fn shown(verdict: &Verdict<'_>) -> String {
    let findings: Vec<_> = verdict
        .findings
        .iter()
        .map(|found| {
            let msg = match (found.cause, found.msg.find("eval_")) {
                (Cause::Evaluation, Some(start)) => &found.msg[start..],
                _ => found.msg,
            };
            format!("{} {msg} {} {:?}", found.action, found.details, found.cause)
        })
        .collect();
    let warnings: Vec<_> = verdict
        .warnings
        .iter()
        .map(|warning| format!("{} {:?}", warning.message, warning.element))
        .collect();
    format!("{findings:?} {warnings:?} {}", verdict.left_out)
}

/// Draws the `match` of a constraint. Most match the reviews of the policy's cases.
fn matching(draw: &mut Draw, subject: &Subject) -> Value {
    let mut text = || subject.editor.text(draw);
    let (one, other) = (text(), text());
    match draw.below(12) {
        0 => json!({"kinds": [{"apiGroups": ["*"], "kinds": ["*"]}]}),
        1 => json!({"kinds": [{"apiGroups": [""], "kinds": ["Pod", one]}]}),
        2 => json!({"excludedNamespaces": [one, "kube-*"]}),
        3 => json!({"namespaces": [one, "a", "prod*"]}),
        4 => json!({"labelSelector": {"matchLabels": {one: other}}}),
        5 => json!({"labelSelector": {"matchExpressions": [
            {"key": one, "operator": "NotIn", "values": [other]}]}}),
        6 => json!({"scope": draw.pick(&["Namespaced", "Cluster", "*"])}),
        7 => json!({"name": one}),
        _ => json!({}),
    }
}
