//! The pages that explain codes, whose examples are compiled.

#![expect(clippy::panic, reason = "the helpers of a test fail with a message")]

use std::path::PathBuf;

use ferrego_compiler::diagnostics::{Code, Group, Lint};
use ferrego_compiler::frontend::inputs::{File, FileKind};
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_compiler::lints::{self, Levels};
use ferrego_compiler::{
    Diagnostics, Options, RegoVersion, Source, Template, explain, pipeline, template,
};

/// A block of code on a page: the words after the fence, and the text.
struct Example<'p> {
    info: &'p str,
    text: &'p str,
}

/// Returns the examples below the line `title` of a page.
fn examples<'p>(page: &'p str, title: &str) -> Vec<Example<'p>> {
    let Some((_, below)) = page.split_once(&format!("\n{title}\n")) else { return Vec::new() };
    let own = below.split("\nRight:\n").next().unwrap_or_default();
    let blocks = own.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    blocks.map(|(info, text)| Example { info, text }).collect()
}

/// Compiles an example and returns all faults and findings with their sources: `rego` is a plain
/// module, `rego template` the module of a template, and `yaml` a template. A module is in version 1
/// if a rule of it has an `if`, and in a template in version 0 otherwise. `on 3.22` after these words
/// names a version of Gatekeeper.
fn found(example: &Example<'_>) -> (Diagnostics, Vec<Source>) {
    let Example { info, text } = *example;
    let (info, gatekeeper) = info.split_once(" on ").map_or((info, None), |(info, version)| {
        (info, Some(version.parse().unwrap_or_else(|error| panic!("{error}"))))
    });
    let module = |v0: bool| {
        let version = if v0 { RegoVersion::V0 } else { RegoVersion::V1 };
        vec![Source::new("example.rego", text, version)]
    };
    let (sources, mut options) = match info {
        "rego" => (module(text.contains("violation[")), Options::modules("example")),
        "rego template" => (module(!text.contains(" if ")), Options::template("example")),
        "yaml" => match Template::read("example.yaml", text) {
            Ok(templates) => match &templates[..] {
                [only] => (only.sources.clone(), with_constraints(text, Options::of(only))),
                _ => panic!("expected one template in\n{text}"),
            },
            Err(faults) => return (faults, vec![template::document("example.yaml", text)]),
        },
        other => panic!("expected a block of Rego or YAML, found `{other}`"),
    };
    options.surroundings.gatekeeper = gatekeeper;
    match pipeline::compile_linted(&sources, &options, &Levels::default()) {
        Ok(linted) => (linted.findings, sources),
        Err(faults) => (faults, sources),
    }
}

/// Adds the constraints in `text` to the options of its template.
fn with_constraints(text: &str, options: Options) -> Options {
    let (path, text) = (PathBuf::from("example.yaml"), text.to_owned());
    let files = [File { path, kind: FileKind::Yaml, named: true, text }];
    let found = Policies::find(&files, &Request::default());
    match found.map(|found| found.policies) {
        Ok(policies) => match policies.into_iter().next() {
            Some(policy) => policy.options,
            None => options,
        },
        Err(_) => options,
    }
}

#[test]
fn the_examples_of_each_page_show_its_code() {
    for code in explain::codes() {
        let (name, page) = (code.as_str(), code.page());
        assert!(page.starts_with(&format!("# {name}\n\n")), "{name}");
        let (wrong, right) = (examples(page, "Wrong:"), examples(page, "Right:"));
        let shown = !matches!(code, Code::EntryPoint | Code::Internal);
        assert_eq!((!wrong.is_empty(), !right.is_empty()), (shown, shown), "{name}");
        for example in &wrong {
            let (found, sources) = found(example);
            let report = found.render(&sources, false);
            assert!(found.0.iter().any(|found| found.code == code), "{name}: {report}");
        }
        for example in &right {
            let (found, sources) = found(example);
            assert!(found.0.is_empty(), "{name}: {}", found.render(&sources, false));
        }
    }
}

#[test]
fn the_list_of_lints_is_complete() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lints.md");
    let document = std::fs::read_to_string(path).unwrap_or_default();
    let mut group = "";
    let mut listed = Vec::new();
    for line in document.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            group = title;
        } else if let Some(row) = line.strip_prefix("| [`") {
            listed.push(format!("{group} | {row}"));
        }
    }
    let row = |lint: &Lint| {
        let (name, group) = (lint.name, lint.group.as_str());
        format!("{group} | {name}`](../compiler/src/lints/pages/{name}.md) | {} |", lint.summary)
    };
    let mut expected: Vec<String> = lints::all().map(row).collect();
    let order = |row: &String| {
        let (group, name) = row.split_once(" | ").unwrap_or_default();
        let place = Group::ALL.iter().position(|own| own.as_str() == group);
        (place, name.to_owned())
    };
    expected.sort_by_key(order);
    assert_eq!(listed, expected);
}
