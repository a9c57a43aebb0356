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

/// The findings of `ferrego test`.
#[derive(Default)]
pub(crate) struct Report {
    /// Errors and warnings.
    pub(crate) notices: Vec<Notice>,
    /// The violations, in the order of the documents.
    pub(crate) violations: Vec<Violation>,
    /// The judged objects, if the report names all of them.
    pub(crate) judged: Vec<Judged>,
    /// The constraints by which objects were judged.
    pub(crate) rules: Vec<Rule>,
    /// The number of judged objects.
    pub(crate) objects: usize,
    /// The number of denied objects.
    pub(crate) denied: usize,
    /// The number of violations that deny.
    pub(crate) denying: usize,
    /// The number of violations that do not deny.
    pub(crate) other: usize,
}

/// An object that was judged.
pub(crate) struct Judged {
    pub(crate) object: Object,
    /// The number of violations in the report that belong to the object.
    pub(crate) violations: usize,
}

/// A constraint, with the description in its template.
#[derive(Clone)]
pub(crate) struct Rule {
    /// `Kind/name`
    pub(crate) id: String,
    /// The name of the template.
    pub(crate) template: String,
    /// The annotation `metadata.gatekeeper.sh/title`.
    pub(crate) title: Option<String>,
    /// The annotation `description`.
    pub(crate) description: Option<String>,
}

/// A violation of one constraint by one object.
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
    /// `true` if the message is an error that stopped the policy.
    pub(crate) stopped: bool,
}

/// The identity of an object.
#[derive(Clone)]
pub(crate) struct Object {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) file: Arc<str>,
}

impl fmt::Display for Object {
    /// Writes the object as in `apps/v1/Deployment shop/web`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ", self.api_version, self.kind)?;
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}

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
