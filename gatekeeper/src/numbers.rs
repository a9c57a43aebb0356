//! Numbers as Gatekeeper passes them to policies: through `float64` and Go's format `g`.
//!
//! Gatekeeper decodes JSON into Go's `any`, in which a number is a `float64`, and OPA writes a
//! `float64` in the format `g`. The object `{"uid": 1000660000}` therefore reaches a policy as
//! `{"uid": 1.00066e+09}`. The value differs only if a double cannot hold the number. The text
//! differs for numbers of seven or more digits.

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Number, Value};

use crate::fault::{Fault, FaultCode, FieldPath};

/// The form in which the numbers of reviews, parameters and inventory reach the policy.
///
/// ```
/// use ferrego_gatekeeper::Review;
/// use ferrego_gatekeeper::review::Numbers;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {"object": {"apiVersion": "v1", "kind": "Pod", "spec": {"id": 1234567}}}
/// }"#;
/// let id = |numbers| {
///     let review = Review::from_bytes(&arena, review, numbers)?;
///     Ok::<_, ferrego_gatekeeper::Faults>(review.value()["object"]["spec"]["id"].to_string())
/// };
/// assert_eq!(id(Numbers::Exact)?, "1234567");
/// assert_eq!(id(Numbers::Float64)?, "1.234567e+06");
/// # Ok::<(), ferrego_gatekeeper::Faults>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Numbers {
    /// With their original text, as in `opa eval`.
    #[default]
    Exact,
    /// As in Gatekeeper's webhook and audit, and in `gator verify`: as doubles, written in Go's
    /// format `g`, so that `1234567` reaches the policy as `1.234567e+06`. In parameters, integers
    /// of 64 bits are exact.
    Float64,
    /// As in `gator test`: as doubles in parameters too. Integers among the defaults of a schema
    /// are doubles, but keep their digits.
    GatorTest,
}

impl Numbers {
    /// Returns an object as the policy sees it.
    pub(crate) fn read<'a>(self, arena: &'a Arena, value: Value<'a>) -> Result<Value<'a>, Fault> {
        match self {
            Self::Exact => Ok(value),
            Self::Float64 | Self::GatorTest => {
                convert(arena, &value, &|number| float(arena, number))
                    .ok_or_else(|| too_large(&value))
            }
        }
    }

    /// Returns a constraint as the policy sees its parameters.
    pub(crate) fn read_constraint<'a>(
        self,
        arena: &'a Arena,
        value: Value<'a>,
    ) -> Result<Value<'a>, Fault> {
        match self {
            Self::Float64 => convert(arena, &value, &|number| parameter(arena, number))
                .ok_or_else(|| too_large(&value)),
            Self::Exact | Self::GatorTest => self.read(arena, value),
        }
    }

    /// Returns a value in a response of a provider as the policy sees it. Gatekeeper writes its
    /// numbers with Go's `encoding/json`.
    pub(crate) fn read_response<'a>(
        self,
        arena: &'a Arena,
        value: Value<'a>,
    ) -> Result<Value<'a>, Fault> {
        match self {
            Self::Exact => Ok(value),
            Self::Float64 | Self::GatorTest => {
                convert(arena, &value, &|number| response(arena, number))
                    .ok_or_else(|| too_large(&value))
            }
        }
    }

    /// Returns a default of a schema as the policy sees it. `gator test` writes the template as
    /// JSON again, and Kubernetes finds the integers in that text.
    pub(crate) fn read_default<'a>(self, arena: &'a Arena, value: Value<'a>) -> Value<'a> {
        let read = match self {
            Self::Exact => return value,
            Self::Float64 => parameter,
            Self::GatorTest => default,
        };
        // A number that is too large stays, because Gatekeeper rejects its template.
        convert(arena, &value, &|number| read(arena, number)).unwrap_or(value)
    }
}

/// Returns a warning about the first number in an object that Gatekeeper reads as another value.
/// `path` leads to `value`.
///
/// ```
/// use ferrego_gatekeeper::fault::FieldPath;
/// use ferrego_gatekeeper::review::inexact_number;
/// use ferrego_runtime::{Arena, json};
///
/// let arena = Arena::new();
/// let warns = |text: &'static [u8]| {
///     let value = json::parse(&arena, text)?;
///     Ok::<_, json::JsonError>(inexact_number(&value, &FieldPath::default()).is_some())
/// };
/// assert!(warns(br#"{"a": 9007199254740993}"#)?);
/// assert!(!warns(br#"{"a": 9007199254740992}"#)?);
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn inexact_number(value: &Value<'_>, path: &FieldPath) -> Option<Fault> {
    inexact(value, path, float)
}

/// Returns a warning about the first number in the parameters of a constraint that Gatekeeper reads
/// as another value. Integers of 64 bits are exact there. `path` leads to `value`.
///
/// ```
/// use ferrego_gatekeeper::fault::FieldPath;
/// use ferrego_gatekeeper::review::inexact_parameter;
/// use ferrego_runtime::{Arena, json};
///
/// let arena = Arena::new();
/// let warns = |text: &'static [u8]| {
///     let value = json::parse(&arena, text)?;
///     Ok::<_, json::JsonError>(inexact_parameter(&value, &FieldPath::default()).is_some())
/// };
/// assert!(warns(br#"{"a": 0.10000000000000000001}"#)?);
/// assert!(!warns(br#"{"a": 9007199254740993}"#)?);
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn inexact_parameter(value: &Value<'_>, path: &FieldPath) -> Option<Fault> {
    inexact(value, path, parameter)
}

fn inexact(
    value: &Value<'_>,
    path: &FieldPath,
    read: for<'n> fn(&'n Arena, &Number<'n>) -> Option<Number<'n>>,
) -> Option<Fault> {
    let arena = Arena::new();
    let is_inexact = |number: &Number<'_>| {
        if is_small(number) {
            return false;
        }
        let number = Number::from_text(arena.string(&number.to_string()));
        read(&arena, &number).is_none_or(|read| read != number)
    };
    let (path, number) = find(value, path, &is_inexact)?;
    let message = format!("expected a number that a double holds, found {}", shown(&number));
    let double = number.to_f64();
    let help = if double.is_finite() {
        format!(
            "Gatekeeper reads it as {double}; write a string, or judge with --gatekeeper-numbers"
        )
    } else {
        "Gatekeeper rejects it; write a string".to_owned()
    };
    Some(Fault::new(FaultCode::InexactNumber, path, message).with_help(help).as_warning())
}

/// Returns the first number in `value` that `is_wanted`, with its path.
fn find<'a>(
    value: &Value<'a>,
    path: &FieldPath,
    is_wanted: &dyn Fn(&Number<'a>) -> bool,
) -> Option<(FieldPath, Number<'a>)> {
    match value {
        Value::Number(number) => is_wanted(number).then(|| (path.clone(), *number)),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            // Most values hold no such number, and building a path allocates.
            holds(item, is_wanted).then(|| find(item, &path.index(index), is_wanted))?
        }),
        Value::Object(object) => object.pairs().iter().find_map(|(key, value)| {
            let key = key.as_str().unwrap_or_default();
            holds(value, is_wanted).then(|| find(value, &path.key(key), is_wanted))?
        }),
        _ => None,
    }
}

fn holds<'a>(value: &Value<'a>, is_wanted: &dyn Fn(&Number<'a>) -> bool) -> bool {
    match value {
        Value::Number(number) => is_wanted(number),
        Value::Array(items) => items.iter().any(|item| holds(item, is_wanted)),
        Value::Object(object) => object.pairs().iter().any(|(_, value)| holds(value, is_wanted)),
        _ => false,
    }
}

/// Copies `value` with each number replaced by the result of `read`. Returns `None` if `read` does
/// for any number.
fn convert<'a>(
    arena: &'a Arena,
    value: &Value<'a>,
    read: &dyn Fn(&Number<'a>) -> Option<Number<'a>>,
) -> Option<Value<'a>> {
    match value {
        Value::Number(number) => read(number).map(Value::Number),
        Value::Array(items) => {
            let mut converted = arena.vec_with_capacity(items.len());
            for item in *items {
                converted.push(convert(arena, item, read)?);
            }
            Some(Value::Array(converted.into_bump_slice()))
        }
        Value::Object(object) => {
            let mut converted = ObjectBuilder::with_capacity(arena, object.len());
            for (key, value) in object.pairs() {
                converted.insert(*key, convert(arena, value, read)?);
            }
            Some(converted.finish())
        }
        other => Some(*other),
    }
}

/// Returns the fault of the first number in `value` that is too large.
#[cold]
fn too_large(value: &Value<'_>) -> Fault {
    let is_too_large = |number: &Number<'_>| !number.to_f64().is_finite();
    let found = find(value, &FieldPath::default(), &is_too_large);
    let (path, number) = found.unwrap_or_else(|| (FieldPath::default(), Number::from_i64(0)));
    let message = format!("the number {} is too large for a double", shown(&number));
    Fault::new(FaultCode::InvalidObject, path, message)
}

/// The most digits of a number that messages show.
const SHOWN: usize = 60;

/// Returns the number for a message, without the digits after the first ones if it is long.
fn shown(number: &Number<'_>) -> String {
    let text = number.to_string();
    match text.get(..SHOWN) {
        Some(first) if text.len() > SHOWN => format!("{first}… ({} characters)", text.len()),
        _ => text,
    }
}

/// The bound below which an integer keeps its text.
const PLAIN: u64 = 1_000_000;

/// Returns `true` for an integer whose text is the same in both forms.
fn is_small(number: &Number<'_>) -> bool {
    number.as_text().is_none() && number.as_i64().is_some_and(|n| n.unsigned_abs() < PLAIN)
}

/// Returns the number as OPA receives it from a `float64`, or `None` if it is too large for one.
fn float<'a>(arena: &'a Arena, number: &Number<'a>) -> Option<Number<'a>> {
    if is_small(number) {
        return Some(*number);
    }
    let double = number.to_f64();
    double.is_finite().then(|| Number::from_text(arena.string(&go_g(double))))
}

/// Returns the number as OPA receives it from a constraint of a cluster.
fn parameter<'a>(arena: &'a Arena, number: &Number<'a>) -> Option<Number<'a>> {
    match number.as_i64() {
        Some(integer) => Some(Number::from_i64(integer)),
        None => default(arena, number),
    }
}

/// Returns the number as OPA receives it from a default of `gator test`.
fn default<'a>(arena: &'a Arena, number: &Number<'a>) -> Option<Number<'a>> {
    let double = number.to_f64();
    // Rust writes a double that is an integer with all its digits.
    let integer: Option<i64> = double.to_string().parse().ok();
    integer.map(Number::from_i64).or_else(|| float(arena, number))
}

/// Returns the number as OPA receives it from a provider, or `None` if it is too large for a double.
fn response<'a>(arena: &'a Arena, number: &Number<'a>) -> Option<Number<'a>> {
    if is_small(number) {
        return Some(*number);
    }
    let double = number.to_f64();
    double.is_finite().then(|| Number::from_text(arena.string(&go_json(double))))
}

/// Formats a double like Go's `encoding/json`.
fn go_json(double: f64) -> String {
    if double == 0.0 || (1e-6..1e21).contains(&double.abs()) {
        return double.to_string();
    }
    let shortest = format!("{double:e}");
    match shortest.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => {
            format!("{mantissa}e+{exponent}")
        }
        _ => shortest,
    }
}

/// Formats a double like `strconv.FormatFloat(double, 'g', -1, 64)`.
fn go_g(double: f64) -> String {
    // Rust and Go both print the fewest digits that identify the double.
    let shortest = format!("{double:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return double.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_show_the_first_digits_of_a_long_number() {
        let arena = Arena::new();
        let number = |digits| Number::from_text(arena.string(&"9".repeat(digits)));
        assert_eq!(shown(&number(60)), "9".repeat(60));
        assert_eq!(shown(&number(5000)), format!("{}… (5000 characters)", "9".repeat(60)));
    }

    #[test]
    fn doubles_are_written_as_in_go_json() {
        let written = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1_234_567.0, "1234567"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-1.5e300, "-1.5e+300"),
            (0.000_001, "0.000001"),
            (0.000_000_12, "1.2e-7"),
            (9_007_199_254_740_993.0, "9007199254740992"),
        ];
        for (double, text) in written {
            assert_eq!(go_json(double), text);
        }
    }

    #[test]
    fn doubles_are_written_as_go_writes_them() {
        let written = [
            (0.0, "0"),
            (-0.0, "-0"),
            (100_000.0, "100000"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (12_345_678.5, "1.23456785e+07"),
            (1e21, "1e+21"),
            (1e100, "1e+100"),
            (2.5, "2.5"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (9_007_199_254_740_993.0, "9.007199254740992e+15"),
        ];
        for (double, text) in written {
            assert_eq!(go_g(double), text);
        }
    }
}
