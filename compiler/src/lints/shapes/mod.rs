//! The shapes of values: an abstract interpretation of a policy.
//!
//! A shape is a set of alternatives, of which a value has one. For example, the value of `c` in
//! `c := input.review.object.spec.containers[_]` is a `Container`. The shapes of `input` come from
//! the `AdmissionRequest`, the template's schema and Kubernetes' `OpenAPI` specification. [`flow`]
//! carries them through assignments, iterations, functions, rules and comprehensions.
//!
//! A shape may contain values that never occur, but misses none: the shape of an unknown value is
//! [`Shape::ANY`], of which no lint reports anything.

pub(super) mod builtins;
pub(super) mod fields;
pub(super) mod flow;
pub(super) mod inventory;
pub(in crate::lints) mod kinds;
pub(super) mod objects;
pub(super) mod parameters;
pub(super) mod review;
mod store;

pub(crate) use store::Shape;
pub(super) use store::{
    Alternative, Basis, Origin, Owner, Record, RecordId, Rest, Scalar, Shapes, TextsId,
};
