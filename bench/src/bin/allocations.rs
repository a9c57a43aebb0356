//! Prints the heap allocations of every program on the fixtures, for `ferrego-bench` to read.

use std::process::ExitCode;

fn main() -> ExitCode {
    let counter = |run: &mut dyn FnMut()| allocation_counter::measure(run).count_total;
    ferrego_bench::finish(ferrego_bench::print_of_fixtures(&counter))
}
