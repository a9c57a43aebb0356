//! Levels, comments and names of lints. `tests/pages.rs` compiles the examples of the pages.

use super::*;
use crate::pipeline::{self, Options};
use crate::source::{RegoVersion, Source};

/// Returns the findings in a template's module.
fn findings(text: &str) -> Vec<Diagnostic> {
    let sources = [Source::new("example.rego", text, RegoVersion::V0)];
    let options = Options::template("example");
    pipeline::lint(&sources, &options, &Levels::default())
        .unwrap_or_else(|faults| panic!("{}\n{text}", faults.render(&sources, false)))
        .0
}

#[test]
fn names_are_unique_and_in_one_spelling() {
    let mut names: Vec<_> = all().map(|lint| lint.name).collect();
    let spelled = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    assert!(names.iter().all(|name| spelled(name)), "{names:?}");
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_comment_allows_its_line_its_statement_or_its_module() {
    let module = |before: &str, beside: &str, above: &str| {
        format!(
            "{above}\npackage p\n\n{before}\nimport data.lib.a {beside}\nimport data.lib.b\n\n\
             violation[{{\"msg\": \"m\"}}] {{ input.review.uid }}\n"
        )
    };
    let found = |text: &str| {
        findings(text).iter().map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    let allow = "# ferrego: allow(unused-import) why";
    let (a, b) = ("import `a` is never used", "import `b` is never used");
    assert_eq!(found(&module("", "", "")), [a, b]);
    assert_eq!(found(&module(allow, "", "")), [b]);
    assert_eq!(found(&module("", allow, "")), [b]);
    assert_eq!(found(&module("", "", allow)), [""; 0]);
    assert_eq!(found(&module("# ferrego: allow(style) why", "", "")), [b]);
    assert_eq!(found(&module("# ferrego: allowed", "", "")), [a, b], "another comment");
}

#[test]
fn a_denied_lint_is_an_error_and_an_allowed_one_is_nothing() {
    let text =
        "package p\n\nimport data.lib.a\n\nviolation[{\"msg\": \"m\"}] { input.review.uid }\n";
    let sources = [Source::new("template", text, RegoVersion::V0)];
    let severities = |name: &str, level| {
        let mut levels = Levels::default();
        levels.set(name, level).expect("a name");
        let found = pipeline::lint(&sources, &Options::template("p"), &levels).expect("compiles");
        found.0.iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(severities("unused-import", Level::Deny), [Severity::Error]);
    assert_eq!(severities("style", Level::Allow), []);
    assert_eq!(severities("warnings", Level::Warn), [Severity::Warning]);
}
