use proptest::prelude::*;
use regex::Regex;

use super::Machine;

/// Checks that the machine of a pattern and the engine agree.
#[track_caller]
fn check(pattern: &str, texts: &[&str]) {
    let machine = Machine::new(pattern).expect("a machine");
    let regex = Regex::new(pattern).expect("a pattern");
    for text in texts {
        assert_eq!(machine.is_match(text), Some(regex.is_match(text)), "{pattern} {text:?}");
    }
}

#[test]
fn machines_tell_what_the_engine_does() {
    let texts = ["", "a", "ab", "abab", "b", "é", "aé", "0", "12.5", "12.", "x/y", "\n", "a\nb"];
    for pattern in [
        "",
        "^",
        "$",
        "^$",
        "$^",
        "a",
        "^a",
        "a$",
        "^a$",
        "^(?:a|b)+$",
        "(?:ab){2}",
        "^[0-9]+(?:[.][0-9]+)?$",
        "^(?:x|zz)/.+$",
        "é",
        "^.$",
        "(?s)^.$",
        "[^a]",
        "^[^é]*$",
        "(?:^a|b$)",
        "(?:^|a)b",
        "a(?:$|b)",
        "(?:a*)*",
        "(?:$)+",
        "a{0}",
        "[a&&b]",
        "(?i)AB",
        "a{2,}",
        "^(?:a?){3}$",
        "(?m)^b",
        r"(?-u:\b)a(?-u:\B)",
        r"^\PL$",
    ] {
        if pattern == r"^\PL$" {
            assert!(Machine::new(pattern).is_none());
        } else {
            check(pattern, &texts);
        }
    }
}

#[test]
fn only_small_patterns_have_machines() {
    assert!(Machine::new("^(?:a|b)*a(?:a|b){12}$").is_none());
    assert!(Machine::new("a{9001}").is_none());
    assert!(Machine::new(r"\bword\b").is_none());
    assert!(Machine::new(r"^\p{Greek}+$").is_some());
}

#[test]
fn long_texts_are_left_to_the_engine_where_a_match_may_begin_anywhere() {
    let long = "x".repeat(300);
    let is_match = |pattern| Machine::new(pattern).expect("a machine").is_match(&long);
    assert_eq!(is_match("a"), None);
    assert_eq!(is_match("^a"), Some(false));
    assert_eq!(is_match("^x+$"), Some(true));
}

fn patterns() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("é".to_owned()),
        Just("😀".to_owned()),
        Just(".".to_owned()),
        Just("(?s:.)".to_owned()),
        Just("[a-c]".to_owned()),
        Just("[^a]".to_owned()),
        Just("[à-ö]".to_owned()),
        Just("(?i:b)".to_owned()),
        Just("^".to_owned()),
        Just("$".to_owned()),
        Just("(?m:^)".to_owned()),
        Just("(?m:$)".to_owned()),
        Just(r"(?-u:\b)".to_owned()),
        Just(String::new()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| format!("(?:{})", parts.join("|"))),
            (
                inner.clone(),
                prop::sample::select(vec!["*", "+", "?", "*?", "{2}", "{1,3}", "{2,}"])
            )
                .prop_map(|(part, times)| format!("(?:{part}){times}")),
            inner.prop_map(|part| format!("({part})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn machines_tell_of_any_pattern_what_the_engine_does(
        pattern in patterns(),
        texts in prop::collection::vec("[abcdéB😀\n]{0,8}|[abé]{8,20}", 6),
    ) {
        if let Some(machine) = Machine::new(&pattern) {
            let regex = Regex::new(&pattern).expect("a pattern");
            let needs = machine.needs();
            for text in &texts {
                let refused = needs.refuse(text.as_bytes());
                prop_assert!(!(refused && regex.is_match(text)), "{} {:?}", text, needs);
                prop_assert_eq!(machine.is_match(text), Some(regex.is_match(text)), "{}", text);
            }
        }
    }
}
