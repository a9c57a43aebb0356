//! Keywords of scalars, and keywords of any value.

use super::{Draft, Object, Report, Validator, Value, size};
use crate::builtins::schema::numbers::{bound, canonical, is_integer, is_multiple};
use crate::builtins::schema::report::Context;
use crate::builtins::schema::{formats, patterns};
use crate::env::Env;
use crate::number::Number;

/// Checks `const`, `enum` and `format`.
pub(super) fn check_common<'a>(
    validator: Validator<'_, 'a>,
    keys: &Object<'a>,
    node: &Value<'a>,
    context: &Context<'_>,
    report: &mut Report,
) {
    if let Some(wanted) = keys.get_str("const").filter(|_| validator.draft >= Draft::Six) {
        let wanted = canonical(validator.env, &wanted);
        if canonical(validator.env, node) != wanted {
            report.add(context, "const", &format!("{{field}} does not match: {wanted}"));
        }
    }
    if let Some(Value::Array(allowed)) = keys.get_str("enum") {
        let allowed: Vec<String> =
            allowed.iter().map(|value| canonical(validator.env, value)).collect();
        if !allowed.contains(&canonical(validator.env, node)) {
            let allowed = allowed.join(", ");
            let message = format!("{{field}} must be one of the following: {allowed}");
            report.add(context, "enum", &message);
        }
    }
    if let (Some(Value::String(format)), Value::String(text)) = (keys.get_str("format"), node)
        && !formats::matches(validator.env, format, text)
    {
        report.add(context, "format", &format!("Does not match format '{format}'"));
    }
    report.score += 1;
}

/// Returns `true` if the schema allows the type of the node. If not, adds a fault.
pub(super) fn check_type(
    keys: &Object<'_>,
    node: &Value<'_>,
    context: &Context<'_>,
    report: &mut Report,
) -> bool {
    let types = match keys.get_str("type") {
        Some(Value::Array(types)) => types,
        Some(single @ Value::String(_)) => &[single],
        _ => return true,
    };
    let given = match node {
        Value::Number(number) if is_integer(number) => "integer",
        Value::Set(_) => "array",
        other => other.type_name(),
    };
    let allowed = |name| types.contains(&Value::String(name));
    if types.is_empty() || allowed(given) || (given == "integer" && allowed("number")) {
        return true;
    }
    let names: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
    let expected = match names[..] {
        [name] => name.to_owned(),
        _ => format!("[{}]", names.join(",")),
    };
    let message = format!("Invalid type. Expected: {expected}, given: {given}");
    report.add(context, "invalid_type", &message);
    false
}

pub(super) fn check_number(
    keys: &Object<'_>,
    number: &Number<'_>,
    context: &Context<'_>,
    report: &mut Report,
) {
    let key = |name| match keys.get_str(name) {
        Some(Value::Number(bound)) => Some(bound),
        _ => None,
    };
    // In draft 4, a boolean makes a bound exclusive.
    let bounds = |inclusive, exclusive| match keys.get_str(exclusive) {
        Some(Value::Bool(true)) => (None, key(inclusive)),
        _ => (key(inclusive), key(exclusive)),
    };
    if let Some(divisor) = key("multipleOf").filter(|divisor| !is_multiple(number, divisor)) {
        let message = format!("Must be a multiple of {}", bound(&divisor));
        report.add(context, "multiple_of", &message);
    }
    let (maximum, below) = bounds("maximum", "exclusiveMaximum");
    if let Some(most) = maximum.filter(|most| number.compare(most).is_gt()) {
        let message = format!("Must be less than or equal to {}", bound(&most));
        report.add(context, "number_lte", &message);
    }
    if let Some(limit) = below.filter(|limit| number.compare(limit).is_ge()) {
        report.add(context, "number_lt", &format!("Must be less than {}", bound(&limit)));
    }
    let (minimum, above) = bounds("minimum", "exclusiveMinimum");
    if let Some(least) = minimum.filter(|least| number.compare(least).is_lt()) {
        let message = format!("Must be greater than or equal to {}", bound(&least));
        report.add(context, "number_gte", &message);
    }
    if let Some(limit) = above.filter(|limit| number.compare(limit).is_le()) {
        report.add(context, "number_gt", &format!("Must be greater than {}", bound(&limit)));
    }
    report.score += 1;
}

pub(super) fn check_string(
    keys: &Object<'_>,
    text: &str,
    context: &Context<'_>,
    report: &mut Report,
) {
    let length = text.chars().count();
    if let Some(least) = size(keys, "minLength").filter(|&least| length < least) {
        let message = format!("String length must be greater than or equal to {least}");
        report.add(context, "string_gte", &message);
    }
    if let Some(most) = size(keys, "maxLength").filter(|&most| length > most) {
        let message = format!("String length must be less than or equal to {most}");
        report.add(context, "string_lte", &message);
    }
    if let Some(Value::String(pattern)) = keys.get_str("pattern")
        && !patterns::matches(pattern, text)
    {
        report.add(context, "pattern", &format!("Does not match pattern '{pattern}'"));
    }
    report.score += 1;
}

pub(super) fn check_unique<'a>(
    env: &Env<'a>,
    items: &[Value<'a>],
    context: &Context<'_>,
    report: &mut Report,
) {
    let texts: Vec<String> = items.iter().map(|item| canonical(env, item)).collect();
    for (index, text) in texts.iter().enumerate() {
        if let Some(earlier) = texts[..index].iter().rposition(|other| other == text) {
            let message = format!("array items[{earlier},{index}] must be unique");
            report.add(context, "unique", &message);
        }
    }
}
