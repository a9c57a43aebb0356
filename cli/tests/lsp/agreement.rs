//! The diagnostics in an editor are the findings of `ferrego check`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::client::Client;

/// Returns the codes and lines that `ferrego check` reports.
fn checked(path: &Path) -> Vec<(String, u64)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrego"));
    let output =
        command.args(["check", "-o", "json"]).arg(path).output().expect("the command runs");
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    sorted(&found, |one| one["line"].as_u64())
}

fn sorted(found: &[Value], line: impl Fn(&Value) -> Option<u64>) -> Vec<(String, u64)> {
    let code = |one: &Value| one["code"].as_str().expect("a code").to_owned();
    let mut found: Vec<_> =
        found.iter().map(|one| (code(one), line(one).expect("a line"))).collect();
    found.sort();
    found
}

#[test]
fn templates_have_the_findings_of_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/templates");
    let mut client = Client::initialized(&[], None);
    let (mut count, mut with_findings) = (0, 0);
    for entry in fs::read_dir(templates).expect("fixtures") {
        let path = entry.expect("a fixture").path().join("template.yaml");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let lines: Vec<&str> = text.lines().collect();
        // A template, and the same without a line in its Rego.
        for removed in [None, Some(lines.len() * 2 / 3), Some(lines.len() - 2)] {
            let kept = lines.iter().enumerate().filter(|(index, _)| Some(*index) != removed);
            let kept: Vec<&str> = kept.map(|(_, line)| *line).collect();
            let changed = format!("{}\n", kept.join("\n"));
            count += 1;
            let path = folder.path().join(format!("{count}.yaml"));
            fs::write(&path, &changed).expect("a file");
            let uri = format!("file://{}", path.display());
            let found = client.open(&uri, "yaml", &changed);
            let line = |one: &Value| one["range"]["start"]["line"].as_u64().map(|line| line + 1);
            let found = sorted(&found, line);
            assert_eq!(found, checked(&path), "{removed:?}:\n{changed}");
            with_findings += usize::from(!found.is_empty());
        }
    }
    assert!(count >= 30 && with_findings >= 10, "{with_findings} of {count}");
}
