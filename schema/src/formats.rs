//! The formats of strings that Kubernetes checks (`kube-openapi`'s `validation/strfmt`).

use std::net::{Ipv4Addr, Ipv6Addr};

use ferrego_runtime::Value;
use ferrego_runtime::builtins::regex::Pattern;

use super::node::Node;
use crate::words;

/// The formats that Kubernetes knows (apiextensions' `apiserver/validation/formats.go`). It ignores
/// any other format.
const KNOWN: [&str; 29] = [
    "bsonobjectid",
    "byte",
    "cidr",
    "creditcard",
    "date",
    "date-time",
    "datetime",
    "double",
    "duration",
    "email",
    "float",
    "hexcolor",
    "hostname",
    "int32",
    "int64",
    "ipv4",
    "ipv6",
    "isbn",
    "isbn10",
    "isbn13",
    "mac",
    "password",
    "rgbcolor",
    "ssn",
    "uri",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
];

const DATE_TIME: &str = r"(?i)^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])t(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:z|[+-]\d{2}:\d{2})$";

/// The patterns of the formats that have one.
const PATTERNS: [(&str, &str); 13] = [
    ("bsonobjectid", r"^[0-9a-fA-F]{24}$"),
    ("byte", r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"),
    ("date", r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$"),
    ("date-time", DATE_TIME),
    ("datetime", DATE_TIME),
    ("hexcolor", r"^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
    ("mac", r"^(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$"),
    ("rgbcolor", r"^rgb\((?:\s*(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\s*(?:,|\)$)){3}"),
    ("ssn", r"^\d{3}[- ]?\d{2}[- ]?\d{4}$"),
    ("uuid", r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"),
    ("uuid3", r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$"),
    ("uuid4", r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"),
    ("uuid5", r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"),
];

/// Returns `true` if Kubernetes knows the format.
pub(super) fn is_known(format: &str) -> bool {
    KNOWN.contains(&format)
}

/// Checks the text against `format` and returns the error message, if any. A format without a rule
/// here accepts every text.
pub(super) fn fault(node: Node<'_>, text: &str, name: &str) -> Option<String> {
    let format = node.text("format");
    let fits = match format {
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        _ => match PATTERNS.iter().find(|(own, _)| *own == format) {
            Some((_, pattern)) => Pattern::new(pattern).is_ok_and(|known| known.is_match(text)),
            None => true,
        },
    };
    let value = Value::String(text);
    (!fits).then(|| {
        let why = format!("{name} must be of type {format}: {}", words::shown(&value));
        words::invalid(&value, why)
    })
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let digits = bits.bytes().all(|byte| byte.is_ascii_digit());
    let Ok(bits) = bits.parse::<u8>() else { return false };
    digits
        && (address.parse::<Ipv4Addr>().is_ok() && bits <= 32
            || address.parse::<Ipv6Addr>().is_ok() && bits <= 128)
}
