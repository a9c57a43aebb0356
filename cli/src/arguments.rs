//! The command line.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the command prints")]

mod audit;
mod eval;
mod examples;
mod explaining;
mod lsp;
#[cfg(feature = "serve")]
mod serve;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ferrego_compiler::frontend::policies::Request;
use ferrego_compiler::lints::GatekeeperVersion;
use ferrego_compiler::source::RegoVersion;
use ferrego_compiler::template::EnginePreference;
use ferrego_compiler::{Pass, Passes, UnknownPass};
use ferrego_program::arguments::{FileNumbers, Judging};
use ferrego_program::budget::{BudgetOptions, FileOptions};
use ferrego_program::external_data::ExternalDataOptions;

use crate::engines::Choice;
use crate::levels::LintLevels;
use crate::reports::check::Format;

pub(crate) use audit::Audit;
pub(crate) use eval::{Eval, EvalFormat};
pub(crate) use explaining::{Explaining, Why, WhyOutput};
pub(crate) use lsp::Lsp;
#[cfg(feature = "serve")]
pub(crate) use serve::Serve;

/// Compiles the Rego of Gatekeeper's ConstraintTemplates, and plain Rego, to Rust.
///
/// Exit status: 0 if all is well; 1 for errors in the policy and for objects or tests that fail; 2
/// for wrong usage, and for files that cannot be read or are broken.
#[derive(Debug, Parser)]
#[command(name = "ferrego", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Writes the Rust of policies: one file each, and `policies.rs`, which includes them
    #[command(after_help = examples::COMPILE)]
    Compile(Compile),
    /// Builds an executable of templates, with constraints and the other documents around them
    ///
    /// The executable has the subcommands serve, review, test, audit and list. It needs neither
    /// ferrego nor cargo, which compiles it. If a document has an error, nothing is built.
    #[command(after_help = examples::BUILD)]
    Build(Build),
    /// Reports errors in policies and what looks wrong in them, and writes nothing
    #[command(after_help = examples::CHECK)]
    Check(Check),
    /// Applies the fixes of lints that change no answer, also inside ConstraintTemplates
    ///
    /// Files are written in place, and what surrounds the Rego in YAML stays as it is. The fixed
    /// policies are compiled again; if they would not be those of the source, nothing is written.
    #[command(after_help = examples::FIX)]
    Fix(Fix),
    /// Formats Rego, also inside ConstraintTemplates, as opa fmt does
    ///
    /// Files are written in place, and what surrounds the Rego in YAML stays as it is. The Rego of a
    /// template is read and written in the version that the template declares.
    #[command(after_help = examples::FMT)]
    Fmt(Fmt),
    /// Explains the code of a diagnostic, or lists all codes
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Describes policies: parameters, input paths, inventory, builtins and kinds
    #[command(after_help = examples::DESCRIBE)]
    Describe(Describe),
    /// Serves an editor with the language server protocol, over standard input and output
    Lsp(Lsp),
    /// Prints the plans of policies: the steps of the Rust code, as text
    #[command(after_help = examples::PLAN)]
    Plan(Plan),
    /// Evaluates a policy on an input with the reference interpreter
    ///
    /// The exit status is 0 whatever the solutions are, as for opa eval, unless --fail or
    /// --fail-defined is given. For example, `eval -t TEMPLATE --fail-defined` fails if there are
    /// violations.
    #[command(after_help = examples::EVAL)]
    Eval(Eval),
    /// Runs the suites of templates and constraints, as gator verify does
    #[command(after_help = examples::VERIFY)]
    Verify(Verify),
    /// Judges objects by the templates and constraints among them, as gator test does
    #[command(after_help = examples::TEST)]
    Test(Test),
    /// Judges all objects of a cluster, and reports every violation
    ///
    /// Constraints apply as in Gatekeeper's audit: by their actions for audit.gatekeeper.sh, without
    /// the namespaces that a Config excludes, and with numbers as a cluster passes them.
    #[command(after_help = examples::AUDIT)]
    Audit(Audit),
    /// Serves the policies to an API server, as Gatekeeper's validating webhook does
    ///
    /// The files are read again when they change. If they then have errors, the last policies stay in
    /// force. The server answers /v1/admit and /v1/admitlabel over HTTPS, and /healthz, /readyz and
    /// /metrics without TLS at another address. It writes a log in JSON to standard error.
    #[cfg(feature = "serve")]
    #[command(after_help = examples::SERVE)]
    Serve(Box<Serve>),
    /// Explains for each constraint why it denies an object, finds nothing in it, or does not apply
    #[command(after_help = examples::WHY)]
    Why(Why),
}

#[derive(Debug, Args)]
pub(crate) struct Compile {
    #[command(flatten)]
    pub(crate) policies: Inputs,
    /// The folder to write to
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out_dir: PathBuf,
    /// Path of the runtime crate in the crate that holds the Rust
    #[arg(long, value_name = "PATH", default_value = "::ferrego_runtime")]
    pub(crate) runtime: String,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// Files or folders with templates, constraints, Configs, expansion templates, and the objects of
    /// the cluster that policies read (.yaml, .yml, .json, .ndjson)
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The executable to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Give the executable's serve the options of a certificate that the server makes itself
    /// (--self-signed). The client of the API server makes it larger
    #[arg(long)]
    pub(crate) self_signed: bool,
    #[command(flatten)]
    pub(crate) engines: Engines,
    #[command(flatten)]
    pub(crate) size: FileOptions,
    /// Print no warnings and no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) policies: Inputs,
    /// The format of the report
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(crate) output: Format,
    /// Report what this version of Gatekeeper does not have, such as 3.22
    #[arg(long, value_name = "VERSION")]
    pub(crate) gatekeeper: Option<GatekeeperVersion>,
    #[command(flatten)]
    pub(crate) levels: LintLevels,
}

#[derive(Debug, Args)]
pub(crate) struct Fix {
    #[command(flatten)]
    pub(crate) policies: Inputs,
    /// Also rewrite Rego v0 to v1, and move the Rego of templates to `code` with `version: v1`, which
    /// Gatekeeper reads since 3.19
    #[arg(long, conflicts_with = "v0_compatible")]
    pub(crate) v1: bool,
    /// Write nothing, list the files that would change, and exit with status 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing, and print what would change as a unified diff
    #[arg(long)]
    pub(crate) diff: bool,
    #[command(flatten)]
    pub(crate) levels: LintLevels,
}

#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// ConstraintTemplates (.yaml, .yml), Rego (.rego), folders with such files, or - to format
    /// Rego from standard input to standard output
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing, list the files that are not formatted, and exit with status 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing, and print what would change as a unified diff
    #[arg(long)]
    pub(crate) diff: bool,
    #[command(flatten)]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) size: FileOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, as diagnostics show it in brackets; without one, all codes are listed
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    #[command(flatten)]
    pub(crate) policies: Inputs,
    /// The format of the description
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = DescribeOutput::Text)]
    pub(crate) output: DescribeOutput,
}

/// The formats of a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DescribeOutput {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) policies: Inputs,
    /// The optimizations to run, in their own order; all of them by default
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = pass_names())]
    pub(crate) passes: Vec<String>,
}

impl Plan {
    /// Returns the chosen passes.
    pub(crate) fn passes(&self) -> Result<Passes, UnknownPass> {
        if self.passes.is_empty() {
            return Ok(Passes::all());
        }
        let mut named = self.passes.iter().filter(|name| *name != NO_PASSES);
        named.try_fold(Passes::none(), |passes, name| passes.with(name))
    }
}

/// The name that stands for no pass at all.
const NO_PASSES: &str = "none";

/// Returns the names of all passes with their summaries, and `none`.
fn pass_names() -> PossibleValuesParser {
    let none = PossibleValue::new(NO_PASSES).help("The program as it is lowered");
    let summary = |pass: &Pass| pass.summary.trim_end_matches('.');
    let passes = Passes::all().iter().map(|pass| PossibleValue::new(pass.name).help(summary(pass)));
    PossibleValuesParser::new([none].into_iter().chain(passes))
}

/// The policies of a command.
#[derive(Debug, Args)]
pub(crate) struct Inputs {
    /// ConstraintTemplates (.yaml, .yml), Rego (.rego), or folders with such files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// An entry point among the rules of the Rego files, such as data.pkg.rule; by default every
    /// rule
    #[arg(short, long, value_name = "RULE")]
    pub(crate) entrypoint: Vec<String>,
    #[command(flatten)]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) engines: Engines,
    #[command(flatten)]
    pub(crate) size: FileOptions,
}

/// The options of the commands that evaluate policies.
#[derive(Debug, Args)]
pub(crate) struct Evaluating {
    #[command(flatten)]
    pub(crate) engines: Engines,
    #[command(flatten)]
    pub(crate) budget: BudgetOptions,
    #[command(flatten)]
    pub(crate) size: FileOptions,
}

/// The choice of engine for templates that have both CEL and Rego.
#[derive(Debug, Args)]
pub(crate) struct Engines {
    /// Use the Rego of templates that also hold CEL. By default they are refused, because
    /// Gatekeeper runs the CEL alone
    #[arg(long, value_name = "ENGINE", value_enum)]
    pub(crate) engine_preference: Option<Preferred>,
}

/// The engines that can be preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preferred {
    /// Use the Rego
    Rego,
}

impl Engines {
    pub(crate) fn preference(&self) -> EnginePreference {
        match self.engine_preference {
            Some(Preferred::Rego) => EnginePreference::Rego,
            None => EnginePreference::Refuse,
        }
    }
}

/// The language of plain Rego files.
#[derive(Debug, Args)]
pub(crate) struct Language {
    /// Read Rego files as OPA before 1.0 did. Templates declare their version themselves
    #[arg(long)]
    pub(crate) v0_compatible: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Files with suites, folders with such files, or DIR/... to include the folders below
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Run only the tests and cases that match: a regular expression for both, or TEST//CASE
    #[arg(long, value_name = "REGEX")]
    pub(crate) run: Option<String>,
    /// The engine that evaluates the policies
    #[arg(long, value_enum, default_value_t = Choice::Interpreter)]
    pub(crate) engine: Choice,
    #[command(flatten)]
    pub(crate) evaluating: Evaluating,
    /// The format of the report
    #[arg(short, long, value_enum, default_value_t = VerifyOutput::Text)]
    pub(crate) output: VerifyOutput,
    #[command(flatten)]
    pub(crate) explaining: Explaining,
    #[command(flatten)]
    pub(crate) external_data: ExternalDataOptions,
    /// Convert the numbers of objects and inventory to floats, as gator verify and clusters do.
    /// Then sprintf prints 1234567 as 1.234567e+06, and 9007199254740993 becomes 9007199254740992.
    /// Integers of 64 bits in parameters stay exact
    #[arg(long)]
    pub(crate) gatekeeper_numbers: bool,
    /// Fail if something checks nothing: a suite without tests, a test without cases, or only
    /// skipped suites
    #[arg(long)]
    pub(crate) fail_on_empty: bool,
    /// Print nothing about suites that pass
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Files or folders with templates, constraints and objects (.yaml, .yml, .json, .ndjson)
    #[arg(short = 'f', long = "filename", value_name = "PATH", num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// More files or folders; - is standard input, which is also read if it is a pipe or a file
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The engine that evaluates the policies
    #[arg(long, value_enum, default_value_t = Choice::Interpreter)]
    pub(crate) engine: Choice,
    #[command(flatten)]
    pub(crate) evaluating: Evaluating,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) explaining: Explaining,
    #[command(flatten)]
    pub(crate) external_data: ExternalDataOptions,
    #[command(flatten)]
    pub(crate) numbers: FileNumbers,
}

/// The formats of the report of `ferrego verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyOutput {
    Text,
    Json,
    Junit,
}

impl Language {
    pub(crate) fn version(&self) -> RegoVersion {
        if self.v0_compatible { RegoVersion::V0 } else { RegoVersion::V1 }
    }
}

impl Inputs {
    pub(crate) fn request(&self) -> Request {
        Request {
            entry_points: self.entrypoint.clone(),
            version: self.language.version(),
            engine: self.engines.preference(),
            ..Request::default()
        }
    }
}
