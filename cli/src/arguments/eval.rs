//! The arguments of `ferrego eval`.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the command prints")]

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::{Evaluating, Explaining, Language};

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
    /// The input as JSON or YAML, or - for standard input. For a template: an AdmissionReview, or
    /// an object with `review` and `parameters`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Read the input from standard input
    #[arg(short = 'I', long, conflicts_with = "input")]
    pub(crate) stdin_input: bool,
    /// The parameters of an AdmissionReview's template as JSON or YAML
    #[arg(short, long, value_name = "FILE", requires = "template")]
    pub(crate) parameters: Option<PathBuf>,
    /// The query as an option. By default the violations of a template, and otherwise all of data
    #[arg(short, long, value_name = "QUERY", conflicts_with = "expression")]
    query: Option<String>,
    /// The format of the solutions
    #[arg(short, long, value_enum, default_value_t = EvalFormat::Result)]
    pub(crate) format: EvalFormat,
    /// Exit with status 1 if the query is undefined, or, for a template without a query, if it
    /// finds no violations
    #[arg(long)]
    pub(crate) fail: bool,
    /// Exit with status 1 if the query is defined, or, for a template without a query, if it finds
    /// violations
    #[arg(long, conflicts_with = "fail")]
    pub(crate) fail_defined: bool,
    #[command(flatten)]
    pub(crate) explaining: Explaining,
    /// Stop the evaluation at errors of builtins
    #[arg(long, visible_alias = "strict")]
    pub(crate) strict_builtin_errors: bool,
    #[command(flatten)]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) evaluating: Evaluating,
}

impl Eval {
    /// Returns the query, if there is one.
    pub(crate) fn query(&self) -> Option<&str> {
        self.expression.as_deref().or(self.query.as_deref())
    }
}

/// The formats of the solutions of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    /// {"result": …} with the value, or with the bindings of each solution
    Result,
    /// The format of opa eval: expressions with their values, and bindings
    Json,
    /// The values of the expressions, as one list per solution
    Values,
    /// The bindings, as one object per solution
    Bindings,
    /// The values, with strings unquoted
    Raw,
    /// No output
    Discard,
}
