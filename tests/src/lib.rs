//! Comparisons of ferrego's answers with those of OPA and Gatekeeper.

pub mod builtins;
pub mod cases;
pub mod draw;
pub mod formatting;
pub mod fuzz;
pub mod openapi;
pub mod oracle;
pub mod random;
pub mod shards;
