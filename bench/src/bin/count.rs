//! Counts the instructions of compiled policies under valgrind: `--check` compares them with
//! `bench/instructions.json`, `--update` writes them there; `--repeat POLICY` evaluates one policy
//! for some seconds, for `perf record` to watch.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrego_bench::finish(ferrego_bench::count())
}
