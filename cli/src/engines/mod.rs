//! The choice of engine, and the compilation of policies for it.
//!
//! Cargo compiles the Rust of policies, see [`build`](mod@build). If the process lacks a policy,
//! [`program`] builds a crate that links all needed policies and whose `main` is this command's, and
//! runs it instead of this process. [`executable`] builds the program that a user keeps.

mod build;
mod cargo;
mod compiled;
mod executable;
mod needed;
mod program;
mod sources;
mod toolchain;

use clap::ValueEnum;
use data_encoding::HEXLOWER;
use ferrego_compiler::source::Span;
use ferrego_compiler::template::Template;
use sha2::{Digest, Sha256};

pub use compiled::BuiltIn;
pub(crate) use compiled::Compiled;
pub(crate) use executable::{Compiling, Executable};
pub(crate) use needed::Needed;

/// The engine that evaluates policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// The reference interpreter
    Interpreter,
    /// Rust, compiled once for each policy and then cached
    Compiled,
    /// Both engines. Every difference between them is a failure
    Both,
}

/// Returns a hash that identifies a template's Rust: of the template's text, of the places of its
/// lines, which errors name, and of the version of the compiler.
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
        add(&source.place(Span::default()).to_string());
        // The first place and the text between the lines determine the other places.
        let lines = source.origin.iter().filter_map(|origin| {
            let (first, last) = (origin.line_offsets.first()?, origin.line_offsets.last()?);
            origin.text.get(*first..*last)
        });
        lines.for_each(&mut add);
    }
    hex(&hasher.finalize())
}

/// Returns the first half of a digest in hexadecimal.
fn hex(digest: &[u8]) -> String {
    HEXLOWER.encode(digest.get(..digest.len() / 2).unwrap_or(digest))
}
