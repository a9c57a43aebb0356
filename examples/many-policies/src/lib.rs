//! Answers admission reviews with all policies in `policies/`, which the build compiles to Rust.

use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_gatekeeper::policy_set::JudgeError;
use ferrego_gatekeeper::{PolicySet, response};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Document, Value};

ferrego_runtime::include_policies!();

/// A constraint for each policy, as `kubectl get constraints -o json` prints them.
const CONSTRAINTS: &str = include_str!("../constraints.json");

/// The policies with their constraints. To be built once and kept.
///
/// # Errors
/// Constraints that do not fit their templates.
pub fn policies() -> Result<PolicySet, Box<dyn std::error::Error>> {
    let mut builder = PolicySet::builder();
    for &policy in POLICIES {
        builder.add_compiled(policy).map_err(JudgeError::Invalid)?;
    }
    let constraints = Document::parse(CONSTRAINTS)?;
    let Some(Value::Array(items)) = constraints.value().get_str("items") else {
        return Err("the constraints are no List".into());
    };
    for constraint in items {
        builder.read_constraint(constraint).map_err(JudgeError::Invalid)?;
    }
    Ok(builder.build())
}

/// The answer of the policies to the text of an `AdmissionReview`: an `AdmissionReview` as well.
///
/// # Errors
/// A text that is no review, and a review on which there can be no verdict. Neither means that it
/// is allowed.
pub fn answer(policies: &PolicySet, review: &[u8]) -> Result<String, JudgeError> {
    let (arena, nothing) = (Arena::new(), Snapshot::empty());
    let judgement = policies.judge(review, &nothing, &arena)?;
    let answer = response::answer(&arena, &judgement);
    Ok(json::to_string(&answer, Escape::Plain))
}
