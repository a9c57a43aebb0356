//! Semantic versions as OPA parses them (`internal/semver`): with an optional `v` prefix, and with
//! numbers that have neither a sign nor leading zeros.

use core::cmp::Ordering;

use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::internal::memmem;
use crate::text::quoted;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(semver::is_valid, "semver.is_valid", "(any) => boolean", cost: Expensive),
    row!(semver::compare, "semver.compare", "(string, string) => number", cost: Expensive),
];

/// Implements `semver.is_valid(value)`, which is `false` if `value` is not a string.
pub fn is_valid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let version = operand::text(env, operands, 1)?.and_then(Version::parse);
    Ok(Some(Value::Bool(version.is_some())))
}

/// Implements `semver.compare(a, b)`, which returns -1, 0 or 1.
pub fn compare<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let first = operand::string(env, operands, 1)?;
    let second = operand::string(env, operands, 2)?;
    let first = version(env, 1, first)?;
    let second = version(env, 2, second)?;
    Ok(Some(Value::int(match first.precedence(&second) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    })))
}

fn version<'a, 't>(
    env: &Env<'a>,
    position: usize,
    text: &'t str,
) -> Result<Version<'t>, BuiltinError<'a>> {
    Version::parse(text).ok_or_else(|| {
        let text = quoted(text);
        env.fail(format_args!("operand {position}: string {text} is not a valid SemVer"))
    })
}

/// A version without its metadata, which does not take part in comparisons.
struct Version<'t> {
    numbers: [i64; 3],
    pre_release: &'t str,
}

impl<'t> Version<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, metadata) = match memmem::split_once(text, "+") {
            Some((text, metadata)) => (text, Some(metadata)),
            None => (text, None),
        };
        let (text, pre_release) = match memmem::split_once(text, "-") {
            Some((text, pre_release)) => (text, Some(pre_release)),
            None => (text, None),
        };
        if !metadata.is_none_or(is_dotted)
            || !pre_release.is_none_or(|text| is_dotted(text) && has_plain_numbers(text))
        {
            return None;
        }
        let mut parts = memmem::split(text, ".");
        let mut numbers = [0; 3];
        for number in &mut numbers {
            *number = parts.next().filter(|part| is_plain_number(part))?.parse().ok()?;
        }
        let pre_release = pre_release.unwrap_or_default();
        parts.next().is_none().then_some(Self { numbers, pre_release })
    }

    fn precedence(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.pre_release.is_empty(), other.pre_release.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => {
                    let identifiers = |version: &Self| memmem::split(version.pre_release, ".");
                    compare_identifiers(identifiers(self), identifiers(other))
                }
            }
        })
    }
}

/// Returns `true` if the text is a number without a sign and without leading zeros.
fn is_plain_number(text: &str) -> bool {
    is_number(text) && (text.len() == 1 || !text.starts_with('0'))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns `true` if no numeric identifier has a leading zero.
fn has_plain_numbers(text: &str) -> bool {
    memmem::split(text, ".").all(|part| !is_number(part) || is_plain_number(part))
}

/// Returns `true` if the text consists of identifiers separated by dots.
fn is_dotted(text: &str) -> bool {
    let is_identifier = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    memmem::split(text, ".").all(is_identifier)
}

fn compare_identifiers<'t>(
    mut a: impl Iterator<Item = &'t str>,
    mut b: impl Iterator<Item = &'t str>,
) -> Ordering {
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (number(a), number(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => a.cmp(b),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Parses a numeric identifier. As in Go, an integer overflow yields the largest number.
fn number(identifier: &str) -> Option<i64> {
    is_number(identifier).then(|| identifier.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn versions_have_an_order() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let ascending = [
            "0.9.10",
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-a",
            "1.0.0-a.1",
            "1.0.0-a.b",
            "1.0.0-b",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "v2.0.0",
        ];
        for (index, low) in ascending.iter().enumerate() {
            for high in &ascending[index + 1..] {
                let run = |a, b| compare(&env, &[Value::String(a), Value::String(b)]);
                assert_eq!(run(low, high), Ok(Some(Value::int(-1))), "{low} {high}");
                assert_eq!(run(high, low), Ok(Some(Value::int(1))), "{low} {high}");
            }
        }
        let same = compare(&env, &[Value::String("1.0.0+a"), Value::String("v1.0.0+b")]);
        assert_eq!(same, Ok(Some(Value::int(0))));
        let error = compare(&env, &[Value::String("1.0.0"), Value::String("1.0")]);
        let text = "operand 2: string \"1.0\" is not a valid SemVer";
        assert_eq!(error.map_err(|error| error.message), Err(text));
    }

    #[test]
    fn validity_is_opas() {
        for valid in ["1.2.3", "v1.2.3-a.b-c+d.e", "1.2.3-0.0a+01", "0.0.0"] {
            assert!(Version::parse(valid).is_some(), "{valid}");
        }
        for invalid in
            ["1.2", "1.2.3.4", "1.2.x", "1.2.3-a..b", "1.2.3+é", "", "vv1.2.3"].into_iter().chain([
                "01.2.3",
                "1.02.3",
                "1.2.00",
                "1.2.3-",
                "1.2.3+",
                "1.2.3-a.01",
                "+1.2.3",
                "1.-2.3",
            ])
        {
            assert!(Version::parse(invalid).is_none(), "{invalid}");
        }
    }
}
