//! Ablation: the gain of each pass of the compiler, by instruction counts.
//!
//! The fixtures are compiled once with all passes, and once without each one. For example, a policy
//! that takes 900 instructions, and 1,200 without `memoize`, gains 25 % by it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use ferrego_compiler::{Build, Passes};

use crate::{Fault, project};

/// The variable that names the pass which `fixtures/build.rs` leaves out.
const WITHOUT: &str = "FERREGO_WITHOUT_PASS";
/// The program that counts instructions.
const COUNT: &str = "ferrego-bench-count";
/// The runs that are compared: evaluations without the reading of the input.
const DOOR: &str = " evaluate";

/// The figures of one choice of passes.
struct Measured {
    /// Instructions of one evaluation, by policy and verdict.
    instructions: BTreeMap<String, u64>,
    /// Lines of generated Rust of all templates.
    lines: usize,
}

/// Measures the fixtures without each pass, and prints a row of a Markdown table for each one.
///
/// # Errors
/// Returns an error if cargo or valgrind fails, or the fixtures do not compile.
pub(crate) fn run() -> Result<(), Fault> {
    let all = measured(None)?;
    println!("| pass | gain, geometric mean | best policy | lines without it |");
    println!("| --- | --- | --- | --- |");
    for pass in Passes::all().iter() {
        let without = measured(Some(pass.name))?;
        println!("{}", row(pass.name, &all, &without));
    }
    Ok(())
}

fn measured(without: Option<&str>) -> Result<Measured, Fault> {
    project::build_program(COUNT, &[(WITHOUT, without.unwrap_or_default())])?;
    let program = project::target().join("release").join(COUNT);
    let output = Command::new(program).arg("--print").output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let mut instructions: BTreeMap<String, u64> = serde_json::from_slice(&output.stdout)?;
    instructions.retain(|name, _| name.ends_with(DOOR));
    let passes = match without {
        Some(name) => Passes::all().without(name)?,
        None => Passes::all(),
    };
    Ok(Measured { instructions, lines: lines(passes)? })
}

/// Returns the lines of the Rust that the templates compile to.
fn lines(passes: Passes) -> Result<usize, Fault> {
    let folder = std::env::temp_dir().join(format!("ferrego-ablate-{}", std::process::id()));
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/templates");
    std::fs::create_dir_all(&folder)?;
    let compiled = Build::new().template(templates).passes(passes).out_dir(&folder).compile();
    let counted = compiled.map_err(Fault::from).and_then(|()| lines_in(&folder));
    std::fs::remove_dir_all(&folder)?;
    counted
}

fn lines_in(folder: &Path) -> Result<usize, Fault> {
    let mut lines = 0;
    for entry in std::fs::read_dir(folder)? {
        lines += std::fs::read_to_string(entry?.path())?.lines().count();
    }
    Ok(lines)
}

fn row(name: &str, all: &Measured, without: &Measured) -> String {
    let gains: Vec<(f64, &str)> = all
        .instructions
        .iter()
        .filter_map(|(policy, &with)| {
            Some((gain(with, *without.instructions.get(policy)?), policy.as_str()))
        })
        .collect();
    let (best, policy) =
        gains.iter().copied().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
    let policy = policy.strip_suffix(DOOR).unwrap_or(policy);
    let lines = without.lines.cast_signed() - all.lines.cast_signed();
    format!(
        "| `{name}` | {:.1} % | {:.1} % ({policy}) | {lines:+} |",
        mean(&gains) * 100.0,
        best * 100.0
    )
}

/// Returns the part of the instructions without a pass that the pass saves.
fn gain(with: u64, without: u64) -> f64 {
    1.0 - ratio(with, without)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(with: u64, without: u64) -> f64 {
    with as f64 / without.max(1) as f64
}

/// Returns the gain of the geometric mean of the instructions.
#[expect(clippy::cast_precision_loss, reason = "there are few policies")]
fn mean(gains: &[(f64, &str)]) -> f64 {
    let logarithms: f64 = gains.iter().map(|(gain, _)| (1.0 - gain).ln()).sum();
    1.0 - (logarithms / gains.len().max(1) as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(counts: &[(&str, u64)], lines: usize) -> Measured {
        let instructions = counts.iter().map(|&(name, count)| (name.to_owned(), count)).collect();
        Measured { instructions, lines }
    }

    #[test]
    fn a_row_has_the_mean_and_the_best_policy() {
        let all = measured(&[("a deny evaluate", 900), ("b deny evaluate", 1000)], 100);
        let without = measured(&[("a deny evaluate", 1200), ("b deny evaluate", 1000)], 90);
        assert_eq!(
            row("memoize", &all, &without),
            "| `memoize` | 13.4 % | 25.0 % (a deny) | -10 |"
        );
    }
}
