//! URLs as Go's `net/url` splits them, for builtins that OPA builds on it.

/// The parts of a URL, still escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Url<'t> {
    pub(super) scheme: &'t str,
    /// Host and port.
    pub(super) host: &'t str,
    pub(super) path: &'t str,
    pub(super) query: &'t str,
}

impl<'t> Url<'t> {
    /// Splits `text`, where Go's `url.Parse` accepts it.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return None;
        }
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if !well_escaped(fragment) {
            return None;
        }
        let mut url = Url { scheme, host: "", path: rest, query };
        if !rest.starts_with('/') {
            if !scheme.is_empty() {
                // Opaque, such as `mailto:someone`.
                return Some(Url { path: "", ..url });
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return None;
            }
        }
        let authority = rest
            .strip_prefix("//")
            .filter(|authority| !scheme.is_empty() || !authority.starts_with('/'));
        if let Some(authority) = authority {
            let end = authority.find('/').unwrap_or(authority.len());
            let (authority, path) = authority.split_at(end);
            url = Url { host: host(authority)?, path, ..url };
        }
        well_escaped(url.path).then_some(url)
    }

    /// The path as it is sent (`URL.EscapedPath`).
    #[cfg(feature = "crypto")]
    pub(super) fn escaped_path(&self) -> String {
        const PLAIN: &[u8] = b"-_.~$&+,/:;=@";
        const KEPT: &[u8] = b"!'()*[]%";
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || PLAIN.contains(&byte);
        if self.path.bytes().all(|byte| is_plain(byte) || KEPT.contains(&byte)) {
            return self.path.to_owned();
        }
        let mut escaped = String::with_capacity(self.path.len());
        for byte in unescaped(self.path) {
            if is_plain(byte) {
                escaped.push(char::from(byte));
            } else {
                escaped.push('%');
                for digit in [byte >> 4, byte & 0xf] {
                    let digit = char::from_digit(digit.into(), 16).unwrap_or_default();
                    escaped.push(digit.to_ascii_uppercase());
                }
            }
        }
        escaped
    }
}

/// The scheme, or none, and what follows it; `None` where there is a colon and no scheme.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    for (place, letter) in text.char_indices() {
        match letter {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if place > 0 => {}
            ':' if place == 0 => return None,
            ':' => return Some((&text[..place], &text[place + 1..])),
            _ => break,
        }
    }
    Some(("", text))
}

/// Host and port of an authority, which may begin with a user.
fn host(authority: &str) -> Option<&str> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (user, host),
        None => ("", authority),
    };
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if !user.bytes().all(is_user) || !well_escaped(user) {
        return None;
    }
    let port = match host.strip_prefix('[') {
        Some(address) => address.split_once(']')?.1,
        None => host.find(':').map_or("", |colon| &host[colon..]),
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || (port == digits && !port.is_empty()) {
        return None;
    }
    let is_host = |byte: u8| {
        !byte.is_ascii()
            || byte.is_ascii_alphanumeric()
            || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&byte)
    };
    (host.bytes().all(is_host) && well_escaped(host)).then_some(host)
}

/// Whether every `%` begins two hexadecimal digits.
fn well_escaped(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

/// The text without escapes; bytes that are no UTF-8 read as U+FFFD.
#[cfg(feature = "jsonschema")]
pub(super) fn unescape(text: &str) -> String {
    String::from_utf8_lossy(&unescaped(text)).into_owned()
}

/// The bytes of a well escaped text.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digit =
            |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        rest = after;
        let escape = match after {
            [high, low, ..] if *first == b'%' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        match escape {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &after[2..];
            }
            None => bytes.push(*first),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url = Url::parse("https://me:x@example.com:8080/a%20b/c d?q=1#f").expect("a URL");
        let expected =
            Url { scheme: "https", host: "example.com:8080", path: "/a%20b/c d", query: "q=1" };
        assert_eq!(url, expected);
        assert_eq!(Url::parse("mailto:a@b").map(|url| url.scheme), Some("mailto"));
        assert_eq!(Url::parse("http://[::1]:80/").map(|url| url.host), Some("[::1]:80"));
        assert_eq!(Url::parse("a/b").map(|url| url.path), Some("a/b"));
    }

    #[cfg(feature = "crypto")]
    #[test]
    fn paths_are_sent_escaped() {
        let sent = |text| Url::parse(text).map(|url| url.escaped_path());
        assert_eq!(sent("http://h/a%20b/c d").as_deref(), Some("/a%20b/c%20d"));
        assert_eq!(sent("/a*(b)").as_deref(), Some("/a*(b)"));
    }

    #[test]
    fn what_go_refuses() {
        for text in
            ["a\nb", ":a", "a%zz", "http://h:x/", "a b:c/d", "http://[::1", "http://a b/", "#%é"]
        {
            assert_eq!(Url::parse(text), None, "{text}");
        }
    }
}
