//! Recorded answers as JSON lines. A line holds one answer, or one policy with many answers.

use std::fs;
use std::io;
use std::path::Path;

use ferrego_compiler::source::RegoVersion;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::input::Document;

/// A policy with its requests.
#[derive(Debug)]
pub struct Policy {
    /// The name of the recorded case.
    pub id: String,
    /// The part of the language that the case covers.
    pub scope: Scope,
    /// The version of Rego in all modules.
    pub version: RegoVersion,
    /// The texts of the modules.
    pub modules: Vec<String>,
    /// The base documents, if there are any.
    pub data: Option<Document>,
    /// The requests and their answers. Empty if the policy as a whole was refused.
    pub requests: Vec<Request>,
    /// The codes with which OPA refused the policy. Empty if it did not.
    pub refused_with: Vec<String>,
}

/// The requirements of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Only the language and its pure builtins.
    #[default]
    Core,
    /// Also a host, keys, certificates or the like.
    Extended,
}

/// A request to a policy, with OPA's answer.
#[derive(Debug)]
pub struct Request {
    /// The requested rule, such as `data.pkg.rule`.
    pub query: String,
    /// The input, if there is one.
    pub input: Option<Document>,
    /// `true` if errors of builtins stop the query.
    pub strict: bool,
    /// OPA's answer.
    pub expected: Expected,
}

/// OPA's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A value as a Rego term.
    Value(String),
    /// Undefined.
    Undefined,
    /// An error of the evaluation.
    Error {
        /// The code, such as `eval_conflict_error`.
        code: String,
        /// The text after the code.
        message: String,
    },
}

/// Reads a file of recorded answers.
///
/// # Errors
/// Returns an error if the file cannot be read or a line is not a record.
pub fn read(path: &Path) -> io::Result<Vec<Policy>> {
    fs::read_to_string(path)?
        .lines()
        .enumerate()
        .map(|(index, line)| {
            let line: Line = serde_json::from_str(line).map_err(|error| {
                io::Error::other(format!("{}:{}: {error}", path.display(), index + 1))
            })?;
            Ok(line.into_policy())
        })
        .collect()
}

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    scope: Scope,
    rego_version: String,
    modules: Vec<String>,
    query: String,
    #[serde(default)]
    input: Option<Box<RawValue>>,
    #[serde(default)]
    input_term: Option<String>,
    #[serde(default)]
    data: Option<Box<RawValue>>,
    #[serde(default)]
    strict_errors: bool,
    #[serde(default)]
    typed: Option<String>,
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    inputs: Vec<Box<RawValue>>,
    #[serde(default)]
    queries: Option<Vec<LineQuery>>,
    #[serde(default)]
    compile_error: Option<LineCompileError>,
}

#[derive(Deserialize)]
struct LineQuery {
    query: String,
    cases: Vec<LineCase>,
}

#[derive(Deserialize)]
struct LineCase {
    input: usize,
    #[serde(default)]
    typed: Option<String>,
    #[serde(default)]
    error: Option<LineError>,
}

#[derive(Deserialize)]
struct LineError {
    code: String,
    message: String,
}

#[derive(Deserialize)]
struct LineCompileError {
    codes: Vec<String>,
}

impl Line {
    fn into_policy(mut self) -> Policy {
        let refused_with = self.refused_with();
        let requests = if refused_with.is_empty() { self.requests() } else { Vec::new() };
        let version = if self.rego_version == "v1" { RegoVersion::V1 } else { RegoVersion::V0 };
        Policy {
            id: self.id,
            scope: self.scope,
            version,
            modules: self.modules,
            data: self.data.map(Document::Json),
            requests,
            refused_with,
        }
    }

    fn refused_with(&self) -> Vec<String> {
        match (&self.compile_error, &self.error_code) {
            (Some(error), _) => error.codes.clone(),
            (None, Some(code)) if code.starts_with("rego_") => vec![code.clone()],
            _ => Vec::new(),
        }
    }

    fn requests(&mut self) -> Vec<Request> {
        match self.queries.take() {
            Some(queries) => queries.iter().flat_map(|query| self.requests_of(query)).collect(),
            None => vec![self.request()],
        }
    }

    fn request(&mut self) -> Request {
        let input = self
            .input
            .take()
            .map(Document::Json)
            .or_else(|| self.input_term.take().map(Document::Term));
        let error = self.error_code.take().zip(self.error.take());
        Request {
            query: std::mem::take(&mut self.query),
            input,
            strict: self.strict_errors,
            expected: expected(self.typed.take(), error),
        }
    }

    fn requests_of(&self, query: &LineQuery) -> Vec<Request> {
        query
            .cases
            .iter()
            .map(|case| Request {
                query: query.query.clone(),
                input: self.inputs.get(case.input).cloned().map(Document::Json),
                strict: self.strict_errors,
                expected: expected(
                    case.typed.clone(),
                    case.error.as_ref().map(|e| (e.code.clone(), e.message.clone())),
                ),
            })
            .collect()
    }
}

fn expected(typed: Option<String>, error: Option<(String, String)>) -> Expected {
    match (typed, error) {
        (_, Some((code, message))) => {
            let message = message
                .split_once(&format!("{code}: "))
                .map_or(message.clone(), |(_, text)| text.to_owned());
            Expected::Error { code, message }
        }
        (Some(typed), None) => Expected::Value(typed),
        (None, None) => Expected::Undefined,
    }
}
