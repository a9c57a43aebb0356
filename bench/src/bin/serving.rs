//! Measures the webhook with all fixtures over HTTPS on loopback: reviews a second, latency at half
//! of that load, and memory.
//!
//! Arguments: `[--seconds N] [--connections N] [--only SERVER] [--objects N] [--memory MILLIONS]`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrego_bench::finish(ferrego_bench::serving())
}
