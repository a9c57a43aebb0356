//! Builtins as functions of plain operands, by which generated code calls them: what nearly all
//! calls ask is answered where they stand, and the rest is left to the builtin, with its errors.
//!
//! An operator is named after its builtin and holds no rule of its own: it asks what the builtin
//! asks too, in the builtin's file, or it stands here for both. There are four kinds:
//!
//! - `total`: true or false of all values;
//! - `truths`: true or false, false also where the builtin gives no value: for conditions;
//! - `values`: a value or none, some of which are found without a call;
//! - `calls`: the same, always by a call.

mod calls;
#[cfg(test)]
mod tests;
mod total;
mod truths;
mod values;

pub use calls::*;
pub use total::*;
pub use truths::*;
pub use values::*;
