//! Laws of the formatter: it keeps a policy's meaning, its comments and its own output.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use ferrego_compiler::format;
use ferrego_compiler::source::{RegoVersion, Source};
use ferrego_tests::cases::interpreter::InterpreterEngine;
use ferrego_tests::cases::{Engine as _, Policy};
use ferrego_tests::draw::Draw;
use ferrego_tests::formatting::{Disorder, Sample, mangled};
use ferrego_tests::random::policies;
use proptest::prelude::*;

/// Returns the formatted text, after checking the laws.
fn formatted(text: &str, version: RegoVersion) -> String {
    let source = Source::new("p.rego", text, version);
    let once = format::format(&source).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
    assert!(format::same(&source, &once), "{text}\n---\n{once}");
    let again = Source::new("p.rego", once.as_str(), version);
    let twice = format::format(&again).expect("formatted Rego");
    assert_eq!(once, twice, "{text}");
    let comments = |text: &str| text.matches("# comment ").count();
    assert_eq!(comments(text), comments(&once), "{text}\n---\n{once}");
    once
}

/// Returns the policy with its modules changed.
fn with_modules(policy: &Policy, change: impl Fn(&str) -> String) -> Vec<String> {
    policy.modules.iter().map(|text| change(text)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_formatted_policy_has_the_same_answers(policy in policies(3)) {
        let source = policy.policy("source");
        let mut other = policy.policy("formatted");
        other.modules = with_modules(&source, |text| formatted(text, source.version));
        let runs = InterpreterEngine.run(&[&source, &other]);
        prop_assert_eq!(&runs[0], &runs[1]);
    }

    #[test]
    fn modules_of_any_layout_are_formatted(
        policy in policies(1),
        seed in any::<u64>(),
        breaks in 0_usize..40,
        comments in 0_usize..40,
    ) {
        for (index, text) in policy.texts().into_iter().enumerate() {
            let sample = Sample { name: index.to_string(), text, version: policy.version };
            let draw = &mut Draw::seeded(seed, &sample.name);
            let mangled = mangled(&sample, Disorder { breaks, comments }, draw);
            formatted(&mangled.text, mangled.version);
        }
    }
}
