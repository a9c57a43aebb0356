//! The output of `ferrego audit --watch`: a line for each event.

use std::collections::HashSet;
use std::io::{self, Write};
use std::time::SystemTime;

use crate::arguments::{Judging, Output};
use crate::output::{self, counted};
use crate::report::json::write_json_line;
use crate::report::notice::NoticeJson;
use crate::report::test::Violation;
use ferrego_source::diagnostics::{Notice, Severity};
use serde::Serialize;

use super::ledger::Changes;
use super::timestamp;

/// The numbers of the report when all objects have been judged.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Totals {
    pub objects: usize,
    /// The number of objects in exempt namespaces.
    pub exempt: usize,
    pub violations: usize,
    pub denying: usize,
}

/// An event as JSON.
#[derive(Serialize)]
struct Event<'e> {
    time: String,
    #[serde(flatten)]
    what: What<'e>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum What<'e> {
    Added { violation: &'e Violation },
    Removed { violation: &'e Violation },
    Listed(Totals),
    Notice { notice: NoticeJson<'e> },
}

/// A writer of events.
pub struct Events<'w> {
    to: &'w mut dyn Write,
    is_json: bool,
    deny_only: bool,
    quiet: bool,
    /// The identities of the notices that apply, which have been told.
    told: HashSet<String>,
}

impl<'w> Events<'w> {
    /// Creates a writer with the options of the command.
    pub fn new(judging: &Judging, to: &'w mut dyn Write) -> Self {
        let is_json = judging.output == Output::Json;
        let Judging { deny_only, quiet, .. } = *judging;
        Self { to, is_json, deny_only, quiet, told: HashSet::new() }
    }

    /// Writes the violations that are gone, and then those that are new.
    ///
    /// # Errors
    /// Returns the error of the writer.
    pub fn changes(&mut self, changes: &Changes) -> io::Result<()> {
        let time = timestamp(SystemTime::now());
        for (sign, violations) in [('-', &changes.removed), ('+', &changes.added)] {
            let shown = violations.iter().filter(|one| one.denies || !self.deny_only);
            for violation in shown {
                if !self.is_json {
                    write!(self.to, "{time} {sign} ")?;
                    violation.print(self.to)?;
                    continue;
                }
                let what = match sign {
                    '-' => What::Removed { violation },
                    _ => What::Added { violation },
                };
                write_json_line(&Event { time: time.clone(), what }, self.to)?;
            }
        }
        self.to.flush()
    }

    /// Writes that all objects have been judged.
    ///
    /// # Errors
    /// Returns the error of the writer.
    pub fn listed(&mut self, totals: Totals) -> io::Result<()> {
        let time = timestamp(SystemTime::now());
        if self.is_json {
            write_json_line(&Event { time, what: What::Listed(totals) }, self.to)?;
        } else if !self.quiet {
            let Totals { objects, exempt, violations, denying } = totals;
            let (objects, violations) =
                (counted(objects, "object"), counted(violations, "violation"));
            write!(self.to, "{time} = {objects} judged; {violations}, {denying} denying")?;
            if exempt > 0 {
                write!(self.to, "; {} in exempt namespaces", counted(exempt, "object"))?;
            }
            writeln!(self.to)?;
        }
        self.to.flush()
    }

    /// Writes those of the notices that did not apply before. `notices` are all that apply now.
    ///
    /// # Errors
    /// Returns the error of the writer.
    pub fn notices(&mut self, notices: &[Notice]) -> io::Result<()> {
        let is_shown = |notice: &&Notice| {
            !self.told.contains(&identity(notice))
                && (self.is_json || !self.quiet || notice.severity == Severity::Error)
        };
        let new: Vec<&Notice> = notices.iter().filter(is_shown).collect();
        if self.is_json {
            let time = timestamp(SystemTime::now());
            for notice in new {
                let what = What::Notice { notice: notice.into() };
                write_json_line(&Event { time: time.clone(), what }, self.to)?;
            }
        } else {
            output::stderr(new);
        }
        self.told = notices.iter().map(identity).collect();
        self.to.flush()
    }
}

/// Returns the text that is equal for notices that are told once.
fn identity(notice: &Notice) -> String {
    let place = notice.excerpts.first().map(|place| format!("{}:{}", place.file, place.line));
    format!("{}\0{}\0{}", notice.code, notice.message, place.unwrap_or_default())
}
