//! The subcommands.

mod eval;
mod test;
mod unchecked;
mod verify;

use std::path::PathBuf;

use ferrego_compiler::frontend::inputs::Inputs;
use ferrego_compiler::frontend::output;
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_compiler::{ir, pipeline};

use crate::arguments::{Check, Compile, Inputs as Arguments, Plan};
use crate::failure::Failure;
use crate::output::{stdout, visible};

pub(crate) use eval::eval;
pub(crate) use test::test;
pub(crate) use verify::verify;

/// `ferrego compile`: writes the Rust of policies and prints the paths of the files.
pub(crate) fn compile(command: &Compile) -> Result<(), Failure> {
    let request = Request { runtime: command.runtime.clone(), ..command.policies.request() };
    let generated = read(&command.policies, &request)?.compile()?;
    let paths = output::write_policies(&command.out, &generated, &command.runtime)?;
    let shown = |path: &PathBuf| visible(&path.to_string_lossy());
    stdout(|to| paths.iter().try_for_each(|path| writeln!(to, "{}", shown(path))))
}

/// `ferrego check`: compiles policies and prints their number.
pub(crate) fn check(command: &Check) -> Result<(), Failure> {
    let policies = read(&command.policies, &command.policies.request())?;
    let generated = policies.compile()?;
    stdout(|to| writeln!(to, "{} checked", count(generated.len())))
}

/// `ferrego plan`: prints the plans of policies.
pub(crate) fn plan(command: &Plan) -> Result<(), Failure> {
    let passes = command.passes().map_err(|error| Failure::usage(error.to_string()))?;
    let request = Request { passes, ..command.policies.request() };
    let policies = read(&command.policies, &request)?;
    let texts = policies.for_each(|sources, options| {
        let plan = pipeline::plan(sources, options)?;
        Ok(format!("# {}\n{}", options.name, ir::print::program(&plan)))
    })?;
    // Plans quote names and strings of the policies.
    let plans = texts.join("\n");
    stdout(|to| plans.lines().try_for_each(|line| writeln!(to, "{}", visible(line))))
}

fn read(arguments: &Arguments, request: &Request) -> Result<Policies, Failure> {
    let (inputs, read) = Inputs::read(&arguments.files, arguments.size.limit());
    read?;
    let policies = Policies::find(&inputs.files, request)?;
    let skipped = inputs.skipped.iter().map(ToString::to_string);
    for warning in skipped.chain(policies.warnings()) {
        // A path may contain control sequences for the terminal.
        anstream::eprintln!("warning: {}", warning.escape_debug());
    }
    Ok(policies)
}

fn count(policies: usize) -> String {
    if policies == 1 { "1 policy".to_owned() } else { format!("{policies} policies") }
}
