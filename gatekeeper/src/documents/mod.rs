//! Reads templates, constraints and objects from files, with the place of every field.
//!
//! A [`Document`] comes from a YAML stream, from JSON, from lines of JSON or from a list as kubectl
//! prints it. A broken document yields a [`Notice`] with its place, and the documents after it are
//! still read. Documents go to a [`Sink`] one by one, so a JSON file may be larger than memory.

mod copied;
mod document;
mod expansions;
mod files;
mod json;
mod locate;
mod scan;
mod verdicts;
mod yaml;

#[cfg(test)]
mod tests;

use std::io;
use std::ops::ControlFlow;

use ferrego_source::diagnostics::Notice;
use ferrego_source::limited::TooLarge;

pub use copied::Copied;
pub use document::{Document, File};
pub use expansions::expander;
pub use ferrego_source::limited::MAX_FILE_SIZE;
pub use files::{Input, find, read_bytes, special_file};
pub use verdicts::{failed_review, left_out_notice, warning_notice};

/// A receiver of documents and notices, which may end the reading.
pub type Sink<'s> = dyn FnMut(Result<Document, Notice>) -> ControlFlow<()> + 's;

/// The code of notices about files that cannot be read.
pub const UNREADABLE: &str = "unreadable";

/// Returns the documents of `input`, which is read up to `limit` bytes, and the notices about broken
/// ones.
pub fn read_all(input: &Input, limit: u64) -> (Vec<Document>, Vec<Notice>) {
    let (mut documents, mut notices) = (Vec::new(), Vec::new());
    // This sink never ends the reading, so the result carries no information.
    let _ = input.read(limit, &mut |result| {
        match result {
            Ok(document) => documents.push(document),
            Err(notice) => notices.push(notice),
        }
        ControlFlow::Continue(())
    });
    (documents, notices)
}

/// Returns the error for a file that cannot be opened or read.
fn unreadable(name: &str, error: &io::Error) -> Notice {
    let notice = Notice::error(UNREADABLE, format!("cannot read {name}: {error}"));
    match TooLarge::help(error) {
        Some(help) => notice.with_help(help),
        None => notice,
    }
}
