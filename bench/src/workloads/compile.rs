//! The time that the compiler takes, and the size of its output.

use ferrego_compiler::pipeline;

use crate::Fault;
use crate::clock::{self, Effort};
use crate::summary::Line;
use crate::target::Target;

/// Measures the compilation of Rego to Rust.
///
/// # Errors
/// Returns an error if a fixture does not compile.
pub(super) fn measure(targets: &[Target], quick: bool) -> Result<Vec<Line>, Fault> {
    let mut times = Vec::new();
    let (mut rego, mut rust) = (0, 0);
    for target in targets {
        let generated = pipeline::compile(&target.sources, &target.options)?;
        rego += target.sources.iter().map(|source| source.text.lines().count()).sum::<usize>();
        rust += generated.rust.lines().count();
        let run = || {
            let generated = pipeline::compile(&target.sources, &target.options);
            generated.map_or(0, |generated| generated.rust.len())
        };
        let time = clock::time(Box::new(run), Effort::of_long_runs(quick)) / 1e6;
        times.push((time, target.name.as_str()));
    }
    let count = f64::from(u32::try_from(times.len())?);
    let mean = times.iter().map(|(time, _)| time).sum::<f64>() / count;
    times.sort_by(|one, other| other.0.total_cmp(&one.0));
    let slowest = times
        .first()
        .map_or_else(String::new, |(time, name)| format!("slowest {name}, {time:.1} ms"));
    let (rego, rust) = (u32::try_from(rego)?, u32::try_from(rust)?);
    let lines = f64::from(rust) / f64::from(rego);
    let note = format!("{rego} lines of Rego, {rust} of Rust");
    Ok(vec![
        Line::of("compiling to Rust: ms a template", mean, slowest),
        Line::of("lines of Rust a line of Rego", lines, note),
    ])
}
