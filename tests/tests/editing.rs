//! Edits of templates and modules, as a typing author makes them, and the commands and the analysis
//! on each state.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use ferrego_compiler::source::Source;
use ferrego_tests::fuzz::editing;
use proptest::prelude::*;

/// The texts of the templates and modules among the fixtures.
fn texts() -> Vec<String> {
    let fixtures = ferrego_fixtures::all().expect("fixtures");
    let text = |source: &Source| match &source.origin {
        Some(origin) => origin.text.to_string(),
        None => source.text.to_string(),
    };
    let mut texts: Vec<String> =
        fixtures.iter().filter_map(|fixture| fixture.sources.first()).map(text).collect();
    texts.sort();
    texts.dedup();
    texts
}

/// Replaces the part of a text between two fractions of its length by another text.
fn edited(text: &str, start: f64, length: usize, new: &str) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an approximate place"
    )]
    let start = (text.len() as f64 * start) as usize;
    let start = (0..=start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let end = (start + length).min(text.len());
    let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    [&text[..start], new, &text[end..]].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn edits_break_nothing(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec(
            (0.0..1.0, 0..30_usize, "[a-c_{}\\[\\]()\"`:=.,|#\\n\\t é😀-]{0,6}"),
            1..4,
        ),
    ) {
        let texts = texts();
        let mut text = which.get(&texts).clone();
        for (start, length, new) in edits {
            text = edited(&text, start, length, &new);
            prop_assert_eq!(editing::check(&text), Ok(()));
        }
    }
}
