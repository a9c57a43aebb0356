//! The pages that explain codes, whose examples are compiled.

mod examples;

use examples::{examples, found};
use ferrego_compiler::diagnostics::{Code, Group, Lint};
use ferrego_compiler::{explain, lints};

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
