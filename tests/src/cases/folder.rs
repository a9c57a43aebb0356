//! The folder of recorded answers that an environment variable names.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The environment variable that names the folder.
pub const VARIABLE: &str = "FERREGO_CASES";

/// Returns the folder of recorded answers. If the variable is unset, reports on standard error that
/// `what` is left out.
pub fn named(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(VARIABLE);
    if folder.is_none() {
        // Standard error is written directly, because the test harness captures `eprintln!`.
        let _ = writeln!(io::stderr(), "{what} left out: {VARIABLE} is not set");
    }
    folder.map(OsString::into)
}

/// Returns the folder `name` in `cases`.
///
/// # Errors
/// Returns an error if the folder is missing or empty. Otherwise a test would pass without a case.
pub fn not_empty(cases: &Path, name: &str) -> io::Result<PathBuf> {
    let folder = cases.join(name);
    let shown = folder.display();
    let mut entries = fs::read_dir(&folder).map_err(|error| {
        io::Error::new(error.kind(), format!("expected recorded cases in {shown}: {error}"))
    })?;
    match entries.next() {
        Some(entry) => entry.map(|_| folder),
        None => Err(io::Error::other(format!("expected recorded cases in {shown}, found none"))),
    }
}

/// Returns the lines of the file `name` in `cases`.
///
/// # Errors
/// Returns an error if the file is missing or has no lines.
pub fn lines(cases: &Path, name: &str) -> io::Result<Vec<String>> {
    let path = cases.join(name);
    let shown = path.display();
    let text = fs::read_to_string(&path).map_err(|error| {
        io::Error::new(error.kind(), format!("expected recorded cases in {shown}: {error}"))
    })?;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return Err(io::Error::other(format!("expected recorded cases in {shown}, found none")));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn folders_and_files_without_cases_are_errors() {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(not_empty(cases, "src").expect("files"), cases.join("src"));
        assert!(lines(cases, "Cargo.toml").is_ok_and(|lines| !lines.is_empty()));
        let missing = not_empty(cases, "none").expect_err("missing").to_string();
        assert!(missing.starts_with("expected recorded cases in "), "{missing}");
        let missing = lines(cases, "none.jsonl").expect_err("missing").to_string();
        assert!(missing.starts_with("expected recorded cases in "), "{missing}");
        let empty = std::env::temp_dir().join(format!("ferrego-cases-{}", std::process::id()));
        fs::create_dir_all(empty.join("folder")).expect("a folder");
        fs::write(empty.join("file.jsonl"), "").expect("a file");
        let folder = not_empty(&empty, "folder").expect_err("empty").to_string();
        let file = lines(&empty, "file.jsonl").expect_err("empty").to_string();
        fs::remove_dir_all(&empty).expect("removed");
        assert!(folder.ends_with(", found none") && file.ends_with(", found none"));
    }
}
