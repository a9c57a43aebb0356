//! What can be written on the command line.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the command prints")]

use std::num::NonZero;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use ferrego_compiler::build_script::policies::Request;
use ferrego_compiler::source::RegoVersion;
use ferrego_compiler::template::EnginePreference;

use crate::engines::Choice;

/// Compiles the Rego of Gatekeeper's ConstraintTemplates, and plain Rego, to Rust.
///
/// Exit status: 0 when all is well; 1 for errors in the policy, and where something was judged and
/// found wrong; 2 for wrong usage and for files that cannot be read or are broken.
#[derive(Debug, Parser)]
#[command(name = "ferrego", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Writes the Rust of policies: a file each, and `policies.rs`, which includes them
    Compile(Compile),
    /// Reports what is wrong with policies, and writes nothing
    Check(Check),
    /// Prints the plans of policies: what the Rust will do, as text
    Plan(Plan),
    /// Evaluates a policy on an input with the reference interpreter
    ///
    /// The exit status is 0 whatever the solutions are, as for opa eval, unless --fail or
    /// --fail-defined is given: `eval -t TEMPLATE --fail-defined` fails where there are violations.
    Eval(Eval),
    /// Runs the suites of templates and constraints, as gator verify does
    Verify(Verify),
    /// Judges objects by the templates and constraints among them, as gator test does
    Test(Test),
}

#[derive(Debug, Args)]
pub(crate) struct Compile {
    #[command(flatten)]
    pub(crate) policies: Inputs,
    /// The folder to write into
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Path of the runtime crate in the crate that holds the Rust
    #[arg(long, value_name = "PATH", default_value = "::ferrego_runtime")]
    pub(crate) runtime: String,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) policies: Inputs,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) policies: Inputs,
}

/// The policies of a command.
#[derive(Debug, Args)]
pub(crate) struct Inputs {
    /// ConstraintTemplates (.yaml, .yml), Rego (.rego), or folders with such files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// A rule of the Rego files that can be asked for, data.pkg.rule; every rule by default
    #[arg(short, long, value_name = "RULE")]
    pub(crate) entrypoint: Vec<String>,
    #[command(flatten)]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) engines: Engines,
}

/// The engine to use if a template has both CEL and Rego.
#[derive(Debug, Args)]
pub(crate) struct Engines {
    /// Take the Rego of templates that hold CEL beside it; Gatekeeper runs the CEL alone, so they
    /// are refused by default
    #[arg(long, value_name = "ENGINE", value_enum)]
    pub(crate) engine_preference: Option<Preferred>,
}

/// The engines that can be preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preferred {
    /// The Rego
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
    /// Read Rego files as OPA before 1.0 did; templates say their version themselves
    #[arg(long)]
    pub(crate) v0_compatible: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(group = ArgGroup::new("policy").required(true).multiple(true))]
pub(crate) struct Eval {
    /// The query: a rule, or any expressions, such as 'count(data.a.violation) > 0'
    #[arg(value_name = "QUERY", group = "policy")]
    expression: Option<String>,
    /// A file with one ConstraintTemplate
    #[arg(short, long, value_name = "YAML", group = "policy")]
    pub(crate) template: Option<PathBuf>,
    /// Rego, data as JSON or YAML, or folders with such files
    #[arg(short, long, visible_alias = "rego", value_name = "PATH", group = "policy")]
    pub(crate) data: Vec<PathBuf>,
    /// The input as JSON or YAML, - for standard input; for a template an AdmissionReview, or an
    /// object with `review` and `parameters`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Read the input from standard input
    #[arg(short = 'I', long, conflicts_with = "input")]
    pub(crate) stdin_input: bool,
    /// The parameters of an AdmissionReview's template as JSON or YAML
    #[arg(short, long, value_name = "FILE", requires = "template")]
    pub(crate) parameters: Option<PathBuf>,
    /// The query as an option; for a template its violations by default, otherwise all of data
    #[arg(short, long, value_name = "QUERY", conflicts_with = "expression")]
    query: Option<String>,
    /// How the solutions are written
    #[arg(short, long, value_enum, default_value_t = EvalFormat::Result)]
    pub(crate) format: EvalFormat,
    /// Exit with status 1 if the query is undefined; for a template without a query, if it finds no
    /// violation
    #[arg(long)]
    pub(crate) fail: bool,
    /// Exit with status 1 where the query is defined; for a template without a query, where there
    /// are violations
    #[arg(long, conflicts_with = "fail")]
    pub(crate) fail_defined: bool,
    /// Let errors of builtins stop the evaluation
    #[arg(long, visible_alias = "strict")]
    pub(crate) strict_builtin_errors: bool,
    #[command(flatten)]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) engines: Engines,
}

impl Eval {
    /// The query, if there is one.
    pub(crate) fn query(&self) -> Option<&str> {
        self.expression.as_deref().or(self.query.as_deref())
    }
}

/// The forms of the solutions of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    /// {"result": …} with the value, or the bindings of each solution
    Result,
    /// As opa eval writes it: expressions with their values, and bindings
    Json,
    /// The values of the expressions, a list for each solution
    Values,
    /// The bindings, an object for each solution
    Bindings,
    /// The values, strings without quotation marks
    Raw,
    /// Nothing
    Discard,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Files with suites, folders with such files, or DIR/... for those below a folder, too
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Run the tests and cases that match: a regular expression for both, or TEST//CASE
    #[arg(long, value_name = "REGEX")]
    pub(crate) run: Option<String>,
    /// What evaluates the policies
    #[arg(long, value_enum, default_value_t = Choice::Interpreter)]
    pub(crate) engine: Choice,
    #[command(flatten)]
    pub(crate) engines: Engines,
    /// How the report is written
    #[arg(short, long, value_enum, default_value_t = VerifyOutput::Text)]
    pub(crate) output: VerifyOutput,
    /// Pass the numbers of objects and inventory through floats, as gator verify and clusters do:
    /// sprintf shows 1234567 as 1.234567e+06, and 9007199254740993 reads as 9007199254740992.
    /// Integers of 64 bits in parameters are exact
    #[arg(long)]
    pub(crate) gatekeeper_numbers: bool,
    /// Fail where something checks nothing: a suite without tests, a test without cases, or suites
    /// of which all is skipped
    #[arg(long)]
    pub(crate) fail_on_empty: bool,
    /// Print nothing of what passed
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Test {
    /// Files or folders with templates, constraints and objects (.yaml, .yml, .json, .ndjson)
    #[arg(short = 'f', long = "filename", value_name = "PATH", num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// More of them; - is standard input, which is also read where it is a pipe or a file
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// What evaluates the policies
    #[arg(long, value_enum, default_value_t = Choice::Interpreter)]
    pub(crate) engine: Choice,
    #[command(flatten)]
    pub(crate) engines: Engines,
    /// How the report is written
    #[arg(short, long, value_enum, default_value_t = TestOutput::Text)]
    pub(crate) output: TestOutput,
    /// Report only what denies
    #[arg(long)]
    pub(crate) deny_only: bool,
    /// Fail where something checks nothing: no template, no constraint or no object, a constraint
    /// that matches no object, a document of an unknown group of Gatekeeper's
    #[arg(long)]
    pub(crate) fail_on_empty: bool,
    /// Pass the numbers of objects, parameters and inventory through floats, as gator test does:
    /// sprintf shows 1234567 as 1.234567e+06, and 9007199254740993 reads as 9007199254740992. A
    /// cluster keeps integers of 64 bits in parameters exact
    #[arg(long)]
    pub(crate) gatekeeper_numbers: bool,
    /// Threads that judge; as many as there are cores by default
    #[arg(short, long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<NonZero<usize>>,
    /// Print no summary, no warnings and no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// The forms of the report of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestOutput {
    Text,
    Json,
    Yaml,
    Sarif,
    Junit,
}

/// The forms of the report of suites.
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

/// The most threads that are accepted: more would only wait for each other.
const MOST_JOBS: usize = 1024;

fn jobs(text: &str) -> Result<NonZero<usize>, String> {
    let jobs = text.parse().ok().and_then(NonZero::new);
    jobs.filter(|jobs| jobs.get() <= MOST_JOBS)
        .ok_or_else(|| format!("expected a number of threads from 1 to {MOST_JOBS}"))
}
