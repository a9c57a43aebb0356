//! Measures the fixtures, and the policies of each folder of recorded cases.
//!
//! Usage: `cargo run --release -p ferrego-bench -- [--quick] [--json FILE] [DIR…]`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrego_bench::run()
}
