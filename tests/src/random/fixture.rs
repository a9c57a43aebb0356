//! A finding as a fixture: the modules, and lines of queries with inputs.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use ferrego_compiler::source::RegoVersion;

use super::hunt::Finding;
use super::strategy::RandomPolicy;

/// Writes the finding to `directory`: `NAME.rego`, for a library `NAME.lib.rego`, and
/// `NAME.jsonl`. The lines hold no answers: which is right is for the reader to say. What the
/// engines said stands in `NAME.txt`, with the seed.
///
/// # Errors
/// What writing gives.
pub fn write(directory: &Path, seed: u64, finding: &Finding) -> io::Result<()> {
    let folder = directory.join(match finding.policy.version {
        RegoVersion::V0 => "v0",
        RegoVersion::V1 => "v1",
    });
    fs::create_dir_all(&folder)?;
    let name = format!("{}_{seed}_{}", finding.difference.kind, finding.index);
    for (index, text) in finding.policy.texts().iter().enumerate() {
        let file = if index == 0 { format!("{name}.rego") } else { format!("{name}.lib.rego") };
        fs::write(folder.join(file), text)?;
    }
    fs::write(folder.join(format!("{name}.jsonl")), lines(&finding.policy))?;
    let said = format!("seed {seed}, policy {}\n{}\n", finding.index, finding.difference.text);
    fs::write(folder.join(format!("{name}.txt")), said)
}

fn lines(policy: &RandomPolicy) -> String {
    let mut text = String::new();
    for query in policy.queries() {
        for input in &policy.inputs {
            let _ = write!(text, "{{\"query\": \"{query}\", \"input\": {input}");
            if let Some(data) = &policy.data {
                let _ = write!(text, ", \"data\": {data}");
            }
            text.push_str("}\n");
        }
    }
    text
}
