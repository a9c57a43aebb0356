//! Heap allocations in the steady state. They are counted by a program of its own, which stands
//! beside the one that measures times and prints a line for each subject.

use std::path::Path;
use std::process::Command;

use ferrego_runtime::Policy;
use serde::{Deserialize, Serialize};

use crate::subjects::{self, Program};
use crate::target::{self, Target, Verdict};
use crate::{Fault, folder, project};

/// The name of the program, without that of the one that measures.
const SUFFIX: &str = "-allocations";

/// Gives the number of allocations of a run.
pub type Counter<'c> = &'c dyn Fn(&mut dyn FnMut()) -> u64;

/// What a subject allocates.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Allocations {
    policy: String,
    verdict: Verdict,
    program: Program,
    /// In an evaluation with the input parsed.
    pub(crate) evaluate: u64,
    /// From bytes to the verdict.
    pub(crate) judge: u64,
}

/// Prints what is allocated for the fixtures.
///
/// # Errors
/// Fixtures that cannot be read, and wrong answers.
pub fn print_of_fixtures(counter: Counter<'_>) -> Result<(), Fault> {
    print_all(&target::fixtures()?, counter)
}

/// Prints what is allocated for the policies of a folder of recorded cases.
///
/// # Errors
/// Cases that cannot be read, and wrong answers.
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

/// What a run allocates once the arena has grown and patterns are known.
fn steady(run: &mut crate::clock::Run<'_>, counter: Counter<'_>) -> u64 {
    for _ in 0..3 {
        run();
    }
    counter(&mut || {
        run();
    })
}

/// What the program beside `program` prints, for a folder where it is asked for one.
///
/// # Errors
/// A program that is not there or fails.
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

/// What a subject allocates, where it was counted.
pub(crate) fn find<'a>(
    all: &'a [Allocations],
    policy: &str,
    verdict: Verdict,
    program: Program,
) -> Option<&'a Allocations> {
    all.iter().find(|one| one.policy == policy && one.verdict == verdict && one.program == program)
}
