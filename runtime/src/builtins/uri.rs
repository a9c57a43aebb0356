//! `uri.*`: the parts of a URI (`topdown/uri.go`).

use super::row::{Builtin, row};
use super::url::{self, Url};
use super::{operand, utf8};
use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(uri::is_valid, "uri.is_valid", "(string) => boolean", effect: Any),
    row!(uri::parse, "uri.parse", "(string) => object[string: string]", effect: Any),
];

/// Implements `uri.is_valid(text)`, which is `false` for the empty string and for other types.
pub fn is_valid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::text(env, operands, 1)?.filter(|text| !text.is_empty());
    Ok(Some(Value::Bool(text.is_some_and(|text| Url::parse(text).is_ok()))))
}

/// Implements `uri.parse(text)`, which returns the parts that are not empty. The path appears
/// without escapes, and also as `raw_path`.
pub fn parse<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let uri = Url::parse(text).map_err(|error| env.fail(format_args!("{error}")))?;
    let (hostname, port) = uri.host_and_port();
    let scheme = uri.scheme.to_ascii_lowercase();
    let path = url::unescaped(uri.path);
    let raw_path = uri.raw_path();
    let fragment = url::unescaped(uri.fragment);
    let mut object = ObjectBuilder::new(env.arena);
    for (name, part) in [
        ("scheme", scheme.as_bytes()),
        ("hostname", &hostname),
        ("port", port.as_bytes()),
        ("path", &path),
        ("raw_path", &raw_path),
        ("raw_query", uri.query.as_bytes()),
        ("fragment", &fragment),
    ] {
        if !part.is_empty() {
            object.insert(Value::String(name), Value::String(utf8::string(env, part)?));
        }
    }
    Ok(Some(object.finish()))
}

/// Returns `true` if Go's `url.ParseRequestURI` accepts the text, as Kubernetes' format `uri`
/// requires.
#[doc(hidden)]
pub fn is_request_uri(text: &str) -> bool {
    Url::is_request_uri(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    fn parsed(text: &'static str) -> String {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        match parse(&env, &[Value::String(text)]) {
            Ok(value) => value.map(|value| value.to_string()).unwrap_or_default(),
            Err(error) => format!("{}: {}", error.code.as_str(), error.message),
        }
    }

    #[test]
    fn parts_that_are_not_empty_are_given() {
        assert_eq!(
            parsed("HTTPS://u:p@Example.com:443/a%20b/%2e?q=1#f%41"),
            r#"{"fragment": "fA", "hostname": "Example.com", "path": "/a b/.", "port": "443", "raw_path": "/a%20b/%2e", "raw_query": "q=1", "scheme": "https"}"#
        );
        assert_eq!(
            parsed("//[fe80::1%25en0]/a%20b"),
            r#"{"hostname": "fe80::1%en0", "path": "/a b", "raw_path": "/a b"}"#
        );
        assert_eq!(parsed("mailto:a@b?c"), r#"{"raw_query": "c", "scheme": "mailto"}"#);
        assert_eq!(parsed("*"), r#"{"path": "*", "raw_path": "*"}"#);
        assert_eq!(parsed(""), "{}");
    }

    #[test]
    fn failures_are_those_of_go_and_other_bytes_stop_the_evaluation() {
        assert_eq!(parsed("%zz"), r#"eval_builtin_error: parse "%zz": invalid URL escape "%zz""#);
        let bytes = "expected a string in UTF-8, found bytes that are not UTF-8";
        assert_eq!(parsed("/%ff"), format!("eval_internal_error: {bytes}"));
    }

    #[test]
    fn only_strings_that_are_not_empty_are_valid() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let valid = |value| is_valid(&env, &[value]) == Ok(Some(Value::Bool(true)));
        assert!(valid(Value::String("a")) && valid(Value::String("http://[::1]")));
        assert!(!valid(Value::String("")) && !valid(Value::Null) && !valid(Value::String("::")));
    }

    #[test]
    fn requests_have_a_scheme_or_an_absolute_path() {
        for text in ["*", "/a?%", "//h:x/p", "x:", "mailto:a%", "http://h/#a"] {
            assert!(is_request_uri(text), "{text}");
        }
        for text in ["", "/a#%", "a", "?a", ":a", "http://h#f", "/\u{1}", "http://a:b:c/"] {
            assert!(!is_request_uri(text), "{text}");
        }
    }
}
