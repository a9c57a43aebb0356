//! The report of `ferrego check`.

use std::io::{self, Write};

use clap::ValueEnum;
use ferrego_compiler::diagnostics::Notice;

use super::json::write_json;
use super::notice::NoticeJson;

/// The formats of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Each finding with the lines of the source, on standard error
    Text,
    /// A JSON array of findings
    Json,
}

/// Writes the notices in a format for programs.
pub(crate) fn print(notices: &[Notice], format: Format, to: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => {
            notices.iter().try_for_each(|notice| write!(to, "{}", notice.render(false)))
        }
        Format::Json => write_json(&notices.iter().map(NoticeJson::from).collect::<Vec<_>>(), to),
    }
}
