//! Calls of builtins, against the properties of all builtins.

#![no_main]

use ferrego_tests::fuzz::builtins::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = check(bytes) {
        panic!("{broken}");
    }
});
