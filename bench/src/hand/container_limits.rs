//! `container-limits`: compares quantities exactly.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Input, Text, Typed, Violation, items, report};

/// The value of each unit, in thousandths of a byte.
const UNITS: [(&str, u128); 14] = [
    ("Ki", 1000 << 10),
    ("Mi", 1000 << 20),
    ("Gi", 1000 << 30),
    ("Ti", 1000 << 40),
    ("Pi", 1000 << 50),
    ("Ei", 1000 << 60),
    ("m", 1),
    ("k", 1_000_000),
    ("M", 1_000_000_000),
    ("G", 1_000_000_000_000),
    ("T", 1_000_000_000_000_000),
    ("P", 1_000_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000_000),
    ("", 1000),
];

/// Returns a quantity in thousandths of a byte, or `None` if `text` is not a quantity.
fn thousandths(text: &str) -> Option<u128> {
    let (digits, unit) = UNITS
        .iter()
        .find_map(|(suffix, unit)| text.strip_suffix(suffix).map(|digits| (digits, unit)))?;
    let (whole, fraction) = match digits.split_once('.') {
        None => (digits, ""),
        Some((_, "")) => return None,
        Some(parts) => parts,
    };
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = if fraction.is_empty() { 0 } else { fraction.parse::<u128>().ok()? };
    let scaled = whole.parse::<u128>().ok()?.checked_mul(scale)?.checked_add(part)?;
    Some(scaled.checked_mul(*unit)? / scale)
}

fn judge(violations: &mut Vec<Violation>, name: &str, given: Option<&str>, highest: Option<u128>) {
    let Some(given) = given else {
        report(violations, format!("container <{name}> has no memory limit"));
        return;
    };
    match (thousandths(given), highest) {
        (None, _) => {
            report(
                violations,
                format!("container <{name}>: memory limit <{given}> is not a quantity"),
            );
        }
        (Some(given), Some(highest)) if given > highest => {
            let (given, highest) = (bytes(given), bytes(highest));
            report(
                violations,
                format!("container <{name}>: memory limit of {given} bytes is above {highest}"),
            );
        }
        (Some(_), _) => {}
    }
}

fn bytes(thousandths: u128) -> String {
    match (thousandths / 1000, thousandths % 1000) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest:03}").trim_end_matches('0').to_owned(),
    }
}

/// Evaluates the policy over `serde_json::Value`.
pub(crate) fn violations(input: &Value, _: &Value) -> Vec<Violation> {
    let highest = input["parameters"]["memory"].as_str().and_then(thousandths);
    let mut violations = Vec::new();
    for container in items(&input["review"]["object"]["spec"], "containers") {
        let given = container["resources"]["limits"]["memory"].as_str();
        if let Some(name) = container["name"].as_str() {
            judge(&mut violations, name, given, highest);
        }
    }
    violations
}

/// The hand-written policy over structs.
#[derive(Debug)]
pub(crate) struct ByHand;

#[derive(Debug, Deserialize)]
pub(crate) struct Object<'a> {
    #[serde(borrow)]
    spec: Spec<'a>,
}

#[derive(Debug, Deserialize)]
struct Spec<'a> {
    #[serde(borrow, default)]
    containers: Vec<Container<'a>>,
}

#[derive(Debug, Deserialize)]
struct Container<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, default)]
    resources: Resources<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct Resources<'a> {
    #[serde(borrow, default)]
    limits: Limits<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct Limits<'a> {
    #[serde(borrow)]
    memory: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameters<'a> {
    #[serde(borrow)]
    memory: Option<Text<'a>>,
}

impl Typed for ByHand {
    type Input<'a> = Input<Object<'a>, Parameters<'a>>;
    type Data<'a> = IgnoredAny;

    fn violations(input: &Self::Input<'_>, _: &IgnoredAny) -> Vec<Violation> {
        let highest = input.parameters.memory.as_deref().and_then(thousandths);
        let mut violations = Vec::new();
        for Container { name, resources } in &input.review.object.spec.containers {
            judge(&mut violations, name, resources.limits.memory.as_deref(), highest);
        }
        violations
    }
}
