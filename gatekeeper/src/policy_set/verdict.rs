//! What policies have to say to one review.

use ferrego_runtime::Value;

/// The answer to one review: everything that the constraints that apply have found.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    /// The findings, sorted by enforcement action, then message.
    pub findings: &'a [Finding<'a>],
    /// What Gatekeeper would have dropped without a word.
    pub warnings: &'a [Warning<'a>],
}

impl<'a> Verdict<'a> {
    /// Nothing was found.
    pub const ALLOWED: Verdict<'static> = Verdict { findings: &[], warnings: &[] };

    /// Whether something was found that denies.
    pub fn is_denied(&self) -> bool {
        self.denials().next().is_some()
    }

    /// What denies.
    pub fn denials(&self) -> impl Iterator<Item = &'a Finding<'a>> + use<'a> {
        self.acting("deny")
    }

    /// What warns.
    pub fn warns(&self) -> impl Iterator<Item = &'a Finding<'a>> + use<'a> {
        self.acting("warn")
    }

    fn acting(&self, action: &'static str) -> impl Iterator<Item = &'a Finding<'a>> + use<'a> {
        self.findings.iter().filter(move |finding| finding.acts(action))
    }
}

/// One result of one constraint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding<'a> {
    /// The message.
    pub msg: &'a str,
    /// `metadata.details`: what the policy gave, `{}` where it gave nothing, and null for what is
    /// no violation.
    pub details: Value<'a>,
    /// The constraint.
    pub constraint: ConstraintId<'a>,
    /// Its enforcement action: `deny`, `warn`, `dryrun`, `scoped`, or any other text, which does
    /// nothing.
    pub action: &'a str,
    /// For `scoped` the actions that apply at the enforcement point.
    pub scoped_actions: &'a [Box<str>],
    /// Why there is a result.
    pub cause: Cause,
}

impl Finding<'_> {
    /// Whether `action` is what is to be done.
    pub fn acts(&self, action: &str) -> bool {
        if self.action == SCOPED {
            self.scoped_actions.iter().any(|scoped| **scoped == *action)
        } else {
            self.action == action
        }
    }
}

/// The enforcement action that says that there are others at each enforcement point.
const SCOPED: &str = "scoped";

/// Which constraint it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConstraintId<'a> {
    /// Its kind, which is its template's.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Why there is a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The policy gave a violation.
    Violation,
    /// The policy stopped with an error, which is the message.
    Evaluation,
    /// It is not known whether the constraint applies; the message says why.
    Matching,
}

/// What a policy gave that is no result. Gatekeeper drops it silently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Warning<'a> {
    /// The constraint.
    pub constraint: ConstraintId<'a>,
    /// What is wrong with the element.
    pub message: &'a str,
    /// The element of `violation`.
    pub element: Value<'a>,
}
