//! Calls each builtin with large operands after the deadline, and expects that it notices.
//!
//! A call looks at the clock when it charges its work. The deadline has passed before the call, so
//! the outcome does not depend on times.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use ferrego_runtime::builtins::{Builtin, all};
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Arena, Budget, Env, NoHost, Number, Value};

/// The bytes of long texts.
const BYTES: usize = 64 << 10;
/// The members of large collections.
const MEMBERS: i32 = 8 << 10;
/// The time after a deadline within which a call must end.
const LATE: Duration = Duration::from_millis(5);
/// The number of calls that are timed, if each ends late.
const CALLS: usize = 8;
/// The digits of long numbers.
const DIGITS: usize = 10_000;

/// Returns a small value of a type, if possible of the type `preferred`.
fn small(kind: &str, preferred: &str) -> Value<'static> {
    match head(kind) {
        "string" => Value::from("10.0.0.0/8"),
        "number" => Value::from(1),
        "boolean" => Value::from(true),
        "null" => Value::Null,
        "set" => Value::EMPTY_SET,
        "object" => Value::EMPTY_OBJECT,
        "any<" => {
            let alternatives = alternatives(kind);
            let alike = alternatives.iter().find(|kind| head(kind) == preferred);
            let kind = alike.or(alternatives.first()).expect("an alternative");
            small(kind, preferred)
        }
        _ => Value::EMPTY_ARRAY,
    }
}

/// Returns large values of a type.
fn large<'a>(arena: &'a Arena, kind: &str) -> Vec<Value<'a>> {
    larger(arena, kind, 1)
}

/// Returns values that are `factor` times as large as [`large`] ones.
fn larger<'a>(arena: &'a Arena, kind: &str, factor: u16) -> Vec<Value<'a>> {
    let (bytes, count) = (BYTES * usize::from(factor), MEMBERS * i32::from(factor));
    let members = || {
        let of = kind.split_once('[').map_or("any", |(_, of)| of.trim_end_matches(']'));
        (0..count).map(move |index| match head(of) {
            "string" => Value::from(arena.string(&format!("k{index:06}"))),
            "array" => arena.array(&[Value::from(index)]),
            "set" => Value::Set({
                let mut set = SetBuilder::new(arena);
                set.insert(Value::from(index));
                set.finish().as_set().expect("a set")
            }),
            "object" => Value::EMPTY_OBJECT,
            _ => Value::from(index),
        })
    };
    match head(kind) {
        "string" => vec![Value::from(arena.string(&"a".repeat(bytes)))],
        "number" => vec![Value::from(Number::from_text(arena.string(&"9".repeat(DIGITS))))],
        "boolean" | "null" => Vec::new(),
        "set" => {
            let mut set = SetBuilder::new(arena);
            members().for_each(|member| set.insert(member));
            vec![set.finish()]
        }
        "object" => {
            let mut object = ObjectBuilder::new(arena);
            for index in 0..count {
                object.insert(Value::from(arena.string(&format!("k{index:06}"))), Value::from(1));
            }
            vec![object.finish()]
        }
        "any" => ["string", "array[any]", "set[any]", "object[any: any]"]
            .iter()
            .flat_map(|kind| larger(arena, kind, factor))
            .collect(),
        "any<" => alternatives(kind).iter().flat_map(|kind| larger(arena, kind, factor)).collect(),
        _ => vec![arena.array(&members().collect::<Vec<_>>())],
    }
}

/// Returns the name of a type without its parts: `array` of `array[string]`.
fn head(kind: &str) -> &str {
    let kind = kind.trim_end_matches("...");
    let end = kind.find(['[', '<']).unwrap_or(kind.len());
    if kind.starts_with("any<") { "any<" } else { &kind[..end] }
}

/// Returns the types of `any<string, set[string]>`.
fn alternatives(kind: &str) -> Vec<&str> {
    let inner = kind.trim_start_matches("any<").trim_end_matches('>');
    let mut depth = 0;
    inner
        .split(|letter| {
            match letter {
                '[' | '<' => depth += 1,
                ']' | '>' => depth -= 1,
                _ => {}
            }
            letter == ',' && depth == 0
        })
        .map(str::trim)
        .collect()
}

/// Returns `true` if a call of a builtin after the deadline exceeds it.
fn notices<'a>(arena: &'a Arena, row: &Builtin, operands: &[Value<'a>]) -> bool {
    let function = row.function.expect("a function");
    let running = arena.begin(Budget::UNLIMITED.deadline(Instant::now()));
    let _ = function(&Env::new(arena, &NoHost), operands);
    running.finish().is_some()
}

/// The large operands that a builtin does not read, or of which it reads a part whose size does not
/// depend on theirs, if the other operands are small.
const NOT_READ: &[(&str, &[&str])] = &[
    // Only the type or the length is read.
    ("count", &["1 array", "1 set", "1 object"]),
    ("is_array is_boolean is_null is_number is_object is_set is_string type_name", ANY),
    ("cast_boolean cast_null", ANY),
    ("cast_array", &["1 string", "1 object"]),
    ("cast_object", &["1 string", "1 array", "1 set"]),
    ("cast_set", &["1 string", "1 object"]),
    ("cast_string", &["1 array", "1 set", "1 object"]),
    ("semver.is_valid", &["1 array", "1 set", "1 object"]),
    ("to_number", &["1 number"]),
    ("json.patch", &["1 string"]),
    // A comparison with a small value ends at once.
    ("equal neq lt lte gt gte", &["1 string", "1 set", "1 object", "1 array"]),
    ("equal neq lt lte gt gte", &["2 string", "2 set", "2 object", "2 array"]),
    // The collection is small, or it is searched by bisection.
    ("internal.member_2", &["1 string", "1 array", "1 set", "1 object", "2 string", "2 set"]),
    ("internal.member_3", &["1 string", "1 array", "1 set", "1 object"]),
    ("internal.member_3", &["2 string", "2 array", "2 set", "2 object"]),
    ("internal.member_3", &["3 string", "3 array", "3 set", "3 object"]),
    ("object.get", &["2 string", "2 array", "2 set", "2 object"]),
    ("object.get", &["3 string", "3 array", "3 set", "3 object"]),
    ("object.filter object.remove", &["2 array", "2 set", "2 object"]),
    ("object.subset", &["1 object", "1 set", "1 array", "2 array", "2 set"]),
    ("minus", &["2 set"]),
    // The members are not networks.
    ("net.cidr_contains_matches", &["1 array", "1 set", "1 object"]),
    ("net.cidr_contains_matches", &["2 array", "2 set", "2 object"]),
    // The token is not one, and the key is not read.
    ("io.jwt.decode_verify", &["1 string"]),
    ("io.jwt.verify_eddsa io.jwt.verify_es256 io.jwt.verify_es384", &["2 string"]),
    ("io.jwt.verify_es512 io.jwt.verify_ps256 io.jwt.verify_ps384", &["2 string"]),
    ("io.jwt.verify_ps512 io.jwt.verify_rs256 io.jwt.verify_rs384", &["2 string"]),
    ("io.jwt.verify_rs512", &["2 string"]),
    // Two elements are read.
    ("time.clock time.date time.diff time.format time.weekday", &["1 array", "2 array"]),
    // The number is compared with a bound, and the text is not read.
    ("providers.aws.sign_req", &["3 number"]),
    ("uuid.rfc4122", &["1 string"]),
];

/// The builtins that take little time even if all operands are large: lookups, and calls that end at
/// the first member.
const NEVER_LONG: [&str; 5] = [
    "internal.member_2",
    "internal.member_3",
    "net.cidr_contains_matches",
    "object.get",
    "time.diff",
];

/// All types of a first operand.
const ANY: &[&str] = &["1 string", "1 array", "1 set", "1 object"];

/// Returns `true` if a builtin does not read a large operand.
fn is_not_read(name: &str, operand: &str) -> bool {
    NOT_READ.iter().any(|(names, operands)| {
        names.split(' ').any(|own| own == name) && operands.contains(&operand)
    })
}

#[test]
fn each_builtin_notices_the_deadline_at_each_large_operand() {
    let (mut silent, mut calls) = (Vec::new(), 0);
    for row in all().filter(|row| row.function.is_some()) {
        let kinds: Vec<&str> = row.operands().collect();
        for position in 0..kinds.len() {
            let arena = Arena::new();
            for value in large(&arena, kinds[position]) {
                let mut operands: Vec<Value<'_>> =
                    kinds.iter().map(|kind| small(kind, value.type_name())).collect();
                operands[position] = value;
                let operand = format!("{} {}", position + 1, value.type_name());
                if !notices(&arena, row, &operands) && !is_not_read(row.name, &operand) {
                    silent.push(format!("{} {operand}", row.name));
                }
                calls += 1;
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
    assert!(calls > 300, "{calls} calls");
}

#[test]
fn each_builtin_notices_the_deadline_if_all_operands_are_large() {
    let mut silent = Vec::new();
    for row in all().filter(|row| row.function.is_some()) {
        let arena = Arena::new();
        let kinds: Vec<Vec<Value<'_>>> = row.operands().map(|kind| large(&arena, kind)).collect();
        let Some(most) = kinds.iter().map(Vec::len).max() else { continue };
        for choice in 0..most {
            let operands: Vec<Value<'_>> = kinds
                .iter()
                .map(|values| values.get(choice).or(values.last()).copied().unwrap_or(Value::Null))
                .collect();
            let first = operands.first().map_or("none", |value| value.type_name());
            let reads_all =
                operands.len() > 1 && operands.iter().all(|value| value != &Value::Null);
            if reads_all && !NEVER_LONG.contains(&row.name) && !notices(&arena, row, &operands) {
                silent.push(format!("{} {first}", row.name));
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

/// Returns the time that a call takes beyond its deadline, which is two milliseconds after its
/// beginning: the least of several calls, because other processes interrupt some.
fn overrun<'a>(arena: &'a Arena, row: &Builtin, operands: &[Value<'a>]) -> Duration {
    let function = row.function.expect("a function");
    let mut least = Duration::MAX;
    for _ in 0..CALLS {
        let deadline = Instant::now() + Duration::from_millis(2);
        let running = arena.begin(Budget::DEFAULT.steps(u64::MAX).deadline(deadline));
        let _ = function(&Env::new(arena, &NoHost), operands);
        let _ = running.finish();
        least = least.min(deadline.elapsed());
        if least < LATE {
            break;
        }
    }
    least
}

#[test]
#[ignore = "measures times, for BENCHMARKS.md"]
fn each_builtin_ends_soon_after_its_deadline() {
    let mut overruns = Vec::new();
    for row in all().filter(|row| row.function.is_some()) {
        let arena = Arena::new();
        let kinds: Vec<&str> = row.operands().collect();
        let values: Vec<Vec<Value<'_>>> =
            kinds.iter().map(|kind| larger(&arena, kind, 16)).collect();
        let most = values.iter().map(Vec::len).max().unwrap_or_default();
        for choice in 0..most {
            let all: Vec<Value<'_>> = values
                .iter()
                .map(|values| values.get(choice).or(values.last()).copied().unwrap_or(Value::Null))
                .collect();
            for position in 0..=all.len() {
                // One operand is large, or all are.
                let operands: Vec<Value<'_>> = all
                    .iter()
                    .enumerate()
                    .map(|(index, value)| {
                        let is_large = position == all.len() || position == index;
                        if is_large { *value } else { small(kinds[index], value.type_name()) }
                    })
                    .collect();
                overruns.push((overrun(&arena, row, &operands), row.name, choice, position));
            }
        }
    }
    overruns.sort_unstable_by(|a, b| b.cmp(a));
    for overrun in &overruns[..60] {
        println!("{overrun:?}");
    }
    assert!(overruns[0].0 < LATE, "{:?}", overruns[0]);
}
