//! Templates and constraints, and what they say to a review.
//!
//! A [`PolicySet`] is built once and then only read, from any number of threads at once: an
//! evaluation takes its memory from the arena it is given and locks nothing.

mod builder;
mod demand;
mod elements;
mod index;
mod judge;
mod run;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use ferrego_runtime::json::Needs;
use ferrego_runtime::{Arena, Host, Violations};

use crate::constraint::Constraint;
use crate::inventory::Snapshot;
use crate::review::{Numbers, Review};
pub use builder::PolicySetBuilder;
use index::Index;
pub use judge::{JudgeError, JudgeFailure, Judgement};
pub use run::ReviewError;
use run::Run;
pub use verdict::{Cause, ConstraintId, Finding, Verdict, Warning};

/// The policies of a cluster: templates, run by any engine, and their constraints.
pub struct PolicySet {
    policies: Vec<Arc<dyn Violations>>,
    /// Those of one template stand together.
    constraints: Vec<Judged>,
    index: Index,
    host: Arc<dyn Host + Send + Sync>,
    numbers: Numbers,
    /// What is read of objects.
    needs: Needs,
    /// The unknown fields of reviews that a judgement has told.
    told: Mutex<HashSet<Box<str>>>,
}

/// A constraint as a review needs it.
struct Judged {
    /// The number of its policy.
    policy: usize,
    constraint: Constraint,
    /// For `scoped` enforcement the actions at the set's enforcement point.
    scoped_actions: Vec<Box<str>>,
}

impl PolicySet {
    /// Begins a set without policies.
    pub fn builder() -> PolicySetBuilder {
        PolicySetBuilder::default()
    }

    /// What the constraints that apply to the review have to say.
    ///
    /// # Errors
    /// A policy that gives a `msg` that is no string: Gatekeeper fails the whole review then.
    pub fn review<'a>(
        &'a self,
        review: &Review<'a>,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Result<Verdict<'a>, ReviewError> {
        let candidate = review.candidate();
        let policies = self.index.constraints(candidate.group, candidate.kind);
        let mut run = Run::new(self, review, snapshot, arena, policies.len());
        for constraints in policies {
            run.policy(constraints)?;
        }
        Ok(run.finish())
    }

    /// The constraints that are enforced, those of one template together.
    pub fn constraints(&self) -> impl Iterator<Item = &Constraint> {
        self.constraints.iter().map(|judged| &judged.constraint)
    }

    /// The constraint that a finding is of.
    pub fn constraint(&self, id: ConstraintId<'_>) -> Option<&Constraint> {
        self.constraints().find(|one| one.kind() == id.kind && one.name() == id.name)
    }
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySet")
            .field("policies", &self.policies.len())
            .field("constraints", &self.constraints.len())
            .finish_non_exhaustive()
    }
}
