//! Writes files of crates: atomically, and only those that changed, because cargo compiles newer
//! files again.

use std::fs;
use std::io;
use std::path::Path;

/// Writes `content` to `path`, unless the file already contains it. The content goes into a
/// temporary file, which then replaces `path`.
///
/// # Errors
/// Returns the error of the file system.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let content = content.as_ref();
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let result = fs::write(&beside, content).and_then(|()| fs::rename(&beside, path));
    if result.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&beside);
    }
    result
}

/// Writes the lock file of the crate in `folder`, unless the folder already began with this lock
/// file. Cargo adds packages to the file, which stay until `lock` changes.
///
/// # Errors
/// Returns the error of the file system.
pub fn write_lock(folder: &Path, lock: &str) -> io::Result<()> {
    let begun_with = folder.join("begun-with.lock");
    if fs::read_to_string(&begun_with).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    write(&folder.join("Cargo.lock"), lock)?;
    write(&begun_with, lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_is_written_again_when_its_beginning_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("Cargo.lock");
        let locked = |lock: &str| {
            write_lock(folder.path(), lock).expect("locked");
            fs::read_to_string(&own).expect("a lock file")
        };
        assert_eq!(locked("one"), "one");
        fs::write(&own, "one and the policies").expect("written");
        assert_eq!(locked("one"), "one and the policies");
        assert_eq!(locked("two"), "two");
    }
}
