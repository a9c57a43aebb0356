//! Recorded answers of OPA, and their comparison with an engine's answers.
//!
//! [`record`] reads the recorded files into [`Policy`]s, and an [`Engine`] answers their
//! [`Request`]s. [`verdict`] compares the answers, [`known`] holds the accepted differences, each
//! with its reason, and [`report`] prints the remaining differences.

pub mod acceptance;
pub mod compiled;
pub mod engine;
pub mod folder;
pub mod host;
pub mod input;
pub mod interpreter;
pub mod known;
pub mod newer;
pub mod record;
pub mod report;
pub mod verdict;

#[cfg(test)]
mod tests;

pub use engine::{Answer, Engine};
pub use record::{Policy, Request, Scope};
