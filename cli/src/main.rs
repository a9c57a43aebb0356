//! The command `ferrego`.

mod arguments;
mod commands;
mod failure;

use std::process::ExitCode;

use anstream::eprint;
use clap::Parser as _;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Compile(command) => commands::compile(command),
        Command::Check(command) => commands::check(command),
        Command::Plan(command) => commands::plan(command),
        Command::Eval(command) => commands::eval(command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // The stream drops the colours where standard error is no terminal, or NO_COLOR is set.
            eprint!("{}", failure.render());
            failure.status()
        }
    }
}
