//! Runs recorded cases.
//!
//! ```text
//! cases DIR --engine compiled|interpreter [--scope core|extended|all] [--file NAME] [--only ID]
//!       [--json FILE] [--known FILE] [--oracle PATH [--rows FILE]]
//! ```
//!
//! The recorded answers are those of an older OPA. With `--oracle`, OPA of the pinned version
//! answers each case too, and the engine must agree with it. Answers that OPA has changed are
//! listed. `--rows` writes them as rows of known differences. Their reasons must be filled in.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ferrego_tests::cases::compiled::CompiledEngine;
use ferrego_tests::cases::interpreter::InterpreterEngine;
use ferrego_tests::cases::known::KnownDifferences;
use ferrego_tests::cases::newer::{self, Agreement};
use ferrego_tests::cases::record::{self, Policy, Scope};
use ferrego_tests::cases::report::Summary;
use ferrego_tests::cases::{Engine, verdict};
use ferrego_tests::oracle::{Oracle, OracleEngine};
use lexopt::prelude::*;
use serde_json::json;

/// The error of a run without cases, which must not pass.
const NO_CASE: &str = "expected a recorded case, found none: see --scope, --file and --only";

/// The files that are read by default.
const FILES: [&str; 4] = ["opa-v0", "opa-v1", "templates", "random"];

struct Options {
    directory: PathBuf,
    engine: Box<dyn Engine>,
    scope: Option<Scope>,
    files: Vec<String>,
    only: Option<String>,
    json: Option<PathBuf>,
    known: PathBuf,
    oracle: Option<OracleEngine>,
    rows: Option<PathBuf>,
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

/// Returns `true` if all answers agree.
fn run() -> Result<bool, Box<dyn Error>> {
    let options = options()?;
    if let Some(oracle) = &options.oracle {
        return compare_with_newer(&options, oracle);
    }
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
    if summaries.iter().all(|summary| summary.total == 0) {
        return Err(NO_CASE.into());
    }
    Ok(summaries.iter().all(|summary| summary.disagree == 0))
}

/// Returns `true` if the engine gives the pinned OPA's answers to all cases.
fn compare_with_newer(options: &Options, oracle: &OracleEngine) -> Result<bool, Box<dyn Error>> {
    let mut counts: BTreeMap<Agreement, usize> = BTreeMap::new();
    let mut rows = String::new();
    for file in &options.files {
        let policies = record::read(&options.directory.join(format!("{file}.jsonl")))?;
        let wanted: Vec<&Policy> = policies.iter().filter(|p| wants(options, p)).collect();
        let own = options.engine.run(&wanted);
        let newer = oracle.run(&wanted);
        for (policy, (own, newer)) in wanted.iter().zip(own.iter().zip(&newer)) {
            for case in newer::compare(policy, own, newer) {
                *counts.entry(case.agreement).or_default() += 1;
                if case.agreement != Agreement::All {
                    println!("{case}");
                }
                if case.agreement == Agreement::Changed {
                    let engine = options.engine.name();
                    let row = json!({"id": case.id, "engine": engine, "reason": ""});
                    writeln!(rows, "{row}")?;
                }
            }
        }
    }
    if let Some(path) = &options.rows {
        fs::write(path, rows)?;
    }
    if counts.is_empty() {
        return Err(NO_CASE.into());
    }
    for (agreement, count) in &counts {
        println!("{agreement:?}: {count}");
    }
    let fine = |agreement: &Agreement| matches!(agreement, Agreement::All | Agreement::Changed);
    Ok(counts.keys().all(fine))
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
    let (mut oracle, mut rows) = (None, None);
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
            Long("oracle") => oracle = Some(opened(Path::new(&arguments.value()?))?),
            Long("rows") => rows = Some(PathBuf::from(arguments.value()?)),
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
        oracle,
        rows,
    })
}

fn opened(path: &Path) -> Result<OracleEngine, String> {
    let (oracle, version) = Oracle::open(path)?;
    eprintln!("comparing with OPA {version}");
    Ok(OracleEngine::new(oracle))
}

fn engine_named(name: &str) -> Result<Box<dyn Engine>, String> {
    match name {
        "compiled" => Ok(Box::new(CompiledEngine::default())),
        "interpreter" => Ok(Box::new(InterpreterEngine)),
        _ => Err(format!("no such engine: `{name}`")),
    }
}

/// Returns the scope of this name, or `None` for all scopes.
fn scope_named(name: &str) -> Result<Option<Scope>, String> {
    match name {
        "core" => Ok(Some(Scope::Core)),
        "extended" => Ok(Some(Scope::Extended)),
        "all" => Ok(None),
        _ => Err(format!("no such scope: `{name}`")),
    }
}
