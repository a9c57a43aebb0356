//! The pages of the lints, whose examples are compiled.

use super::*;
use crate::pipeline::{self, Options};
use crate::source::{RegoVersion, Source};
use crate::template::Template;

/// An example of a page: the language of the block and its text.
struct Example<'p> {
    language: &'p str,
    text: &'p str,
}

/// Returns the blocks of code after the line `title`, up to the next title.
fn examples<'p>(page: &'p str, title: &str) -> Vec<Example<'p>> {
    let Some((_, rest)) = page.split_once(&format!("\n{title}\n")) else { return Vec::new() };
    let rest = rest.split("\nRight:\n").next().unwrap_or_default();
    let blocks = rest.split("```").skip(1).step_by(2);
    blocks
        .filter_map(|block| block.split_once('\n'))
        .map(|(language, text)| Example { language, text })
        .collect()
}

/// Returns the source of a module, which is in version 1 if it has an `if`.
fn module(text: &str) -> Vec<Source> {
    let version = if text.contains(" if ") { RegoVersion::V1 } else { RegoVersion::V0 };
    vec![Source::new("example.rego", text, version)]
}

/// Returns the findings in an example: `yaml` is a template, `rego template` a template's module,
/// `rego` a plain module.
fn findings(example: &Example<'_>) -> Vec<Diagnostic> {
    let Example { language, text } = *example;
    let policies: Vec<(Vec<Source>, Options)> = match language {
        "yaml" => {
            let templates = Template::read("template.yaml", text).expect("a template");
            templates
                .into_iter()
                .map(|template| (template.sources.clone(), Options::of(&template)))
                .collect()
        }
        "rego" => vec![(module(text), Options::modules("example"))],
        "rego template" => vec![(module(text), Options::template("example"))],
        other => panic!("expected a block of Rego or YAML, found {other}"),
    };
    policies
        .iter()
        .flat_map(|(sources, options)| {
            let levels = Levels::default();
            pipeline::lint(sources, options, &levels)
                .unwrap_or_else(|faults| panic!("{}\n{text}", faults.render(sources, false)))
                .0
        })
        .collect()
}

#[test]
fn each_page_has_examples_that_show_its_lint() {
    for lint in all() {
        assert!(lint.page.starts_with(&format!("# {}\n", lint.name)), "{}", lint.name);
        let (wrong, right) = (examples(lint.page, "Wrong:"), examples(lint.page, "Right:"));
        assert!(!wrong.is_empty() && !right.is_empty(), "{}: expected examples", lint.name);
        for example in &wrong {
            let found = findings(example);
            let codes: Vec<_> = found.iter().map(|finding| finding.code.as_str()).collect();
            assert!(codes.contains(&lint.name), "{}: {codes:?}\n{}", lint.name, example.text);
        }
        for example in &right {
            let found = findings(example);
            let codes: Vec<_> = found.iter().map(|finding| finding.code.as_str()).collect();
            assert!(codes.is_empty(), "{}: {codes:?}\n{}", lint.name, example.text);
        }
    }
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
        findings(&Example { language: "rego template", text })
            .iter()
            .map(|finding| finding.message.clone())
            .collect::<Vec<_>>()
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
