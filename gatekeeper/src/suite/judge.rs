//! Evaluation of the object of a case.

use std::sync::Arc;

use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Document as Owned, Host, Value};
use ferrego_source::diagnostics::{Excerpt, Notice};

use super::Violation;
use crate::constraint::{Constraint, EnforcementPoint};
use crate::documents::{Document, expander, failed_review, left_out_notice, warning_notice};
use crate::engine::LoadedTemplate;
use crate::expansion::Expander;
use crate::explain::{Account, Explainers};
use crate::fault::{Fault, FaultCode, FieldPath};
use crate::inventory::{Inventory, Snapshot, namespace_faults};
use crate::policy_set::{Finding, JudgeError, JudgeFailure, Limits, PolicySet, Warning};
use crate::review::{Numbers, Review, inexact_number};

/// The room for the findings of a case, which asserts their number.
const FINDINGS: usize = 100_000;

/// The room for the messages and details of a case.
const BYTES: usize = 64 << 20;

/// One constraint with its template.
pub(super) struct Judge {
    set: PolicySet,
    expander: Expander,
    numbers: Numbers,
    reads_inventory: bool,
    /// The places in the template where messages are built.
    messages: Vec<Excerpt>,
    explainers: Explainers,
}

/// The result of judging an object.
pub(super) struct Answer {
    pub(super) violations: Vec<Violation>,
    pub(super) warnings: Vec<Notice>,
}

impl Judge {
    pub(super) fn new(
        template: &LoadedTemplate,
        constraint: Constraint,
        numbers: Numbers,
        limits: Limits,
        host: Arc<dyn Host + Send + Sync>,
        explainers: Explainers,
    ) -> Result<Self, Vec<Notice>> {
        let findings = limits.findings.max(FINDINGS);
        let limits = Limits { findings, bytes: limits.bytes.max(BYTES), ..limits };
        let mut builder = PolicySet::builder()
            .enforcement_point(EnforcementPoint::Gator)
            .host(host)
            .numbers(numbers)
            .limits(limits);
        builder
            .add_template(&template.kind, None, template.policy.clone())
            .and_then(|()| builder.add_constraint(constraint))
            .map_err(|fault| vec![template.document.notice(&fault)])?;
        let (set, expander) = (builder.build(), Expander::default());
        let (reads_inventory, messages) = (template.reads_inventory, template.messages.clone());
        Ok(Self { set, expander, numbers, reads_inventory, messages, explainers })
    }

    /// Makes the judge expand objects with these expansion templates.
    pub(super) fn expand(&mut self, documents: &[Document]) -> Result<(), Vec<Notice>> {
        let (expander, notices) = expander(documents);
        self.expander = expander;
        if notices.is_empty() { Ok(()) } else { Err(notices) }
    }

    /// Judges `object`, with the objects of `inventory` as the cluster's. Adds the explanations to
    /// `accounts`, also if a policy fails the review.
    pub(super) fn judge(
        &self,
        object: &Document,
        inventory: &[Document],
        accounts: &mut Vec<Account>,
    ) -> Result<Answer, Vec<Notice>> {
        let none = Expander::default();
        let arena = Arena::new();
        let snapshot = snapshot(inventory, self.numbers)?;
        let value = object.value(&arena).map_err(|notice| vec![notice])?;
        let is_review = is_admission_review(&value);
        let review = if is_review {
            Review::from_admission_review(&arena, value, self.numbers).map(Review::by_own_namespace)
        } else {
            Review::from_object(&arena, value, None, self.numbers)
        };
        let review = review.map_err(|faults| object.fault_notices(faults.as_slice()))?;
        unknown_fields(object, &review)?;
        // gator expands only plain objects.
        let expander = if is_review { &none } else { &self.expander };
        let verdict = self.set.review_expanded(&review, expander, &snapshot, &arena);
        let explained = self.explainers.explain(&self.set, &review, expander, &snapshot, &arena);
        // An object that cannot be expanded is an error of the verdict.
        accounts.extend(explained.into_iter().flatten());
        let verdict = verdict.map_err(|error| self.notices(object, error))?;
        // Assertions cannot be checked on a part of the findings.
        let mut left_out = verdict.warnings.iter().filter(|one| one.element.is_none()).peekable();
        if left_out.peek().is_some() {
            return Err(left_out.map(left_out_notice).collect());
        }
        let mut warnings: Vec<Notice> =
            verdict.warnings.iter().map(|warning| self.dropped(warning)).collect();
        if self.numbers == Numbers::Exact {
            let matches = |one: &Constraint| one.matching().matches(review.candidate());
            let is_seen = !self.expander.is_empty()
                || self.set.constraints().any(|one| matches(one).unwrap_or(true));
            warnings.extend(inexact(object).filter(|_| is_seen));
            let inventory = if self.reads_inventory { inventory } else { &[] };
            warnings.extend(inventory.iter().filter_map(inexact));
        }
        let violations = verdict.findings.iter().map(violation).collect();
        Ok(Answer { violations, warnings })
    }

    fn notices(&self, object: &Document, error: JudgeError) -> Vec<Notice> {
        match error.into_failure() {
            JudgeFailure::Invalid(faults) => object.fault_notices(faults.as_slice()),
            JudgeFailure::Expansion(fault) => vec![object.notice(&fault)],
            JudgeFailure::Review(error) => vec![failed_review(&error, &self.messages)],
        }
    }

    fn dropped(&self, warning: &Warning<'_>) -> Notice {
        let mut notice = warning_notice(warning);
        notice.excerpts.clone_from(&self.messages);
        notice
    }
}

/// Returns a warning if Gatekeeper reads a number in `document` as another value.
fn inexact(document: &Document) -> Option<Notice> {
    let arena = Arena::new();
    let value = document.value(&arena).ok()?;
    let fault = inexact_number(&value, &FieldPath::default())?;
    Some(document.notice(&fault))
}

/// Checks that the review has only known fields, which `gator verify` requires.
fn unknown_fields(document: &Document, review: &Review<'_>) -> Result<(), Vec<Notice>> {
    let fault = |field: &&str| {
        let path = FieldPath::of(&field.split('.').collect::<Vec<_>>());
        Fault::new(FaultCode::InvalidObject, path, format!("unknown field \"{field}\""))
    };
    let faults: Vec<Fault> = review.unknown_fields().iter().map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(document.fault_notices(&faults)) }
}

fn snapshot(documents: &[Document], numbers: Numbers) -> Result<Arc<Snapshot>, Vec<Notice>> {
    let (inventory, mut notices) = (Inventory::with_numbers(numbers), Vec::new());
    for document in documents {
        let arena = Arena::new();
        match document.value(&arena) {
            Ok(value) => {
                let faults = namespace_faults(&value);
                if !faults.is_empty() {
                    notices.extend(document.fault_notices(&faults));
                    continue;
                }
                let inserted = inventory.insert(Arc::new(Owned::of(&value)));
                notices.extend(inserted.err().map(|fault| document.notice(&fault)));
            }
            Err(notice) => notices.push(notice),
        }
    }
    if notices.is_empty() { Ok(inventory.snapshot()) } else { Err(notices) }
}

fn is_admission_review(value: &Value<'_>) -> bool {
    let text = |key| value.get_str(key).and_then(|text| text.as_str()).unwrap_or_default();
    text("kind") == "AdmissionReview" && text("apiVersion").starts_with("admission.k8s.io/")
}

fn violation(finding: &Finding<'_>) -> Violation {
    Violation {
        msg: finding.msg.to_owned(),
        details: json::to_string(&finding.details, Escape::Plain),
        action: finding.action.to_owned(),
        constraint: format!("{}/{}", finding.constraint.kind, finding.constraint.name),
    }
}
