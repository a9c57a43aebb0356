//! The answers to admission requests: the part of the webhook without network and without waiting.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use ferrego_gatekeeper::exemption::{self, ExemptNamespaces};
use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_gatekeeper::policy_set::{Finding, JudgeError, Judgment};
use ferrego_gatekeeper::{Inventory, Review, Verdict, response};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Value};

#[cfg(feature = "cluster")]
use crate::cluster::validation::{Invalid, Validation};
use crate::config::OnError;
use crate::metrics::{Metrics, Outcome};
use crate::policies::{Policies, State};
#[cfg(feature = "traces")]
use crate::traces;
use crate::wait::{self, Blocking};

/// Gatekeeper's message for a request in an exempt namespace.
const EXEMPT: &str = "Namespace is set to be ignored by Gatekeeper config";

/// The settings and the state by which requests are answered.
pub(crate) struct Admission {
    pub(crate) policies: Policies,
    pub(crate) on_error: OnError,
    /// The Namespaces that may carry the label of [`exemption::IGNORE_LABEL`].
    pub(crate) may_ignore: ExemptNamespaces,
    pub(crate) log_denies: bool,
}

/// The answer to a request: an `AdmissionReview` as text, and the facts for metrics.
pub(crate) struct Answer {
    pub(crate) body: String,
    pub(crate) outcome: Outcome,
    pub(crate) is_dry_run: bool,
}

thread_local! {
    /// The arena of the evaluations of this thread, whose memory is used again.
    static ARENA: RefCell<Arena> = RefCell::new(Arena::new());
}

/// The outcome of a judgment.
enum Judged<'a> {
    /// The text is not a review.
    Invalid(JudgeError),
    /// The object is in an exempt namespace.
    Exempt(Review<'a>),
    /// The object would be a policy that cannot be put in force.
    #[cfg(feature = "cluster")]
    InvalidPolicy(Review<'a>, Invalid),
    /// A policy made the review fail.
    Failed(Review<'a>, JudgeError),
    Verdict(Review<'a>, Verdict<'a>),
}

#[cfg(feature = "traces")]
impl<'a> Judged<'a> {
    /// Returns the review, if the text is one.
    fn review(&self) -> Option<&Review<'a>> {
        match self {
            Self::Invalid(_) => None,
            #[cfg(feature = "cluster")]
            Self::InvalidPolicy(review, _) => Some(review),
            Self::Exempt(review) | Self::Failed(review, _) | Self::Verdict(review, _) => {
                Some(review)
            }
        }
    }

    /// Returns the number of violations that deny.
    fn denials(&self) -> usize {
        match self {
            Self::Verdict(_, verdict) => verdict.denials().count(),
            _ => 0,
        }
    }
}

/// Judges the text of a review. The snapshots are of the inventory and of the Namespaces.
fn judge<'a>(
    state: &'a State,
    [snapshot, namespaces]: &'a [Arc<Snapshot>; 2],
    text: &'a [u8],
    deadline: Instant,
    arena: &'a Arena,
) -> Judged<'a> {
    let read = match state.expander() {
        None => state.set().read(text, arena),
        Some(_) => state.set().read_whole(text, arena),
    };
    let mut review = match read {
        Ok(review) => review.with_deadline(deadline),
        Err(error) => return Judged::Invalid(error),
    };
    #[cfg(feature = "cluster")]
    if let Some(validation) = state.validation()
        && Validation::applies_to(&review)
    {
        // Policies may not need the whole object.
        let whole = match state.set().read_whole(text, arena) {
            Ok(whole) => whole,
            Err(error) => return Judged::Invalid(error),
        };
        if let Err(invalid) = validation.validate(&whole) {
            return Judged::InvalidPolicy(whole, invalid);
        }
    }
    if !state.exempt().is_empty() && state.exempt().covers(&review) {
        return Judged::Exempt(review);
    }
    if let Some(namespace) = namespaces.namespace_object(review.candidate().namespace) {
        review = review.with_namespace_object(arena, namespace);
    }
    let verdict = match state.expander() {
        None => state
            .set()
            .review(&review, snapshot, arena)
            .map_err(|error| JudgeError::of(&review, error)),
        Some(expander) => state.set().review_expanded(&review, expander, snapshot, arena),
    };
    match verdict {
        Ok(verdict) => Judged::Verdict(review, verdict),
        Err(error) => Judged::Failed(review, error),
    }
}

/// Runs `evaluate` with the arena of this thread.
fn with_arena<R>(evaluate: impl FnOnce(&Arena) -> R) -> R {
    ARENA.with_borrow_mut(|arena| {
        arena.reset();
        evaluate(arena)
    })
}

impl Admission {
    /// Answers the text of a review for `/v1/admit`. An evaluation that has not finished at
    /// `deadline` denies.
    pub(crate) fn admit(&self, text: &[u8], deadline: Instant, metrics: &Metrics) -> Answer {
        self.judge(text, deadline, Blocking::Until(deadline), |state, judged, arena| {
            self.answer(state, judged, metrics, arena)
        })
    }

    /// Answers a review like [`Admission::admit`], unless it takes longer than until `deadline`, or must
    /// wait. Then nothing is counted or logged, and the caller answers on a thread where no other request
    /// waits.
    pub(crate) fn try_admit(
        &self,
        text: &[u8],
        deadline: Instant,
        metrics: &Metrics,
    ) -> Option<Answer> {
        self.judge(text, deadline, Blocking::Forbidden, |state, judged, arena| {
            let is_whole = Instant::now() < deadline && !wait::is_refused();
            is_whole.then(|| {
                wait::keep();
                self.answer(state, judged, metrics, arena)
            })
        })
    }

    /// Answers the text of a review for `/v1/admitlabel`.
    pub(crate) fn admit_label(&self, text: &[u8]) -> Answer {
        with_arena(|arena| {
            let review = match self.policies.load().set().read_whole(text, arena) {
                Ok(review) => review,
                // The label decides whether the webhook is asked, so this check never fails open.
                Err(error) => {
                    #[cfg(feature = "traces")]
                    traces::record(None, Outcome::Error, 0);
                    return Answer::new(&response::refusal(arena, &error), Outcome::Error, false);
                }
            };
            let checked = exemption::check_label(&review, &self.may_ignore, arena);
            let (version, uid) = (review.api_version(), review.uid());
            let (answer, outcome) = if checked.is_allowed {
                (response::allowed(arena, version, uid, checked.message), Outcome::Allow)
            } else {
                (response::denied(arena, version, uid, checked.message), Outcome::Deny)
            };
            #[cfg(feature = "traces")]
            traces::record(Some(&review), outcome, 0);
            Answer::new(&answer, outcome, false)
        })
    }

    /// Judges the text of a review by the current policies, and passes the result to `answer`.
    fn judge<R>(
        &self,
        text: &[u8],
        deadline: Instant,
        blocking: Blocking,
        answer: impl FnOnce(&State, &Judged<'_>, &Arena) -> R,
    ) -> R {
        let judge = |arena: &Arena| {
            let state = self.policies.load();
            let snapshots = [state.inventory(), state.namespaces()].map(Inventory::snapshot);
            answer(&state, &judge(&state, &snapshots, text, deadline, arena), arena)
        };
        wait::with(blocking, || with_arena(judge))
    }

    fn answer(
        &self,
        state: &State,
        judged: &Judged<'_>,
        metrics: &Metrics,
        arena: &Arena,
    ) -> Answer {
        let answer = match judged {
            Judged::Invalid(error) => self.without_verdict(error, false, arena),
            Judged::Failed(review, error) => self.without_verdict(error, is_dry_run(review), arena),
            #[cfg(feature = "cluster")]
            Judged::InvalidPolicy(review, invalid) => {
                let (version, uid) = (review.api_version(), review.uid());
                let message = arena.format(format_args!("{invalid}"));
                let answer = response::invalid(arena, version, uid, invalid.code(), message);
                Answer::new(&answer, Outcome::Deny, is_dry_run(review))
            }
            Judged::Exempt(review) => {
                let answer = response::allowed(arena, review.api_version(), review.uid(), EXEMPT);
                Answer::new(&answer, Outcome::Allow, is_dry_run(review))
            }
            Judged::Verdict(review, verdict) => {
                self.record(state, review, verdict, metrics, arena);
                let outcome = if verdict.is_denied() { Outcome::Deny } else { Outcome::Allow };
                let answer = response::answer(arena, &Judgment::new(review, *verdict));
                Answer::new(&answer, outcome, is_dry_run(review))
            }
        };
        #[cfg(feature = "traces")]
        traces::record(judged.review(), answer.outcome, judged.denials());
        answer
    }

    /// Answers a review without a verdict.
    fn without_verdict(&self, error: &JudgeError, is_dry_run: bool, arena: &Arena) -> Answer {
        tracing::error!(process = "admission", uid = error.uid(), error = %error, "no verdict");
        let answer = match self.on_error {
            OnError::Deny => response::refusal(arena, error),
            OnError::Allow => response::unjudged(arena, error),
        };
        Answer::new(&answer, Outcome::Error, is_dry_run)
    }

    /// Counts and logs the findings of a judgment.
    fn record(
        &self,
        state: &State,
        review: &Review<'_>,
        verdict: &Verdict<'_>,
        metrics: &Metrics,
        arena: &Arena,
    ) {
        let unknown = state.set().take_unreported(review.unknown_fields(), arena);
        if !unknown.is_empty() {
            let fields = unknown.join(", ");
            tracing::warn!(process = "admission", fields, "policies do not see unknown fields");
        }
        for finding in verdict.findings {
            metrics.finding(finding.constraint.kind);
        }
        if self.log_denies {
            verdict.findings.iter().for_each(|finding| log(review, finding));
        }
    }
}

impl Answer {
    fn new(answer: &Value<'_>, outcome: Outcome, is_dry_run: bool) -> Self {
        Self { body: json::to_string(answer, Escape::Plain), outcome, is_dry_run }
    }
}

/// Logs a finding with the keys of Gatekeeper's `pkg/logging`.
fn log(review: &Review<'_>, finding: &Finding<'_>) {
    let request = review.value();
    let text = |path: &[&str]| request.path(path).and_then(|text| text.as_str()).unwrap_or("");
    let name = match text(&["name"]) {
        // The server generates the name, or the client put it into the object only.
        "" => text(&["object", "metadata", "name"]),
        name => name,
    };
    tracing::info!(
        semantic = true,
        process = "admission",
        event_type = "violation",
        constraint_name = finding.constraint.name,
        constraint_group = "constraints.gatekeeper.sh",
        constraint_api_version = "v1beta1",
        constraint_kind = finding.constraint.kind,
        constraint_action = finding.action,
        constraint_enforcement_actions = finding.scoped_actions.join(","),
        details = json::to_string(&finding.details, Escape::Plain),
        resource_group = text(&["kind", "group"]),
        resource_api_version = text(&["kind", "version"]),
        resource_kind = text(&["kind", "kind"]),
        resource_namespace = text(&["namespace"]),
        resource_name = name,
        request_username = text(&["userInfo", "username"]),
        "denied admission: {}",
        finding.msg
    );
}

/// Returns `true` if the request is a dry run.
fn is_dry_run(review: &Review<'_>) -> bool {
    review.value().get_str("dryRun") == Some(Value::Bool(true))
}
