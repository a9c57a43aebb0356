//! The command with compiled policies, which is built and run in place of this process.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use ferrego_compiler::pipeline::{self, Generated, Options};
use ferrego_compiler::template::Template;
use ferrego_gatekeeper::documents::Copied;
use ferrego_program::status::Exit;

use super::build::{self, Crate, failed};
use super::sources::Sources;
use crate::failure::Failure;

/// The environment variable that is set for the program, so that it does not build another.
const BUILT: &str = "FERREGO_BUILT";

/// The folder of the program's crate in the cache.
const FOLDER: &str = "compiled";

/// The advice if cargo cannot be run or fails.
const HELP: &str = "use --engine interpreter, which needs no cargo";

/// Returns `true` if this process is such a program.
pub(super) fn is_one() -> bool {
    std::env::var_os(BUILT).is_some()
}

/// Runs the program with these templates, and builds it first if it does not exist.
///
/// The program receives the arguments of this process, and its standard input or the copy
/// `input` instead. A template that cannot be compiled is left out. The program reports the fault.
pub(super) fn run(
    templates: &BTreeMap<String, Template>,
    input: Option<&Copied>,
    quiet: bool,
) -> Result<Exit, Failure> {
    let cache = build::cache()?;
    let program = build::path(&cache, templates.keys().map(String::as_str));
    if !program.exists() {
        let compiled = |(hash, template): (&String, &Template)| {
            let generated = pipeline::compile(&template.sources, &Options::of(template)).ok()?;
            Some((hash.clone(), generated))
        };
        let policies: Vec<_> = templates.iter().filter_map(compiled).collect();
        let owner = Crate {
            folder: FOLDER,
            main: main(&policies),
            manifest: &|sources| manifest(&policies, sources),
            static_target: None,
            help: HELP,
        };
        build::build(&policies, &owner, &cache, &program, quiet)?;
    }
    let mut command = Command::new(&program);
    command.args(std::env::args_os().skip(1)).env(BUILT, "1");
    if let Some(input) = input {
        let file = input.file().map_err(|error| failed("read", input.path(), &error))?;
        command.stdin(file);
    }
    let status = command.status().map_err(|error| failed("run", &program, &error))?;
    // Without a code, a signal ended the program.
    Ok(Exit(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}

fn main(policies: &[(String, Generated)]) -> String {
    let entries = policies.iter().fold(String::new(), |mut entries, (hash, generated)| {
        let module = &generated.module;
        // Writing to a string does not fail. Templates with one name have different hashes.
        let _ = writeln!(entries, "    (\"{hash}\", &ferrego_policy_{hash}::{module}::POLICY),");
        entries
    });
    format!(
        "// Written by ferrego; changes will be lost.\n\n\
         static POLICIES: &[ferrego::BuiltIn] = &[\n{entries}];\n\n\
         fn main() -> std::process::ExitCode {{\n    ferrego::main_with(POLICIES)\n}}\n"
    )
}

/// Returns the program's manifest. Most of the program is the command, which runs once, so it is
/// compiled fast. Code that runs for each object is compiled to run fast.
fn manifest(policies: &[(String, Generated)], sources: &Sources) -> String {
    let names: Vec<String> =
        policies.iter().map(|(hash, _)| format!("ferrego-policy-{hash}")).collect();
    let levels = FAST.into_iter().chain(names.iter().map(|name| (&**name, 3)));
    format!(
        "# Written by ferrego; changes will be lost.\n\
         [package]\nname = {:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\n{}\n{}\n\
         [profile.release]\nopt-level = 0\ndebug = false\n{}",
        Crate::package(FOLDER),
        sources.dependency("ferrego", "cli", ", default-features = false"),
        build::dependencies(policies),
        build::levels(levels),
    )
}

/// The crates whose code runs for each object, with their optimization levels.
const FAST: [(&str, u8); 10] = [
    ("aho-corasick", 1),
    ("bumpalo", 2),
    ("ferrego", 1),
    ("ferrego-gatekeeper", 2),
    ("ferrego-program", 1),
    ("ferrego-runtime", 3),
    ("memchr", 3),
    ("num-bigint", 1),
    ("regex-automata", 2),
    ("sha2", 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_lists_its_policies_by_hash() {
        let generated = || Generated { rust: "pub mod p {}".to_owned(), module: "p".to_owned() };
        let policies = ["a1", "b2"].map(|hash| (hash.to_owned(), generated()));
        let main = main(&policies);
        for line in
            ["    (\"b2\", &ferrego_policy_b2::p::POLICY),\n", "ferrego::main_with(POLICIES)"]
        {
            assert!(main.contains(line), "{main}");
        }
        let manifest = manifest(&policies, &Sources::Registry);
        assert!(manifest.contains("[profile.release.package.ferrego-policy-b2]\nopt-level = 3"));
    }
}
