//! The options that the commands share.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the command prints")]

use std::num::NonZero;
#[cfg(feature = "serve")]
use std::time::Duration;

use clap::{Args, ValueEnum};
use ferrego_gatekeeper::review::Numbers;

#[cfg(feature = "serve")]
use crate::budget::duration;
use crate::status::Status;

/// The formats of a report on objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// A line for each violation, and a summary
    Text,
    /// A JSON object
    Json,
    /// The JSON object as YAML
    Yaml,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A JUnit report with a case for each object
    Junit,
    /// A PolicyReport of wgpolicyk8s.io/v1alpha2 for each namespace, as documents of YAML
    #[value(name = "policyreport")]
    PolicyReport,
}

/// The options of the commands that judge objects and report all of them.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
#[derive(Debug, Args)]
pub struct Judging {
    /// The format of the report
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Report only violations that deny
    #[arg(long)]
    pub deny_only: bool,
    /// Fail if something checks nothing: an input without templates, constraints or objects, a
    /// constraint that matches no object, or a document with an unknown group of Gatekeeper's
    #[arg(long)]
    pub fail_on_empty: bool,
    /// Exit with status 0 also if an object is denied, so that a failure tells of an error only, for
    /// which the status is still 2
    #[arg(long)]
    pub no_fail: bool,
    /// The number of threads that judge objects; by default the number of cores
    #[arg(short, long, value_name = "N", value_parser = jobs)]
    pub jobs: Option<NonZero<usize>>,
    /// Print no summary, warnings or progress
    #[arg(short, long)]
    pub quiet: bool,
}

/// The options of an audit of files that is kept current.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub struct FileWatchOptions {
    /// Keep the report current until SIGTERM or SIGINT. Judge only what changes, and print a line for
    /// each violation that is new (+) or gone (-). The outputs are text and json
    #[arg(long, conflicts_with = "fail_on_empty")]
    pub watch: bool,
    /// The time between two checks of the files. A change counts once two checks agree
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "1s",
        value_parser = duration,
        requires = "watch"
    )]
    pub reload_interval: Duration,
}

impl Judging {
    /// Returns the outcome of the command for the outcome of its judgment.
    pub fn outcome(&self, status: Status) -> Status {
        if self.no_fail && status == Status::Failed { Status::Passed } else { status }
    }
}

/// The form of numbers in a file's objects.
#[derive(Clone, Copy, Debug, Args)]
pub struct FileNumbers {
    /// Convert the numbers of objects, parameters and inventory to floats, as gator test does. Then
    /// sprintf prints 1234567 as 1.234567e+06, and 9007199254740993 becomes 9007199254740992. A
    /// cluster keeps integers of 64 bits in parameters exact
    #[arg(long)]
    pub gatekeeper_numbers: bool,
}

impl FileNumbers {
    /// Returns the form of numbers.
    pub fn numbers(self) -> Numbers {
        if self.gatekeeper_numbers { Numbers::GatorTest } else { Numbers::Exact }
    }
}

/// The form of numbers in a cluster's objects.
#[derive(Clone, Copy, Debug, Args)]
pub struct WebhookNumbers {
    /// Keep the numbers of requests and inventory as they are written. By default they are floats, as
    /// in Gatekeeper, and sprintf prints 1234567 as 1.234567e+06
    #[arg(long)]
    pub exact_numbers: bool,
}

impl WebhookNumbers {
    /// Returns the form of numbers.
    pub fn numbers(self) -> Numbers {
        if self.exact_numbers { Numbers::Exact } else { Numbers::Float64 }
    }
}

/// The largest number of threads that is accepted. More threads would only wait for each other.
const MOST_JOBS: usize = 1024;

fn jobs(text: &str) -> Result<NonZero<usize>, String> {
    let jobs = text.parse().ok().and_then(NonZero::new);
    jobs.filter(|jobs| jobs.get() <= MOST_JOBS)
        .ok_or_else(|| format!("expected a number of threads from 1 to {MOST_JOBS}"))
}
