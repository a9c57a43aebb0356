//! Judgments of reviews from bytes, and of objects with the objects that they imply.

use std::collections::HashSet;
use std::sync::PoisonError;
use std::time::Instant;

use ferrego_runtime::Arena;

use super::judge_error::{JudgeError, JudgeFailure};
use super::order;
use super::projection::Kept;
use super::tally::Tally;
use super::{Finding, PolicySet, Verdict};
use crate::expansion::{Expander, Resultant};
use crate::fault::Faults;
use crate::inventory::Snapshot;
use crate::review::{Numbers, Review};

/// The maximum number of unknown fields that are reported, because clients choose their names.
const MAX_REPORTED: usize = 64;

/// The verdict on a review, with the fields of the review that a response needs.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::policy_set::Judgment;
/// use ferrego_gatekeeper::{PolicySet, Schema};
/// use ferrego_runtime::{Arena, Document};
///
/// # use std::sync::Arc;
/// # use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
/// # use ferrego_runtime::{Eval, Evaluation, Violations};
/// # struct DenyAll;
/// # impl Violations for DenyAll {
/// #     fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
/// #         let mut violation = ObjectBuilder::new(evaluation.arena());
/// #         violation.insert("msg".into(), "no".into());
/// #         let mut violations = SetBuilder::new(evaluation.arena());
/// #         violations.insert(violation.finish());
/// #         Ok(Some(violations.finish()))
/// #     }
/// # }
/// # let mut builder = PolicySet::builder();
/// # let schema = Schema::of_template("", true)?.map(Arc::new);
/// # builder.add_template("DenyAll", schema, Arc::new(DenyAll))?;
/// # let constraint = Document::parse(
/// #     r#"{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "DenyAll",
/// #         "metadata": {"name": "deny-pods"}, "spec": {}}"#,
/// # )?;
/// # builder.read_constraint(&constraint.value())?;
/// # let policies = builder.build();
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
/// }"#;
/// let (arena, snapshot) = (Arena::new(), Snapshot::empty());
/// let judgment: Judgment<'_> = policies.judge(review, &snapshot, &arena)?;
/// assert_eq!(judgment.uid, "7");
/// assert!(judgment.verdict.is_denied());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Judgment<'a> {
    /// The review's `apiVersion`.
    pub api_version: &'a str,
    /// The request's `uid`.
    pub uid: &'a str,
    /// The verdict.
    pub verdict: Verdict<'a>,
    /// The unknown fields of the review, each only in the first judgment of the set that finds it.
    /// The caller should log them, because the policies did not see them.
    pub unknown_fields: &'a [&'a str],
}

impl<'a> Judgment<'a> {
    /// Creates the judgment of a review that was judged on its own.
    pub fn new(review: &Review<'a>, verdict: Verdict<'a>) -> Self {
        let unknown_fields = review.unknown_fields();
        Self { api_version: review.api_version(), uid: review.uid(), verdict, unknown_fields }
    }
}

impl PolicySet {
    /// Judges the text of an `AdmissionReview`, as a webhook does. The policies see the Namespace
    /// of the request if the inventory has it. Only the parts of the objects that they read become
    /// values.
    ///
    /// # Errors
    /// Returns an error if the text is not a review, or if a policy fails the review.
    pub fn judge<'a>(
        &'a self,
        bytes: &'a [u8],
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Result<Judgment<'a>, JudgeError> {
        self.judge_bytes(bytes, snapshot, arena, None)
    }

    /// Judges a text like [`PolicySet::judge`]. An evaluation that has not finished at `deadline`
    /// denies.
    ///
    /// # Errors
    /// Returns the errors of [`PolicySet::judge`].
    pub fn judge_until<'a>(
        &'a self,
        bytes: &'a [u8],
        snapshot: &'a Snapshot,
        arena: &'a Arena,
        deadline: Instant,
    ) -> Result<Judgment<'a>, JudgeError> {
        self.judge_bytes(bytes, snapshot, arena, Some(deadline))
    }

    /// Reads the text of an `AdmissionReview` for this set, as [`PolicySet::judge`] does: only the
    /// parts of the objects that the policies read become values, and numbers have the form of
    /// [`PolicySetBuilder::numbers`](super::PolicySetBuilder::numbers).
    ///
    /// # Errors
    /// Returns an error if the text is not a review.
    pub fn read<'a>(&'a self, bytes: &'a [u8], arena: &'a Arena) -> Result<Review<'a>, JudgeError> {
        let kept = match self.numbers {
            Numbers::Exact => Kept::Review(&self.needs),
            // Converting a number may fail and make the review invalid, so all numbers are read.
            Numbers::Float64 | Numbers::GatorTest => Kept::All,
        };
        Review::from_demanded(arena, bytes, self.numbers, kept)
            .map_err(|faults| JudgeError::of_text(bytes, faults))
    }

    /// Reads the text of an `AdmissionReview` like [`PolicySet::read`], but all parts of its objects.
    /// An object can only be expanded if all of it was read.
    ///
    /// # Errors
    /// Returns an error if the text is not a review.
    pub fn read_whole<'a>(
        &self,
        bytes: &'a [u8],
        arena: &'a Arena,
    ) -> Result<Review<'a>, JudgeError> {
        Review::from_bytes(arena, bytes, self.numbers)
            .map_err(|faults| JudgeError::of_text(bytes, faults))
    }

    fn judge_bytes<'a>(
        &'a self,
        bytes: &'a [u8],
        snapshot: &'a Snapshot,
        arena: &'a Arena,
        deadline: Option<Instant>,
    ) -> Result<Judgment<'a>, JudgeError> {
        let mut review = self.read(bytes, arena)?;
        if let Some(namespace) = snapshot.namespace_object(review.candidate().namespace) {
            review = review.with_namespace_object(arena, namespace);
        }
        if let Some(deadline) = deadline {
            review = review.with_deadline(deadline);
        }
        let verdict = self.review(&review, snapshot, arena);
        let verdict = verdict.map_err(|error| JudgeError::of(&review, error))?;
        let unknown_fields = self.take_unreported(review.unknown_fields(), arena);
        Ok(Judgment { unknown_fields, ..Judgment::new(&review, verdict) })
    }

    /// Returns those of the unknown `fields` of a review that this set has not returned before. It
    /// returns 64 at most, because clients choose their names.
    pub fn take_unreported<'a>(&self, fields: &'a [&'a str], arena: &'a Arena) -> &'a [&'a str] {
        if fields.is_empty() {
            return fields;
        }
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = arena.vec();
        let is_new = |reported: &mut HashSet<Box<str>>, field: &str| {
            reported.len() < MAX_REPORTED && reported.insert(field.into())
        };
        new.extend(fields.iter().copied().filter(|field| is_new(&mut reported, field)));
        new.into_bump_slice()
    }

    /// Judges a review like [`PolicySet::review`], and also all objects that the object implies. A
    /// finding in an implied object becomes one of the object. Its message names the template, and
    /// its enforcement action is the template's, if the template sets one.
    ///
    /// # Errors
    /// Returns the errors of [`PolicySet::review`], or an error if an object cannot be expanded.
    pub fn review_expanded<'a>(
        &'a self,
        review: &Review<'a>,
        expander: &'a Expander,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Result<Verdict<'a>, JudgeError> {
        let failed = |failure: JudgeFailure| JudgeError::of(review, failure);
        let mut tally = Tally::new(&self.limits);
        let mut judge = |review: &Review<'a>| {
            self.run(review, snapshot, arena, &mut tally).map_err(|error| failed(error.into()))
        };
        let verdict = judge(review)?;
        let candidate = review.candidate();
        let (Some(object), false) = (candidate.object, expander.is_empty()) else {
            return Ok(verdict);
        };
        let namespace = Some(candidate.namespace).filter(|name| !name.is_empty());
        let implied = expander
            .expand(arena, object, namespace)
            .map_err(|fault| failed(JudgeFailure::Expansion(fault)))?;
        let (mut findings, mut warnings) = (arena.vec(), arena.vec());
        findings.extend_from_slice_copy(verdict.findings);
        warnings.extend_from_slice_copy(verdict.warnings);
        for resultant in &implied {
            let implied = self
                .implied_review(review, resultant, arena)
                .map_err(|faults| failed(faults.into()))?;
            let verdict = judge(&implied)?;
            findings.extend(verdict.findings.iter().map(|one| implied_by(arena, resultant, one)));
            warnings.extend_from_slice_copy(verdict.warnings);
        }
        let findings = order::sorted(arena, findings.into_bump_slice());
        let left_out = tally.left_out();
        Ok(Verdict { findings, warnings: warnings.into_bump_slice(), left_out })
    }

    /// Returns the review of an object that the object of `review` implies.
    pub(super) fn implied_review<'a>(
        &self,
        review: &Review<'a>,
        resultant: &Resultant<'a>,
        arena: &'a Arena,
    ) -> Result<Review<'a>, Faults> {
        let given = review.candidate().namespace_object;
        let implied = Review::from_object(arena, resultant.object, given, self.numbers)?;
        let mut implied = implied.generated();
        if review.assumes_namespace() {
            implied = implied.assuming_namespace();
        }
        if let Some(deadline) = review.deadline() {
            implied = implied.with_deadline(deadline);
        }
        Ok(implied)
    }
}

/// Converts a finding in an implied object to one in the object that implies it.
fn implied_by<'a>(
    arena: &'a Arena,
    resultant: &Resultant<'a>,
    finding: &Finding<'a>,
) -> Finding<'a> {
    let msg = arena.format(format_args!("[Implied by {}] {}", resultant.template, finding.msg));
    let mut implied = Finding { msg, ..*finding };
    if !resultant.enforcement_action.is_empty() {
        implied.action = resultant.enforcement_action;
        implied.scoped_actions = &[];
    }
    implied
}
