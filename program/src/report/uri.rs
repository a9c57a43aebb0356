//! URIs of files.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// Returns the URI reference of `file`, relative to the current folder and percent-encoded. For
/// example, `a b/ü.yaml` becomes `a%20b/%C3%BC.yaml`. A name that is not a path, such as `<stdin>`,
/// is encoded in the same way.
pub fn relative(file: &str) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    relative_to(&current, file)
}

fn relative_to(current: &Path, file: &str) -> String {
    let path = normal(&current.join(file));
    let mut own = path.components().peekable();
    let mut base = current.components().peekable();
    while own.peek().is_some() && own.peek() == base.peek() {
        own.next();
        base.next();
    }
    let mut parts = vec!["..".to_owned(); base.count()];
    parts.extend(own.map(|part| encoded(&part.as_os_str().to_string_lossy())));
    parts.join("/")
}

/// Returns the path without `.`, and without each `..` that follows a folder.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// Encodes a segment of a path. A colon is encoded too, because it would end a scheme in the first
/// segment.
pub fn encoded(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to memory does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_are_relative_and_encoded() {
        for (file, expected) in [
            ("pods.yaml", "pods.yaml"),
            ("./a b/ü.yaml", "a%20b/%C3%BC.yaml"),
            ("a/../b.yaml", "b.yaml"),
            ("../x.yaml", "../x.yaml"),
            ("/srv/repo/a#1?.yaml", "a%231%3F.yaml"),
            ("/etc/x.yaml", "../../etc/x.yaml"),
            ("c:d%.yaml", "c%3Ad%25.yaml"),
            ("<stdin>", "%3Cstdin%3E"),
            ("a\nb\u{202e}", "a%0Ab%E2%80%AE"),
        ] {
            assert_eq!(relative_to(Path::new("/srv/repo"), file), expected, "{file}");
        }
    }
}
