//! Runs recorded cases: `cases DIR --engine compiled|interpreter [--scope core|extended|all]
//! [--file NAME] [--only ID] [--json FILE] [--known FILE]`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ferrego_tests::cases::compiled::CompiledEngine;
use ferrego_tests::cases::interpreter::InterpreterEngine;
use ferrego_tests::cases::known::KnownDifferences;
use ferrego_tests::cases::record::{self, Policy, Scope};
use ferrego_tests::cases::report::Summary;
use ferrego_tests::cases::{Engine, verdict};
use lexopt::prelude::*;

/// The files read where none is named.
const FILES: [&str; 4] = ["opa-v0", "opa-v1", "templates", "random"];

struct Options {
    directory: PathBuf,
    engine: Box<dyn Engine>,
    scope: Option<Scope>,
    files: Vec<String>,
    only: Option<String>,
    json: Option<PathBuf>,
    known: PathBuf,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cases: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether all answers agree.
fn run() -> Result<bool, Box<dyn Error>> {
    let options = options()?;
    let known = KnownDifferences::read(&options.known, options.engine.name())?;
    let mut summaries = Vec::new();
    for file in &options.files {
        let summary = summary(&options, file, &known)?;
        println!("{summary}");
        summaries.push(summary);
    }
    if let Some(path) = &options.json {
        fs::write(path, serde_json::to_string_pretty(&summaries)?)?;
    }
    Ok(summaries.iter().all(|summary| summary.disagree == 0))
}

fn summary(
    options: &Options,
    file: &str,
    known: &KnownDifferences,
) -> Result<Summary, Box<dyn Error>> {
    let policies = record::read(&options.directory.join(format!("{file}.jsonl")))?;
    let wanted: Vec<&Policy> = policies.iter().filter(|policy| wants(options, policy)).collect();
    let runs = options.engine.run(&wanted);
    let judged = wanted.iter().zip(&runs).flat_map(|(policy, run)| verdict::judge(policy, run));
    Ok(Summary::of(file, judged, known))
}

fn wants(options: &Options, policy: &Policy) -> bool {
    options.scope.is_none_or(|scope| policy.scope == scope)
        && options.only.as_ref().is_none_or(|id| policy.id == *id)
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut directory = None;
    let mut engine: Option<Box<dyn Engine>> = None;
    let mut scope = Some(Scope::Core);
    let (mut files, mut only, mut json, mut known) = (Vec::new(), None, None, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(value) => directory = Some(PathBuf::from(value)),
            Long("engine") => engine = Some(engine_named(&arguments.value()?.string()?)?),
            Long("scope") => scope = scope_named(&arguments.value()?.string()?)?,
            Long("file") => files.push(arguments.value()?.string()?),
            Long("only") => only = Some(arguments.value()?.string()?),
            Long("json") => json = Some(PathBuf::from(arguments.value()?)),
            Long("known") => known = Some(PathBuf::from(arguments.value()?)),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if files.is_empty() {
        files = FILES.map(str::to_owned).to_vec();
    }
    let own_list = || Path::new(env!("CARGO_MANIFEST_DIR")).join("known_differences.jsonl");
    Ok(Options {
        directory: directory.ok_or("name the directory of the recorded cases")?,
        engine: engine.ok_or("name the engine: --engine compiled or --engine interpreter")?,
        scope,
        files,
        only,
        json,
        known: known.unwrap_or_else(own_list),
    })
}

fn engine_named(name: &str) -> Result<Box<dyn Engine>, String> {
    match name {
        "compiled" => Ok(Box::new(CompiledEngine::default())),
        "interpreter" => Ok(Box::new(InterpreterEngine)),
        _ => Err(format!("there is no engine {name}")),
    }
}

/// `None` is all of them.
fn scope_named(name: &str) -> Result<Option<Scope>, String> {
    match name {
        "core" => Ok(Some(Scope::Core)),
        "extended" => Ok(Some(Scope::Extended)),
        "all" => Ok(None),
        _ => Err(format!("there is no scope {name}")),
    }
}
