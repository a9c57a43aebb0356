//! The JSON reader beside `serde_json`.

#![no_main]

use ferrego_tests::fuzz::json::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = check(bytes) {
        panic!("{broken}");
    }
});
