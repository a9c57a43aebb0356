//! What a policy adds to a program: to its size, and to the time that its build takes.

use std::fs;
use std::time::Instant;

use ferrego_compiler::pipeline::{self, Generated};

use crate::Fault;
use crate::project::{self, Crate};
use crate::summary::Line;
use crate::target::Target;

/// What a program links besides its policies.
#[derive(Clone, Copy)]
enum Linked {
    /// What they use.
    Used,
    /// All builtins, with the libraries that these need.
    All,
}

/// Measures programs with one policy and with all.
///
/// A policy that is the first to use regular expressions or certificates brings their libraries
/// into the program, however little code it is itself. So its own code is what it adds to a
/// program that has them all already.
///
/// # Errors
/// What cargo says.
pub(super) fn measure(targets: &[Target]) -> Result<Vec<Line>, Fault> {
    let policies = targets
        .iter()
        .map(|target| pipeline::compile(&target.sources, &target.options))
        .collect::<Result<Vec<Generated>, _>>()?;
    // Builds what all of them depend on, too.
    let first = &policies[..policies.len().min(1)];
    built("one-policy", first, Linked::Used)?;
    let one = built("one-policy", first, Linked::Used)?;
    let all = built("all-policies", &policies, Linked::Used)?;
    let one_more = built("one-policy", first, Linked::All)?;
    let all_more = built("all-policies", &policies, Linked::All)?;
    let more = f64::from(u32::try_from(policies.len())?) - 1.0;
    let seconds = format!("{:.1} s for {}", all.seconds, policies.len());
    Ok(vec![
        Line::of("rustc, release: s a template", (all.seconds - one.seconds) / more, seconds),
        size("stripped program: KB a policy", &one_more, &all_more, more),
        size("the same with the libraries that it is the first to use", &one, &all, more),
    ])
}

fn size(what: &str, one: &Built, all: &Built, more: f64) -> Line {
    let kilobytes = (f64::from(all.bytes) - f64::from(one.bytes)) / 1024.0;
    let note = format!("{} KB with one, {} KB with all", one.bytes / 1024, all.bytes / 1024);
    Line::of(what, kilobytes / more, note)
}

/// A program.
struct Built {
    /// What the build of the crate alone took.
    seconds: f64,
    /// Its size.
    bytes: u32,
}

fn built(name: &str, policies: &[Generated], linked: Linked) -> Result<Built, Fault> {
    let module = name.replace('-', "_");
    // A text of its own each time, so that it is built anew.
    let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos();
    let policies: Vec<Generated> = policies
        .iter()
        .map(|policy| Generated { rust: format!("// {stamp}\n{}", policy.rust), ..policy.clone() })
        .collect();
    let builtins = match linked {
        Linked::Used => "",
        Linked::All => {
            "    std::hint::black_box(ferrego_runtime::builtins::all().collect::<Vec<_>>());\n"
        }
    };
    let program = format!(
        "//! Judges an input with every policy.\n\n\
         use ferrego_runtime::{{Arena, Evaluation, Violations, json}};\n\n\
         fn main() {{\n{builtins}    let arena = Arena::new();\n    \
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
    Ok(Built { seconds, bytes: u32::try_from(bytes)? })
}
