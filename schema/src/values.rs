//! The keywords for single values (`kube-openapi`'s `validation/validate/values.go`).

use ferrego_runtime::builtins::regex::Pattern;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Number, Value};

use super::formats;
use super::node::Node;
use crate::field_errors;

/// Returns the JSON type of the value. A number without a fraction is an integer only if it is
/// written as one.
pub(super) fn type_of(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_i64().is_some() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) | Value::Set(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Returns the expected and the actual type of a value with the wrong type, as Kubernetes names
/// them.
///
/// A format changes the rule. If it is a format of strings, any string or array is accepted, and
/// without a type nothing else is. Messages then name the format instead of the type.
pub(super) fn wrong_type<'s>(node: Node<'s>, value: &Value<'_>) -> Option<(&'s str, &'static str)> {
    let (name, format) = (node.type_name(), formats::effective(node));
    let expected = if node.is_int_or_string() { "integer,string" } else { name };
    let fits = has_type(node, value);
    let by_type = (!fits).then(|| (expected, type_of(value)));
    match value {
        Value::Null => by_type,
        _ if format.is_empty() => by_type,
        Value::String(_) | Value::Array(_) | Value::Set(_) => {
            let is_numeric = node.is_int_or_string() || matches!(name, "integer" | "number");
            by_type.filter(|_| is_numeric)
        }
        _ => (!fits || expected.is_empty()).then(|| (format, format_of(value))),
    }
}

/// Returns the format that Kubernetes sees in a value of Go.
fn format_of(value: &Value<'_>) -> &'static str {
    match value {
        Value::Number(number) if number.as_i64().is_some() => "int64",
        Value::Number(_) => "float64",
        _ => "",
    }
}

/// Returns `true` if the value has the type that the schema names.
fn has_type(node: Node<'_>, value: &Value<'_>) -> bool {
    let expected = node.type_name();
    match value {
        Value::Null => node.is_nullable() || expected.is_empty() && !node.is_int_or_string(),
        _ if node.is_int_or_string() => is_type("integer", value) || is_type("string", value),
        _ => expected.is_empty() || is_type(expected, value),
    }
}

fn is_type(expected: &str, value: &Value<'_>) -> bool {
    match (expected, value) {
        ("number", Value::Number(_)) => true,
        ("integer", Value::Number(number)) => is_integer(number),
        _ => expected == type_of(value),
    }
}

/// The largest magnitude at which Go treats a float as an integer.
const EXACT: f64 = 9_007_199_254_740_991.0;

fn is_integer(number: &Number<'_>) -> bool {
    let float = number.to_f64();
    number.as_i64().is_some() || float.abs() <= EXACT && float.fract() == 0.0
}

/// Checks the value against `enum` and returns the error message, if any.
pub(super) fn enumeration(node: Node<'_>, value: &Value<'_>) -> Option<String> {
    let allowed = node.list("enum");
    if allowed.is_empty() || allowed.contains(value) {
        return None;
    }
    let texts = allowed.iter().map(|one| match one {
        Value::String(text) => (*text).to_owned(),
        other => json::to_string(other, Escape::Plain),
    });
    Some(field_errors::unsupported(value, texts))
}

/// Checks the text against the keywords for strings and returns the first error message, if any.
pub(super) fn string(node: Node<'_>, text: &str, name: &str) -> Option<String> {
    let length = text.chars().count();
    if let Some(most) = bound(node, "maxLength")
        && exceeds(length, &most)
    {
        return Some(field_errors::too_long(most));
    }
    let value = Value::String(text);
    if let Some(least) = bound(node, "minLength")
        && falls_below(length, &least)
    {
        let why = format!("{name} should be at least {least} chars long");
        return Some(field_errors::invalid(&value, why));
    }
    let source = node.text("pattern");
    // The pattern was compiled once when the schema was read, so it is valid.
    let fails =
        !source.is_empty() && Pattern::new(source).is_ok_and(|pattern| !pattern.is_match(text));
    fails.then(|| field_errors::invalid(&value, format!("{name} should match '{source}'")))
}

/// Checks the number against the keywords for numbers and returns all error messages.
pub(super) fn number(node: Node<'_>, number: &Number<'_>, name: &str) -> Vec<String> {
    let value = Value::Number(*number);
    let mut faults = Vec::new();
    let checks = ["multipleOf", "maximum", "minimum"].map(|keyword| bound(node, keyword));
    let named = [("Checked", Some(*number))].into_iter().chain(BOUNDS.into_iter().zip(checks));
    for (what, number) in named {
        let number = number.filter(|number| !is_in_range(node, number, what == "Checked"));
        faults.extend(number.map(|_| out_of_range(node, what, name)));
    }
    if let Some(factor) = bound(node, "multipleOf") {
        if factor.to_f64() <= 0.0 {
            let path = name.strip_suffix(" in body").unwrap_or(name);
            let why = format!("factor MultipleOf declared for {path} must be positive: {factor}");
            faults.push(field_errors::invalid(&Value::Number(factor), why));
        } else if !is_multiple(number, &factor) {
            let why = format!("{name} should be a multiple of {factor}");
            faults.push(field_errors::invalid(&value, why));
        }
    }
    let mut say = |why: String| faults.push(field_errors::invalid(&value, why));
    if let Some(most) = bound(node, "maximum") {
        let exclusive = node.flag("exclusiveMaximum");
        let order = number.compare(&most);
        if order.is_gt() || exclusive && order.is_eq() {
            let or_equal = if exclusive { "" } else { " or equal to" };
            say(format!("{name} should be less than{or_equal} {most}"));
        }
    }
    if let Some(least) = bound(node, "minimum") {
        let exclusive = node.flag("exclusiveMinimum");
        let order = number.compare(&least);
        if order.is_lt() || exclusive && order.is_eq() {
            let or_equal = if exclusive { "" } else { " or equal to" };
            say(format!("{name} should be greater than{or_equal} {least}"));
        }
    }
    faults
}

/// The names of `multipleOf`, `maximum` and `minimum` in messages.
const BOUNDS: [&str; 3] = ["MultipleOf", "Maximum boundary", "Minimum boundary"];

/// Returns `true` if the number is in the range of the schema's type and format.
///
/// Kubernetes checks the numbers of the schema too. It reads them as doubles, and parses their
/// shortest decimals: -9223372036854775808 becomes -9223372036854776000, which has no 64 bits.
fn is_in_range(node: Node<'_>, number: &Number<'_>, is_value: bool) -> bool {
    let integer = number.as_i64().filter(|_| is_value);
    let decimal =
        integer.map_or_else(|| number.to_f64().to_string(), |integer| integer.to_string());
    match (node.type_name(), formats::effective(node)) {
        _ if node.is_int_or_string() => true,
        ("integer", "int32") => decimal.parse::<i32>().is_ok(),
        ("integer", _) => decimal.parse::<i64>().is_ok(),
        ("number", "float") => decimal.parse().is_ok_and(f32::is_finite),
        _ => true,
    }
}

fn out_of_range(node: Node<'_>, what: &str, name: &str) -> String {
    let format = match formats::effective(node) {
        "" => "(default format)".to_owned(),
        format => format!("with format {format}"),
    };
    let path = name.strip_suffix(" in body").unwrap_or(name);
    let why = format!("{what} value must be of type {} {format} in {path}", node.type_name());
    field_errors::invalid(&Value::String(""), why)
}

fn is_multiple(number: &Number<'_>, factor: &Number<'_>) -> bool {
    if let (Some(number), Some(factor)) = (number.as_i64(), factor.as_i64()) {
        return number.checked_rem(factor).is_none_or(|rest| rest == 0);
    }
    let (number, factor) = (number.to_f64(), factor.to_f64());
    // Go computes it this way, so that 0.3 is a multiple of 0.1.
    let times = if factor < 1.0 { 1.0 / factor * number } else { number / factor };
    times.abs() <= EXACT && times.fract() == 0.0
}

/// Checks a number of items against `minItems` and `maxItems`, or a number of properties against
/// the keywords for properties. Returns the error message, if any.
pub(super) fn size(node: Node<'_>, size: usize, of: &str, name: &str) -> Option<String> {
    let capital = if of == "items" { "Items" } else { "Properties" };
    if let Some(least) = bound(node, &format!("min{capital}"))
        && falls_below(size, &least)
    {
        let why = format!("{name} should have at least {least} {of}");
        return Some(field_errors::invalid(&count(size), why));
    }
    let most = bound(node, &format!("max{capital}"))?;
    exceeds(size, &most).then(|| field_errors::too_many(size, most))
}

fn bound<'s>(node: Node<'s>, keyword: &str) -> Option<Number<'s>> {
    match node.get(keyword) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    }
}

fn count(size: usize) -> Value<'static> {
    Value::int(i64::try_from(size).unwrap_or(i64::MAX))
}

fn exceeds(size: usize, most: &Number<'_>) -> bool {
    count(size) > Value::Number(*most)
}

fn falls_below(size: usize, least: &Number<'_>) -> bool {
    count(size) < Value::Number(*least)
}
