use proptest::prelude::*;

use crate::parse;
use crate::source::{RegoVersion, SourceId};

/// Returns the names of the rules that remain, and the number of errors.
fn rules(text: &str) -> (Vec<String>, usize) {
    let (module, faults) = parse::tolerant(SourceId::default(), text, RegoVersion::V1);
    let rules = module.into_iter().flat_map(|module| module.rules);
    (rules.map(|rule| rule.head.reference.name.text.to_string()).collect(), faults.0.len())
}

#[test]
fn the_other_rules_remain() {
    for (broken, expected) in [
        ("b if {\n\tx == =\n}", "a c"),
        ("b if {\n\tinput.\n}", "a c"),
        ("b if {\n\tx := f(1\n}", "a c"),
        ("b if {\n\tx := 1\n", "a c"),
        ("b := \"open", "a c"),
        ("b := 1 !! 2", "a c"),
        ("b :=", "a c"),
    ] {
        let text = format!("package p\n\na := 1\n\n{broken}\n\nc := 3\n\nd := 4\n");
        let (found, faults) = rules(&text);
        assert!(faults > 0, "{broken}");
        for name in format!("{expected} d").split(' ') {
            assert!(found.iter().any(|one| one == name), "{broken}: {found:?}");
        }
    }
}

#[test]
fn there_is_no_module_without_a_package() {
    assert!(parse::tolerant(SourceId::default(), "a := 1\n", RegoVersion::V1).0.is_none());
    assert!(parse::tolerant(SourceId::default(), "\0", RegoVersion::V1).0.is_none());
}

proptest! {
    #[test]
    fn a_module_without_errors_is_that_of_the_parser(text in "package p\n(a := [0-9\"x{}\\[\\]]{1,6}\n|b if input[.x]{0,3}\n|#c\n){0,5}") {
        let (module, faults) = parse::tolerant(SourceId::default(), &text, RegoVersion::V1);
        match parse::module(SourceId::default(), &text, RegoVersion::V1) {
            Ok(expected) => {
                prop_assert_eq!(module, Some(expected));
                prop_assert!(faults.0.is_empty());
            }
            Err(expected) => prop_assert_eq!(faults, expected),
        }
    }
}
