//! What a policy adds to a program: to its size, and to the time that its build takes.

use std::fs;
use std::time::Instant;

use ferrego_compiler::pipeline::{self, Generated};

use crate::Fault;
use crate::project::{self, Crate};
use crate::summary::Line;
use crate::target::Target;

/// Measures programs with one policy and with all.
///
/// # Errors
/// What cargo says.
pub(super) fn measure(targets: &[Target]) -> Result<Vec<Line>, Fault> {
    let policies = targets
        .iter()
        .map(|target| pipeline::compile(&target.sources, &target.options))
        .collect::<Result<Vec<Generated>, _>>()?;
    // Builds what both depend on, too.
    let first = &policies[..policies.len().min(1)];
    built("one-policy", first)?;
    let (one_seconds, one_bytes) = built("one-policy", first)?;
    let (all_seconds, all_bytes) = built("all-policies", &policies)?;
    let more = f64::from(u32::try_from(policies.len())?) - 1.0;
    let kilobytes = (f64::from(all_bytes) - f64::from(one_bytes)) / 1024.0;
    let seconds = format!("{all_seconds:.1} s for {}", policies.len());
    let bytes = format!("{} KB with one, {} KB with all", one_bytes / 1024, all_bytes / 1024);
    Ok(vec![
        Line::of("rustc, release: s a template", (all_seconds - one_seconds) / more, seconds),
        Line::of("stripped program: KB a policy", kilobytes / more, bytes),
    ])
}

/// The seconds that the build of the crate alone takes, and the size of its program.
fn built(name: &str, policies: &[Generated]) -> Result<(f64, u32), Fault> {
    let module = name.replace('-', "_");
    // A text of its own each time, so that it is built anew.
    let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos();
    let policies: Vec<Generated> = policies
        .iter()
        .map(|policy| Generated { rust: format!("// {stamp}\n{}", policy.rust), ..policy.clone() })
        .collect();
    let program = format!(
        "//! Judges an input with every policy.\n\n\
         use ferrego_runtime::{{Arena, Evaluation, Violations, json}};\n\n\
         fn main() {{\n    let arena = Arena::new();\n    \
         let text = std::env::args().nth(1).unwrap_or_default();\n    \
         let Ok(input) = json::parse(&arena, text.as_bytes()) else {{ return }};\n    \
         for policy in {module}::POLICIES {{\n        \
         println!(\"{{:?}}\", policy.violations(&Evaluation::new(&arena).input(input)));\n    }}\n}}\n"
    );
    let programs = [("", program)];
    let written =
        Crate { name, policies: &policies, dependencies: String::new(), programs: &programs };
    let directory = written.write()?;
    let begin = Instant::now();
    project::cargo(&directory, ["build", "--quiet", "--release", "--lib"])?;
    let seconds = begin.elapsed().as_secs_f64();
    let strip = ["rustc", "--quiet", "--release", "--bin", name, "--", "-C", "strip=symbols"];
    project::cargo(&directory, strip)?;
    let bytes = fs::metadata(project::target().join("release").join(name))?.len();
    Ok((seconds, u32::try_from(bytes)?))
}
