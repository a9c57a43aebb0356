//! The set of policies and constraints.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use ferrego_runtime::json::Needs;
use ferrego_runtime::{Host, Violations};

use super::index::Index;
use super::limits::Limits;
use super::projection;
use super::verdict::ConstraintId;
use crate::constraint::Constraint;
use crate::review::Numbers;

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
/// let judgment = policies.judge(review, &snapshot, &arena)?;
/// assert_eq!(judgment.verdict.denials().next().map(|denial| denial.msg), Some("no"));
/// let answer = response::answer(&arena, &judgment);
/// assert_eq!(answer["response"]["uid"].as_str(), Some("7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PolicySet {
    pub(super) policies: Vec<Arc<dyn Violations>>,
    /// The constraints; those of one template are adjacent.
    pub(super) constraints: Vec<Judged>,
    pub(super) index: Index,
    pub(super) host: Arc<dyn Host + Send + Sync>,
    pub(super) numbers: Numbers,
    pub(super) limits: Limits,
    /// The parts of objects that policies and matching read.
    pub(super) needs: Needs,
    /// The unknown fields of reviews that a judgment has reported.
    pub(super) reported: Mutex<HashSet<Box<str>>>,
}

/// A constraint, prepared for reviews.
#[derive(Clone)]
pub(super) struct Judged {
    /// The position of its policy in the set.
    pub(super) policy: usize,
    pub(super) constraint: Arc<Constraint>,
    /// The actions of a `scoped` enforcement at the set's enforcement point.
    pub(super) scoped_actions: Vec<Box<str>>,
}

impl PolicySet {
    /// Returns the enforced constraints; those of one template are adjacent.
    pub fn constraints(&self) -> impl Iterator<Item = &Constraint> {
        self.constraints.iter().map(|judged| &*judged.constraint)
    }

    /// Returns a set of those constraints for which `is_kept` returns `true`, with the policies and
    /// settings of this set.
    #[doc(hidden)]
    #[must_use]
    pub fn only(&self, is_kept: impl Fn(&Constraint) -> bool) -> Self {
        let kept = self.constraints.iter().filter(|judged| is_kept(&judged.constraint));
        Self::assemble(
            self.policies.clone(),
            kept.cloned().collect(),
            Arc::clone(&self.host),
            (self.numbers, self.limits),
        )
    }

    /// Builds a set. The constraints of one policy must be adjacent.
    pub(super) fn assemble(
        policies: Vec<Arc<dyn Violations>>,
        constraints: Vec<Judged>,
        host: Arc<dyn Host + Send + Sync>,
        (numbers, limits): (Numbers, Limits),
    ) -> Self {
        let kinds = constraints.iter().map(|judged| judged.constraint.matching().kinds().collect());
        let policies_of: Vec<usize> = constraints.iter().map(|judged| judged.policy).collect();
        let index = Index::new(&kinds.collect::<Vec<_>>(), &policies_of);
        let judging = constraints.chunk_by(|a, b| a.policy == b.policy).filter_map(<[_]>::first);
        let needs = projection::of_objects(judging.map(|judged| &policies[judged.policy]));
        let reported = Mutex::default();
        Self { policies, constraints, index, host, numbers, limits, needs, reported }
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
