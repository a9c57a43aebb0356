//! The crates that compiled policies link: carried by this command, or published.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ferrego_compiler::frontend::files::write;
use sha2::{Digest, Sha256};

use super::hex;

/// The files that the build script packed. Empty if it found no checkout.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sources"));

/// The place where cargo finds the crates.
pub(super) enum Sources {
    /// Below this folder.
    Folder(PathBuf),
    /// In the registry, with the version of this command.
    Registry,
}

impl Sources {
    /// Provides the crates for a build in `cache`. A file is written only if it differs, so that
    /// cargo compiles only the changes.
    pub(super) fn unpack(cache: &Path) -> io::Result<Self> {
        if PACKED.is_empty() {
            return Ok(Self::Registry);
        }
        let folder = cache.join("crates");
        let mut kept = Vec::new();
        for (path, bytes) in files(PACKED) {
            let path = folder.join(path);
            write(&path, bytes)?;
            kept.push(path);
        }
        kept.sort_unstable();
        remove_others(&folder, &kept)?;
        Ok(Self::Folder(folder))
    }

    /// Returns the entry of the crate `name`, whose folder is `folder`, in a list of dependencies.
    pub(super) fn dependency(&self, name: &str, folder: &str, features: &str) -> String {
        let from = match self {
            Self::Folder(crates) => {
                format!("path = {:?}", crates.join(folder).display().to_string())
            }
            Self::Registry => format!("version = \"={}\"", env!("CARGO_PKG_VERSION")),
        };
        format!("{name} = {{ {from}{features} }}")
    }

    /// Returns the lock file with the versions that this command was built with, if the command
    /// carries one.
    pub(super) fn lock(&self) -> io::Result<Option<String>> {
        match self {
            Self::Folder(crates) => fs::read_to_string(crates.join("Cargo.lock")).map(Some),
            Self::Registry => Ok(None),
        }
    }
}

/// Returns a hash that distinguishes the crates of this command from those of another.
pub(super) fn version() -> String {
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    hasher.update(PACKED);
    hex(&hasher.finalize())
}

/// Iterates over the files of an archive: for each, `path length\n` and its bytes.
fn files(mut archive: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    std::iter::from_fn(move || {
        let end = archive.iter().position(|byte| *byte == b'\n')?;
        let (header, rest) = archive.split_at_checked(end)?;
        let (path, length) = str::from_utf8(header).ok()?.rsplit_once(' ')?;
        let (bytes, rest) = rest.get(1..)?.split_at_checked(length.parse().ok()?)?;
        archive = rest;
        Some((path, bytes))
    })
}

/// Removes the files below `folder` that are not in `kept`, which is sorted. Cargo would otherwise
/// compile modules that another version of the command has left.
fn remove_others(folder: &Path, kept: &[PathBuf]) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if kept.binary_search(&path).is_err() {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_holds_the_crates_and_their_versions() {
        let paths: Vec<&str> = files(PACKED).map(|(path, _)| path).collect();
        for path in ["Cargo.toml", "Cargo.lock", "runtime/src/lib.rs", "cli/build.rs"] {
            assert!(paths.contains(&path), "{path}");
        }
        let total: usize = files(PACKED)
            .map(|(path, bytes)| path.len() + 2 + bytes.len().to_string().len() + bytes.len())
            .sum();
        assert_eq!(total, PACKED.len());
    }

    #[test]
    fn unpacking_keeps_what_is_equal_and_removes_what_is_left_over() {
        let cache = tempfile::tempdir().expect("a folder");
        let unpack = || Sources::unpack(cache.path()).expect("unpacked");
        unpack();
        let crates = cache.path().join("crates");
        let (kept, stale) = (crates.join("cli/src/lib.rs"), crates.join("cli/src/stale.rs"));
        let old = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().write(true).open(&kept).expect("open").set_modified(old).expect("set");
        fs::write(&stale, "x").expect("written");
        let sources = unpack();
        assert_eq!(fs::metadata(&kept).expect("a file").modified().expect("a time"), old);
        assert!(!stale.exists());
        let dependency = sources.dependency("ferrego", "cli", "");
        assert!(dependency.starts_with("ferrego = { path = \""), "{dependency}");
        assert!(sources.lock().expect("a lock").is_some());
        let published = Sources::Registry.dependency("ferrego", "cli", ", features = [\"x\"]");
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!("ferrego = {{ version = \"={version}\", features = [\"x\"] }}");
        assert_eq!(published, expected);
    }
}
