//! Builds programs that link compiled policies, in a cache.
//!
//! ```text
//! $FERREGO_CACHE/
//!   crates/            the crates of this command
//!   policies/HASH/     a crate for each policy, compiled once whatever program it belongs to
//!   compiled/          the crate of the command with policies, for `--engine compiled`
//!   executable/        the crate of the executable of `ferrego build`
//!   target/            what cargo has compiled
//!   bin/HASH           the programs, which are run without cargo
//! ```

use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use ferrego_compiler::frontend::files;
use ferrego_compiler::pipeline::Generated;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::sources::{self, Sources};
use super::{cargo, hex};
use crate::failure::Failure;
use crate::output::{tell, visible};

/// The number of programs that are kept.
const KEPT: usize = 16;

/// A crate that links policies, and is built to a program.
pub(super) struct Crate<'c> {
    /// The name of the folder in the cache. That of the package follows from it.
    pub(super) folder: &'static str,
    /// The text of `main.rs`.
    pub(super) main: String,
    /// Returns the text of `Cargo.toml`.
    pub(super) manifest: &'c dyn Fn(&Sources) -> String,
    /// The target for which the program is linked statically, if it can be.
    pub(super) static_target: Option<&'static str>,
    /// The advice if cargo cannot be run or fails.
    pub(super) help: &'static str,
}

impl Crate<'_> {
    /// Returns the name of the package in `folder`.
    pub(super) fn package(folder: &str) -> String {
        format!("ferrego-{folder}")
    }
}

/// Returns `$FERREGO_CACHE`, or else the folder for this command among the system's caches.
pub(super) fn cache() -> Result<PathBuf, Failure> {
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

/// Returns the path of the program that is built from `parts` and the crates of this command.
pub(super) fn path<'p>(cache: &Path, parts: impl IntoIterator<Item = &'p str>) -> PathBuf {
    let mut hasher = Sha256::new();
    hasher.update(sources::version());
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    let name = format!("{}{}", hex(&hasher.finalize()), std::env::consts::EXE_SUFFIX);
    cache.join("bin").join(name)
}

/// Builds `program`. If another command builds in the same cache, waits for it.
pub(super) fn build(
    policies: &[(String, Generated)],
    owner: &Crate<'_>,
    cache: &Path,
    program: &Path,
    quiet: bool,
) -> Result<(), Failure> {
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
    let folder = cache.join(owner.folder);
    let build = cargo::Build {
        folder: &folder,
        target: &cache.join("target"),
        static_target: owner.static_target,
        help: owner.help,
        quiet,
    };
    build.check()?;
    let write = |error| failed("write", cache, &error);
    let lock = lock(cache, quiet).map_err(write)?;
    write_crates(cache, &folder, policies, owner).map_err(write)?;
    let built = build.run()?;
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

fn write_crates(
    cache: &Path,
    folder: &Path,
    policies: &[(String, Generated)],
    owner: &Crate<'_>,
) -> io::Result<()> {
    let sources = Sources::unpack(cache)?;
    for (hash, generated) in policies {
        let crate_folder = cache.join("policies").join(hash);
        let manifest = policy_manifest(hash, &features(&generated.rust), &sources);
        files::write(&crate_folder.join("Cargo.toml"), manifest)?;
        files::write(&crate_folder.join("src/lib.rs"), &generated.rust)?;
    }
    files::write(&folder.join("src/main.rs"), &owner.main)?;
    files::write(&folder.join("Cargo.toml"), (owner.manifest)(&sources))?;
    match sources.lock()? {
        Some(versions) => files::write_lock(folder, &versions),
        None => Ok(()),
    }
}

/// Moves the program to its place in one step, and removes the oldest of the others.
fn install(built: &Path, program: &Path) -> io::Result<()> {
    replace(built, program)?;
    let mut programs = Vec::new();
    for entry in fs::read_dir(folder(program))? {
        let entry = entry?;
        programs.push((entry.metadata()?.modified()?, entry.path()));
    }
    programs.sort_unstable();
    let old = programs.len().saturating_sub(KEPT);
    // A program that is running may not be removable. The next build tries again.
    programs.iter().take(old).for_each(|(_, path)| drop(fs::remove_file(path)));
    Ok(())
}

/// Copies the program `from` to `to` in one step, so that a program that runs is not changed.
pub(super) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    let folder = folder(to);
    fs::create_dir_all(folder)?;
    let mut program = File::open(from)?;
    let mut beside = NamedTempFile::new_in(folder)?;
    io::copy(&mut program, &mut beside)?;
    beside.as_file().set_permissions(program.metadata()?.permissions())?;
    beside.persist(to).map_err(|error| error.error)?;
    Ok(())
}

/// Returns an error if a program cannot be written to `path`. Makes the folder, and no file.
pub(super) fn check_writable(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let folder = folder(path);
    fs::create_dir_all(folder)?;
    tempfile::tempfile_in(folder).map(drop)
}

/// Returns the folder of `file`.
fn folder(file: &Path) -> &Path {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Writes the entries of policies in a list of dependencies.
pub(super) fn dependencies(policies: &[(String, Generated)]) -> String {
    policies.iter().fold(String::new(), |mut text, (hash, _)| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "ferrego-policy-{hash} = {{ path = \"../policies/{hash}\" }}");
        text
    })
}

/// Writes the optimization levels of packages.
pub(super) fn levels<'n>(levels: impl IntoIterator<Item = (&'n str, u8)>) -> String {
    levels.into_iter().fold(String::new(), |mut text, (name, level)| {
        // Writing to a string does not fail.
        let _ = write!(text, "\n[profile.release.package.{name}]\nopt-level = {level}\n");
        text
    })
}

/// Returns the features of the runtime that generated code needs. The code checks each of them with
/// a macro, such as `rt::require_regex!("regex.match");`.
fn features(rust: &str) -> Vec<&str> {
    let checks = rust.lines().filter_map(|line| line.trim_start().strip_prefix("rt::require_"));
    checks.filter_map(|check| Some(check.split_once('!')?.0)).collect()
}

fn policy_manifest(hash: &str, features: &[&str], sources: &Sources) -> String {
    let features = format!(", default-features = false, features = {features:?}");
    format!(
        "# Written by ferrego; changes will be lost.\n\
         [package]\nname = \"ferrego-policy-{hash}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         publish = false\n\n[workspace]\n\n[dependencies]\n{}\n",
        sources.dependency("ferrego-runtime", "runtime", &features),
    )
}

pub(super) fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
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
    fn programs_differ_if_their_parts_do() {
        let name = |parts: &[&str]| path(Path::new("cache"), parts.iter().copied());
        assert_ne!(name(&["a1"]), name(&["b2"]));
        assert_ne!(name(&["a", "b"]), name(&["ab"]));
        assert_eq!(name(&["a1"]), name(&["a1"]));
    }

    #[test]
    fn each_policy_is_a_crate_that_is_written_once() {
        let cache = tempfile::tempdir().expect("a folder");
        let folder = cache.path().join("program");
        let written = |hashes: &[&str]| {
            let policies = policies(hashes);
            let owner = Crate {
                folder: "program",
                main: "fn main() {}".to_owned(),
                manifest: &|_| dependencies(&policies),
                static_target: None,
                help: "",
            };
            write_crates(cache.path(), &folder, &policies, &owner).expect("written");
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
    fn the_crate_of_a_policy_has_the_features_that_its_code_checks() {
        use ferrego_compiler::{Options, RegoVersion, Source, compile};

        let text = "package p\n\nq if regex.match(input.a, `^b`)\n\nr := crypto.sha256(input.c)\n";
        let source = [Source::new("p.rego", text, RegoVersion::V1)];
        let generated = compile(&source, &Options::modules("p")).expect("compiled");
        assert_eq!(features(&generated.rust), ["crypto", "regex"]);
        assert!(features("fn f() {}").is_empty());
    }

    #[test]
    fn a_program_is_copied_with_its_mode_and_leaves_no_other_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (from, to) = (folder.path().join("from"), folder.path().join("bin/to"));
        for text in ["one", "other"] {
            fs::write(&from, text).expect("written");
            replace(&from, &to).expect("replaced");
            assert_eq!(fs::read_to_string(&to).expect("text"), text);
        }
        let mode = |path| fs::metadata(path).expect("a file").permissions();
        assert_eq!(mode(&to), mode(&from));
        assert_eq!(fs::read_dir(folder.path().join("bin")).expect("a folder").count(), 1);
        assert!(replace(&folder.path().join("none"), &to).is_err());
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
