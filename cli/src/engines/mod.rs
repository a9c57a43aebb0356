//! Which engine evaluates, and having policies compiled for it.
//!
//! Rust is compiled by cargo: where the process lacks a policy, [`program`] writes a crate that
//! links all policies that are needed and whose `main` is this command's, builds it and runs it in
//! place of this process.

mod cargo;
mod compiled;
mod needed;
mod program;
mod sources;

use clap::ValueEnum;
use data_encoding::HEXLOWER;
use ferrego_compiler::template::Template;
use sha2::{Digest, Sha256};

pub(crate) use compiled::Compiled;
pub(crate) use needed::Needed;

/// What evaluates policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// The reference interpreter
    Interpreter,
    /// Rust, compiled once for each policy and kept
    Compiled,
    /// Both, and every difference is a failure
    Both,
}

/// What tells templates apart: their text, and the version of what compiles it.
pub(crate) fn hash(template: &Template) -> String {
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(env!("CARGO_PKG_VERSION"));
    add(&ferrego_runtime::codegen_support::VERSION.to_string());
    add(&template.name);
    add(&template.kind);
    add(&template.schema);
    add(&template.legacy_schema.to_string());
    for source in &template.sources {
        add(&format!("{:?}", source.version));
        add(&source.name);
        add(&source.text);
    }
    hex(&hasher.finalize())
}

/// The first half of a digest.
fn hex(digest: &[u8]) -> String {
    HEXLOWER.encode(digest.get(..digest.len() / 2).unwrap_or(digest))
}
