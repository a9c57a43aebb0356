//! The report of `ferrego test`.

mod data;
mod junit;
mod sarif;
mod text;

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use ferrego_compiler::diagnostics::Notice;

use crate::arguments::TestOutput;

/// What `ferrego test` found.
#[derive(Default)]
pub(crate) struct Report {
    /// What is broken, and what is odd.
    pub(crate) notices: Vec<Notice>,
    /// In the order of the documents.
    pub(crate) violations: Vec<Violation>,
    /// The objects that were judged, where the report names all of them.
    pub(crate) judged: Vec<Judged>,
    /// The constraints by which objects were judged.
    pub(crate) rules: Vec<Rule>,
    /// How many objects were judged.
    pub(crate) objects: usize,
    /// How many of them are denied.
    pub(crate) denied: usize,
    /// How many violations deny.
    pub(crate) denying: usize,
    /// How many violations do not.
    pub(crate) other: usize,
}

/// An object that was judged.
pub(crate) struct Judged {
    pub(crate) object: Object,
    /// How many of the report's violations are its own.
    pub(crate) violations: usize,
}

/// A constraint, with what its template says of itself.
#[derive(Clone)]
pub(crate) struct Rule {
    /// `Kind/name`
    pub(crate) id: String,
    /// The template's name.
    pub(crate) template: String,
    /// The annotation `metadata.gatekeeper.sh/title`.
    pub(crate) title: Option<String>,
    /// The annotation `description`.
    pub(crate) description: Option<String>,
}

/// What one constraint found in one object.
pub(crate) struct Violation {
    pub(crate) object: Object,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) msg: String,
    /// The details as JSON.
    pub(crate) details: String,
    pub(crate) action: String,
    pub(crate) scoped_actions: Vec<String>,
    pub(crate) denies: bool,
    pub(crate) constraint: String,
    /// Whether the message is an error that stopped the policy.
    pub(crate) stopped: bool,
}

/// Which object it is.
#[derive(Clone)]
pub(crate) struct Object {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) file: Arc<str>,
}

impl fmt::Display for Object {
    /// `apps/v1/Deployment shop/web`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ", self.api_version, self.kind)?;
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}

/// Where violations are printed as soon as they are found: the report for people can be longer
/// than memory.
pub(crate) struct Lines<'w> {
    /// Where to; `None` where the report as a whole is printed.
    to: Option<&'w mut dyn Write>,
    /// The first error of writing, after which nothing is written.
    error: Option<io::Error>,
}

impl<'w> Lines<'w> {
    /// Takes the violations of a report for people, and no others.
    pub(crate) fn new(output: TestOutput, to: &'w mut dyn Write) -> Self {
        Self { to: (output == TestOutput::Text).then_some(to), error: None }
    }

    /// Prints a violation, or gives it back where it belongs to the report.
    pub(crate) fn take(&mut self, violation: Violation) -> Option<Violation> {
        let Some(to) = &mut self.to else { return Some(violation) };
        if self.error.is_none() {
            self.error = text::violation(&violation, *to).err();
        }
        None
    }

    /// Makes what was printed seen, if `now`.
    pub(crate) fn flush(&mut self, now: bool) {
        if let (true, Some(to), None) = (now, &mut self.to, &self.error) {
            self.error = to.flush().err();
        }
    }

    /// What went wrong.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.error.map_or(Ok(()), Err)
    }
}

impl Report {
    /// Prints what [`Lines`] have not.
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
