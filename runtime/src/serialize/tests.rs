use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;

use super::*;
use crate::internal::samples::sample;
use crate::json::{self, Escape, JsonErrorKind, MAX_DEPTH};
use crate::number::Number;

/// Returns the value of `source` as a Rego term, or the error.
fn term<T: Serialize + ?Sized>(source: &T) -> Result<String, SerializeError> {
    let arena = Arena::new();
    Value::from_serialize(&arena, source).map(|value| value.to_string())
}

/// Returns the value that is read from the JSON of `source` as a Rego term.
fn term_of_json<T: Serialize + ?Sized>(source: &T) -> String {
    let text = serde_json::to_string(source).expect("JSON");
    let arena = Arena::new();
    json::parse(&arena, text.as_bytes()).expect("JSON").to_string()
}

/// Returns `true` if the value of `source` equals the one that is read from its JSON.
fn equals_its_json<T: Serialize + ?Sized>(source: &T) -> bool {
    let text = serde_json::to_string(source).expect("JSON");
    let arena = Arena::new();
    Value::from_serialize(&arena, source) == Ok(json::parse(&arena, text.as_bytes()).expect("JSON"))
}

#[derive(Serialize)]
struct Container<'a> {
    name: &'a str,
    #[serde(rename = "imagePullPolicy")]
    pull: Pull,
    ports: (u16, u16),
    memory: Option<f32>,
    marker: Marker,
    wrapped: Wrapped,
    #[serde(skip_serializing_if = "Option::is_none")]
    absent: Option<bool>,
}

#[derive(Serialize)]
struct Marker;

#[derive(Serialize)]
struct Wrapped(char);

#[derive(Serialize)]
enum Pull {
    Always,
    Within(u64),
    Window(u8, i8),
    Named { after: String },
}

fn container(pull: Pull) -> Container<'static> {
    Container {
        name: "web",
        pull,
        ports: (80, 443),
        memory: Some(0.1),
        marker: Marker,
        wrapped: Wrapped('é'),
        absent: None,
    }
}

#[test]
fn each_kind_of_type_has_the_value_of_its_json() {
    let pulls = [
        Pull::Always,
        Pull::Within(u64::MAX),
        Pull::Window(1, -1),
        Pull::Named { after: "noon".to_owned() },
    ];
    for pull in pulls {
        let container = container(pull);
        assert_eq!(term(&container), Ok(term_of_json(&container)));
    }
    assert_eq!(
        term(&container(Pull::Window(1, -1))).expect("a value"),
        r#"{"imagePullPolicy": {"Window": [1, -1]}, "marker": null, "memory": 0.1, "name": "web", "ports": [80, 443], "wrapped": "é"}"#
    );
}

#[test]
fn keys_keep_their_type() {
    let keyed = BTreeMap::from([((1, "a"), true), ((2, "b"), false)]);
    assert_eq!(term(&keyed).expect("a value"), r#"{[1, "a"]: true, [2, "b"]: false}"#);
    assert_eq!(
        term(&BTreeMap::from([(10, "x"), (9, "y")])).expect("a value"),
        r#"{9: "y", 10: "x"}"#
    );
}

#[test]
fn integers_of_any_size_are_exact() {
    for (integer, text) in [
        (i128::MAX, "170141183460469231731687303715884105727"),
        (i128::MIN, "-170141183460469231731687303715884105728"),
        (i128::from(i64::MIN), "-9223372036854775808"),
    ] {
        assert_eq!(term(&integer).as_deref(), Ok(text));
    }
    assert_eq!(term(&u128::MAX).as_deref(), Ok("340282366920938463463374607431768211455"));
}

#[test]
fn of_two_shortest_floats_the_even_one_is_taken() {
    for single in [514_116.13_f32, 0.000_030_517_578, 8_388_609.5, 1.677_721_8e7] {
        assert!(equals_its_json(&single), "{single}");
    }
    assert_eq!(term(&514_116.13_f32), Ok("514116.12".to_owned()));
    assert!(equals_its_json(&[960_780_419_039_868.2, 5e-324, 1e23, 0.1]));
}

#[test]
fn floats_that_are_not_finite_are_errors() {
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(term(&float), Err(SerializeError::NotFinite));
    }
    assert_eq!(term(&f32::NAN), Err(SerializeError::NotFinite));
}

/// An array in an array, to a depth.
struct Nested(usize);

impl Serialize for Nested {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_unit(),
            depth => serializer.collect_seq([Nested(depth - 1)]),
        }
    }
}

#[test]
fn values_nest_as_deep_as_json() {
    assert!(term(&Nested(MAX_DEPTH)).is_ok());
    assert_eq!(term(&Nested(MAX_DEPTH + 1)), Err(SerializeError::TooDeep));
    assert_eq!(term(&BTreeMap::from([("a", Nested(MAX_DEPTH))])), Err(SerializeError::TooDeep));
}

/// A type whose own implementation fails.
struct Broken;

impl Serialize for Broken {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no such field"))
    }
}

impl core::fmt::Display for Broken {
    fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Err(core::fmt::Error)
    }
}

/// A type that is serialized as its text.
struct Shown<T>(T);

impl<T: core::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[test]
fn failures_of_a_type_are_passed_on() {
    let error = Document::from_serialize(&[Broken]).expect_err("a failure");
    assert_eq!(error, SerializeError::Custom("no such field".to_owned()));
    assert_eq!(error.to_string(), "no such field");
    assert!(matches!(term(&Shown(Broken)), Err(SerializeError::Custom(_))));
    assert_eq!(term(&Shown(1.5)).as_deref(), Ok("\"1.5\""));
}

/// A number as `serde_json` serializes it under `arbitrary_precision`.
struct Precise(&'static str);

impl Serialize for Precise {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut number = serializer.serialize_struct("$serde_json::private::Number", 1)?;
        number.serialize_field("$serde_json::private::Number", self.0)?;
        number.end()
    }
}

#[test]
fn numbers_of_arbitrary_precision_keep_their_text() {
    assert_eq!(term(&[Precise("1.10"), Precise("1e3")]).as_deref(), Ok("[1.10, 1e3]"));
    let Err(SerializeError::Json(error)) = term(&Precise("1e999999999")) else {
        panic!("the number is out of OPA's range");
    };
    assert_eq!(error.kind, JsonErrorKind::NumberOutOfRange);
}

#[test]
fn bytes_are_an_array_of_numbers() {
    let arena = Arena::new();
    let value = serde::Serializer::serialize_bytes(ToValue::new(&arena), &[0, 255]);
    assert_eq!(value.map(|value| value.to_string()).as_deref(), Ok("[0, 255]"));
}

#[test]
fn numbers_are_serialized_as_exactly_as_serde_can() {
    let json = |text| serde_json::to_string(&Value::Number(Number::from_text(text)));
    for exact in ["0", "-1", "18446744073709551615", "-9223372036854775809", "1.5", "-0.0"] {
        assert_eq!(json(exact).expect("a number"), exact);
    }
    assert_eq!(json("1e3").expect("a number"), "1000.0");
    assert!(json("1e400").is_err());
}

#[test]
fn sets_and_documents_are_serialized_as_json() {
    let document = Document::from_serialize(&BTreeSet::from(["b", "a"])).expect("a value");
    assert_eq!(serde_json::to_string(&document).expect("JSON"), r#"["a","b"]"#);
}

/// Generates any finite double.
fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("not finite", |float| float.is_finite())
}

/// Generates any value of `serde_json` with a few levels of nesting.
fn tree() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        finite().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_equals_that_of_the_json_text(tree in tree()) {
        prop_assert!(equals_its_json(&tree));
    }

    #[test]
    fn floats_equal_those_of_the_json_text(
        double in finite(),
        single in proptest::num::f32::NORMAL | proptest::num::f32::SUBNORMAL,
        digits in 1_u32..1000,
        exponent in -8_i32..24,
    ) {
        let near = f64::from(digits) * 10_f64.powi(exponent);
        prop_assert!(equals_its_json(&[double, near, f64::from(single)]));
        prop_assert!(equals_its_json(&single));
    }

    #[test]
    fn a_raw_value_is_parsed(tree in tree()) {
        let raw = RawValue::from_string(tree.to_string()).expect("JSON");
        prop_assert_eq!(term(&[raw]), Ok(term_of_json(&[tree])));
    }

    #[test]
    fn a_value_is_serialized_as_its_json(value in sample()) {
        let arena = Arena::new();
        let value = value.build(&arena);
        let own = json::to_string(&value, Escape::Plain);
        let theirs = serde_json::to_string(&value).expect("JSON");
        let own = json::parse(&arena, own.as_bytes()).expect("JSON");
        prop_assert_eq!(own, json::parse(&arena, theirs.as_bytes()).expect("JSON"));
        prop_assert_eq!(own, Value::from_serialize(&arena, &value).expect("a value"));
    }
}
