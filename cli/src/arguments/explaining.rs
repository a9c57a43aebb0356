//! The options that explain answers, and the command `why`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use ferrego_gatekeeper::explain::Wanted;
use ferrego_program::arguments::FileNumbers;
use ferrego_program::external_data::ExternalDataOptions;

use super::Evaluating;

/// The options that explain answers.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Explaining {
    /// Explain each answer: the literals that decide with their values, or the clause of spec.match
    /// that excludes the object. The interpreter explains, also beside another engine
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) verbose: Verbose,
}

impl Explaining {
    pub(crate) fn wanted(self) -> Wanted {
        Wanted { reasons: self.explain, prints: self.verbose.verbose }
    }
}

/// The option that shows the output of policies.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Verbose {
    /// Show the output of print on standard error, with its place in the template
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("policies").required(true).multiple(true))]
pub(crate) struct Why {
    /// Files or folders with templates, constraints and the other objects of the cluster (.yaml,
    /// .yml, .json, .ndjson)
    #[arg(short = 'f', long = "filename", value_name = "PATH", num_args = 1.., group = "policies")]
    pub(crate) files: Vec<PathBuf>,
    /// A file or folder with templates, like -f
    #[arg(short, long, value_name = "PATH", group = "policies")]
    pub(crate) template: Vec<PathBuf>,
    /// A file or folder with constraints, like -f
    #[arg(short, long, value_name = "PATH")]
    pub(crate) constraint: Vec<PathBuf>,
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    pub(crate) verbose: Verbose,
    #[command(flatten)]
    pub(crate) evaluating: Evaluating,
    #[command(flatten)]
    pub(crate) external_data: ExternalDataOptions,
    /// The format of the report
    #[arg(short, long, value_enum, default_value_t = WhyOutput::Text)]
    pub(crate) output: WhyOutput,
    #[command(flatten)]
    pub(crate) numbers: FileNumbers,
}

/// The object that `ferrego why` explains.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Subject {
    /// The file with the object or AdmissionReview to explain, or - for standard input
    #[arg(value_name = "OBJECT")]
    object: Option<PathBuf>,
    /// Like OBJECT, as an option
    #[arg(short, long, value_name = "OBJECT")]
    input: Option<PathBuf>,
}

impl Why {
    /// Returns the file with the object to explain. The arguments have exactly one.
    pub(crate) fn object(&self) -> PathBuf {
        let Subject { object, input } = &self.subject;
        object.as_ref().or(input.as_ref()).cloned().unwrap_or_default()
    }
}

/// The formats of the report of `ferrego why`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhyOutput {
    Text,
    Json,
}
