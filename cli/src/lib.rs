//! The command `ferrego`, as a library.
//!
//! A program that links compiled policies runs the same command with them. `ferrego verify` and
//! `ferrego test` write such a program for `--engine compiled`. It calls [`main_with`].

mod arguments;
mod commands;
mod edits;
mod engines;
mod failure;
mod levels;
mod lsp;
mod output;
mod reports;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
pub use engines::BuiltIn;
use failure::Failure;
use ferrego_program::status::{Exit, Status};

/// Runs the command with the arguments of this process. `policies` are already compiled.
pub fn main_with(policies: &'static [BuiltIn]) -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            return ferrego_program::output::usage(&error)
                .unwrap_or_else(|failure| Failure::from(failure).report());
        }
    };
    let passed = |()| Exit::from(Status::Passed);
    let result = match &arguments.command {
        Command::Compile(command) => commands::compile(command).map(passed),
        Command::Build(command) => commands::build(command).map(passed),
        Command::Check(command) => commands::check(command),
        Command::Fix(command) => commands::fix(command),
        Command::Fmt(command) => commands::fmt(command),
        Command::Explain(command) => commands::explain(command).map(passed),
        Command::Describe(command) => commands::describe(command).map(passed),
        Command::Lsp(command) => lsp::serve(command.settings()),
        Command::Plan(command) => commands::plan(command).map(passed),
        Command::Eval(command) => commands::eval(command),
        Command::Verify(command) => commands::verify(command, policies),
        #[cfg(feature = "serve")]
        Command::Serve(command) => commands::serve(command).map(passed),
        Command::Test(command) => commands::test(command, policies),
        Command::Audit(command) => commands::audit(command),
        Command::Why(command) => commands::why(command),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(),
    }
}
