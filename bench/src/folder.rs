//! Folders of recorded cases of templates.
//!
//! Each line of `templates.jsonl` is a case with `id`, `rego_version`, `modules`, `query`, `input`,
//! `data`, and the answer as `violation`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use ferrego_compiler::pipeline::{self, Generated, Options};
use ferrego_compiler::source::{RegoVersion, Source};
use ferrego_runtime::Policy;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Fault;
use crate::target::{Question, Target, Verdict, largest};

#[derive(Deserialize)]
struct Line {
    id: String,
    rego_version: String,
    modules: Vec<String>,
    #[serde(default)]
    input: Option<Box<RawValue>>,
    #[serde(default)]
    data: Option<Box<RawValue>>,
    #[serde(default)]
    violation: Option<Value>,
}

/// A policy with its recorded questions.
struct Recorded {
    name: String,
    sources: Vec<Source>,
    questions: Vec<Question>,
}

/// Compiles the policies of a folder to Rust. A policy that does not compile is reported and left
/// out.
///
/// # Errors
/// Returns an error if the cases cannot be read.
pub(crate) fn compile(folder: &Path) -> Result<Vec<Generated>, Fault> {
    let mut policies = Vec::new();
    for Recorded { name, sources, .. } in read(folder)? {
        match pipeline::compile(&sources, &Options::template(&name)) {
            Ok(generated) => policies.push(generated),
            Err(faults) => eprintln!("ferrego-bench: {name} is left out: {faults}"),
        }
    }
    Ok(policies)
}

/// Returns the policies of a folder with their questions.
///
/// # Errors
/// Returns an error if the cases cannot be read.
pub(crate) fn targets(
    folder: &Path,
    policies: &'static [&'static Policy],
) -> Result<Vec<Target>, Fault> {
    let targets = read(folder)?.into_iter().filter_map(|Recorded { name, sources, questions }| {
        let policy = *policies.iter().find(|policy| policy.name == name)?;
        let options = Options::template(&name);
        let questions = largest(questions.into_iter());
        Some(Target { name, sources, options, policy, questions })
    });
    Ok(targets.collect())
}

fn read(folder: &Path) -> Result<Vec<Recorded>, Fault> {
    let path = folder.join("templates.jsonl");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut policies: Vec<Recorded> = Vec::new();
    let mut known: HashMap<Vec<String>, usize> = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let line: Line = serde_json::from_str(line)
            .map_err(|error| format!("{}:{}: {error}", path.display(), number + 1))?;
        let index = *known.entry(line.modules.clone()).or_insert(policies.len());
        if index == policies.len() {
            policies.push(recorded(&line, index));
        }
        policies[index].questions.extend(question(line));
    }
    Ok(policies)
}

fn recorded(line: &Line, index: usize) -> Recorded {
    let folder = line.id.split('/').next().unwrap_or_default();
    let version = if line.rego_version == "v1" { RegoVersion::V1 } else { RegoVersion::V0 };
    let source = |text: &String| Source {
        name: line.id.as_str().into(),
        text: text.as_str().into(),
        version,
        origin: None,
    };
    let sources = line.modules.iter().map(source).collect();
    Recorded { name: format!("{folder}-{index}"), sources, questions: Vec::new() }
}

/// Returns the question of a case, or `None` if its evaluation stops.
fn question(line: Line) -> Option<Question> {
    let violations = line.violation?;
    let verdict = if violations.as_array()?.is_empty() { Verdict::Allow } else { Verdict::Deny };
    Some(Question {
        verdict,
        case: line.id,
        input: line.input?.get().to_owned(),
        data: line.data.map_or_else(|| "{}".to_owned(), |data| data.get().to_owned()),
        external_data: None,
        expected: violations.to_string(),
    })
}
