//! The report of `ferrego test`.

mod data;
mod junit;
mod report;
mod sarif;
mod text;

use std::io::{self, Write};

use crate::arguments::TestOutput;
pub(crate) use report::{Explained, Judged, Object, Report, Rule, Violation};

/// A writer that prints violations as soon as they are found, because a text report can be larger
/// than memory.
pub(crate) struct Lines<'w> {
    /// The output, or `None` if the report is printed as a whole.
    to: Option<&'w mut dyn Write>,
    /// The first write error. After an error, nothing more is written.
    error: Option<io::Error>,
}

impl<'w> Lines<'w> {
    /// Takes the violations if the report is text, and otherwise leaves them to the report.
    pub(crate) fn new(output: TestOutput, to: &'w mut dyn Write) -> Self {
        Self { to: (output == TestOutput::Text).then_some(to), error: None }
    }

    /// Prints a violation, or returns it if it belongs to the report.
    pub(crate) fn take(&mut self, violation: Violation) -> Option<Violation> {
        let Some(to) = &mut self.to else { return Some(violation) };
        if self.error.is_none() {
            self.error = text::violation(&violation, *to).err();
        }
        None
    }

    /// Prints the explanations of an object, or returns them if they belong to the report.
    pub(crate) fn take_explained(&mut self, explained: Explained) -> Option<Explained> {
        let Some(to) = &mut self.to else { return Some(explained) };
        if self.error.is_none() {
            self.error = text::explained(&explained, *to).err();
        }
        None
    }

    /// Flushes the output if `now`.
    pub(crate) fn flush(&mut self, now: bool) {
        if let (true, Some(to), None) = (now, &mut self.to, &self.error) {
            self.error = to.flush().err();
        }
    }

    /// Returns the first error.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.error.map_or(Ok(()), Err)
    }
}

impl Report {
    /// Prints the part of the report that [`Lines`] has not printed.
    pub(crate) fn print(
        &self,
        output: TestOutput,
        quiet: bool,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        match output {
            TestOutput::Text => text::print(self, quiet, to),
            TestOutput::Json => data::json(self, to),
            TestOutput::Yaml => data::yaml(self, to),
            TestOutput::Sarif => sarif::print(self, to),
            TestOutput::Junit => junit::print(self, to),
        }
    }
}
