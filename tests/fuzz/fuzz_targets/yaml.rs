//! YAML, and the reader of manifests.

#![no_main]

use ferrego_tests::fuzz::yaml::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = check(bytes) {
        panic!("{broken}");
    }
});
