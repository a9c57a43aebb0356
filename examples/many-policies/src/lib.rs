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
        builder.add_compiled(policy).map_err(JudgeError::from)?;
    }
    let constraints = Document::parse(CONSTRAINTS)?;
    let Some(Value::Array(items)) = constraints.value().get_str("items") else {
        return Err("the constraints are no List".into());
    };
    for constraint in items {
        builder.read_constraint(constraint).map_err(JudgeError::from)?;
    }
    Ok(builder.build())
}

/// Returns the answer of the policies to the text of an `AdmissionReview`: an `AdmissionReview` as
/// well. A text that is not a review, and a review that cannot be judged, are not allowed; the
/// answer says so with status 500.
pub fn answer(policies: &PolicySet, review: &[u8]) -> String {
    let (arena, nothing) = (Arena::new(), Snapshot::empty());
    let answer = match policies.judge(review, &nothing, &arena) {
        Ok(judgement) => response::answer(&arena, &judgement),
        Err(error) => response::refusal(&arena, &error),
    };
    json::to_string(&answer, Escape::Plain)
}
