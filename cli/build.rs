//! Packs the sources of the crates that compiled policies are linked with into the command.
//!
//! `ferrego test --engine compiled` builds a program from these crates. A command that was built
//! from a checkout carries their sources, so it needs no checkout later and never meets one that
//! has changed. A command from a registry has no checkout beside it: it depends on the published
//! crates of its own version.
//!
//! The archive is a sequence of files, each as `path length\n` followed by its bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folders of the crates.
const CRATES: [&str; 5] = ["runtime", "compiler", "interpreter", "gatekeeper", "cli"];

fn main() -> io::Result<()> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let manifest = variable("CARGO_MANIFEST_DIR")?;
    let archive = variable("OUT_DIR")?.join("sources");
    let workspace = manifest.parent().unwrap_or(&manifest);
    let mut packed = Vec::new();
    if is_checkout(workspace) {
        println!("cargo::rerun-if-changed={}", workspace.join("Cargo.lock").display());
        println!("cargo::rerun-if-changed={}", workspace.join("Cargo.toml").display());
        let root = fs::read_to_string(workspace.join("Cargo.toml"))?;
        add(&mut packed, "Cargo.toml", only_crates(&root).as_bytes());
        add(&mut packed, "Cargo.lock", &fs::read(workspace.join("Cargo.lock"))?);
        for folder in CRATES {
            println!("cargo::rerun-if-changed={}", workspace.join(folder).join("src").display());
            pack(&mut packed, workspace, Path::new(folder))?;
        }
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
    fs::write(archive, packed)
}

fn is_checkout(workspace: &Path) -> bool {
    let is_there = |folder: &str| workspace.join(folder).join("Cargo.toml").exists();
    workspace.join("Cargo.lock").exists() && CRATES.into_iter().all(is_there)
}

/// The manifest of the workspace with the packed crates as its only members.
fn only_crates(manifest: &str) -> String {
    let lines = manifest.lines().map(|line| {
        if line.starts_with("members") { format!("members = {CRATES:?}") } else { line.to_owned() }
    });
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

/// Packs the manifest, the build script and the sources of a crate, by name, so that equal sources
/// make equal archives.
fn pack(packed: &mut Vec<u8>, workspace: &Path, folder: &Path) -> io::Result<()> {
    let mut pending: Vec<PathBuf> =
        ["src", "build.rs", "Cargo.toml"].iter().map(|name| folder.join(name)).collect();
    while let Some(path) = pending.pop() {
        let full = workspace.join(&path);
        if full.is_dir() {
            let entries = fs::read_dir(&full)?;
            let names = entries.map(|entry| entry.map(|entry| path.join(entry.file_name())));
            let mut names = names.collect::<io::Result<Vec<_>>>()?;
            names.sort_unstable_by(|a, b| b.cmp(a));
            pending.extend(names);
        } else if full.is_file() {
            add(packed, &path.to_string_lossy().replace('\\', "/"), &fs::read(&full)?);
        }
    }
    Ok(())
}

fn add(packed: &mut Vec<u8>, path: &str, bytes: &[u8]) {
    packed.extend_from_slice(format!("{path} {}\n", bytes.len()).as_bytes());
    packed.extend_from_slice(bytes);
}
