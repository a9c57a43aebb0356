//! Constraints that have matched an object, and warnings if something checks nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use ferrego_gatekeeper::Constraint;
use ferrego_gatekeeper::matching::Candidate;
use ferrego_gatekeeper::policy_set::PolicySet;
use ferrego_gatekeeper::review::Review;
use ferrego_runtime::Arena;
use ferrego_source::diagnostics::Notice;

use super::collect::Collected;
use super::setup::SetUp;
use crate::unchecked;

/// The number of constraints that a warning names.
const NAMED: usize = 5;

/// A flag per constraint of a set: `true` if it has matched an object.
#[derive(Default)]
pub struct Coverage {
    matched: Vec<AtomicBool>,
}

impl Coverage {
    pub fn new(set: &PolicySet) -> Self {
        Self { matched: set.constraints().map(|_| AtomicBool::new(false)).collect() }
    }

    /// Marks the constraints that match the review or an object that expansion generates from it. A
    /// constraint that has matched is not tested again.
    pub fn note<'a>(&self, set_up: &'a SetUp, review: &Review<'a>, arena: &'a Arena) {
        let pending = || {
            let constraints = set_up.set.constraints().zip(&self.matched);
            constraints.filter(|(_, matched)| !matched.load(Ordering::Relaxed))
        };
        if pending().next().is_none() {
            return;
        }
        let SetUp { set, expander, snapshot, .. } = set_up;
        set.each_candidate(review, expander, snapshot, arena, &mut |candidate| {
            for (constraint, matched) in pending() {
                if may_match(constraint, candidate) {
                    matched.store(true, Ordering::Relaxed);
                }
            }
        });
    }

    /// Iterates over the constraints that have matched nothing.
    fn unmatched<'s>(&'s self, set: &'s PolicySet) -> impl Iterator<Item = &'s Constraint> {
        let constraints = set.constraints().zip(&self.matched);
        constraints.filter(|(_, matched)| !matched.load(Ordering::Relaxed)).map(|(one, _)| one)
    }
}

/// Returns `true` if a constraint matches the review or an object that expansion generates from it.
pub(super) fn is_matched<'a>(set_up: &'a SetUp, review: &Review<'a>, arena: &'a Arena) -> bool {
    let SetUp { set, expander, snapshot, .. } = set_up;
    let mut matched = false;
    set.each_candidate(review, expander, snapshot, arena, &mut |candidate| {
        matched |= set.constraints().any(|constraint| may_match(constraint, candidate));
    });
    matched
}

/// Returns `true` if the constraint matches. If matching fails, the object is denied, so the
/// constraint does check it.
fn may_match(constraint: &Constraint, candidate: &Candidate<'_>) -> bool {
    constraint.matching().matches(candidate).unwrap_or(true)
}

/// Returns a warning for each reason why nothing is checked.
pub fn notices(
    collected: &Collected,
    set_up: &SetUp,
    coverage: &Coverage,
    objects: usize,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut tell_of = |code: &str, message: String, help: &str| {
        notices.push(Notice::error(code, message).with_help(help).as_warning());
    };
    let mut tell = |message: String, help: &str| tell_of(unchecked::CODE, message, help);
    let files = |help: &'static str| {
        if set_up.is_in_cluster() { "create it, or let the account list its kind" } else { help }
    };
    if set_up.messages.is_empty() && collected.templates.is_empty() {
        tell(
            "expected a ConstraintTemplate among the inputs, found none".to_owned(),
            files("name the files of the templates with -f"),
        );
    }
    if collected.constraints.is_empty() {
        tell(
            "expected a constraint among the inputs, found none".to_owned(),
            files("name the file of a constraint with -f: a template checks nothing without one"),
        );
    }
    if objects == 0 {
        tell(
            "expected an object to judge, found none".to_owned(),
            files("name the files of the objects, or give them on standard input"),
        );
        return notices;
    }
    let names = |names: Vec<String>| match names.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..NAMED].join(", ")),
    };
    let unmatched = coverage.unmatched(&set_up.set);
    let unmatched: Vec<String> = unmatched.map(named).collect();
    if !unmatched.is_empty() {
        let all = set_up.set.constraints().count();
        let (count, names) = (unmatched.len(), names(unmatched));
        tell_of(
            unchecked::UNMATCHED,
            format!("{count} of {all} constraints match no object: {names}"),
            "compare spec.match with the objects: apiGroups are groups without a version",
        );
    }
    let enforced = |id: &&String| set_up.set.constraints().any(|one| named(one) == **id);
    let elsewhere: Vec<String> =
        set_up.constraints.iter().filter(|id| !enforced(id)).cloned().collect();
    if !elsewhere.is_empty() {
        let (count, names) = (elsewhere.len(), names(elsewhere));
        let constraints = crate::output::counted(count, "constraint");
        tell_of(
            unchecked::UNMATCHED,
            format!("{constraints} without an action for {}: {names}", set_up.point.as_str()),
            "add it to scopedEnforcementActions, which name the places of enforcement",
        );
    }
    notices
}

fn named(constraint: &Constraint) -> String {
    format!("{}/{}", constraint.kind(), constraint.name())
}
