//! The command `ferrego`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrego::main_with(&[])
}
