//! Hash indexes for loops that keep only the members with a key that is known before the loop.
//!
//! In `other := data.inventory[_]; other.host == input.host`, for example, `other.host` is the key
//! of a member, and `input.host` is the key to look up.
//!
//! Generated code calls [`Context::matching`](crate::context::Context::matching) for the members of a collection that may have the
//! key. The index may leave out members with other keys; it adds none, and keeps the order. The
//! body still tests each member. Thus an index cannot change an answer, however often its hashes
//! collide.
//!
//! If the evaluation has [`Indexes`](shared::Indexes) of the data, an index is kept there. Otherwise it is kept with
//! the evaluation, and built when a loop iterates the same collection for the second time.

mod hash;
mod join;
pub(crate) mod local;
pub mod shared;
mod table;
#[cfg(test)]
mod tests;

pub use join::{Join, Keys, Matching};
