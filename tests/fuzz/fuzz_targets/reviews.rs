//! Reviews by compiled and interpreted policies, read in part and in full.

#![no_main]

use std::sync::LazyLock;

use ferrego_tests::fuzz::reviews::{Subject, check};
use libfuzzer_sys::fuzz_target;

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let fixtures = ferrego_fixtures::all().expect("fixtures");
    let subject = |fixture: &ferrego_fixtures::Fixture| {
        let cases = fixture.cases.iter().map(|case| &*case.json);
        Subject::new(fixture.policy, &fixture.sources, &fixture.options, cases).expect("it loads")
    };
    fixtures.iter().filter_map(subject).collect()
});

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = check(&SUBJECTS, bytes) {
        panic!("{broken}");
    }
});
