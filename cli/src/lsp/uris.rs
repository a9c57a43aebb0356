//! Converts between URIs of files and paths.

use std::path::{Component, Path, PathBuf};

use gen_lsp_types::Uri;

use ferrego_program::report::uri::encoded;

/// Returns the path of a `file` URI.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    // The host is empty or this one.
    let path = &rest[rest.find('/')?..];
    let path = decoded(path)?;
    // `/c:/x` is a path of Windows.
    let drive = path.as_bytes();
    let is_drive = cfg!(windows) && drive.len() > 2 && drive[2] == b':';
    Some(PathBuf::from(if is_drive { &path[1..] } else { &path }))
}

/// Returns the `file` URI of an absolute path.
pub(super) fn of(path: &Path) -> Uri {
    let mut text = "file://".to_owned();
    for component in path.components() {
        match component {
            Component::RootDir | Component::CurDir => {}
            other => {
                text.push('/');
                text.push_str(&encoded(&other.as_os_str().to_string_lossy()));
            }
        }
    }
    Uri(text)
}

/// Resolves the percent-encoded bytes of a text. Returns `None` if the result is not UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |byte: &u8| char::from(*byte).to_digit(16);
        if let (b'%', [high, low, end @ ..]) = (first, after) {
            bytes.push(u8::try_from(hex(high)? * 16 + hex(low)?).ok()?);
            rest = end;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_of_files_are_encoded_and_decoded() {
        for (uri, file) in [
            ("file:///a/b.yaml", "/a/b.yaml"),
            ("file:///a%20b/%C3%BC%23.rego", "/a b/ü#.rego"),
            ("file:///c%3A/x", "/c:/x"),
        ] {
            assert_eq!(path(&Uri::from(uri)), Some(PathBuf::from(file)), "{uri}");
            assert_eq!(of(Path::new(file)), Uri::from(uri), "{file}");
        }
        for other in ["untitled:Untitled-1", "file:///%ff", "file:///%zz", "file:", "file://host"] {
            assert_eq!(path(&Uri::from(other)), None, "{other}");
        }
    }
}
