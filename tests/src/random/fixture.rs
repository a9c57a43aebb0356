//! Writes a finding as a fixture: its modules, and lines of queries with inputs and answers.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use ferrego_compiler::source::RegoVersion;
use ferrego_runtime::Arena;
use ferrego_runtime::json::{Escape, to_string};

use super::hunt::Finding;
use super::policy::RandomPolicy;
use crate::cases::engine::Answer;
use crate::cases::input::Document;

/// Writes the finding to `directory`: `NAME.rego`, `NAME.lib.rego` for a library, and `NAME.jsonl`.
///
/// The lines of `NAME.jsonl` hold `answers`, which are those of the last engine: OPA, if it took
/// part. `NAME.txt` holds the seed and the answers of all engines.
///
/// # Errors
/// Returns an error if a file cannot be written.
pub fn write(directory: &Path, seed: u64, finding: &Finding, answers: &[Answer]) -> io::Result<()> {
    let folder = directory.join(match finding.policy.version {
        RegoVersion::V0 => "v0",
        RegoVersion::V1 => "v1",
    });
    fs::create_dir_all(&folder)?;
    let name = format!("{}_{seed}_{}", finding.difference.kind, finding.index);
    for (index, text) in finding.policy.texts().iter().enumerate() {
        let file = if index == 0 { format!("{name}.rego") } else { format!("{name}.lib.rego") };
        // All fixtures are compiled together, each in a package of its own name.
        let text = text.replacen("package main\n", &format!("package {name}\n"), 1);
        fs::write(folder.join(file), text.replace("data.main.", &format!("data.{name}.")))?;
    }
    let lines = lines(&finding.policy, answers).replace("\"data.main.", &format!("\"data.{name}."));
    fs::write(folder.join(format!("{name}.jsonl")), lines)?;
    let said = format!("seed {seed}, policy {}\n{}\n", finding.index, finding.difference.text);
    fs::write(folder.join(format!("{name}.txt")), said)
}

fn lines(policy: &RandomPolicy, answers: &[Answer]) -> String {
    let mut text = String::new();
    let mut answers = answers.iter();
    for query in policy.queries() {
        for input in &policy.inputs {
            let _ = write!(text, "{{\"query\": \"{query}\", \"input\": {input}");
            if let Some(data) = &policy.data {
                let _ = write!(text, ", \"data\": {data}");
            }
            text.push_str(&answers.next().map_or_else(String::new, answer));
            text.push_str("}\n");
        }
    }
    text
}

/// Returns the answer as members of a line. An undefined answer has no members.
fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Value(term) => {
            let arena = Arena::new();
            match Document::Term(term.clone()).value(&arena) {
                Ok(value) => format!(", \"result\": {}", to_string(&value, Escape::Plain)),
                Err(_) => format!(", \"term\": {}", serde_json::Value::from(term.as_str())),
            }
        }
        Answer::Error { code, .. } => format!(", \"error\": \"{code}\""),
        Answer::Undefined | Answer::Panic(_) => String::new(),
    }
}
