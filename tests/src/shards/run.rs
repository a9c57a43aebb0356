//! Runs jobs in the programs of built policies.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use serde_json::value::RawValue;

use super::{Input, Job, Outcome, Shards};

/// Returns the outcomes of `jobs`, in order. The program of each crate runs once, two at a time.
///
/// # Errors
/// Returns an error if a program does not start.
pub fn run(shards: &Shards, jobs: &[Job]) -> Result<Vec<Outcome>, String> {
    let per_crate = shards.layout.policies_per_crate;
    let mut of_crate: Vec<Vec<usize>> = vec![Vec::new(); shards.programs.len()];
    for (index, job) in jobs.iter().enumerate() {
        of_crate[job.policy / per_crate].push(index);
    }
    let mut outcomes = vec![Outcome::Crash("it was not run".to_owned()); jobs.len()];
    for (program, indices) in shards.programs.iter().zip(of_crate) {
        let lines: Vec<String> =
            indices.iter().map(|&index| line(&jobs[index], per_crate)).collect::<Result<_, _>>()?;
        for (index, outcome) in indices.into_iter().zip(ask(program, &lines)?) {
            outcomes[index] = outcome;
        }
    }
    Ok(outcomes)
}

/// Returns a job as a line of JSON. The input and the data are copied unchanged, so that numbers
/// keep their text.
fn line(job: &Job, per_crate: usize) -> Result<String, String> {
    let mut text = format!(
        "{{\"policy\":{},\"path\":{},\"strict\":{}",
        job.policy % per_crate,
        Value::from(job.path.as_str()),
        job.strict
    );
    match &job.input {
        Input::None => {}
        Input::Json(json) => push(&mut text, "input", json)?,
        Input::Document(path) => {
            push(&mut text, "input_document", &Value::from(path.as_str()).to_string())?;
        }
    }
    if let Some(data) = &job.data {
        push(&mut text, "data", data)?;
    }
    text.push('}');
    Ok(text)
}

/// Adds a field whose value is JSON text, on one line.
fn push(text: &mut String, field: &str, json: &str) -> Result<(), String> {
    let raw: &RawValue = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let _ = write!(text, ",\"{field}\":");
    text.extend(raw.get().chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
    Ok(())
}

/// Sends the lines to a program. After a crash, a new process receives the remaining lines.
fn ask(program: &Path, lines: &[String]) -> Result<Vec<Outcome>, String> {
    let mut outcomes = Vec::with_capacity(lines.len());
    while outcomes.len() < lines.len() {
        let rest = &lines[outcomes.len()..];
        let answered = ask_once(program, rest)?;
        let crashed = answered.len() < rest.len();
        outcomes.extend(answered);
        if crashed {
            outcomes.push(Outcome::Crash("the program ended".to_owned()));
        }
    }
    Ok(outcomes)
}

fn ask_once(program: &Path, lines: &[String]) -> Result<Vec<Outcome>, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", program.display());
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(fault)?;
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let outcomes = std::thread::scope(|scope| {
        scope.spawn(move || {
            let Some(mut stdin) = stdin else { return };
            for line in lines {
                // If the program has ended, the missing answers report it.
                if writeln!(stdin, "{line}").is_err() {
                    return;
                }
            }
        });
        let Some(stdout) = stdout else { return Vec::new() };
        BufReader::new(stdout).lines().map_while(Result::ok).map(|line| outcome(&line)).collect()
    });
    child.wait().map_err(fault)?;
    Ok(outcomes)
}

fn outcome(line: &str) -> Outcome {
    let parts: Vec<String> = serde_json::from_str(line).unwrap_or_default();
    match parts.as_slice() {
        [kind, ..] if kind == "undefined" => Outcome::Undefined,
        [kind, value, _] if kind == "value" => Outcome::Value(value.clone()),
        [kind, code, message] if kind == "error" => {
            Outcome::Error { code: code.clone(), message: message.clone() }
        }
        [_, what, _] => Outcome::Crash(what.clone()),
        _ => Outcome::Crash(format!("no answer: {line}")),
    }
}
