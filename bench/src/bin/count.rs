//! Counts the instructions of compiled policies under valgrind: `--check` compares them with
//! `bench/instructions.json`, `--update` writes them there.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrego_bench::finish(ferrego_bench::count())
}
