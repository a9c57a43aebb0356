//! The string formats of OPA's schemas (`gojsonschema/format_checkers.go`).

use std::net::IpAddr;

use crate::builtins::time::is_time;
use crate::builtins::url::Url;
use crate::env::Env;

use super::patterns;

/// Returns `true` if `text` has the format `format`. An unknown format accepts every text.
pub(super) fn matches(env: &Env<'_>, format: &str, text: &str) -> bool {
    match format {
        "date" => is_time(env, "2006-01-02", text),
        "time" => any_time(env, &["15:04:05Z07:00", "15:04:05"], text),
        "date-time" => {
            let layouts = ["15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00"];
            any_time(env, &layouts, text)
        }
        "hostname" => is_hostname(text),
        "email" | "idn-email" => is_email(text),
        "ipv4" => text.contains('.') && text.parse::<IpAddr>().is_ok(),
        "ipv6" => text.contains(':') && text.parse::<IpAddr>().is_ok(),
        "uri" | "iri" => {
            !text.contains('\\') && Url::parse(text).is_ok_and(|url| !url.scheme.is_empty())
        }
        "uri-reference" | "iri-reference" => !text.contains('\\') && Url::parse(text).is_ok(),
        "uri-template" => is_uri_template(text),
        "uuid" => is_uuid(text),
        "regex" => text.is_empty() || patterns::is_valid(text),
        "json-pointer" => is_pointer(text),
        "relative-json-pointer" => is_relative_pointer(text),
        _ => true,
    }
}

fn any_time(env: &Env<'_>, layouts: &[&str], text: &str) -> bool {
    layouts.iter().any(|layout| is_time(env, layout, text))
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() < 256 && text.split('.').all(is_label)
}

/// Returns `true` if `text` is an RFC 5322 address that Go's `mail.ParseAddress` accepts, with or
/// without a name before it. The content of comments and quoted names is not checked; the address
/// itself is.
fn is_email(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t']);
    let address = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((_, address)) => address,
        None => text,
    };
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    (quoted || is_dotted(local)) && (is_dotted(domain) || is_domain_literal(domain))
}

/// Returns `true` if `text` consists of atoms separated by dots.
fn is_dotted(text: &str) -> bool {
    let is_letter = |letter: char| {
        letter.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(letter)
            || !letter.is_ascii()
    };
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_letter))
}

fn is_domain_literal(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<IpAddr>().is_ok())
}

/// Returns `true` if `text` is a URL in whose path braces are balanced.
fn is_uri_template(text: &str) -> bool {
    let Some(url) = Url::parse(text).ok().filter(|_| !text.contains('\\')) else {
        return false;
    };
    let mut rest = url.path;
    while let Some((_, after)) = rest.split_once('{') {
        match after.split_once('}') {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == lengths.len()
        && groups.iter().zip(lengths).all(|(group, length)| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

fn is_pointer(text: &str) -> bool {
    let escapes = |text: &str| text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    (text.is_empty() || text.starts_with('/')) && escapes(text)
}

fn is_relative_pointer(text: &str) -> bool {
    let after = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let number = &text[..text.len() - after.len()];
    let is_number = number == "0" || (!number.is_empty() && !number.starts_with('0'));
    is_number && (after == "#" || is_pointer(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn formats() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        for (format, good, bad) in [
            ("date", "2020-02-29", "2021-02-29"),
            ("time", "12:00:00Z", "12:00"),
            ("date-time", "2020-02-29T12:00:00.5Z", "2020-02-29 12:00:00"),
            ("hostname", "a-1.example", "-a.example"),
            ("email", "Ann <ann@example.com>", "ann@"),
            ("ipv4", "10.0.0.1", "::1"),
            ("ipv6", "::1", "10.0.0.1"),
            ("uri", "https://example.com/a", "/a"),
            ("uri-reference", "/a?b#c", "a b:c\\"),
            ("uri-template", "/a/{b}", "/a/{b"),
            ("uuid", "00000000-0000-4000-8000-00000000000a", "00000000"),
            ("json-pointer", "/a~1b", "a"),
            ("relative-json-pointer", "1/a", "01/a"),
            ("unknown", "anything", ""),
        ] {
            assert!(matches(&env, format, good), "{format}");
            assert_eq!(matches(&env, format, bad), bad.is_empty(), "{format}");
        }
    }
}
