//! The verdict of policies on one review.

use ferrego_runtime::Value;

/// The verdict on one review: all findings of the constraints that apply.
///
/// ```
/// use ferrego_gatekeeper::Verdict;
///
/// /// Returns the line that a log keeps of a verdict.
/// fn line(verdict: &Verdict<'_>) -> String {
///     let names: Vec<_> = verdict.denials().map(|denial| denial.constraint.name).collect();
///     if names.is_empty() { "allowed".to_owned() } else { format!("denied by {names:?}") }
/// }
///
/// assert_eq!(line(&Verdict::ALLOWED), "allowed");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Verdict<'a> {
    /// The findings, sorted by enforcement action, then message.
    pub findings: &'a [Finding<'a>],
    /// The elements of `violation` that Gatekeeper drops silently, and the constraints with findings
    /// that were left out.
    pub warnings: &'a [Warning<'a>],
    /// The number of findings and warnings that were left out because of the
    /// [`Limits`](super::Limits).
    pub left_out: usize,
}

impl<'a> Verdict<'a> {
    /// The verdict without findings.
    pub const ALLOWED: Verdict<'static> = Verdict { findings: &[], warnings: &[], left_out: 0 };

    /// Returns `true` if a finding denies.
    pub fn is_denied(&self) -> bool {
        self.denials().next().is_some()
    }

    /// Returns the findings that deny.
    pub fn denials(&self) -> impl Iterator<Item = &'a Finding<'a>> + use<'a> {
        self.acting("deny")
    }

    /// Returns the findings that warn.
    pub fn warns(&self) -> impl Iterator<Item = &'a Finding<'a>> + use<'a> {
        self.acting("warn")
    }

    fn acting(&self, action: &'static str) -> impl Iterator<Item = &'a Finding<'a>> + use<'a> {
        self.findings.iter().filter(move |finding| finding.acts(action))
    }
}

/// A result of a constraint.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
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
/// #         "metadata": {"name": "deny-pods"}, "spec": {"enforcementAction": "warn"}}"#,
/// # )?;
/// # builder.read_constraint(&constraint.value())?;
/// # let policies = builder.build();
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
/// }"#;
/// let (arena, snapshot) = (Arena::new(), Snapshot::empty());
/// let judgment = policies.judge(review, &snapshot, &arena)?;
/// let finding = judgment.verdict.findings[0];
/// assert_eq!((finding.msg, finding.action), ("no", "warn"));
/// assert!(finding.acts("warn") && !finding.acts("deny"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding<'a> {
    /// The message.
    pub msg: &'a str,
    /// `metadata.details`: the policy's value, `{}` if the policy gave none, and null if the cause
    /// is not a violation.
    pub details: Value<'a>,
    /// The constraint.
    pub constraint: ConstraintId<'a>,
    /// The constraint's enforcement action: `deny`, `warn`, `dryrun`, `scoped`, or any other text,
    /// which has no effect.
    pub action: &'a str,
    /// The actions of a `scoped` enforcement at the enforcement point.
    pub scoped_actions: &'a [Box<str>],
    /// The cause of the finding.
    pub cause: Cause,
}

impl Finding<'_> {
    /// Returns `true` if `action` applies to the finding.
    pub fn acts(&self, action: &str) -> bool {
        if self.action == SCOPED {
            self.scoped_actions.iter().any(|scoped| **scoped == *action)
        } else {
            self.action == action
        }
    }
}

/// The enforcement action that refers to the actions of each enforcement point.
const SCOPED: &str = "scoped";

/// The identity of a constraint.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::policy_set::ConstraintId;
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
/// let judgment = policies.judge(review, &snapshot, &arena)?;
/// let id = ConstraintId { kind: "DenyAll", name: "deny-pods" };
/// assert_eq!(judgment.verdict.findings[0].constraint, id);
/// assert!(policies.constraint(id).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConstraintId<'a> {
    /// The constraint's kind, which its template defines.
    pub kind: &'a str,
    /// The constraint's name.
    pub name: &'a str,
}

/// The cause of a finding.
///
/// ```
/// use ferrego_gatekeeper::inventory::Snapshot;
/// use ferrego_gatekeeper::policy_set::Cause;
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
/// let judgment = policies.judge(review, &snapshot, &arena)?;
/// assert_eq!(judgment.verdict.findings[0].cause, Cause::Violation);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// A violation that the policy returned.
    Violation,
    /// An error that stopped the policy; it is the message.
    Evaluation,
    /// A constraint that may or may not apply; the message gives the reason.
    Matching,
}

/// An element of `violation` that is not a violation, which Gatekeeper drops silently, or the number
/// of findings of a constraint that were left out.
///
/// ```
/// use ferrego_gatekeeper::Verdict;
///
/// /// Returns a line for each warning.
/// fn lines(verdict: &Verdict<'_>) -> Vec<String> {
///     let warnings = verdict.warnings.iter();
///     warnings.map(|warning| format!("{}: {}", warning.constraint.name, warning.message)).collect()
/// }
///
/// assert!(lines(&Verdict::ALLOWED).is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Warning<'a> {
    /// The constraint.
    pub constraint: ConstraintId<'a>,
    /// The reason why the element was dropped, or the number of findings that were left out.
    pub message: &'a str,
    /// The element of `violation`; `None` if findings were left out.
    pub element: Option<Value<'a>>,
}
