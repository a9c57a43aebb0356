//! Measurements of compiled policies, compared with interpreters and hand-written Rust.
//!
//! [`run`] measures the templates among the fixtures. For each folder of recorded cases it
//! generates a program that calls [`main_with`], and measures the templates there. A target is a
//! policy with an allowed and a denied request. A subject is a program that judges one of these
//! requests. One clock times all subjects. Workloads measure everything else: many policies,
//! growing inputs, threads, the compiler and program size.

mod ablate;
mod allocations;
mod clock;
mod compile_time;
mod count;
mod folder;
mod hand;
mod measure;
mod options;
mod project;
mod serving;
mod subjects;
mod summary;
mod table;
mod target;
mod workloads;

use std::path::Path;
use std::process::ExitCode;

use ferrego_runtime::Policy;
use serde::Serialize;

use allocations::Allocations;
pub use allocations::{Counter, print as print_allocations, print_of_fixtures};
pub use count::count;
use measure::Row;
use options::Options;
pub use serving::run as serving;
use summary::Line;
use target::Target;

/// The most parts of a module whose compile time is measured.
const COMPILED_PARTS: usize = 10_000;

/// An error while preparing or measuring.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// The measurements of a set of policies.
#[derive(Debug, Serialize)]
struct Report {
    /// The source of the policies.
    source: String,
    /// The summary, with the bounds of its figures.
    summary: Vec<Line>,
    /// One row per policy.
    rows: Vec<Row>,
}

/// Measures the fixtures and all folders that the command line or `FERREGO_CASES` names.
///
/// Arguments: `[--quick] [--json FILE] [DIR…]`, `--ablate` for the gain of each pass, or
/// `--compile-time [NAME…]` for the growth of the compile time with each construct.
pub fn run() -> ExitCode {
    finish(measured())
}

/// Runs the program that is generated for a folder of recorded cases, with its compiled `policies`:
/// `[--quick] [--json FILE] DIR`.
pub fn main_with(policies: &'static [&'static Policy]) -> ExitCode {
    finish(measured_in_folder(policies))
}

/// Reports an error on standard error, and returns the exit status.
pub fn finish(result: Result<(), Fault>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("ferrego-bench: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn measured() -> Result<(), Fault> {
    let mut options = Options::from_arguments()?;
    if options.ablate {
        return ablate::run();
    }
    if options.compile_time {
        return compile_time::run(COMPILED_PARTS, &options.folders);
    }
    if let Some(folder) = std::env::var_os("FERREGO_CASES") {
        options.folders.push(folder.into());
    }
    let targets = target::fixtures()?;
    project::build_programs()?;
    let counted = allocations::counted_beside("ferrego-bench", None)?;
    let mut report = report("fixtures", &targets, &counted, options.quick)?;
    report.summary.extend(workloads::all(&targets, options.quick)?);
    table::print(&report.rows, &report.summary);
    let mut reports = vec![serde_json::value::to_raw_value(&report)?];
    for folder in &options.folders {
        reports.push(project::measure(folder, options.quick)?);
    }
    write(&options, &reports)
}

fn measured_in_folder(policies: &'static [&'static Policy]) -> Result<(), Fault> {
    let options = Options::from_arguments()?;
    let [folder] = &options.folders[..] else { return Err("name one folder".into()) };
    let targets = folder::targets(folder, policies)?;
    let counted = allocations::counted_beside(project::RECORDED, Some(folder))?;
    let report = report(&folder.to_string_lossy(), &targets, &counted, options.quick)?;
    table::print(&report.rows, &report.summary);
    write(&options, &report)
}

fn report(
    source: &str,
    targets: &[Target],
    counted: &[Allocations],
    quick: bool,
) -> Result<Report, Fault> {
    println!("\n## {source}: {} policies\n", targets.len());
    let rows = measure::all(targets, counted, quick)?;
    Ok(Report { source: source.to_owned(), summary: summary::of(&rows), rows })
}

fn write(options: &Options, data: &impl Serialize) -> Result<(), Fault> {
    if let Some(path) = &options.json {
        write_to(path, &serde_json::to_string_pretty(data)?)?;
    }
    Ok(())
}

fn write_to(path: &Path, text: &str) -> Result<(), Fault> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()).into())
}
