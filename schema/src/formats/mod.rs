//! The formats of strings that Kubernetes checks (`kube-openapi`'s `validation/strfmt`).

mod addresses;
mod checksums;
mod email;
mod encoded_word;
mod pattern;
mod times;

use ferrego_runtime::Value;
use ferrego_runtime::builtins::uri;

use super::node::Node;
use crate::field_errors;
use pattern::matches;

/// The rule of a format.
enum Rule {
    /// The text must match the pattern.
    Pattern(&'static str),
    /// The text must match the pattern and have at most this many bytes.
    Short(&'static str, usize),
    /// The function returns `true` if the text has the format.
    Function(fn(&str) -> bool),
}

/// The formats of strings that Kubernetes knows (apiextensions' `apiserver/validation/formats.go`).
/// Dashes are removed from the names. Kubernetes ignores any other format.
const RULES: [(&str, Rule); 26] = [
    ("bsonobjectid", Rule::Pattern(r"^[0-9a-fA-F]{24}$")),
    (
        "byte",
        Rule::Pattern(
            r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$",
        ),
    ),
    ("cidr", Rule::Function(addresses::is_cidr)),
    ("creditcard", Rule::Function(checksums::is_credit_card)),
    ("date", Rule::Function(times::is_date)),
    ("datetime", Rule::Function(times::is_date_time)),
    ("duration", Rule::Function(times::is_duration)),
    ("email", Rule::Function(email::is_email)),
    ("hexcolor", Rule::Pattern(r"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")),
    ("hostname", Rule::Function(is_hostname)),
    ("ipv4", Rule::Function(addresses::is_ipv4)),
    ("ipv6", Rule::Function(addresses::is_ipv6)),
    ("isbn", Rule::Function(|text| checksums::is_isbn10(text) || checksums::is_isbn13(text))),
    ("isbn10", Rule::Function(checksums::is_isbn10)),
    ("isbn13", Rule::Function(checksums::is_isbn13)),
    ("k8slongname", Rule::Short(LONG_NAME, 253)),
    ("k8sshortname", Rule::Short(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", 63)),
    ("mac", Rule::Function(addresses::is_mac)),
    ("password", Rule::Function(|_| true)),
    ("rgbcolor", Rule::Pattern(RGB_COLOR)),
    ("ssn", Rule::Pattern(r"^\d{3}[- ]\d{2}[- ]\d{4}$")),
    ("uri", Rule::Function(uri::is_request_uri)),
    (
        "uuid",
        Rule::Pattern(r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"),
    ),
    (
        "uuid3",
        Rule::Pattern(r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$"),
    ),
    (
        "uuid4",
        Rule::Pattern(
            r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
        ),
    ),
    (
        "uuid5",
        Rule::Pattern(
            r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
        ),
    ),
];

const LONG_NAME: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

const RGB_COLOR: &str = r"^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$";

const HOSTNAME: &str = r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$";

/// Returns the schema's format, or an empty text if Kubernetes ignores it for the schema's type.
pub(super) fn effective(node: Node<'_>) -> &str {
    let format = node.text("format");
    let is_known = match node.type_name() {
        _ if node.is_int_or_string() => rule(format).is_some(),
        "" | "string" => rule(format).is_some(),
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    };
    if is_known { format } else { "" }
}

/// Checks the text against the schema's format and returns the error message, if any.
pub(super) fn fault(node: Node<'_>, text: &str, name: &str) -> Option<String> {
    let format = effective(node);
    let fits = match rule(format)? {
        Rule::Pattern(pattern) => matches(pattern, text),
        Rule::Short(pattern, most) => text.len() <= *most && matches(pattern, text),
        Rule::Function(function) => function(text),
    };
    let value = Value::String(text);
    (!fits).then(|| {
        let why = format!("{name} must be of type {format}: {}", field_errors::shown(&value));
        field_errors::invalid(&value, why)
    })
}

/// Returns the rule of a format. As in Kubernetes, dashes in the name have no meaning.
fn rule(format: &str) -> Option<&'static Rule> {
    let format = format.replace('-', "");
    RULES.iter().find(|(name, _)| *name == format).map(|(_, rule)| rule)
}

fn is_hostname(text: &str) -> bool {
    text.len() <= 255 && text.split('.').all(|label| label.len() <= 63) && matches(HOSTNAME, text)
}
