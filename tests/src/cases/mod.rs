//! Recorded answers of OPA, and how an engine's answers compare with them.
//!
//! [`record`] reads the recorded files into [`Policy`]s; an [`Engine`] answers their
//! [`Request`]s; [`verdict`] compares; [`known`] holds the differences that are accepted, each
//! with its reason; [`report`] prints what remains.

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
