//! Instruction counts of compiled policies on the fixtures: a regression check that needs no quiet
//! machine.
//!
//! The program runs itself under valgrind's callgrind. Callgrind counts only inside [`repeated`]
//! and writes a file after each call.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::clock::Run;
use crate::workloads::set;
use crate::{Fault, subjects, target};

/// Repetitions of a run in one count.
const REPETITIONS: u64 = 100;
/// The growth of a count that is accepted, in percent.
const TOLERANCE: u64 = 5;
/// The time for which each request is repeated for a profiler.
const WATCHED: Duration = Duration::from_secs(2);
/// The name that callgrind uses for [`repeated`], the function in which instructions are counted.
const COUNTED: &str = "ferrego_bench::count::repeated";
/// The name of the run of all policies on one review.
const ALL: &str = "all-policies";

/// The counts in `bench/instructions.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Baseline {
    /// The compiler of the counted program. Other compilers give other counts, and so may another
    /// processor family, because libc selects its routines by the processor.
    rustc: String,
    /// Instructions of one run, by policy, verdict and door (`evaluate` or `judge`).
    instructions: BTreeMap<String, u64>,
}

/// Runs the command that the process arguments name.
///
/// # Errors
/// Returns an error if an argument is unknown, valgrind does not run, or a count has grown.
pub fn count() -> Result<(), Fault> {
    match std::env::args().nth(1).as_deref() {
        None => run_all(),
        Some("--check") => check(),
        Some("--update") => update(),
        Some("--print") => {
            println!("{}", serde_json::to_string(&counts()?)?);
            Ok(())
        }
        Some("--repeat") => {
            let door = std::env::args().nth(3);
            repeat(&std::env::args().nth(2).unwrap_or_default(), door.as_deref())
        }
        Some(other) => {
            let usage = "use --check, --update, --print or --repeat POLICY [judge]";
            Err(format!("{other}: {usage}").into())
        }
    }
}

/// Runs every request of the fixtures, and prints the name of each run after it. This is the
/// program that valgrind runs.
fn run_all() -> Result<(), Fault> {
    let targets = target::fixtures()?;
    for target in &targets {
        for question in &target.questions {
            let Some(mut runs) = subjects::compiled(target, question)?.runs else { continue };
            for (door, run) in [("evaluate", &mut runs.evaluate), ("judge", &mut runs.judge)] {
                for _ in 0..3 {
                    run();
                }
                std::hint::black_box(repeated(run));
                println!("{} {} {door}", target.name, question.verdict.name());
            }
        }
    }
    let all = set::Everything::of(&targets)?;
    let mut run = all.judging()?;
    for _ in 0..3 {
        run();
    }
    std::hint::black_box(repeated(&mut run));
    println!("{ALL} judge");
    Ok(())
}

/// Repeats the requests of one policy for a profiler, and prints the time of one run in the fastest
/// batch. With the door `judge`, each run begins at the bytes of the input.
fn repeat(policy: &str, door: Option<&str>) -> Result<(), Fault> {
    let targets = target::fixtures()?;
    if policy == ALL {
        let all = set::Everything::of(&targets)?;
        watch(policy, &mut all.judging()?);
        return Ok(());
    }
    let target = targets.iter().find(|target| target.name == policy);
    let target = target.ok_or_else(|| format!("no fixture named `{policy}`"))?;
    for question in &target.questions {
        let Some(mut runs) = subjects::compiled(target, question)?.runs else { continue };
        let run = if door == Some("judge") { &mut runs.judge } else { &mut runs.evaluate };
        watch(&format!("{} {}", target.name, question.verdict.name()), run);
    }
    Ok(())
}

/// Repeats a run for [`WATCHED`], and prints its time in the fastest batch.
fn watch(name: &str, run: &mut Run<'_>) {
    let begin = Instant::now();
    let mut quickest = Duration::MAX;
    while begin.elapsed() < WATCHED {
        let batch = Instant::now();
        std::hint::black_box(repeated(run));
        quickest = quickest.min(batch.elapsed());
    }
    let nanoseconds = quickest.as_nanos() / u128::from(REPETITIONS);
    println!("{name}: {nanoseconds} ns");
}

#[inline(never)]
fn repeated(run: &mut Run<'_>) -> usize {
    (0..REPETITIONS).map(|_| run()).fold(0, usize::wrapping_add)
}

fn check() -> Result<(), Fault> {
    let baseline: Baseline = serde_json::from_str(&fs::read_to_string(file())?)?;
    let rustc = rustc()?;
    if baseline.rustc != rustc {
        println!("instructions: left out; they were counted with {}, not {rustc}", baseline.rustc);
        return Ok(());
    }
    let counts = counts()?;
    let grown: Vec<String> = counts
        .iter()
        .filter_map(|(name, &now)| {
            let before = *baseline.instructions.get(name)?;
            let limit = before + before * TOLERANCE / 100;
            (now > limit).then(|| format!("{name}: {before} instructions before, {now} now"))
        })
        .collect();
    let total = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>();
    println!("instructions: {} now, {} before", total(&counts), total(&baseline.instructions));
    if grown.is_empty() {
        return Ok(());
    }
    let advice = "make it as quick as it was, or keep the new counts with --update";
    Err(format!("more instructions than before; {advice}:\n{}", grown.join("\n")).into())
}

fn update() -> Result<(), Fault> {
    let baseline = Baseline { rustc: rustc()?, instructions: counts()? };
    let text = serde_json::to_string_pretty(&baseline)? + "\n";
    fs::write(file(), text)?;
    Ok(())
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json")
}

fn rustc() -> Result<String, Fault> {
    let output = Command::new("rustc").arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Counts the instructions of one run of each request, by name.
fn counts() -> Result<BTreeMap<String, u64>, Fault> {
    let folder = std::env::temp_dir().join(format!("ferrego-count-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let counts = counts_in(&folder);
    fs::remove_dir_all(&folder)?;
    counts
}

fn counts_in(folder: &Path) -> Result<BTreeMap<String, u64>, Fault> {
    let files = folder.join("counts");
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-after={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", files.display()))
        .arg(std::env::current_exe()?)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let names = String::from_utf8(output.stdout)?;
    let counts = names.lines().zip(1..).map(|(name, number)| {
        let text = fs::read_to_string(format!("{}.{number}", files.display()))?;
        Ok((name.to_owned(), total(&text)? / REPETITIONS))
    });
    counts.collect()
}

/// Returns the total in the text of a callgrind file.
fn total(text: &str) -> Result<u64, Fault> {
    let totals = text
        .lines()
        .find_map(|line| line.strip_prefix("totals:").or_else(|| line.strip_prefix("summary:")));
    Ok(totals.ok_or("callgrind wrote no total")?.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_a_file_is_found() {
        let text =
            "version: 1\nevents: Ir\nsummary: 1200\n\nfn=(1) repeated\n1 1200\n\ntotals: 1200\n";
        assert_eq!(total(text).expect("a total"), 1200);
        assert!(total("version: 1\n").is_err());
    }
}
