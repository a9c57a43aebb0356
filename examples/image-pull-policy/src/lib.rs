//! Judges admission reviews with the policy in `policies/`, which the build compiles to Rust.

use std::error::Error;

use ferrego_runtime::{Arena, Evaluation, json};

ferrego_runtime::include_policies!();

/// Returns the messages of the violations in an `AdmissionReview`, or in its `request` alone. If
/// there are none, the review is allowed.
///
/// `parameters` are the `spec.parameters` of a constraint, as JSON.
///
/// # Errors
/// Returns an error if a text is not JSON, if `review` is not a review, or if the evaluation stops.
/// Deny the review in these cases.
pub fn violations(review: &[u8], parameters: &[u8]) -> Result<Vec<String>, Box<dyn Error>> {
    let arena = Arena::new(); // keep it, and reset it, to allocate nothing
    let review = json::parse(&arena, review)?;
    let parameters = json::parse(&arena, parameters)?;
    let evaluation = Evaluation::new(&arena).admission(review, parameters)?;
    let violations = evaluation.judge(&shared_node_images::POLICY)?;
    Ok(violations.iter().map(|violation| violation.msg.to_owned()).collect())
}
