//! Judges one document.

use std::sync::Arc;

use ferrego_gatekeeper::documents::{Document, failed_review, warning_notice};
use ferrego_gatekeeper::fault::{Fault, FaultCode, FieldPath, Severity};
use ferrego_gatekeeper::inventory::{ObjectKey, Snapshot};
use ferrego_gatekeeper::policy_set::{Cause, Finding, JudgeFailure, Verdict};
use ferrego_gatekeeper::review::{Numbers, Review, inexact_number};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Value};
use ferrego_source::diagnostics::{Excerpt, Notice};
use ferrego_source::yaml::helm;

use crate::judge::class::{Class, wrong_group, wrong_kind};
use crate::judge::coverage::{Coverage, is_matched};
use crate::judge::setup::SetUp;
use crate::report::test::{Explained, Object, Violation};

/// The answer for one document.
#[derive(Default)]
pub struct Answer {
    /// The violations of all constraints.
    pub violations: Vec<Violation>,
    /// Errors and warnings. With an error, the violations may be incomplete.
    pub notices: Vec<Notice>,
    /// The object and its place, to find duplicates.
    pub identity: Option<(String, Excerpt)>,
    /// The object, if it was judged.
    pub judged: Option<Arc<Object>>,
    /// The explanations of the constraints, as far as they are wanted.
    pub explained: Option<Explained>,
    /// `true` if the object is in an exempt namespace, so that it is not judged.
    pub exempt: bool,
    /// `true` if the object is counted. Templates and constraints are counted only if something is
    /// found in them.
    pub counts: bool,
}

/// Judges one document. If it comes from a cluster, `namespaces` are those of the cluster.
pub(super) fn judge_one<'a>(
    document: &'a Document,
    set_up: &'a SetUp,
    namespaces: Option<&'a Snapshot>,
    coverage: &Coverage,
    arena: &'a Arena,
) -> Answer {
    let mut answer = Answer::default();
    let value = match document.value(arena) {
        Ok(value) => value,
        Err(notice) => {
            answer.notices.push(notice);
            return answer;
        }
    };
    let is_file = namespaces.is_none();
    if is_file && document.may_say(&["{{"]) && is_unrendered(&value) {
        let message = "expected a rendered object, found actions of a Helm template";
        let fault = Fault::new(FaultCode::InvalidObject, FieldPath::default(), message);
        answer.notices.push(document.notice(&fault.as_warning().with_help(helm::HELP)));
    }
    let class = Class::of(&value);
    let value = set_up.as_held(value, arena);
    let review = if let Some(namespaces) = namespaces {
        let namespace = text(&value, &["metadata", "namespace"]);
        let namespace = namespaces.namespace_object(namespace);
        Review::from_object(arena, value, namespace, set_up.numbers)
    } else if class == Class::Review {
        Review::from_admission_review(arena, value, set_up.numbers)
    } else {
        if let Err(fault) = ObjectKey::of(&value)
            && fault.severity == Severity::Error
        {
            answer.notices.push(document.notice(&fault));
            return answer;
        }
        Review::from_object(arena, value, None, set_up.numbers).map(Review::assuming_namespace)
    };
    let review = match review {
        Ok(review) => review,
        Err(faults) => {
            answer.notices.extend(document.fault_notices(faults.as_slice()));
            return answer;
        }
    };
    if !set_up.exempt.is_empty() && set_up.exempt.covers(&review) {
        answer.exempt = !is_file || class.is_object();
        return answer;
    }
    answer.notices.extend(review.unknown_fields().iter().map(|field| {
        let path = FieldPath::of(&field.split('.').collect::<Vec<_>>());
        let fault = Fault::new(FaultCode::InvalidObject, path, "unknown field, which is dropped");
        document.notice(&fault.as_warning())
    }));
    let reviewed = review.candidate().objects().next().copied().unwrap_or(value);
    let object = Arc::new(object(document, &reviewed));
    let has_identity =
        matches!(class, Class::Object | Class::Namespace | Class::Config | Class::Provider);
    if is_file && has_identity {
        if !object.name.is_empty() {
            answer.identity = Some((object.to_string(), document.place(&FieldPath::default())));
        }
        let is_template = |kind: &str| set_up.messages.contains_key(kind);
        answer.notices.extend(wrong_group(document, &value, is_template));
        answer.notices.extend(wrong_kind(document, &value));
    }
    answer.counts = !is_file || class.is_object();
    if answer.counts {
        coverage.note(set_up, &review, arena);
    }
    // The numbers of constraints are reported when constraints are read.
    if class != Class::Constraint
        && set_up.numbers == Numbers::Exact
        && let Some(fault) = inexact_number(&value, &FieldPath::default())
        && (!set_up.readers.is_empty() || is_matched(set_up, &review, arena))
    {
        answer.notices.push(document.notice(&fault));
    }
    answer.explained = explained(document, &object, &review, set_up, arena);
    match set_up.set.review_expanded(&review, &set_up.expander, &set_up.snapshot, arena) {
        Ok(verdict) => {
            add_verdict(&mut answer, document, &object, &verdict, set_up);
            answer.counts |= !answer.violations.is_empty();
            answer.judged = Some(object);
        }
        Err(error) => match error.failure() {
            JudgeFailure::Invalid(faults) => {
                answer.notices.extend(document.fault_notices(faults.as_slice()));
            }
            JudgeFailure::Expansion(fault) => answer.notices.push(document.notice(fault)),
            JudgeFailure::Review(error) => {
                let messages = set_up.messages.get(&*error.kind).map_or(&[][..], Vec::as_slice);
                answer.notices.push(failed_review(error, messages));
            }
            other => answer.notices.push(Notice::error("review", other.to_string())),
        },
    }
    answer
}

/// Explains the constraints on an object, unless no explanation is wanted.
fn explained<'a>(
    document: &Document,
    object: &Arc<Object>,
    review: &Review<'a>,
    set_up: &'a SetUp,
    arena: &'a Arena,
) -> Option<Explained> {
    let SetUp { explainer, set, expander, snapshot, .. } = set_up;
    let accounts = explainer.as_ref()?.explain(set, review, expander, snapshot, arena)?;
    let line = document.place(&FieldPath::default()).line;
    Some(Explained { object: Arc::clone(object), line, accounts })
}

/// Returns `true` if a string in the document contains a Helm expression.
fn is_unrendered(value: &Value<'_>) -> bool {
    match value {
        Value::String(text) => helm::is_from_chart(text),
        Value::Array(items) => items.iter().any(is_unrendered),
        Value::Object(object) => object.pairs().iter().any(|(_, value)| is_unrendered(value)),
        _ => false,
    }
}

fn add_verdict(
    answer: &mut Answer,
    document: &Document,
    object: &Arc<Object>,
    verdict: &Verdict<'_>,
    set_up: &SetUp,
) {
    for finding in verdict.findings {
        if finding.cause == Cause::Matching {
            let path = FieldPath::of(&["metadata", "namespace"]);
            let fault = Fault::new(FaultCode::InvalidObject, path, "the Namespace is not known");
            let help = "give the Namespace object too: a namespaceSelector needs it";
            answer.notices.push(document.notice(&fault.with_help(help).as_warning()));
        }
        answer.violations.push(violation(document, object, finding, set_up.is_in_cluster()));
    }
    for warning in verdict.warnings {
        let mut notice = warning_notice(warning);
        if let Some(places) = set_up.messages.get(warning.constraint.kind) {
            notice.excerpts.clone_from(places);
        }
        answer.notices.push(notice);
    }
}

/// Returns the text at `path`, which is empty if there is none.
fn text<'a>(value: &Value<'a>, path: &[&str]) -> &'a str {
    value.path(path).and_then(|text| text.as_str()).unwrap_or_default()
}

fn object(document: &Document, value: &Value<'_>) -> Object {
    let text = |path: &[&str]| text(value, path).to_owned();
    Object {
        api_version: text(&["apiVersion"]),
        kind: text(&["kind"]),
        namespace: text(&["metadata", "namespace"]),
        name: text(&["metadata", "name"]),
        file: document.file().clone(),
    }
}

fn violation(
    document: &Document,
    object: &Arc<Object>,
    finding: &Finding<'_>,
    is_in_cluster: bool,
) -> Violation {
    let (line, column) = if is_in_cluster {
        (0, 0)
    } else {
        let place = document.place(&FieldPath::default());
        (place.line, place.column)
    };
    Violation {
        object: Arc::clone(object),
        line,
        column,
        msg: finding.msg.to_owned(),
        details: json::to_string(&finding.details, Escape::Plain),
        action: finding.action.to_owned(),
        scoped_actions: finding.scoped_actions.iter().map(ToString::to_string).collect(),
        denies: finding.acts("deny"),
        constraint: format!("{}/{}", finding.constraint.kind, finding.constraint.name),
        stopped: finding.cause == Cause::Evaluation,
    }
}
