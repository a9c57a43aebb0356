//! Finds the parts of `input` and `data` that the policy can read. The JSON reader skips the rest
//! of `input`, and the host need not store the rest of the inventory.
//!
//! ```text
//! some c in input.review.object.spec.containers; c.image == "x"
//! reads input/review/object/spec/containers/*/image
//! ```

mod analysis;
mod results;

pub(super) use analysis::run;

#[cfg(test)]
mod tests;
