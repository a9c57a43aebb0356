//! The report of `ferrego test`.

mod data;
mod junit;
mod policy_report;
mod report;
mod sarif;
mod text;

use std::io::{self, Write};

use crate::arguments::Output;
pub use report::{Explained, Judged, Object, Report, Rule, Violation};

/// A writer that prints violations as soon as they are found, because a text report can be larger
/// than memory.
pub struct Lines<'w> {
    /// The output, or `None` if the report is printed as a whole.
    to: Option<&'w mut dyn Write>,
    /// The first write error. After an error, nothing more is written.
    error: Option<io::Error>,
}

impl<'w> Lines<'w> {
    /// Takes the violations if the report is text, and otherwise leaves them to the report.
    pub fn new(output: Output, to: &'w mut dyn Write) -> Self {
        Self { to: (output == Output::Text).then_some(to), error: None }
    }

    /// Prints a violation, or returns it if it belongs to the report.
    pub fn take(&mut self, violation: Violation) -> Option<Violation> {
        let Some(to) = &mut self.to else { return Some(violation) };
        if self.error.is_none() {
            self.error = violation.print(*to).err();
        }
        None
    }

    /// Prints the explanations of an object, or returns them if they belong to the report.
    pub fn take_explained(&mut self, explained: Explained) -> Option<Explained> {
        let Some(to) = &mut self.to else { return Some(explained) };
        if self.error.is_none() {
            self.error = text::explained(&explained, *to).err();
        }
        None
    }

    /// Flushes the output if `now`.
    pub fn flush(&mut self, now: bool) {
        if let (true, Some(to), None) = (now, &mut self.to, &self.error) {
            self.error = to.flush().err();
        }
    }

    /// Returns the first error.
    pub fn finish(self) -> io::Result<()> {
        self.error.map_or(Ok(()), Err)
    }
}

impl Report {
    /// Prints the part of the report that [`Lines`] has not printed.
    pub fn print(&self, output: Output, quiet: bool, to: &mut dyn Write) -> io::Result<()> {
        match output {
            Output::Text => text::print(self, quiet, to),
            Output::Json => data::json(self, to),
            Output::Yaml => data::yaml(self, to),
            Output::Sarif => sarif::print(self, to),
            Output::Junit => junit::print(self, to),
            Output::PolicyReport => policy_report::print(self, to),
        }
    }
}
