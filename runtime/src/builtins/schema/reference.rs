//! References between schemas: URLs that may be relative (`gojsonreference`).
//!
//! ```text
//! http://x/a/b   resolves   c#/d        to   http://x/a/c#/d
//! http://x/a/b   resolves   #/d         to   http://x/a/b#/d
//! (empty)        resolves   c           to   /c
//! ```

use core::fmt;

use crate::builtins::url::{self, Url};

/// A reference, split as Go's `net/url` splits it, with the escapes that Go writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reference {
    scheme: String,
    /// The rest of a URL without slashes, such as that of `urn:example:a`.
    opaque: String,
    /// User, host and port; `None` if `//` is missing.
    authority: Option<String>,
    path: String,
    query: Option<String>,
    fragment: String,
}

impl Reference {
    /// Parses a reference, or returns Go's message.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| error.to_string())?;
        let front = text.split_once('#').map_or(text, |(front, _)| front);
        let (front, query) =
            front.split_once('?').map_or((front, None), |(front, query)| (front, Some(query)));
        let rest = if url.scheme.is_empty() { front } else { &front[url.scheme.len() + 1..] };
        let is_opaque = !url.scheme.is_empty() && !rest.starts_with('/');
        let authority = rest.strip_suffix(url.path).and_then(|rest| rest.strip_prefix("//"));
        Ok(Reference {
            scheme: url.scheme.to_ascii_lowercase(),
            opaque: if is_opaque { rest.to_owned() } else { String::new() },
            authority: authority.filter(|_| !is_opaque).map(str::to_owned),
            path: url.escaped_path(),
            query: query.map(str::to_owned),
            fragment: url.escaped_fragment(),
        })
    }

    /// Resolves `child` against this reference, whose fragment is ignored
    /// (`JsonReference.Inherits`, `URL.ResolveReference`).
    pub(super) fn resolve(&self, child: &Reference) -> Reference {
        let mut resolved = child.clone();
        if child.scheme.is_empty() {
            resolved.scheme.clone_from(&self.scheme);
        }
        if !child.scheme.is_empty() || child.has_host() {
            resolved.path = resolve_path("", &child.path);
            return resolved;
        }
        if child.path.is_empty() && child.query.is_none() {
            resolved.query.clone_from(&self.query);
        }
        if child.path.is_empty() && !self.opaque.is_empty() {
            resolved.opaque.clone_from(&self.opaque);
            return resolved;
        }
        resolved.authority = Some(self.authority.clone().unwrap_or_default());
        resolved.path = resolve_path(&self.path, &child.path);
        resolved
    }

    /// Returns the reference without its fragment: that of the whole document.
    pub(super) fn document(&self) -> Reference {
        Reference { fragment: String::new(), ..self.clone() }
    }

    /// Returns the tokens of the JSON pointer in the fragment, or `None` if the fragment is not a
    /// pointer. gojsonreference ignores such a fragment.
    pub(super) fn pointer(&self) -> Option<Vec<String>> {
        let fragment = url::unescape(&self.fragment);
        let pointer = fragment.strip_prefix('/')?;
        Some(pointer.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
    }

    /// Returns `true` if another document can be loaded by this reference
    /// (`JsonReference.IsCanonical`).
    pub(super) fn is_canonical(&self) -> bool {
        if self.scheme == "file" {
            return self.path.starts_with('/');
        }
        let host = self
            .authority
            .as_deref()
            .map(|authority| authority.rsplit_once('@').map_or(authority, |(_user, host)| host));
        !self.scheme.is_empty() && host.is_some_and(|host| !host.is_empty())
    }

    fn has_host(&self) -> bool {
        self.authority.as_deref().is_some_and(|authority| !authority.is_empty())
    }
}

/// Writes a reference as `URL.String` does.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_relative = self.scheme.is_empty() && !self.has_host();
        if !self.scheme.is_empty() {
            write!(f, "{}:", self.scheme)?;
        }
        if self.opaque.is_empty() {
            if let Some(authority) = &self.authority
                && (self.has_host() || (!is_relative && !self.path.is_empty()))
            {
                write!(f, "//{authority}")?;
            }
            if self.has_host() && !self.path.is_empty() && !self.path.starts_with('/') {
                f.write_str("/")?;
            }
            let first_segment = self.path.split('/').next().unwrap_or_default();
            if is_relative && first_segment.contains(':') {
                f.write_str("./")?;
            }
            f.write_str(&self.path)?;
        } else {
            f.write_str(&self.opaque)?;
        }
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        if !self.fragment.is_empty() {
            write!(f, "#{}", self.fragment)?;
        }
        Ok(())
    }
}

/// Resolves the path `path` against the path `base`, without `.` and `..` (Go's `resolvePath`).
fn resolve_path(base: &str, path: &str) -> String {
    let full = if path.is_empty() {
        base.to_owned()
    } else if path.starts_with('/') {
        path.to_owned()
    } else {
        let directory = base.rfind('/').map_or("", |slash| &base[..=slash]);
        format!("{directory}{path}")
    };
    if full.is_empty() {
        return full;
    }
    // Like Go's: the first segment follows the first slash without another one, and so does the
    // segment behind a `..` that leads to the root.
    let mut resolved = String::from("/");
    let mut is_first = true;
    let mut last = "";
    for segment in full.split('/') {
        last = segment;
        match segment {
            "." => is_first = false,
            ".." => {
                let parent = resolved[1..].rfind('/').map_or(1, |slash| slash + 1);
                resolved.truncate(parent);
                is_first = resolved.len() == 1;
            }
            _ => {
                if !is_first {
                    resolved.push('/');
                }
                resolved.push_str(segment);
                is_first = false;
            }
        }
    }
    if last == "." || last == ".." {
        resolved.push('/');
    }
    if resolved.starts_with("//") { resolved.split_off(1) } else { resolved }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(base: &str, child: &str) -> String {
        let parse = |text| Reference::parse(text).expect("a reference");
        parse(base).resolve(&parse(child)).to_string()
    }

    /// The expected texts are those of Go's `ResolveReference`.
    #[test]
    fn references_resolve_as_gos() {
        for (base, child, expected) in [
            ("", "", ""),
            ("", "#", ""),
            ("", "#/a", "#/a"),
            ("", "c", "/c"),
            ("", "c:d", "c:d"),
            ("", "./c:d", "/c:d"),
            ("http://x/a/b#/f", "", "http://x/a/b"),
            ("http://x/a/b#/f", "#/d", "http://x/a/b#/d"),
            ("http://x/a/b", "c#/d", "http://x/a/c#/d"),
            ("http://x/a/b", "/c", "http://x/c"),
            ("http://x/a/b", "../../../c/./d/..", "http://x/c/"),
            ("http://x", "c", "http://x/c"),
            ("http://x/a?q", "#/d", "http://x/a?q#/d"),
            ("http://x/a?q", "c", "http://x/c"),
            ("http://x/a", "//y/b", "http://y/b"),
            ("http://u:p@x/a", "b", "http://u:p@x/b"),
            ("http://x/a", "HTTPS://Y/../b c#^", "https://Y/b%20c#%5E"),
            ("urn:a:b", "#/d", "urn:a:b#/d"),
            ("urn:a:b", "c", "urn:///c"),
            ("file:/a/b", "c", "file:///a/c"),
            ("http://x/a", "file:/c", "file:/c"),
        ] {
            assert_eq!(resolved(base, child), expected, "{base} {child}");
        }
    }

    #[test]
    fn pointers_are_decoded() {
        let pointer = |text| Reference::parse(text).expect("a reference").pointer();
        assert_eq!(pointer("#/a~1b/~0/c%25d"), Some(vec!["a/b".into(), "~".into(), "c%d".into()]));
        assert_eq!(pointer("#/a%2Fb"), Some(vec!["a".into(), "b".into()]));
        assert_eq!(pointer("#a"), None);
        assert_eq!(pointer("x"), None);
    }
}
