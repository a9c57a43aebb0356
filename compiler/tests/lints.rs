//! Seeded mistakes: policies with one mistake each, in files named after the lint that finds it.
//!
//! A file holds cases. A case begins with a line `=== language: description`, where the language is
//! `v0` or `v1` (a plain module), `v0 template` or `v1 template` (a template's module), or `yaml`
//! (a template with its constraints). `on 3.22` after these names a version of Gatekeeper. The marks `«` and `»` surround the wrong part, and do not
//! belong to the policy. A case without marks has no mistake. If other lints find the mistake too,
//! the line ends in `; also LINT, LINT`.

#![allow(clippy::expect_used, clippy::panic, reason = "the helpers of a test fail it")]

use std::fs;
use std::path::{Path, PathBuf};

use ferrego_compiler::frontend::inputs::{File, FileKind};
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_compiler::lints::Levels;
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::{RegoVersion, Source, line_column};

/// A policy with the place of its mistake.
struct Case {
    title: String,
    language: String,
    text: String,
    /// The range of the mistake in bytes of `text`.
    mistake: Option<(usize, usize)>,
    /// The other lints that have findings.
    also: Vec<String>,
}

fn cases(file: &str) -> Vec<Case> {
    let parts = file.split("=== ").skip(1);
    parts
        .map(|part| {
            let (title, text) = part.split_once('\n').expect("a title and a policy");
            let (language, _) = title.split_once(':').expect("a language and a description");
            let also = title.split_once("; also ").map(|(_, lints)| lints.split(", "));
            let (start, end) = (text.find('«'), text.find('»'));
            let mistake = start.zip(end).map(|(start, end)| (start, end - '«'.len_utf8()));
            Case {
                title: title.to_owned(),
                language: language.to_owned(),
                text: text.replace(['«', '»'], ""),
                mistake,
                also: also.into_iter().flatten().map(str::to_owned).collect(),
            }
        })
        .collect()
}

fn policies(case: &Case) -> Vec<(Vec<Source>, Options)> {
    let module = |version| vec![Source::new("policy.rego", &*case.text, version)];
    let (language, gatekeeper) = match case.language.split_once(" on ") {
        Some((language, version)) => (language, Some(version.parse().expect("a version"))),
        None => (&*case.language, None),
    };
    let mut policies = match language {
        "v0" => vec![(module(RegoVersion::V0), Options::modules("policy"))],
        "v1" => vec![(module(RegoVersion::V1), Options::modules("policy"))],
        "v0 template" => vec![(module(RegoVersion::V0), Options::template("policy"))],
        "v1 template" => vec![(module(RegoVersion::V1), Options::template("policy"))],
        "yaml" => {
            let (path, text) = (PathBuf::from("template.yaml"), case.text.clone());
            let files = [File { path, kind: FileKind::Yaml, named: true, text }];
            let found = Policies::find(&files, &Request::default()).expect("a template");
            assert!(found.reports.is_empty(), "{}: {:?}", case.title, found.reports);
            found.policies.into_iter().map(|policy| (policy.sources, policy.options)).collect()
        }
        other => panic!("unknown language: {other}"),
    };
    for (_, options) in &mut policies {
        options.surroundings.gatekeeper = gatekeeper;
    }
    policies
}

/// Returns each finding of `lint` in a case as its name and its range, with lines and columns. Of the
/// findings of other lints, only the name is returned, because they have cases of their own.
fn findings(case: &Case, lint: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (sources, options) in policies(case) {
        let diagnostics = match pipeline::lint(&sources, &options, &Levels::default()) {
            Ok(diagnostics) => diagnostics,
            Err(faults) => return vec![faults.render(&sources, false)],
        };
        for finding in &diagnostics.0 {
            let name = finding.code.as_str();
            if name != lint {
                found.push(name.to_owned());
                continue;
            }
            let documents = options.surroundings.documents();
            let source = sources.iter().chain(documents).nth(finding.span.source.0 as usize);
            let place = source.expect("a source").place(finding.span);
            let range = place.range;
            found.push(shown(name, &case.text, range.start, range.end));
        }
    }
    found.sort();
    found
}

fn shown(lint: &str, text: &str, start: usize, end: usize) -> String {
    let (line, column) = line_column(text, start);
    let (end_line, end_column) = line_column(text, end);
    format!("{lint} {line}:{column} to {end_line}:{end_column}")
}

#[test]
fn each_mistake_is_found_at_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lints");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder of cases") {
        let path = entry.expect("a file").path();
        let lint = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let file = fs::read_to_string(&path).expect("text");
        for case in cases(&file) {
            count += 1;
            let expected = case.mistake.map(|(start, end)| shown(&lint, &case.text, start, end));
            let mut expected: Vec<String> = expected.into_iter().chain(case.also.clone()).collect();
            expected.sort();
            let found = findings(&case, &lint);
            if found != expected {
                let title = &case.title;
                wrong.push(format!("{lint}: {title}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
}
