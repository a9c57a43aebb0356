//! Judges admission reviews by the policy in `policies/`, which the build compiles to Rust.

use std::error::Error;
use std::fmt;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Evaluation, Value, json};

ferrego_runtime::include_policies!();

/// What the policy answers to.
const VIOLATION: &str = "data.sharednodeimages.violation";

/// What was decided on a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The policy has no objection.
    Allowed,
    /// The policy's messages.
    Denied(Vec<String>),
}

/// Judges the `AdmissionReview` in `review` (JSON) under `parameters` (JSON), as a constraint has
/// them.
///
/// # Errors
///
/// A text that is no JSON or no review, and an evaluation that stops. None of them means that the
/// review is allowed.
pub fn judge(review: &[u8], parameters: &[u8]) -> Result<Verdict, Box<dyn Error>> {
    let arena = Arena::new();
    let document = json::parse(&arena, review)?;
    let request = document.get_str("request").ok_or(NoReview)?;
    let mut input = ObjectBuilder::new(&arena);
    input.insert(Value::String("review"), request);
    input.insert(Value::String("parameters"), json::parse(&arena, parameters)?);
    let answer =
        Evaluation::new(&arena).input(input.finish()).run(&sharednodeimages::POLICY, VIOLATION)?;
    Ok(verdict(answer))
}

fn verdict(violations: Option<Value<'_>>) -> Verdict {
    let messages: Vec<String> = match violations {
        Some(Value::Set(set)) => set.members().iter().filter_map(message).collect(),
        _ => Vec::new(),
    };
    if messages.is_empty() { Verdict::Allowed } else { Verdict::Denied(messages) }
}

fn message(violation: &Value<'_>) -> Option<String> {
    violation.get_str("msg")?.as_str().map(str::to_owned)
}

/// The document is no `AdmissionReview`.
#[derive(Clone, Copy, Debug)]
pub struct NoReview;

impl fmt::Display for NoReview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document has no request, so it is no AdmissionReview")
    }
}

impl Error for NoReview {}
