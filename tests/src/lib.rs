//! What ferrego answers, compared with what OPA and Gatekeeper answered.

pub mod builtins;
pub mod cases;
pub mod oracle;
pub mod random;
pub mod shards;
