//! The subcommands.

mod audit;
mod build;
mod check;
mod describe;
mod eval;
mod explain;
mod fix;
mod fmt;
#[cfg(feature = "serve")]
mod serve;
mod test;
mod verify;

use std::path::PathBuf;

use ferrego_compiler::diagnostics::Notice;
use ferrego_compiler::frontend::inputs::{Inputs, Skipped};
use ferrego_compiler::frontend::output;
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_compiler::{ir, pipeline};

use crate::arguments::{Compile, Inputs as Arguments, Plan};
use crate::failure::Failure;
use crate::output::{stderr, stdout, visible};

pub(crate) use audit::audit;
pub(crate) use build::build;
pub(crate) use check::check;
pub(crate) use describe::describe;
pub(crate) use eval::eval;
pub(crate) use explain::explain;
pub(crate) use fix::fix;
pub(crate) use fmt::{fmt, formatted};
#[cfg(feature = "serve")]
pub(crate) use serve::serve;
pub(crate) use test::{test, why};
pub(crate) use verify::verify;

/// `ferrego compile`: writes the Rust of policies and prints the paths of the files.
pub(crate) fn compile(command: &Compile) -> Result<(), Failure> {
    let request = Request { runtime: command.runtime.clone(), ..command.policies.request() };
    let policies = read(&command.policies, &request)?;
    stderr(&policies.warnings().collect::<Vec<_>>());
    let generated = policies.compile()?;
    let paths = output::write_policies(&command.out_dir, &generated, &command.runtime)?;
    let shown = |path: &PathBuf| visible(&path.to_string_lossy());
    stdout(|to| paths.iter().try_for_each(|path| writeln!(to, "{}", shown(path))))
}

/// `ferrego plan`: prints the plans of policies.
pub(crate) fn plan(command: &Plan) -> Result<(), Failure> {
    let passes = command.passes().map_err(|error| Failure::usage(error.to_string()))?;
    let request = Request { passes, ..command.policies.request() };
    let policies = read(&command.policies, &request)?;
    stderr(&policies.warnings().collect::<Vec<_>>());
    let texts = policies.for_each(|sources, options| {
        let plan = pipeline::plan(sources, options)?;
        Ok(format!("# {}\n{}", options.name, ir::print::program(&plan)))
    })?;
    // Plans quote names and strings of the policies.
    let plans = texts.join("\n");
    stdout(|to| plans.lines().try_for_each(|line| writeln!(to, "{}", visible(line))))
}

fn read(arguments: &Arguments, request: &Request) -> Result<Policies, Failure> {
    if arguments.files.iter().any(|path| path.as_os_str() == "-") {
        let message = "expected files or folders, found standard input";
        return Err(Failure::usage(message).with_help("write the policies to files"));
    }
    let (inputs, read) = Inputs::read(&arguments.files, arguments.size.limit());
    read?;
    let policies = Policies::find(&inputs.files, request)?;
    let skipped: Vec<Notice> = inputs.skipped.iter().map(skipped).collect();
    stderr(&skipped);
    Ok(policies)
}

/// Returns the warning about a file that was not read.
fn skipped(file: &Skipped) -> Notice {
    Notice::error("", file.to_string()).as_warning()
}
