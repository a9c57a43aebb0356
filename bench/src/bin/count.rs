//! Counts the instructions of compiled policies under valgrind.
//!
//! `--check` compares the counts with `bench/instructions.json`, `--update` writes them there, and
//! `--print` prints them as JSON.
//! `--repeat POLICY` evaluates one policy for some seconds, so that `perf record` can profile it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrego_bench::finish(ferrego_bench::count())
}
