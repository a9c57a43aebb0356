//! Tests of the dependencies of the crates.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Returns the crates that `package` is built from, including itself.
fn crates(package: &str, edges: &str, features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--no-dedupe", "-e", edges, "-p", package])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn the_runtime_without_features_is_at_most_12_crates() {
    let found = crates("ferrego-runtime", "normal,build", &["--no-default-features"]);
    assert!(found.contains("ferrego-runtime") && found.contains("bumpalo"), "{found:?}");
    assert!(found.len() <= 12, "{} crates: {found:?}", found.len());
}

#[test]
fn a_compiled_policy_links_neither_compiler_nor_interpreter() {
    for example in ["image-pull-policy", "many-policies", "inventory", "ci-check"] {
        let found = crates(example, "normal", &[]);
        assert!(found.contains("ferrego-runtime"), "{found:?}");
        for other in ["ferrego-compiler", "ferrego-interpreter", "pest", "syn", "tokio"] {
            assert!(!found.contains(other), "{other} is among {found:?}");
        }
    }
}

#[test]
fn nothing_below_the_webhook_is_asynchronous() {
    for package in ["ferrego-compiler", "ferrego-interpreter", "ferrego-gatekeeper"] {
        let found = crates(package, "normal,build", &["--all-features"]);
        assert!(found.contains(package) && !found.contains("tokio"), "{package}: {found:?}");
    }
    let without_serve = crates("ferrego", "normal,build", &["--no-default-features"]);
    assert!(!without_serve.contains("tokio"), "{without_serve:?}");
}

#[test]
fn a_server_with_compiled_policies_links_neither_compiler_nor_interpreter() {
    // `ferrego build` writes programs that depend on `ferrego-program` and policies only.
    for package in ["ferrego-webhook", "ferrego-program", "executable", "webhook"] {
        let found = crates(package, "normal", &[]);
        assert!(found.contains("ferrego-webhook") && found.contains("tokio"), "{found:?}");
        for other in ["ferrego-compiler", "ferrego-interpreter", "pest"] {
            assert!(!found.contains(other), "{other} is among {found:?}");
        }
    }
    // The client of the API server brings `pest` of its own.
    let found = crates("ferrego-program", "normal", &["--features", "self-signed"]);
    assert!(found.contains("kube") && found.contains("rcgen"), "{found:?}");
    for other in ["ferrego-compiler", "ferrego-interpreter"] {
        assert!(!found.contains(other), "{other} is among {found:?}");
    }
}

/// The licenses that a dependency may have, alone or as one of its alternatives. `deny.toml` has the
/// same list.
const LICENSES: [&str; 9] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Returns the packages of the workspace and of all its dependencies, as `cargo metadata` lists them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--all-features", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].take();
    packages.as_array().expect("packages").clone()
}

/// Returns `true` if an SPDX expression is satisfied by licenses of the list.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], "");
    expression.split(" AND ").all(|part| {
        let mut alternatives = part.split(" OR ").map(str::trim);
        alternatives.any(|license| LICENSES.contains(&license))
    })
}

#[test]
fn dependencies_come_from_the_registry_with_known_licenses() {
    let packages = packages();
    let dependencies: Vec<&Value> =
        packages.iter().filter(|package| !package["source"].is_null()).collect();
    assert!(dependencies.len() > 100, "{} dependencies", dependencies.len());
    for package in dependencies {
        let (name, source) = (&package["name"], package["source"].as_str().unwrap_or_default());
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
        let license = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(license), "{name} has the license {license}");
    }
}

#[test]
fn licenses_are_read_as_expressions() {
    for allowed in
        ["MIT", "MIT OR Apache-2.0", "GPL-2.0 OR MIT", "MIT/Apache-2.0", "(MIT OR X) AND MIT"]
    {
        assert!(is_allowed(allowed), "{allowed}");
    }
    for refused in ["", "GPL-3.0", "MIT AND GPL-3.0", "LGPL-2.1 OR GPL-3.0"] {
        assert!(!is_allowed(refused), "{refused}");
    }
}

#[test]
fn deny_toml_has_the_same_licenses() {
    let rules = include_str!("../../deny.toml");
    let list = rules.split("allow = [").nth(1).and_then(|rest| rest.split(']').next());
    let listed: Vec<&str> = list.expect("a list").split('"').skip(1).step_by(2).collect();
    assert_eq!(listed, LICENSES);
}

#[test]
fn the_command_is_built_from_final_releases() {
    let found = crates("ferrego", "normal,build", &[]);
    let packages = packages();
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let (name, version) = (package["name"].as_str(), package["version"].as_str());
        let (name, version) = (name.expect("a name"), version.expect("a version"));
        let is_final = !version.contains('-');
        assert!(is_final || !found.contains(name), "{name} {version} is a pre-release");
    }
}

/// Returns the direct dependencies of a package, each with the feature that needs it.
fn direct_dependencies(package: &Value) -> BTreeSet<(String, String)> {
    let dependencies = package["dependencies"].as_array().expect("dependencies");
    let features = package["features"].as_object().expect("features");
    let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
    normal
        .map(|dependency| {
            let name = dependency["name"].as_str().expect("a name");
            let activation = Value::from(format!("dep:{name}"));
            let needs = |(_, parts): &(&String, &Value)| {
                parts.as_array().is_some_and(|parts| parts.contains(&activation))
            };
            let feature = features.iter().find(needs);
            let feature = feature.map_or("always".to_owned(), |(name, _)| format!("`{name}`"));
            (format!("`{name}`"), feature)
        })
        .collect()
}

/// Returns the first two columns of the table of a package in `docs/dependencies.md`.
fn listed_dependencies(page: &str, package: &str) -> BTreeSet<(String, String)> {
    let heading = format!("## `{package}`");
    let section =
        page.split("\n## ").find(|part| format!("## {part}").lines().next() == Some(&heading));
    let rows = section.unwrap_or_default().lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert!(cells.len() == 5 && !cells[3].is_empty(), "a row without a reason: {row}");
        (cells[1].to_owned(), cells[2].to_owned())
    })
    .collect()
}

#[test]
fn the_page_lists_each_dependency_of_the_published_crates() {
    let page = include_str!("../../docs/dependencies.md");
    let packages = packages();
    let published: Vec<&Value> = packages
        .iter()
        .filter(|package| package["source"].is_null() && package["publish"].is_null())
        .collect();
    assert_eq!(published.len(), 9, "the published crates");
    for package in published {
        let name = package["name"].as_str().expect("a name");
        assert_eq!(listed_dependencies(page, name), direct_dependencies(package), "{name}");
    }
}
