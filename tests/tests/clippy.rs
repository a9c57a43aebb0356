//! Tests that clippy finds nothing in generated code, in both editions.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ferrego_compiler::Passes;
use ferrego_compiler::pipeline::{self, Options};
use ferrego_fixtures::all;

/// Returns the Rust of every fixture by the name of its file, with all passes and with none.
fn policies() -> Vec<(String, String)> {
    let mut policies = Vec::new();
    for (passes, label) in [(Passes::all(), "all"), (Passes::none(), "none")] {
        for fixture in all().expect("fixtures") {
            let options = Options { passes, ..fixture.options.clone() };
            let rust = pipeline::compile(&fixture.sources, &options).expect("Rust").rust;
            let kind = if fixture.folder.is_some() { "template" } else { "module" };
            let version = fixture.sources[0].version;
            policies.push((format!("{label}_{kind}_{version:?}_{}.rs", fixture.name), rust));
        }
    }
    policies
}

/// Writes a crate of the edition with a module for each policy, and returns its folder.
fn written(edition: &str, policies: &[(String, String)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("linted-{edition}"));
    let source = folder.join("src");
    // The folder exists if the test has run before.
    let _ = fs::remove_dir_all(&source);
    fs::create_dir_all(&source).expect("a folder");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let runtime = workspace.join("runtime");
    let runtime = runtime.to_str().expect("UTF-8");
    let manifest = format!(
        "[package]\nname = \"linted-{edition}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n\
         [dependencies]\nferrego-runtime = {{ path = {runtime:?}, features = [\"full\"] }}\n\n\
         [workspace]\n\n[profile.dev]\ndebug = false\nincremental = false\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("written");
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file");
    let mut root = String::from("//! Generated code.\n\n");
    for (index, (file, rust)) in policies.iter().enumerate() {
        // Only an `if let`, which edition 2021 cannot join, may be nested.
        let nested = ["#[allow(clippy::collapsible_if", "#[deny(clippy::collapsible_if"];
        let rust = if edition == "2021" { &rust.replace(nested[0], nested[1]) } else { rust };
        fs::write(source.join(file), rust).expect("written");
        // Writing to a string does not fail.
        let _ =
            writeln!(root, "/// `{file}`\npub mod policy_{index} {{\n    include!({file:?});\n}}");
    }
    fs::write(source.join("lib.rs"), root).expect("written");
    folder
}

#[test]
fn clippy_finds_nothing() {
    if !Command::new(env!("CARGO"))
        .args(["clippy", "--version"])
        .output()
        .is_ok_and(|output| output.status.success())
    {
        println!("skipped: clippy is not installed");
        return;
    }
    let policies = policies();
    assert!(policies.len() > 40, "{}", policies.len());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    for edition in ["2021", "2024"] {
        let output = Command::new(env!("CARGO"))
            .args(["clippy", "--offline", "--quiet", "--color", "never", "--target-dir"])
            .arg(&target)
            .args(["--", "-D", "warnings", "-D", "clippy::pedantic"])
            .current_dir(written(edition, &policies))
            .output()
            .expect("clippy runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "edition {edition}: {errors}");
    }
}
