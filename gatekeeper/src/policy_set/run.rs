//! One review by all constraints that may apply.

use std::fmt;

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::value::Object;
use ferrego_runtime::{Arena, EvalError, Evaluation, Host, Value};

use super::elements::{self, Element, Violation};
use super::verdict::{Cause, ConstraintId, Finding, Verdict, Warning};
use super::{Judged, PolicySet};
use crate::inventory::Snapshot;
use crate::matching::{Candidate, MatchError};
use crate::review::Review;

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewError {
    /// The kind of the constraint whose policy it is.
    pub kind: String,
    /// The constraint's name.
    pub name: String,
    /// What is wrong, in Gatekeeper's words.
    pub message: String,
}

impl fmt::Display for ReviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "admission.k8s.gatekeeper.sh: Rego: {}", self.message)
    }
}

impl std::error::Error for ReviewError {}

/// A review that is going on.
pub(super) struct Run<'a> {
    set: &'a PolicySet,
    review: Value<'a>,
    candidate: Candidate<'a>,
    snapshot: &'a Snapshot,
    host: &'a dyn Host,
    arena: &'a Arena,
    findings: ArenaVec<'a, Finding<'a>>,
    warnings: ArenaVec<'a, Warning<'a>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        set: &'a PolicySet,
        review: &Review<'a>,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Self {
        let mut candidate = *review.candidate();
        if candidate.namespace_object.is_none() && !candidate.namespace.is_empty() {
            candidate.namespace_object = snapshot.namespace_object(candidate.namespace);
        }
        Self {
            set,
            review: review.value(),
            candidate,
            snapshot,
            host: &*set.host,
            arena,
            findings: arena.vec(),
            warnings: arena.vec(),
        }
    }

    /// Judges by constraints of one policy.
    pub(super) fn policy(&mut self, constraints: &[usize]) -> Result<(), ReviewError> {
        let mut matching = self.arena.vec_with_capacity(constraints.len());
        for judged in constraints.iter().map(|&number| &self.set.constraints[number]) {
            match judged.constraint.matching().matches(&self.candidate) {
                Ok(true) => matching.push(judged),
                Ok(false) => {}
                Err(error) => self.unmatched(judged, error),
            }
        }
        let (findings, warnings) = (self.findings.len(), self.warnings.len());
        let mut failure = None;
        for judged in &matching {
            match self.evaluate(judged) {
                Ok(None) => {}
                Ok(error) => failure = failure.or(error),
                Err(error) => {
                    // Gatekeeper evaluates all of them as one query, which gives nothing else now.
                    self.findings.truncate(findings);
                    self.warnings.truncate(warnings);
                    self.stopped(&matching, &error);
                    return Ok(());
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Judges by one constraint, which applies. Gives what makes the review fail unless an
    /// evaluation stops.
    fn evaluate(&mut self, judged: &'a Judged) -> Result<Option<ReviewError>, Box<EvalError>> {
        let evaluation = Evaluation::new(self.arena)
            .input(self.input(judged))
            .data(self.snapshot.data())
            .indexes(self.snapshot.indexes())
            .host(self.host);
        let given = self.set.policies[judged.policy].violations(&evaluation)?;
        let members = match given.as_ref().map(|given| (given, elements::members(given))) {
            None => &[][..],
            Some((_, Some(members))) => members,
            Some((given, None)) => {
                let message = format!("violation must be a set but is {}", given.type_name());
                return Ok(Some(failed(judged, message)));
            }
        };
        let mut violations = self.arena.vec_with_capacity(members.len());
        for element in members {
            match elements::read(element) {
                Element::Violation(violation) => violations.push(violation),
                Element::NoText(msg) => {
                    let message = elements::accessor_error(&msg).to_string();
                    return Ok(Some(failed(judged, message)));
                }
                Element::Dropped(message) => {
                    let constraint = judged.id();
                    self.warnings.push(Warning { constraint, message, element: *element });
                }
            }
        }
        // Each distinct one is one result.
        violations.sort_unstable();
        violations.dedup();
        for Violation { msg, details } in violations {
            let details = elements::plain(self.arena, details);
            self.findings.push(judged.finding(msg, details, Cause::Violation));
        }
        Ok(None)
    }

    /// `input` for a constraint.
    fn input(&self, judged: &'a Judged) -> Value<'a> {
        let parameters = (Value::String("parameters"), judged.constraint.parameters());
        let pairs = self.arena.slice(&[parameters, (Value::String("review"), self.review)]);
        Object::from_sorted(pairs).map_or(Value::EMPTY_OBJECT, Value::Object)
    }

    /// It is not known whether the constraint applies, so the review counts as violating it.
    fn unmatched(&mut self, judged: &'a Judged, error: MatchError) {
        let msg = self.arena.format(format_args!("unable to match constraints: {error}"));
        self.findings.push(judged.finding(msg, Value::Null, Cause::Matching));
    }

    /// The evaluation of a policy has stopped, for all its constraints.
    fn stopped(&mut self, constraints: &[&'a Judged], error: &EvalError) {
        let msg = self.arena.format(format_args!("{error}"));
        let findings =
            constraints.iter().map(|judged| judged.finding(msg, Value::Null, Cause::Evaluation));
        self.findings.extend(findings);
    }

    pub(super) fn finish(self) -> Verdict<'a> {
        let mut findings = self.findings;
        sort(&mut findings);
        Verdict { findings: findings.into_bump_slice(), warnings: self.warnings.into_bump_slice() }
    }
}

/// Gatekeeper's order: by enforcement action, then message. The rest makes it the same each time.
pub(super) fn sort(findings: &mut [Finding<'_>]) {
    findings.sort_unstable_by(|a, b| {
        let results = a.action.cmp(b.action).then_with(|| a.msg.cmp(b.msg));
        results
            .then_with(|| a.constraint.cmp(&b.constraint))
            .then_with(|| a.details.cmp(&b.details))
    });
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
