//! The examples on the pages that explain codes.

#![expect(clippy::panic, reason = "the helpers of a test fail with a message")]

use std::path::PathBuf;

use ferrego_compiler::frontend::inputs::{File, FileKind};
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_compiler::lints::Levels;
use ferrego_compiler::{Diagnostics, Options, RegoVersion, Source, Template, pipeline, template};

/// A block of code on a page: the words after the fence, and the text.
pub(crate) struct Example<'p> {
    pub(crate) info: &'p str,
    pub(crate) text: &'p str,
}

/// Returns the examples below the line `title` of a page.
pub(crate) fn examples<'p>(page: &'p str, title: &str) -> Vec<Example<'p>> {
    let Some((_, below)) = page.split_once(&format!("\n{title}\n")) else { return Vec::new() };
    let own = below.split("\nRight:\n").next().unwrap_or_default();
    let blocks = own.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    blocks.map(|(info, text)| Example { info, text }).collect()
}

/// Compiles an example and returns all faults and findings with their sources and documents: `rego` is a plain
/// module, `rego template` the module of a template, and `yaml` a template. A module is in version 1
/// if a rule of it has an `if`, and in a template in version 0 otherwise. `on 3.22` after these words
/// names a version of Gatekeeper.
pub(crate) fn found(example: &Example<'_>) -> (Diagnostics, Vec<Source>) {
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
    let found = match pipeline::compile_linted(&sources, &options, &Levels::default()) {
        Ok(linted) => linted.findings,
        Err(faults) => faults,
    };
    let documents = options.surroundings.documents().cloned();
    (found, sources.into_iter().chain(documents).collect())
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
