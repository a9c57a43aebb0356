//! Common subexpression elimination, in two passes.
//!
//! - [`bound`] (`cse`) removes a lookup or call whose value is already bound. It runs first,
//!   because the other passes compare locals, and recognize more tests if equal values are one
//!   local.
//! - [`prefixes`] (`path_cse`) binds prefixes that several paths share. It runs late: its locals
//!   may be undefined, so that the passes before it would no longer recognize the paths. It also
//!   shares paths among the definitions that `fuse_loops` puts into one loop.
//!
//! Both replace a known prefix of a path by a local, which is the part that they share (`paths`).

pub(super) mod bound;
mod paths;
pub(super) mod prefixes;
