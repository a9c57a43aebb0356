//! The builtin functions of Rego, with one file per family and one row per builtin in [`table`].
//! The documentation of [`row`] explains how to add a family.

pub mod aggregates;
pub mod arithmetic;
pub mod arrays;
pub mod aws;
pub mod bits;
pub mod casts;
pub mod comparison;
pub mod crypto;
pub mod encoding;
pub mod glob;
pub mod gotemplate;
pub mod graph;
pub mod json;
pub mod jwt;
pub mod membership;
pub mod net;
pub mod numbers;
pub mod objects;
pub mod operand;
pub mod prepare;
pub mod random;
pub mod regex;
pub mod row;
pub mod schema;
pub mod semver;
pub mod sets;
pub mod sprintf;
pub mod strings;
pub mod table;
pub mod template;
pub mod time;
pub mod tracing;
pub mod types;
pub mod units;
pub mod uri;
pub mod uuid;
pub mod walk;
pub mod yaml;

mod cache;
mod engine;
pub mod host;
mod refused;
mod request;
#[cfg(test)]
mod testing;
mod url;
mod utf8;

pub use row::{Builtin, BuiltinFn, Cost, Effect, Form, Kind, LiteralPattern, Reads};
pub use table::{all, lookup};
