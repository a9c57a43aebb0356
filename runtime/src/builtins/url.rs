//! URLs as parsed by Go's `net/url`, for the builtins that OPA bases on it.

use core::fmt;
use std::net::IpAddr;

use crate::text::quoted;

/// The parts of a URL, still escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Url<'t> {
    /// The scheme as written, which Go converts to lower case.
    pub(super) scheme: &'t str,
    /// The host and the port.
    pub(super) host: &'t str,
    pub(super) path: &'t str,
    pub(super) query: &'t str,
    pub(super) fragment: &'t str,
}

/// The reason why a text is not a URL, with Go's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UrlError<'t> {
    url: &'t str,
    reason: Reason<'t>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason<'t> {
    Text(&'static str),
    Escape(&'t [u8]),
    Port(&'t str),
    HostCharacter(char),
    Address(String),
}

impl fmt::Display for UrlError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parse {}: ", quoted(self.url))?;
        match &self.reason {
            Reason::Text(text) => f.write_str(text),
            Reason::Escape(bytes) => write!(f, "invalid URL escape {}", Bytes(bytes)),
            Reason::Port(port) => write!(f, "invalid port {} after host", quoted(port)),
            Reason::HostCharacter(character) => {
                let character = character.to_string();
                write!(f, "invalid character {} in host name", quoted(&character))
            }
            Reason::Address(address) => {
                write!(f, "invalid host: ParseAddr({}): unable to parse IP", quoted(address))
            }
        }
    }
}

/// Bytes to print in quotes; bytes that are not UTF-8 are escaped as in Go.
pub(super) struct Bytes<'b>(pub(super) &'b [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for chunk in self.0.utf8_chunks() {
            let text = quoted(chunk.valid()).to_string();
            f.write_str(text.get(1..text.len() - 1).unwrap_or_default())?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        f.write_str("\"")
    }
}

impl<'t> Url<'t> {
    /// Parses `text`, or returns the error of Go's `url.Parse`.
    pub(super) fn parse(text: &'t str) -> Result<Self, UrlError<'t>> {
        let (front, fragment) = text.split_once('#').unwrap_or((text, ""));
        let url =
            Self::without_fragment(front).map_err(|reason| UrlError { url: front, reason })?;
        well_escaped(fragment).map_err(|reason| UrlError { url: text, reason })?;
        Ok(Url { fragment, ..url })
    }

    /// Returns `true` if Go's `url.ParseRequestURI` accepts the text: an absolute path, or a URL
    /// with a scheme. `#` does not begin a fragment there.
    pub(super) fn is_request_uri(text: &'t str) -> bool {
        let has_control = || text.bytes().any(|byte| byte.is_ascii_control());
        match split_scheme(text) {
            Ok(("", _)) if text.starts_with('/') => {
                let path = text.split('?').next().unwrap_or_default();
                !has_control() && well_escaped(path).is_ok()
            }
            Ok(("", _)) => text == "*",
            Ok(_) => Self::without_fragment(text).is_ok(),
            Err(_) => false,
        }
    }

    fn without_fragment(text: &'t str) -> Result<Self, Reason<'t>> {
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(Reason::Text("net/url: invalid control character in URL"));
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut url = Url { scheme, host: "", path: rest, query, fragment: "" };
        if !rest.starts_with('/') {
            if !scheme.is_empty() {
                // An opaque URL, such as `mailto:someone`.
                return Ok(Url { path: "", ..url });
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                let reason = "first path segment in URL cannot contain colon";
                return Err(Reason::Text(reason));
            }
        }
        let authority = rest
            .strip_prefix("//")
            .filter(|authority| !scheme.is_empty() || !authority.starts_with('/'));
        if let Some(authority) = authority {
            let end = authority.find('/').unwrap_or(authority.len());
            let (authority, path) = authority.split_at(end);
            url = Url { host: host(scheme, authority)?, path, ..url };
        }
        well_escaped(url.path)?;
        Ok(url)
    }

    /// Returns the host without escapes, and the port (`URL.Hostname`, `URL.Port`).
    pub(super) fn host_and_port(&self) -> (Vec<u8>, &'t str) {
        let (host, port) = match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
            _ => (self.host, ""),
        };
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        (unescaped(inner.unwrap_or(host)), port)
    }

    /// Returns the path as written, or without escapes if Go would escape it the same way
    /// (`URL.RawPath` or else `URL.Path`).
    pub(super) fn raw_path(&self) -> Vec<u8> {
        let path = unescaped(self.path);
        if self.path == "*" || escape(&path, is_plain) == self.path {
            path
        } else {
            self.path.as_bytes().to_vec()
        }
    }

    /// Returns the path as it is sent (`URL.EscapedPath`).
    #[cfg(any(feature = "aws", feature = "jsonschema"))]
    pub(super) fn escaped_path(&self) -> String {
        escaped(self.path, is_plain)
    }

    /// Returns the fragment as it is sent (`URL.EscapedFragment`).
    #[cfg(feature = "jsonschema")]
    pub(super) fn escaped_fragment(&self) -> String {
        escaped(self.fragment, |byte| is_plain(byte) || b"!()*?".contains(&byte))
    }
}

/// Returns `true` if a path may contain the byte without an escape.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte)
}

/// Escapes a path as Go does.
fn escape(path: &[u8], is_plain: impl Fn(u8) -> bool) -> String {
    let mut escaped = String::with_capacity(path.len());
    for &byte in path {
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

/// Returns the text if Go accepts it as escaped (`validEncoded`), and escapes it otherwise.
#[cfg(any(feature = "aws", feature = "jsonschema"))]
fn escaped(text: &str, is_plain: impl Fn(u8) -> bool) -> String {
    const KEPT: &[u8] = b"!'()*[]%";
    if text.bytes().all(|byte| is_plain(byte) || KEPT.contains(&byte)) {
        return text.to_owned();
    }
    escape(&unescaped(text), is_plain)
}

/// Splits off the scheme, which may be empty.
fn split_scheme(text: &str) -> Result<(&str, &str), Reason<'_>> {
    for (place, letter) in text.char_indices() {
        match letter {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if place > 0 => {}
            ':' if place == 0 => return Err(Reason::Text("missing protocol scheme")),
            ':' => return Ok((&text[..place], &text[place + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

/// Returns the host and the port of an authority, which may begin with a user.
fn host<'t>(scheme: &str, authority: &'t str) -> Result<&'t str, Reason<'t>> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (user, host),
        None => ("", authority),
    };
    check_host(scheme, host)?;
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if !user.bytes().all(is_user) {
        return Err(Reason::Text("net/url: invalid userinfo"));
    }
    user.split(':').try_for_each(well_escaped)?;
    Ok(host)
}

fn check_host<'t>(scheme: &str, host: &'t str) -> Result<(), Reason<'t>> {
    match host.rfind('[') {
        Some(0) => return check_literal(host),
        Some(_) => return Err(Reason::Text("invalid IP-literal")),
        None => {}
    }
    if let (Some(first), Some(last)) = (host.find(':'), host.rfind(':')) {
        let strict = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        check_port(&host[if strict { first } else { last }..])?;
    }
    check_name(host, false)
}

/// Checks a host in brackets, which must be an IPv6 address with an optional zone.
fn check_literal(host: &str) -> Result<(), Reason<'_>> {
    let Some(end) = host.rfind(']') else {
        return Err(Reason::Text("missing ']' in host"));
    };
    let (name, port) = (&host[1..end], &host[end + 1..]);
    check_port(port)?;
    let (address, zone) = name.split_at(name.find("%25").unwrap_or(name.len()));
    check_name(address, false)?;
    check_name(zone, true)?;
    let unescaped = String::from_utf8_lossy(&unescaped(name)).into_owned();
    let (address, zone) = unescaped
        .split_once('%')
        .map_or((&*unescaped, None), |(address, zone)| (address, Some(zone)));
    match (address.parse::<IpAddr>(), zone) {
        (Ok(IpAddr::V6(_)), zone) if zone != Some("") => Ok(()),
        (Ok(IpAddr::V4(_)), None) => Err(Reason::Text("invalid IP-literal")),
        _ => Err(Reason::Address(unescaped)),
    }
}

/// Checks the text after the host, which must be empty, or a colon with digits.
fn check_port(port: &str) -> Result<(), Reason<'_>> {
    let digits = port.strip_prefix(':');
    let is_port = digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if is_port || port.is_empty() { Ok(()) } else { Err(Reason::Port(port)) }
}

fn is_host(byte: u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte)
}

/// Checks the bytes of a host or zone. In a host, only `%` and bytes beyond ASCII may be escaped.
/// In a zone, `%`, spaces and the bytes that need no escape may be escaped.
fn check_name(text: &str, zone: bool) -> Result<(), Reason<'_>> {
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let (byte, after) = escaped_byte(after).ok_or(Reason::Escape(part(rest, text)))?;
            let allowed = match byte {
                b'%' => true,
                b' ' if zone => true,
                _ if zone => is_host(byte),
                _ => byte >= 0x80,
            };
            if !allowed {
                return Err(Reason::Escape(part(rest, text)));
            }
            rest = after;
        } else if !is_host(*first) {
            return Err(Reason::HostCharacter(char::from(*first)));
        }
    }
    Ok(())
}

/// Returns the first three bytes of the escape in `text` whose `%` directly precedes `rest`.
fn part<'t>(rest: &[u8], text: &'t str) -> &'t [u8] {
    let bytes = text.as_bytes();
    let start = bytes.len() - rest.len() - 1;
    &bytes[start..bytes.len().min(start + 3)]
}

/// Checks that two hexadecimal digits follow every `%`.
fn well_escaped(text: &str) -> Result<(), Reason<'_>> {
    for (place, _) in text.match_indices('%') {
        let bytes = text.as_bytes();
        if escaped_byte(&bytes[place + 1..]).is_none() {
            return Err(Reason::Escape(&bytes[place..bytes.len().min(place + 3)]));
        }
    }
    Ok(())
}

/// Decodes two hexadecimal digits. Returns the byte and the bytes after them.
fn escaped_byte(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, after @ ..] = bytes else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(*high)? << 4 | digit(*low)?, after))
}

/// Decodes the escapes of the text. Bytes that are not UTF-8 become U+FFFD.
#[cfg(feature = "jsonschema")]
pub(super) fn unescape(text: &str) -> String {
    String::from_utf8_lossy(&unescaped(text)).into_owned()
}

/// Decodes the escapes of a text in which all are valid.
pub(super) fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escape = if *first == b'%' { escaped_byte(after) } else { None };
        let (byte, after) = escape.unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url = Url::parse("https://me:x@example.com:8080/a%20b/c d?q=1#f").expect("a URL");
        let expected = Url {
            scheme: "https",
            host: "example.com:8080",
            path: "/a%20b/c d",
            query: "q=1",
            fragment: "f",
        };
        assert_eq!(url, expected);
        assert_eq!(Url::parse("mailto:a@b").map(|url| url.scheme), Ok("mailto"));
        assert_eq!(Url::parse("http://[::1]:80/").map(|url| url.host), Ok("[::1]:80"));
        assert_eq!(Url::parse("a/b").map(|url| url.path), Ok("a/b"));
    }

    #[cfg(feature = "aws")]
    #[test]
    fn paths_are_sent_escaped() {
        let sent = |text| Url::parse(text).map(|url| url.escaped_path());
        assert_eq!(sent("http://h/a%20b/c d").as_deref(), Ok("/a%20b/c%20d"));
        assert_eq!(sent("/a*(b)").as_deref(), Ok("/a*(b)"));
    }

    #[test]
    fn what_go_refuses() {
        for (text, reason) in [
            ("a\nb", r#"parse "a\nb": net/url: invalid control character in URL"#),
            (":a", r#"parse ":a": missing protocol scheme"#),
            ("a%zz", r#"parse "a%zz": invalid URL escape "%zz""#),
            ("http://h:x/", r#"parse "http://h:x/": invalid port ":x" after host"#),
            ("a b:c/d", r#"parse "a b:c/d": first path segment in URL cannot contain colon"#),
            ("http://[::1", r#"parse "http://[::1": missing ']' in host"#),
            ("http://a b/", r#"parse "http://a b/": invalid character " " in host name"#),
            ("#%é", "parse \"#%é\": invalid URL escape \"%é\""),
            ("%é", "parse \"%é\": invalid URL escape \"%é\""),
            ("%aé", r#"parse "%aé": invalid URL escape "%a\xc3""#),
            ("http://[1.2.3.4]", r#"parse "http://[1.2.3.4]": invalid IP-literal"#),
            ("http://a%41/", r#"parse "http://a%41/": invalid URL escape "%41""#),
        ] {
            let error = Url::parse(text).map_err(|error| error.to_string());
            assert_eq!(error, Err(reason.to_owned()), "{text}");
        }
    }
}
