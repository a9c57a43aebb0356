//! Generated policies in the compiler and the interpreter, and beside OPA if `FERREGO_ORACLE` names
//! the oracle.

#![no_main]

use std::sync::LazyLock;

use ferrego_tests::fuzz::policies::Engines;
use libfuzzer_sys::fuzz_target;

static ENGINES: LazyLock<Engines> =
    LazyLock::new(|| Engines::from_environment().expect("the list of departures"));

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = ENGINES.check(bytes) {
        panic!("{broken}");
    }
});
