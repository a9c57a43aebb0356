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
    /// How many objects were judged.
    pub(crate) objects: usize,
    /// How many violations deny.
    pub(crate) denied: usize,
    /// How many do not.
    pub(crate) other: usize,
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

impl Report {
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
