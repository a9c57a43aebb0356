//! A golden file for each code of a diagnostic: the wrong examples of its page, and the whole report
//! about each.
//!
//! `INSTA_UPDATE=always` writes the files again. A code without a file fails the test, and so does a
//! file without a code.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod examples;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use examples::{examples, found};
use ferrego_compiler::diagnostics::Code;
use ferrego_compiler::{Options, RegoVersion, Source, explain, pipeline};

/// The folder of the golden files.
const FOLDER: &str = "golden";

/// Returns the name of a code's golden file without its ending.
fn file_name(code: Code) -> String {
    code.as_str().replace(' ', "-")
}

/// Returns the input of a code and the report about it.
fn text(code: Code) -> String {
    if matches!(code, Code::EntryPoint) {
        return without_entry_point();
    }
    let mut text = String::new();
    for example in examples(code.page(), "Wrong:") {
        let (found, sources) = found(&example);
        let report = found.render(&sources, false);
        // Writing to a string does not fail.
        let _ = write!(text, "{}\n{report}\n", example.text);
    }
    text
}

/// Returns a policy and the report about an entry point that it does not have. No policy alone has
/// this mistake.
fn without_entry_point() -> String {
    let policy = "package pods\n\nallow := true\n";
    let sources = [Source::new("example.rego", policy, RegoVersion::V1)];
    let mut options = Options::modules("example");
    options.entry_points = vec!["data.pods.alow".to_owned()];
    let faults = pipeline::compile(&sources, &options).expect_err("an unknown entry point");
    format!("{policy}\n{}", faults.render(&sources, false))
}

/// Iterates over the codes that an input can cause. The code for a fault of the compiler itself is
/// not one of them.
fn codes() -> impl Iterator<Item = Code> {
    explain::codes().filter(|code| !matches!(code, Code::Internal))
}

#[test]
fn each_code_has_its_report() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for code in codes() {
            let text = text(code);
            assert!(text.contains(&format!("[{}]", code.as_str())), "{text}");
            insta::assert_snapshot!(file_name(code), text);
        }
    });
}

#[test]
fn the_folder_has_a_file_for_each_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(FOLDER);
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("a file").file_name());
    let files: BTreeSet<String> =
        names.map(|name| name.to_string_lossy().trim_end_matches(".snap").to_owned()).collect();
    let expected: BTreeSet<String> = codes().map(file_name).collect();
    assert_eq!(files, expected);
}
