//! The program that links compiled policies: written, built and run.
//!
//! ```text
//! $FERREGO_CACHE/
//!   crates/            the crates of this command
//!   policies/HASH/     a crate for each policy, compiled once whatever program it belongs to
//!   program/           the crate of the program that is built
//!   target/            what cargo has compiled
//!   bin/HASH           the programs, which are run without cargo
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use ferrego_compiler::frontend::files;
use ferrego_compiler::pipeline::{self, Generated, Options};
use ferrego_compiler::template::Template;
use sha2::{Digest, Sha256};

use super::sources::{self, Sources};
use super::{cargo, hex};
use crate::failure::Failure;
use crate::output::{tell, visible};
use ferrego_program::status::Exit;

/// The environment variable that is set for the program, so that it does not build another.
const BUILT: &str = "FERREGO_BUILT";

/// The number of programs that are kept.
const KEPT: usize = 16;

/// The name of the program's crate.
const NAME: &str = "ferrego-program";

/// Returns `true` if this process is such a program.
pub(super) fn is_one() -> bool {
    std::env::var_os(BUILT).is_some()
}

/// Runs the program with these templates, and builds it first if it does not exist.
///
/// The program receives the arguments of this process, and its standard input or the file `input`
/// instead. A template that cannot be compiled is left out. The program reports the fault.
pub(super) fn run(
    templates: &BTreeMap<String, Template>,
    input: Option<&Path>,
    quiet: bool,
) -> Result<Exit, Failure> {
    let cache = cache()?;
    let program = cache.join("bin").join(file_name(templates.keys().map(String::as_str)));
    if !program.exists() {
        build(templates, &cache, &program, quiet)?;
    }
    let mut command = Command::new(&program);
    command.args(std::env::args_os().skip(1)).env(BUILT, "1");
    if let Some(input) = input {
        let file = File::open(input).map_err(|error| failed("read", input, &error))?;
        command.stdin(file);
    }
    let status = command.status().map_err(|error| failed("run", &program, &error))?;
    // Without a code, a signal ended the program.
    Ok(Exit(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}

/// Returns `$FERREGO_CACHE`, or else the folder for this command among the system's caches.
fn cache() -> Result<PathBuf, Failure> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = variable("FERREGO_CACHE") {
        return std::path::absolute(PathBuf::from(folder))
            .map_err(|error| Failure::usage(format!("FERREGO_CACHE: {error}")));
    }
    let caches = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    caches.or_else(home).map(|caches| caches.join("ferrego")).ok_or_else(|| {
        let message = "expected a folder for compiled policies, found no home folder";
        Failure::usage(message).with_help("set FERREGO_CACHE to a folder")
    })
}

/// Returns the name of the program with these policies and the crates of this command.
fn file_name<'h>(hashes: impl Iterator<Item = &'h str>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(sources::version());
    hashes.for_each(|hash| hasher.update(hash));
    format!("{}{}", hex(&hasher.finalize()), std::env::consts::EXE_SUFFIX)
}

/// Builds `program`. If another command builds in the same cache, waits for it.
fn build(
    templates: &BTreeMap<String, Template>,
    cache: &Path,
    program: &Path,
    quiet: bool,
) -> Result<(), Failure> {
    let compiled = |(hash, template): (&String, &Template)| {
        let generated = pipeline::compile(&template.sources, &Options::of(template)).ok()?;
        Some((hash.clone(), generated))
    };
    let policies: Vec<(String, Generated)> = templates.iter().filter_map(compiled).collect();
    if !quiet {
        let count = match policies.len() {
            1 => "1 policy".to_owned(),
            count => format!("{count} policies"),
        };
        let folder = visible(&cache.to_string_lossy());
        let first =
            if cache.join("target").exists() { "" } else { "; the first time takes longer" };
        tell(&format!("compiling {count} to Rust in {folder}{first}\n"));
    }
    let write = |error| failed("write", cache, &error);
    let lock = lock(cache, quiet).map_err(write)?;
    let folder = cache.join("program");
    write_crates(cache, &folder, &policies).map_err(write)?;
    let target = cache.join("target");
    cargo::build(&folder, &target, quiet)?;
    let built = target.join("release").join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
    install(&built, program).map_err(|error| failed("write", program, &error))?;
    drop(lock);
    Ok(())
}

/// Locks the cache until the file is dropped.
fn lock(cache: &Path, quiet: bool) -> io::Result<File> {
    fs::create_dir_all(cache)?;
    let file = File::create(cache.join("lock"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::Error(error)) => return Err(error),
        Err(TryLockError::WouldBlock) => {
            if !quiet {
                tell("waiting for another ferrego, which compiles policies\n");
            }
            file.lock()?;
        }
    }
    Ok(file)
}

fn write_crates(cache: &Path, folder: &Path, policies: &[(String, Generated)]) -> io::Result<()> {
    let sources = Sources::unpack(cache)?;
    for (hash, generated) in policies {
        let crate_folder = cache.join("policies").join(hash);
        let manifest = policy_manifest(hash, &sources);
        files::write(&crate_folder.join("Cargo.toml"), manifest)?;
        files::write(&crate_folder.join("src/lib.rs"), &generated.rust)?;
    }
    files::write(&folder.join("src/main.rs"), main(policies))?;
    files::write(&folder.join("Cargo.toml"), manifest(policies, &sources))?;
    match sources.lock()? {
        Some(versions) => files::write_lock(folder, &versions),
        None => Ok(()),
    }
}

/// Moves the program to its place in one step, and removes the oldest of the others.
fn install(built: &Path, program: &Path) -> io::Result<()> {
    let Some(folder) = program.parent() else { return Ok(()) };
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!("{}.tmp", std::process::id()));
    fs::copy(built, &beside)?;
    fs::rename(&beside, program)?;
    let mut programs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        programs.push((entry.metadata()?.modified()?, entry.path()));
    }
    programs.sort_unstable();
    let old = programs.len().saturating_sub(KEPT);
    // A program that is running may not be removable. The next build tries again.
    programs.iter().take(old).for_each(|(_, path)| drop(fs::remove_file(path)));
    Ok(())
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
    let mut text = format!(
        "# Written by ferrego; changes will be lost.\n\
         [package]\nname = {NAME:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\n{}\n",
        sources.dependency("ferrego", "cli", ", default-features = false"),
    );
    for (hash, _) in policies {
        // Writing to a string does not fail.
        let _ = writeln!(text, "ferrego-policy-{hash} = {{ path = \"../policies/{hash}\" }}");
    }
    text.push_str("\n[profile.release]\nopt-level = 0\ndebug = false\n");
    let fast = FAST.iter().map(|(name, level)| ((*name).to_owned(), *level));
    let policies = policies.iter().map(|(hash, _)| (format!("ferrego-policy-{hash}"), 3));
    for (name, level) in fast.chain(policies) {
        let _ = write!(text, "\n[profile.release.package.{name}]\nopt-level = {level}\n");
    }
    text
}

/// The crates whose code runs for each object, with their optimization levels.
const FAST: [(&str, u8); 9] = [
    ("aho-corasick", 1),
    ("bumpalo", 2),
    ("ferrego", 1),
    ("ferrego-gatekeeper", 2),
    ("ferrego-runtime", 3),
    ("memchr", 3),
    ("num-bigint", 1),
    ("regex-automata", 2),
    ("sha2", 2),
];

fn policy_manifest(hash: &str, sources: &Sources) -> String {
    format!(
        "# Written by ferrego; changes will be lost.\n\
         [package]\nname = \"ferrego-policy-{hash}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         publish = false\n\n[workspace]\n\n[dependencies]\n{}\n",
        sources.dependency("ferrego-runtime", "runtime", ", features = [\"full\"]"),
    )
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    let path = visible(&path.to_string_lossy());
    let help = "set FERREGO_CACHE to another folder for compiled policies";
    Failure::usage(format!("cannot {what} {path}: {error}")).with_help(help)
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
        for line in
            ["    (\"b2\", &ferrego_policy_b2::p::POLICY),\n", "ferrego::main_with(POLICIES)"]
        {
            assert!(main.contains(line), "{main}");
        }
        let name = |hashes: &[&str]| file_name(hashes.iter().copied());
        assert_ne!(name(&["a1"]), name(&["b2"]));
        assert_eq!(name(&["a1"]), name(&["a1"]));
    }

    #[test]
    fn each_policy_is_a_crate_that_is_written_once() {
        let cache = tempfile::tempdir().expect("a folder");
        let folder = cache.path().join("program");
        let written = |hashes: &[&str]| {
            write_crates(cache.path(), &folder, &policies(hashes)).expect("written");
            fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest")
        };
        let manifest = written(&["a1"]);
        assert!(
            manifest.contains("ferrego-policy-a1 = { path = \"../policies/a1\" }"),
            "{manifest}"
        );
        let policy = cache.path().join("policies/a1/src/lib.rs");
        let old = std::time::SystemTime::UNIX_EPOCH;
        File::options().write(true).open(&policy).expect("open").set_modified(old).expect("set");
        assert!(written(&["a1", "b2"]).contains("ferrego-policy-b2"));
        assert_eq!(fs::metadata(&policy).expect("a file").modified().expect("a time"), old);
    }

    #[test]
    fn the_newest_programs_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let (built, bin) = (folder.path().join("built"), folder.path().join("bin"));
        fs::write(&built, "x").expect("written");
        for number in 0..KEPT + 3 {
            install(&built, &bin.join(number.to_string())).expect("installed");
            let age = std::time::Duration::from_secs(number as u64);
            let file = File::options().write(true).open(bin.join(number.to_string()));
            let time = std::time::SystemTime::UNIX_EPOCH + age;
            file.expect("open").set_modified(time).expect("set");
        }
        assert_eq!(fs::read_dir(&bin).expect("a folder").count(), KEPT);
        assert!(!bin.join("0").exists() && bin.join((KEPT + 2).to_string()).exists());
    }
}
