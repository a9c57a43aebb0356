//! `cargo run --release -p ferrego-bench -- [--quick] [--json FILE] [DIR…]` measures the fixtures,
//! and the policies of each folder of recorded cases.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrego_bench::run()
}
