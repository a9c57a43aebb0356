//! Sets of templates and constraints, which judge reviews.
//!
//! A [`PolicySet`] is built once and then only read, from any number of threads. An evaluation
//! allocates in the arena that the caller passes, and takes no locks.
//!
//! ```
//! use ferrego_gatekeeper::inventory::Snapshot;
//! use ferrego_gatekeeper::review::Numbers;
//! use ferrego_gatekeeper::{PolicySet, Review};
//! use ferrego_runtime::Arena;
//!
//! let policies = PolicySet::builder().build();
//! let (arena, snapshot) = (Arena::new(), Snapshot::empty());
//! let review = br#"{
//!     "apiVersion": "admission.k8s.io/v1",
//!     "kind": "AdmissionReview",
//!     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
//! }"#;
//! let review = Review::from_bytes(&arena, review, Numbers::Exact)?;
//! assert!(!policies.review(&review, &snapshot, &arena)?.is_denied());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::{Inventory, PolicySet, Schema, response};
/// use ferrego_runtime::{Arena, Document};
/// # use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
/// # use ferrego_runtime::{Eval, Evaluation, Violations};
/// #
/// # struct DenyAll;
/// #
/// # impl Violations for DenyAll {
/// #     fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
/// #         let mut violation = ObjectBuilder::new(evaluation.arena());
/// #         violation.insert("msg".into(), "no".into());
/// #         let mut violations = SetBuilder::new(evaluation.arena());
/// #         violations.insert(violation.finish());
/// #         Ok(Some(violations.finish()))
/// #     }
/// # }
///
/// // `add_compiled` takes the policies that `ferrego_compiler::Build` compiled.
/// let mut builder = PolicySet::builder();
/// let any_parameters = Schema::of_template("", true)?;
/// builder.add_template("DenyAll", any_parameters.map(Arc::new), Arc::new(DenyAll))?;
/// let constraint = Document::parse(
///     r#"{
///         "apiVersion": "constraints.gatekeeper.sh/v1beta1",
///         "kind": "DenyAll",
///         "metadata": {"name": "deny-pods"},
///         "spec": {"match": {"kinds": [{"apiGroups": [""], "kinds": ["Pod"]}]}}
///     }"#,
/// )?;
/// builder.read_constraint(&constraint.value())?;
/// let policies = builder.build();
///
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
/// }"#;
/// let (arena, snapshot) = (Arena::new(), Inventory::new().snapshot());
/// let judgement = policies.judge(review, &snapshot, &arena)?;
/// assert_eq!(judgement.verdict.denials().next().map(|denial| denial.msg), Some("no"));
/// let answer = response::answer(&arena, &judgement);
/// assert_eq!(answer["response"]["uid"].as_str(), Some("7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PolicySet {
    policies: Vec<Arc<dyn Violations>>,
    /// The constraints; those of one template are adjacent.
    constraints: Vec<Judged>,
    index: Index,
    host: Arc<dyn Host + Send + Sync>,
    numbers: Numbers,
    /// The parts of objects that policies and matching read.
    needs: Needs,
    /// The unknown fields of reviews that a judgement has reported.
    told: Mutex<HashSet<Box<str>>>,
}

/// A constraint, prepared for reviews.
struct Judged {
    /// The position of its policy in the set.
    policy: usize,
    constraint: Constraint,
    /// The actions of a `scoped` enforcement at the set's enforcement point.
    scoped_actions: Vec<Box<str>>,
}

impl PolicySet {
    /// Creates a builder of a set.
    pub fn builder() -> PolicySetBuilder {
        PolicySetBuilder::default()
    }

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
        let candidate = review.candidate();
        let policies = self.index.constraints(candidate.group, candidate.kind);
        let mut run = Run::new(self, review, snapshot, arena, policies.len());
        for constraints in policies {
            run.policy(constraints)?;
        }
        Ok(run.finish())
    }

    /// Returns the enforced constraints; those of one template are adjacent.
    pub fn constraints(&self) -> impl Iterator<Item = &Constraint> {
        self.constraints.iter().map(|judged| &judged.constraint)
    }

    /// Returns the constraint that a finding belongs to.
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
