//! The evaluation of one review by all constraints that may apply.

use std::fmt;
use std::time::Instant;

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, ErrorCode, EvalError, Evaluation, Value};

use super::limits::Limits;
use super::order::sorted;
use super::set::{Judged, PolicySet};
use super::tally::Tally;
use super::verdict::{Cause, ConstraintId, Finding, Verdict, Warning};
use super::violations::{self, Element, Violation};
use crate::inventory::Snapshot;
use crate::matching::{Candidate, MatchError};
use crate::review::Review;

/// The error of a policy that fails a review.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::policy_set::JudgeFailure;
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
/// #         violation.insert("msg".into(), 7.into());
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
/// let error = policies.judge(review, &snapshot, &arena).expect_err("no message");
/// let JudgeFailure::Review(error) = error.into_failure() else { unreachable!() };
/// assert_eq!((error.kind.as_str(), error.name.as_str()), ("DenyAll", "deny-pods"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReviewError {
    /// The kind of the policy's constraint.
    pub kind: String,
    /// The constraint's name.
    pub name: String,
    /// Gatekeeper's error message.
    pub message: String,
}

impl fmt::Display for ReviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "admission.k8s.gatekeeper.sh: Rego: {}", self.message)
    }
}

impl std::error::Error for ReviewError {}

impl PolicySet {
    /// Judges the review by the constraints that apply to it.
    ///
    /// # Errors
    /// Returns an error if a policy returns a `msg` that is not a string, because Gatekeeper then
    /// fails the whole review.
    pub fn review<'a>(
        &'a self,
        review: &Review<'a>,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Result<Verdict<'a>, ReviewError> {
        self.run(review, snapshot, arena, &mut Tally::new(&self.limits))
    }

    /// Judges a review like [`PolicySet::review`], with the room for findings that `tally` has left.
    pub(super) fn run<'a>(
        &'a self,
        review: &Review<'a>,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
        tally: &mut Tally,
    ) -> Result<Verdict<'a>, ReviewError> {
        let candidate = review.candidate();
        let policies = self.index.constraints(candidate.group, candidate.kind);
        let mut run = Run::new(self, review, snapshot, arena, policies.len(), *tally);
        for constraints in policies {
            run.policy(constraints)?;
        }
        *tally = run.tally;
        Ok(run.finish())
    }
}

/// A review in progress.
pub(super) struct Run<'a> {
    set: &'a PolicySet,
    pub(super) candidate: Candidate<'a>,
    /// The evaluation, of which only the parameters change from constraint to constraint.
    pub(super) evaluation: Evaluation<'a>,
    arena: &'a Arena,
    findings: ArenaVec<'a, Finding<'a>>,
    warnings: ArenaVec<'a, Warning<'a>>,
    /// The room for more findings.
    tally: Tally,
    deadline: Option<Instant>,
}

/// The maximum number of findings for which memory is reserved in advance.
const LIKELY: usize = 16;

impl<'a> Run<'a> {
    /// Starts a run with at most `policies` policies.
    pub(super) fn new(
        set: &'a PolicySet,
        review: &Review<'a>,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
        policies: usize,
        tally: Tally,
    ) -> Self {
        let candidate = candidate(review, snapshot, arena);
        let evaluation = Evaluation::new(arena)
            .data(snapshot.data())
            .indexes(snapshot.indexes())
            .host(&*set.host)
            .budget(set.limits.budget_now(review.deadline()))
            .review(review.value());
        Self {
            set,
            candidate,
            evaluation,
            arena,
            findings: arena.vec_with_capacity(policies.min(LIKELY)),
            warnings: arena.vec(),
            tally,
            deadline: review.deadline(),
        }
    }

    /// Judges by constraints of one policy, which must match the kind of the reviewed object.
    pub(super) fn policy(&mut self, constraints: &[usize]) -> Result<(), ReviewError> {
        let all = &self.set.constraints;
        if let [only] = constraints {
            let judged = &all[*only];
            return if self.applies(judged) { self.evaluate_all(&[judged]) } else { Ok(()) };
        }
        let mut matching = self.arena.vec_with_capacity(constraints.len());
        for judged in constraints.iter().map(|&number| &all[number]) {
            if self.applies(judged) {
                matching.push(judged);
            }
        }
        self.evaluate_all(&matching)
    }

    /// Returns `true` if a constraint that matches the kind of the reviewed object applies.
    fn applies(&mut self, judged: &'a Judged) -> bool {
        match judged.constraint.matching().matches_of_kind(&self.candidate) {
            Ok(applies) => applies,
            Err(error) => {
                self.unmatched(judged, error);
                false
            }
        }
    }

    /// Judges by constraints of one policy, all of which apply.
    fn evaluate_all(&mut self, matching: &[&'a Judged]) -> Result<(), ReviewError> {
        let (findings, warnings) = (self.findings.len(), self.warnings.len());
        let tally = self.tally;
        let mut failure = None;
        for judged in matching {
            match self.evaluate(judged) {
                Ok(None) => {}
                Ok(error) => failure = failure.or(error),
                Err(error) => {
                    // Gatekeeper evaluates all of them as one query, which has no other results
                    // after an error.
                    self.findings.truncate(findings);
                    self.warnings.truncate(warnings);
                    self.tally = tally;
                    self.stopped(matching, &error);
                    return Ok(());
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Judges by one constraint, which applies. Returns the error that fails the review, if any. An
    /// evaluation that stops is an `Err`.
    fn evaluate(&mut self, judged: &'a Judged) -> Result<Option<ReviewError>, Box<EvalError>> {
        self.ask(judged);
        let Some(given) = self.set.policies[judged.policy].violations(&self.evaluation)? else {
            return Ok(None);
        };
        Ok(match violations::of(self.arena, &given) {
            [] => None,
            elements => self.read(judged, elements),
        })
    }

    /// Prepares the evaluation of a constraint, with its parameters and a budget that begins now.
    pub(super) fn ask(&mut self, judged: &'a Judged) {
        if self.set.limits.timeout.is_some() {
            let budget = self.set.limits.budget_now(self.deadline);
            self.evaluation = self.evaluation.budget(budget);
        }
        self.evaluation.set_parameters(judged.constraint.parameters());
    }

    /// Adds the results of a policy for a constraint, as far as there is room. Returns the error that
    /// fails the review, if any.
    #[inline(never)]
    fn read(&mut self, judged: &'a Judged, members: &[Value<'a>]) -> Option<ReviewError> {
        if let [element] = members
            && let Element::Violation(violation) = violations::read(element)
        {
            let (msg, details) = self.tally.keep(self.arena, violation.msg, violation.details);
            self.found(judged, Violation { msg, details });
            return None;
        }
        let left_out = self.tally.left_out();
        let likely = self.set.limits.findings.saturating_add(1);
        let mut violations = self.arena.vec_with_capacity(members.len().min(likely));
        for element in members {
            match violations::read(element) {
                Element::Violation(Violation { msg, details }) => {
                    let kept = if violations.is_empty() {
                        Some(self.tally.keep(self.arena, msg, details))
                    } else {
                        self.tally.take(msg, details)
                    };
                    violations.extend(kept.map(|(msg, details)| Violation { msg, details }));
                }
                Element::NoText(msg) => {
                    let message = violations::accessor_error(&msg, self.set.limits.bytes);
                    return Some(failed(judged, message));
                }
                Element::Dropped(message) => self.dropped(judged, message, *element),
            }
        }
        // Distinct violations count once.
        violations.sort_unstable();
        violations.dedup_by(|later, first| later == first);
        for violation in violations {
            self.found(judged, violation);
        }
        self.left_out(judged, self.tally.left_out() - left_out);
        None
    }

    /// Adds a violation.
    fn found(&mut self, judged: &'a Judged, Violation { msg, details }: Violation<'a>) {
        let details = violations::plain(self.arena, details);
        self.findings.push(judged.finding(msg, details, Cause::Violation));
    }

    /// Adds a warning about an element that is not a violation, if there is room.
    fn dropped(&mut self, judged: &'a Judged, message: &'a str, element: Value<'a>) {
        if let Some((message, element)) = self.tally.take(message, element) {
            let constraint = judged.id();
            self.warnings.push(Warning { constraint, message, element: Some(element) });
        }
    }

    /// Adds a warning if findings of a constraint were left out.
    fn left_out(&mut self, judged: &'a Judged, count: usize) {
        if count == 0 {
            return;
        }
        let Limits { findings, bytes, .. } = self.set.limits;
        let message = self.arena.format(format_args!(
            "findings left out: {count}; a review has room for {findings} in {bytes} bytes"
        ));
        self.warnings.push(Warning { constraint: judged.id(), message, element: None });
    }

    /// Adds a finding because it is not known whether the constraint applies. The review counts as
    /// violating it.
    fn unmatched(&mut self, judged: &'a Judged, error: MatchError) {
        let error = error.about(&self.candidate);
        let msg = self.arena.format(format_args!("unable to match constraints: {error}"));
        let (msg, _) = self.tally.keep(self.arena, msg, Value::Null);
        self.findings.push(judged.finding(msg, Value::Null, Cause::Matching));
    }

    /// Adds a finding for each constraint of a policy whose evaluation stopped. For a failure of
    /// the host, the message names the template and the constraint. The message of an exceeded
    /// budget names the rule. Other messages are Gatekeeper's, with the place in the YAML.
    fn stopped(&mut self, constraints: &[&'a Judged], error: &EvalError) {
        for judged in constraints {
            let ConstraintId { kind, name } = judged.id();
            let msg = match error.code {
                ErrorCode::Builtin => self.arena.format(format_args!(
                    "template {kind}, constraint {name}, {}: {}",
                    error.place(),
                    error.message
                )),
                ErrorCode::Cancel => {
                    self.arena.format(format_args!("{error}, in the rule {}", error.rule))
                }
                _ => self.arena.format(format_args!("{error}")),
            };
            let (msg, _) = self.tally.keep(self.arena, msg, Value::Null);
            self.findings.push(judged.finding(msg, Value::Null, Cause::Evaluation));
        }
    }

    pub(super) fn finish(self) -> Verdict<'a> {
        let findings = sorted(self.arena, self.findings.into_bump_slice());
        let left_out = self.tally.left_out();
        Verdict { findings, warnings: self.warnings.into_bump_slice(), left_out }
    }
}

/// Returns the candidate of the review, with the Namespace of its object if that is known.
pub(super) fn candidate<'a>(
    review: &Review<'a>,
    snapshot: &'a Snapshot,
    arena: &'a Arena,
) -> Candidate<'a> {
    let mut candidate = *review.candidate();
    if candidate.namespace_object.is_none() && !candidate.namespace.is_empty() {
        candidate.namespace_object = snapshot.namespace_object(candidate.namespace);
    }
    if candidate.namespace_object.is_none() && review.assumes_namespace() {
        candidate.namespace_object = assumed_namespace(arena, candidate.namespace);
    }
    candidate
}

/// Returns the Namespace that `gator test` attaches to an object of the namespace `name` if the
/// inputs have none.
fn assumed_namespace<'a>(arena: &'a Arena, name: &str) -> Option<Value<'a>> {
    let named = |name: Value<'a>| {
        let mut metadata = ObjectBuilder::with_capacity(arena, 1);
        metadata.insert(Value::String("name"), name);
        let mut namespace = ObjectBuilder::with_capacity(arena, 1);
        namespace.insert(Value::String("metadata"), metadata.finish());
        namespace.finish()
    };
    match name {
        "" => Some(Value::EMPTY_OBJECT),
        "default" => Some(named(Value::String("default"))),
        _ => None,
    }
}

impl Judged {
    fn id(&self) -> ConstraintId<'_> {
        ConstraintId { kind: self.constraint.kind(), name: self.constraint.name() }
    }

    fn finding<'a>(&'a self, msg: &'a str, details: Value<'a>, cause: Cause) -> Finding<'a> {
        Finding {
            msg,
            details,
            constraint: self.id(),
            action: self.constraint.enforcement().as_str(),
            scoped_actions: &self.scoped_actions,
            cause,
        }
    }
}

fn failed(judged: &Judged, message: String) -> ReviewError {
    ReviewError {
        kind: judged.constraint.kind().to_owned(),
        name: judged.constraint.name().to_owned(),
        message,
    }
}
