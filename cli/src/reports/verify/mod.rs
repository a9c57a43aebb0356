//! The report of `ferrego verify`.

mod json;
mod junit;
mod report;
mod text;

use std::io::{self, Write};

use crate::arguments::VerifyOutput;
pub(crate) use report::Report;

impl Report {
    /// Prints the report.
    pub(crate) fn print(
        &self,
        output: VerifyOutput,
        quiet: bool,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        match output {
            VerifyOutput::Text => text::print(self, quiet, to),
            VerifyOutput::Json => json::print(self, to),
            VerifyOutput::Junit => junit::print(self, to),
        }
    }
}
