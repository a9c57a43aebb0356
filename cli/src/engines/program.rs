//! The program that links compiled policies: written, built and run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anstream::eprintln;
use ferrego_compiler::pipeline::{self, Generated, Options};
use ferrego_compiler::template::Template;
use sha2::{Digest, Sha256};

use super::hex;
use crate::failure::Failure;
use crate::status::Exit;

/// Set for the program, so that it does not build another.
const BUILT: &str = "FERREGO_BUILT";

/// Whether this process is such a program.
pub(super) fn is_one() -> bool {
    std::env::var_os(BUILT).is_some()
}

/// Builds the program with these templates, unless that was done before, and runs it with the
/// arguments of this process, and its standard input or the file `input` in its place. A template
/// that cannot be compiled is left out; the program tells of it.
pub(super) fn run(
    templates: &BTreeMap<String, Template>,
    input: Option<&Path>,
) -> Result<Exit, Failure> {
    let compiled = |(hash, template): (&String, &Template)| {
        let generated = pipeline::compile(&template.sources, &Options::of(template)).ok()?;
        Some((hash.clone(), generated))
    };
    let policies: Vec<(String, Generated)> = templates.iter().filter_map(compiled).collect();
    let cache = cache()?;
    let name = name(&policies);
    let folder = cache.join(&name);
    write(&folder, &name, &policies).map_err(|error| failed("write", &folder, &error))?;
    let program = build(&cache, &folder, &name, policies.len())?;
    let mut command = Command::new(&program);
    command.args(std::env::args_os().skip(1)).env(BUILT, "1");
    if let Some(input) = input {
        let file = fs::File::open(input).map_err(|error| failed("read", input, &error))?;
        command.stdin(file);
    }
    let status = command.status().map_err(|error| failed("run", &program, &error))?;
    // Without a code a signal ended it.
    Ok(Exit(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}

/// `$FERREGO_CACHE`, or the folder for this command where the system keeps caches.
fn cache() -> Result<PathBuf, Failure> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = variable("FERREGO_CACHE") {
        return std::path::absolute(PathBuf::from(folder))
            .map_err(|error| Failure::Usage(format!("FERREGO_CACHE: {error}")));
    }
    let caches = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    caches.or_else(home).map(|caches| caches.join("ferrego")).ok_or_else(|| {
        let message = "there is no folder for compiled policies: set FERREGO_CACHE to one";
        Failure::Usage(message.to_owned())
    })
}

/// The name of the crate with these policies.
fn name(policies: &[(String, Generated)]) -> String {
    let mut hasher = Sha256::new();
    for (hash, _) in policies {
        hasher.update(hash.as_bytes());
    }
    format!("ferrego-policies-{}", hex(&hasher.finalize()))
}

fn write(folder: &Path, name: &str, policies: &[(String, Generated)]) -> io::Result<()> {
    let sources = folder.join("src");
    fs::create_dir_all(&sources)?;
    for (hash, generated) in policies {
        write_file(&sources.join(format!("policy_{hash}.rs")), &generated.rust)?;
    }
    write_file(&sources.join("main.rs"), &main(policies))?;
    write_file(&folder.join("Cargo.toml"), &manifest(name))?;
    workspace().map_or(Ok(()), |workspace| write_lock(folder, &workspace))
}

/// Lets cargo begin with the versions that this command was built with, where they are known, and
/// again whenever they change; what it adds to them stays until then.
fn write_lock(folder: &Path, workspace: &Path) -> io::Result<()> {
    let lock = fs::read_to_string(workspace.join("Cargo.lock"))?;
    let begun_with = folder.join("workspace.lock");
    if fs::read_to_string(&begun_with).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    write_file(&folder.join("Cargo.lock"), &lock)?;
    write_file(&begun_with, &lock)
}

/// Writes a file unless that is what it holds: a new one would be compiled again.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    fs::write(path, text)
}

fn main(policies: &[(String, Generated)]) -> String {
    let (mut modules, mut entries) = (String::new(), String::new());
    for (hash, Generated { module, .. }) in policies {
        // Writing to a string does not fail. Templates of one name are told apart by their hash.
        let _ = writeln!(modules, "mod policy_{hash} {{\n    include!(\"policy_{hash}.rs\");\n}}");
        let _ = writeln!(entries, "    (\"{hash}\", &policy_{hash}::{module}::POLICY),");
    }
    format!(
        "// Written by ferrego; changes will be lost.\n\n{modules}\n\
         static POLICIES: &[ferrego::BuiltIn] = &[\n{entries}];\n\n\
         fn main() -> std::process::ExitCode {{\n    ferrego::main_with(POLICIES)\n}}\n"
    )
}

fn manifest(name: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let dependency = |crate_name: &str, folder: &str| match workspace() {
        Some(workspace) => {
            let path = workspace.join(folder).display().to_string();
            format!("{crate_name} = {{ path = {path:?} }}")
        }
        None => format!("{crate_name} = \"={version}\""),
    };
    let command = dependency("ferrego", "cli");
    let runtime = dependency("ferrego-runtime", "runtime");
    format!(
        "# Written by ferrego; changes will be lost.\n\
         [package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\n{command}\n{runtime}\n\n[workspace]\n"
    )
}

/// The workspace that this command was built from, where it is still there.
fn workspace() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let there = ["Cargo.lock", "cli/Cargo.toml", "runtime/Cargo.toml"]
        .iter()
        .all(|file| workspace.join(file).exists());
    there.then(|| workspace.to_owned())
}

/// Builds the crate and gives the path of its program. All crates share one target folder, so
/// that the command is compiled once.
fn build(cache: &Path, folder: &Path, name: &str, count: usize) -> Result<PathBuf, Failure> {
    let target = cache.join("target");
    let program = target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let plural = if count == 1 { "y" } else { "ies" };
        eprintln!("compiling {count} polic{plural} to Rust in {}", cache.display());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--quiet", "--manifest-path"]);
    command.arg(folder.join("Cargo.toml")).arg("--target-dir").arg(&target);
    let status = command.status().map_err(|error| {
        Failure::Usage(format!("cannot run cargo, which compiles policies: {error}"))
    })?;
    if status.success() {
        Ok(program)
    } else {
        Err(Failure::Usage(format!("cargo cannot build {}", folder.display())))
    }
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("cannot {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policies(hashes: &[&str]) -> Vec<(String, Generated)> {
        let generated = || Generated { rust: "pub mod p {}".to_owned(), module: "p".to_owned() };
        hashes.iter().map(|hash| ((*hash).to_owned(), generated())).collect()
    }

    #[test]
    fn a_program_lists_its_policies_by_hash() {
        let main = main(&policies(&["a1", "b2"]));
        for line in [
            "mod policy_a1 {\n    include!(\"policy_a1.rs\");\n}\n",
            "    (\"b2\", &policy_b2::p::POLICY),\n",
            "ferrego::main_with(POLICIES)",
        ] {
            assert!(main.contains(line), "{main}");
        }
        assert_ne!(name(&policies(&["a1"])), name(&policies(&["b2"])));
        assert_eq!(name(&policies(&["a1"])), name(&policies(&["a1"])));
    }

    #[test]
    fn versions_are_locked_anew_when_those_of_the_workspace_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let (workspace, own) = (folder.path().join("workspace"), folder.path().join("crate"));
        fs::create_dir_all(&workspace).expect("a folder");
        fs::create_dir_all(&own).expect("a folder");
        let locked = |versions: &str| {
            fs::write(workspace.join("Cargo.lock"), versions).expect("written");
            write_lock(&own, &workspace).expect("locked");
            fs::read_to_string(own.join("Cargo.lock")).expect("a lock")
        };
        assert_eq!(locked("one"), "one");
        fs::write(own.join("Cargo.lock"), "one and the crate itself").expect("written");
        assert_eq!(locked("one"), "one and the crate itself");
        assert_eq!(locked("two"), "two");
    }

    #[test]
    fn files_are_written_only_where_they_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let crate_folder = folder.path().join("crate");
        let main = crate_folder.join("src/main.rs");
        let old = std::time::SystemTime::UNIX_EPOCH;
        let written = policies(&["a1"]);
        write(&crate_folder, "n", &written).expect("written");
        fs::File::options().write(true).open(&main).expect("open").set_modified(old).expect("set");
        write(&crate_folder, "n", &written).expect("written");
        let modified = || fs::metadata(&main).expect("there").modified().expect("a time");
        assert_eq!(modified(), old);
        write(&crate_folder, "n", &policies(&["b2"])).expect("written");
        assert_ne!(modified(), old);
        let manifest = fs::read_to_string(crate_folder.join("Cargo.toml")).expect("a manifest");
        assert!(
            manifest.contains("name = \"n\"") && manifest.contains("[workspace]"),
            "{manifest}"
        );
    }
}
