//! Finds the parts of `input` and `data` that the policy can read, so that the reader of JSON skips
//! the rest, and the host need not keep the rest of the inventory.
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
