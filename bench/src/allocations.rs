//! Heap allocations in the steady state.
//!
//! A separate program, built next to the one that measures times, counts the allocations and prints
//! one line per subject.

use std::path::Path;
use std::process::Command;

use ferrego_runtime::Policy;
use serde::{Deserialize, Serialize};

use crate::subjects::{self, Program};
use crate::target::{self, Target, Verdict};
use crate::{Fault, folder, project};

/// The suffix of the counting program's name, after the name of the measuring program.
const SUFFIX: &str = "-allocations";

/// Returns the number of allocations of a run.
pub type Counter<'c> = &'c dyn Fn(&mut dyn FnMut()) -> u64;

/// The allocations of one subject on one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Allocations {
    policy: String,
    verdict: Verdict,
    program: Program,
    /// Allocations of an evaluation whose input is already parsed.
    pub(crate) evaluate: u64,
    /// Allocations from the bytes of the input to the verdict.
    pub(crate) judge: u64,
}

/// Prints the allocations of each subject on the fixtures.
///
/// # Errors
/// Returns an error if the fixtures cannot be read or an answer is wrong.
pub fn print_of_fixtures(counter: Counter<'_>) -> Result<(), Fault> {
    print_all(&target::fixtures()?, counter)
}

/// Prints the allocations of each subject on the policies of a folder of recorded cases.
///
/// # Errors
/// Returns an error if the cases cannot be read or an answer is wrong.
pub fn print(
    folder: &Path,
    policies: &'static [&'static Policy],
    counter: Counter<'_>,
) -> Result<(), Fault> {
    print_all(&folder::targets(folder, policies)?, counter)
}

fn print_all(targets: &[Target], counter: Counter<'_>) -> Result<(), Fault> {
    for target in targets {
        for question in &target.questions {
            for subject in subjects::all(target, question)? {
                let Some(mut runs) = subject.runs else { continue };
                let line = Allocations {
                    policy: target.name.clone(),
                    verdict: question.verdict,
                    program: subject.program,
                    evaluate: steady(&mut runs.evaluate, counter),
                    judge: steady(&mut runs.judge, counter),
                };
                println!("{}", serde_json::to_string(&line)?);
            }
        }
    }
    Ok(())
}

/// Returns the number of allocations of a run after three warm-up runs, which grow the arena and
/// fill the pattern cache.
fn steady(run: &mut crate::clock::Run<'_>, counter: Counter<'_>) -> u64 {
    for _ in 0..3 {
        run();
    }
    counter(&mut || {
        run();
    })
}

/// Runs the counting program of `program` and returns its rows. With a `folder`, the program counts
/// the recorded cases of that folder.
///
/// # Errors
/// Returns an error if the counting program does not exist or fails.
pub(crate) fn counted_beside(
    program: &str,
    folder: Option<&Path>,
) -> Result<Vec<Allocations>, Fault> {
    let path = project::target().join("release").join(format!("{program}{SUFFIX}"));
    let output = Command::new(&path)
        .args(folder)
        .output()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Returns the allocations of a subject, or `None` if they were not counted.
pub(crate) fn find<'a>(
    all: &'a [Allocations],
    policy: &str,
    verdict: Verdict,
    program: Program,
) -> Option<&'a Allocations> {
    all.iter().find(|one| one.policy == policy && one.verdict == verdict && one.program == program)
}
