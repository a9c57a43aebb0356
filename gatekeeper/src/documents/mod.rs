//! Reads templates, constraints and objects from files, with the place of every field.
//!
//! A [`Document`] comes from a stream of YAML, from JSON, from lines of JSON or from a list as
//! kubectl prints it. A broken document is a [`Notice`] with its place and does not hide those after
//! it. Documents go one by one to a [`Sink`], so that a file may be larger than memory where it is
//! JSON.

mod document;
mod expansions;
mod files;
mod json;
mod locate;
mod scan;
mod yaml;

#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use ferrego_compiler::diagnostics::Notice;

pub use document::{Document, File};
pub use expansions::expander;
pub use files::{Input, find};

/// Where documents and what is wrong with them go; it may end the reading.
pub type Sink<'s> = dyn FnMut(Result<Document, Notice>) -> ControlFlow<()> + 's;

/// The code of notices about files that cannot be read.
pub const UNREADABLE: &str = "unreadable";

/// The documents of `input`, and what is wrong with others.
pub fn read_all(input: &Input) -> (Vec<Document>, Vec<Notice>) {
    let (mut documents, mut notices) = (Vec::new(), Vec::new());
    // This sink never ends the reading.
    let _ = input.read(&mut |result| {
        match result {
            Ok(document) => documents.push(document),
            Err(notice) => notices.push(notice),
        }
        ControlFlow::Continue(())
    });
    (documents, notices)
}
