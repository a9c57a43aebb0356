//! The builtin functions of Rego: one family a file, one row each in [`table`].

pub mod table;

pub use table::{Builtin, Kind, lookup};
