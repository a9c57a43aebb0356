//! The parser, and the compiler from text to Rust, beside the interpreter.

#![no_main]

use ferrego_tests::fuzz::pipeline::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = check(bytes) {
        panic!("{broken}");
    }
});
