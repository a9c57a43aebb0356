//! Packs into the command the sources of the crates that compiled policies link.
//!
//! `ferrego test --engine compiled` builds a program from these crates. A command that was built
//! from a checkout carries their sources, so it needs no checkout later and never reads a checkout
//! that has changed since. A command that was installed from a registry has no checkout, and
//! depends on the published crates of its own version instead.
//!
//! The archive is a sequence of files. Each file is `path length\n` followed by its bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let manifest = variable("CARGO_MANIFEST_DIR")?;
    let archive = variable("OUT_DIR")?.join("sources");
    let workspace = manifest.parent().unwrap_or(&manifest);
    let mut packed = Vec::new();
    let root = fs::read_to_string(workspace.join("Cargo.toml")).unwrap_or_default();
    if let Some(crates) = crates(workspace, &root)? {
        println!("cargo::rerun-if-changed={}", workspace.join("Cargo.lock").display());
        println!("cargo::rerun-if-changed={}", workspace.join("Cargo.toml").display());
        add(&mut packed, "Cargo.toml", only_crates(&root, &crates).as_bytes());
        add(&mut packed, "Cargo.lock", &fs::read(workspace.join("Cargo.lock"))?);
        for folder in &crates {
            println!("cargo::rerun-if-changed={}", workspace.join(folder).display());
            pack(&mut packed, workspace, Path::new(folder))?;
        }
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
    println!("cargo::rustc-env=FERREGO_TARGET={}", std::env::var("TARGET").unwrap_or_default());
    fs::write(archive, packed)
}

/// Returns the folders of the command and of the workspace's crates that it depends on, or `None`
/// outside a workspace.
fn crates(workspace: &Path, root: &str) -> io::Result<Option<Vec<String>>> {
    if !workspace.join("Cargo.lock").exists() {
        return Ok(None);
    }
    let mut folders = vec!["cli".to_owned()];
    let mut next = 0;
    while let Some(folder) = folders.get(next) {
        next += 1;
        let manifest = workspace.join(folder).join("Cargo.toml");
        if !manifest.exists() {
            return Ok(None);
        }
        for name in dependencies(&fs::read_to_string(manifest)?) {
            let Some(folder) = folder_of(root, &name) else { return Ok(None) };
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    Ok(Some(folders))
}

/// Returns the workspace's crates that a manifest depends on.
fn dependencies(manifest: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| name.starts_with("ferrego-")).map(str::to_owned).collect()
}

/// Returns the folder of a crate, from the dependencies in the workspace's manifest.
fn folder_of(root: &str, name: &str) -> Option<String> {
    let line = root.lines().find(|line| line.split(' ').next() == Some(name))?;
    let (_, path) = line.split_once("path = \"")?;
    Some(path.split('"').next()?.to_owned())
}

/// Returns the workspace's manifest with the packed crates as its only members.
fn only_crates(manifest: &str, crates: &[String]) -> String {
    let lines = manifest.lines().map(|line| {
        if line.starts_with("members") { format!("members = {crates:?}") } else { line.to_owned() }
    });
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

/// Packs the manifest, the build script and the sources of a crate. The files are sorted by name,
/// so that equal sources make equal archives.
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
