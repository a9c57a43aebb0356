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
pub struct Verdict<'a> {
    /// The findings, sorted by enforcement action, then message.
    pub findings: &'a [Finding<'a>],
    /// The elements of `violation` that Gatekeeper drops silently.
    pub warnings: &'a [Warning<'a>],
}

impl<'a> Verdict<'a> {
    /// The verdict without findings.
    pub const ALLOWED: Verdict<'static> = Verdict { findings: &[], warnings: &[] };

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
#[derive(Clone, Copy, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConstraintId<'a> {
    /// The constraint's kind, which its template defines.
    pub kind: &'a str,
    /// The constraint's name.
    pub name: &'a str,
}

/// The cause of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A violation that the policy returned.
    Violation,
    /// An error that stopped the policy; it is the message.
    Evaluation,
    /// A constraint that may or may not apply; the message gives the reason.
    Matching,
}

/// An element of `violation` that is not a violation. Gatekeeper drops it silently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Warning<'a> {
    /// The constraint.
    pub constraint: ConstraintId<'a>,
    /// The reason why the element was dropped.
    pub message: &'a str,
    /// The element of `violation`.
    pub element: Value<'a>,
}
