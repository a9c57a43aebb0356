//! Answers admission reviews with all policies in `policies/`, which the build compiles to Rust.

use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_gatekeeper::{PolicySet, response};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Document, Value};

ferrego_runtime::include_policies!();

/// The constraints, one for each policy, as `kubectl get constraints -o json` prints them.
const CONSTRAINTS: &str = include_str!("../constraints.json");

/// Builds the set of the policies with their constraints. Build it once and keep it.
///
/// # Errors
/// Returns an error if a constraint does not fit its template.
pub fn policies() -> Result<PolicySet, Box<dyn std::error::Error>> {
    let mut builder = PolicySet::builder();
    for &policy in POLICIES {
        builder.add_compiled(policy)?;
    }
    let constraints = Document::parse(CONSTRAINTS)?;
    let Some(Value::Array(items)) = constraints.value().get_str("items") else {
        return Err("expected the constraints as a `List`, found another object".into());
    };
    for constraint in items {
        builder.read_constraint(constraint)?;
    }
    Ok(builder.build())
}

/// Returns the answer of the policies to the text of an `AdmissionReview`, also as an
/// `AdmissionReview`.
///
/// If the text is not a review, or the review cannot be judged, the answer denies the request with
/// status 500.
pub fn answer(policies: &PolicySet, review: &[u8]) -> String {
    let (arena, nothing) = (Arena::new(), Snapshot::empty());
    let answer = match policies.judge(review, &nothing, &arena) {
        Ok(judgment) => response::answer(&arena, &judgment),
        Err(error) => response::refusal(&arena, &error),
    };
    json::to_string(&answer, Escape::Plain)
}
