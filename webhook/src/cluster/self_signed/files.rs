//! The files of a certificate, from which the server reads it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file that only its owner may read, unless it has this content already. Another process
/// sees the last content or the new one. Returns an error if the folder does not exist.
pub(super) fn write(path: &Path, content: &str) -> io::Result<()> {
    if is(path, content) {
        return Ok(());
    }
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&new)?.write_all(content.as_bytes())?;
    fs::rename(&new, path)
}

/// Returns `true` if a file has a content.
pub(super) fn is(path: &Path, content: &str) -> bool {
    fs::read(path).is_ok_and(|found| found == content.as_bytes())
}
