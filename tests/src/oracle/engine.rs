//! An engine that returns OPA's answers from the oracle.

use ferrego_compiler::source::RegoVersion;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{OPA, Oracle, Reply};
use crate::cases::engine::{Answer, Engine, Run};
use crate::cases::input::Document;
use crate::cases::record::{Policy, Request};

/// An engine that runs policies in OPA.
#[derive(Debug)]
pub struct OracleEngine {
    oracle: Oracle,
}

impl OracleEngine {
    /// Returns the oracle as an engine.
    pub fn new(oracle: Oracle) -> Self {
        Self { oracle }
    }
}

impl Engine for OracleEngine {
    fn name(&self) -> &'static str {
        OPA
    }

    fn run(&self, policies: &[&Policy]) -> Vec<Run> {
        let mut questions = Vec::new();
        let counts: Vec<usize> = policies
            .iter()
            .map(|policy| {
                let before = questions.len();
                questions.extend(Question::of(policy).iter().map(Question::line));
                questions.len() - before
            })
            .collect();
        let mut answers = self.oracle.ask(&questions).into_iter();
        let runs = policies.iter().zip(counts).map(|(policy, count)| {
            let runs: Vec<Run> = answers.by_ref().take(count).map(read).collect();
            joined(policy, runs)
        });
        runs.collect()
    }
}

/// A question of the operation `eval`: each query with each input.
#[derive(Serialize)]
struct Question<'p> {
    op: &'static str,
    modules: &'p [String],
    rego_version: &'static str,
    queries: Vec<&'p str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<&'p RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_terms: Vec<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'p RawValue>,
    strict_errors: bool,
}

impl<'p> Question<'p> {
    /// Returns the questions for all requests of `policy`, in order.
    fn of(policy: &'p Policy) -> Vec<Self> {
        let Some(first) = policy.requests.first() else {
            return vec![Self::empty(policy)];
        };
        let inputs = policy.requests.iter().take_while(|request| request.query == first.query);
        let inputs: Vec<&Request> = inputs.collect();
        let groups = policy.requests.chunks(inputs.len());
        if groups.clone().all(|group| asks_the_same(group, &inputs)) {
            let mut question = Self::empty(policy);
            question.queries = groups.map(|group| group[0].query.as_str()).collect();
            for request in inputs {
                question.add_input(request);
            }
            return vec![question];
        }
        let single = |request: &'p Request| {
            let mut question = Self::empty(policy);
            question.queries.push(&request.query);
            question.add_input(request);
            question
        };
        policy.requests.iter().map(single).collect()
    }

    fn empty(policy: &'p Policy) -> Self {
        let data = match &policy.data {
            Some(Document::Json(data)) => Some(&**data),
            Some(Document::Term(_)) | None => None,
        };
        Self {
            op: "eval",
            modules: &policy.modules,
            rego_version: match policy.version {
                RegoVersion::V0 => "v0",
                RegoVersion::V1 => "v1",
            },
            queries: Vec::new(),
            inputs: Vec::new(),
            input_terms: Vec::new(),
            data,
            strict_errors: false,
        }
    }

    fn add_input(&mut self, request: &'p Request) {
        self.strict_errors = request.strict;
        match &request.input {
            Some(Document::Json(input)) => self.inputs.push(input),
            Some(Document::Term(input)) => self.input_terms.push(input),
            None => {}
        }
    }

    fn line(&self) -> String {
        // A question contains only strings and raw JSON, which always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Returns `true` if the requests of `group` share one query, and have the inputs of `inputs` in
/// order.
fn asks_the_same(group: &[Request], inputs: &[&Request]) -> bool {
    group.len() == inputs.len()
        && group.iter().zip(inputs).all(|(request, input)| {
            let same_input = match (&request.input, &input.input) {
                (Some(Document::Json(one)), Some(Document::Json(other))) => {
                    one.get() == other.get()
                }
                (None, None) => inputs.len() == 1,
                _ => false,
            };
            request.query == group[0].query && request.strict == inputs[0].strict && same_input
        })
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    fault: Option<String>,
    #[serde(default)]
    compile_error: Option<Refusal>,
    #[serde(default)]
    queries: Vec<Query>,
}

#[derive(Deserialize)]
struct Refusal {
    codes: Vec<String>,
    errors: Vec<String>,
}

#[derive(Deserialize)]
struct Query {
    cases: Vec<Reply>,
}

fn read(answer: Result<String, String>) -> Run {
    let line: Line = match answer.map(|text| serde_json::from_str(&text)) {
        Ok(Ok(line)) => line,
        Ok(Err(error)) => return Run::Failed(error.to_string()),
        Err(text) => return Run::Failed(text),
    };
    match line {
        Line { fault: Some(text), .. } => Run::Failed(text),
        Line { compile_error: Some(refusal), .. } => {
            Run::Refused { codes: refusal.codes, text: refusal.errors.join("\n") }
        }
        Line { queries, .. } => {
            let cases = queries.into_iter().flat_map(|query| query.cases);
            Run::Answers(cases.map(read_case).collect())
        }
    }
}

fn read_case(case: Reply) -> Answer {
    match case {
        Reply { error_code: code, error: message, .. } if !code.is_empty() => {
            Answer::Error { code, message }
        }
        Reply { defined: true, typed, .. } => Answer::Value(typed),
        Reply { .. } => Answer::Undefined,
    }
}

/// Joins the runs of a policy's questions. If one run has no answers, the policy has none.
fn joined(policy: &Policy, runs: Vec<Run>) -> Run {
    let mut all = Vec::with_capacity(policy.requests.len());
    for run in runs {
        match run {
            Run::Answers(answers) => all.extend(answers),
            other => return other,
        }
    }
    if all.len() == policy.requests.len() {
        return Run::Answers(all);
    }
    let (expected, found) = (policy.requests.len(), all.len());
    Run::Failed(format!("expected {expected} answers, found {found}"))
}
