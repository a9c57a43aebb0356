//! The size and build time that a policy adds to a program.

use std::fs;
use std::time::Instant;

use ferrego_compiler::pipeline::{self, Generated};

use crate::Fault;
use crate::project::{self, Crate};
use crate::summary::Line;
use crate::target::Target;

/// The libraries that a program links besides its policies.
#[derive(Clone, Copy)]
enum Linked {
    /// The libraries that the policies use.
    Used,
    /// All builtins, with the libraries that they need.
    All,
}

/// Measures programs with one policy and with all.
///
/// The first policy that uses regular expressions or certificates brings their libraries into the
/// program, however small its own code is. The code of a policy itself is therefore measured as the
/// size that it adds to a program that already links all libraries.
///
/// # Errors
/// Returns an error if cargo fails.
pub(super) fn measure(targets: &[Target]) -> Result<Vec<Line>, Fault> {
    let policies = targets
        .iter()
        .map(|target| pipeline::compile(&target.sources, &target.options))
        .collect::<Result<Vec<Generated>, _>>()?;
    // This first build also builds the dependencies.
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

/// A program that was built.
struct Built {
    /// The build time of the program's crate alone.
    seconds: f64,
    /// The size of the program.
    bytes: u32,
}

fn built(name: &str, policies: &[Generated], linked: Linked) -> Result<Built, Fault> {
    let module = name.replace('-', "_");
    // Each build has its own text, so that cargo builds the crate again.
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
