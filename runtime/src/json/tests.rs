use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;
use crate::number::Number;

fn parse_text<'a>(arena: &'a Arena, text: &str) -> Result<Value<'a>, JsonError> {
    parse(arena, arena.string(text).as_bytes())
}

fn printed(text: &str) -> String {
    parse_text(&Arena::new(), text).expect(text).to_string()
}

fn error(text: &str) -> (JsonErrorKind, usize) {
    let error = parse_text(&Arena::new(), text).expect_err(text);
    (error.kind, error.offset)
}

#[test]
fn numbers_keep_their_text() {
    let text = "[1, 1.0, 1e3, -0, 12345678901234567890123, 1.50E+7]";
    assert_eq!(printed(text), text);
}

#[test]
fn objects_are_sorted_and_the_last_of_equal_keys_wins() {
    assert_eq!(
        printed(r#"{"b":1,"a":2,"b":3,"a":{"z":1,"y":[]}}"#),
        r#"{"a": {"y": [], "z": 1}, "b": 3}"#
    );
    assert_eq!(printed(r#"{"a":1,"a":2}"#), r#"{"a": 2}"#);
}

#[test]
fn strings_without_escapes_borrow_the_input() {
    let arena = Arena::new();
    let input = br#"["plain text of some length","a\nb"]"#;
    let Value::Array([Value::String(plain), Value::String(escaped)]) =
        parse(&arena, input).expect("JSON")
    else {
        panic!("an array of two strings")
    };
    assert!(input.as_ptr_range().contains(&plain.as_ptr()));
    assert!(!input.as_ptr_range().contains(&escaped.as_ptr()));
    assert_eq!(*escaped, "a\nb");
}

#[test]
fn lone_surrogates_are_replaced_as_in_go() {
    let read = |text| match parse_text(&Arena::new(), text) {
        Ok(Value::String(text)) => text.to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(read(r#""\ud83d\ude00""#), "😀");
    assert_eq!(read(r#""\ud83dx""#), "\u{fffd}x");
    assert_eq!(read(r#""\ude00\u0041""#), "\u{fffd}A");
    assert_eq!(read(r#""\ud83d\ud83d\ude00""#), "\u{fffd}😀");
}

#[test]
fn errors_say_what_and_where() {
    use JsonErrorKind::{
        ControlCharacter, InvalidEscape, InvalidNumber, NotUtf8, TrailingData, UnexpectedByte,
        UnexpectedEnd,
    };
    assert_eq!(error(""), (UnexpectedEnd, 0));
    assert_eq!(error("{\"a\":"), (UnexpectedEnd, 5));
    assert_eq!(error("[1,]"), (UnexpectedByte, 3));
    assert_eq!(error("{\"a\" 1}"), (UnexpectedByte, 5));
    assert_eq!(error("{a: 1}"), (UnexpectedByte, 1));
    assert_eq!(error("[1 2]"), (UnexpectedByte, 3));
    assert_eq!(error("[01]"), (InvalidNumber, 3));
    assert_eq!(error("-"), (UnexpectedEnd, 1));
    assert_eq!(error("[1.]"), (InvalidNumber, 3));
    assert_eq!(error("\"\\x\""), (InvalidEscape, 1));
    assert_eq!(error("\"a\nb\""), (ControlCharacter, 2));
    assert_eq!(error("1 2"), (TrailingData, 2));
    assert_eq!(error("truex"), (TrailingData, 4));
    let arena = Arena::new();
    let not_utf8 = parse(&arena, b"\"a\xff\"").expect_err("not UTF-8");
    assert_eq!((not_utf8.kind, not_utf8.offset), (NotUtf8, 2));
    assert_eq!(not_utf8.to_string(), "the text is not UTF-8 at byte 2");
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse_text(&Arena::new(), &nested(MAX_DEPTH)).is_ok());
    assert_eq!(error(&nested(MAX_DEPTH + 1)), (JsonErrorKind::TooDeep, MAX_DEPTH));
    assert_eq!(error(&"{\"a\":".repeat(100_000)).0, JsonErrorKind::TooDeep);
}

/// A demand that keeps the keys that begin with `k`.
#[derive(Clone, Copy)]
struct Wanted;

impl Demand for Wanted {
    fn member(self, key: &str) -> Option<Self> {
        key.starts_with('k').then_some(self)
    }

    fn element(self) -> Self {
        self
    }
}

#[test]
fn what_nobody_wants_is_checked_and_left_out() {
    let arena = Arena::new();
    let text =
        r#"{"x": {"k": [1, "\n", {"a": null}]}, "k2": [{"a": true, "k": -1.5}], "k1": {"b": []}}"#;
    let value = parse_demanded(&arena, text.as_bytes(), Wanted).expect("JSON");
    assert_eq!(value.to_string(), r#"{"k1": {}, "k2": [{"k": -1.5}]}"#);
    for broken in
        [r#"{"x": [1,]}"#, r#"{"x": "\q"}"#, r#"{"x": 01}"#, r#"{"x": {"a" 1}}"#, r#"{"x": tru}"#]
    {
        assert!(parse_demanded(&arena, broken.as_bytes(), Wanted).is_err(), "{broken}");
    }
}

#[test]
fn all_is_kept_beside_a_number_of_several_texts() {
    let kept = |text: &str| {
        let arena = Arena::new();
        parse_demanded(&arena, text.as_bytes(), Wanted).expect("JSON").to_string()
    };
    assert_eq!(kept(r#"{"x": 1.0, "k": 0.25}"#), r#"{"k": 0.25}"#);
    for number in ["1.0", "-0", "1e3", "0.50", "18446744073709551616"] {
        let text = format!(r#"{{"k": {number}, "x": 1}}"#);
        assert_eq!(kept(&text), text, "{number}");
    }
}

#[test]
fn keys_that_are_no_strings_become_their_json() {
    let arena = Arena::new();
    let mut object = crate::collections::ObjectBuilder::new(&arena);
    object.insert(Value::int(1), Value::String("number"));
    object.insert(Value::String("1"), Value::String("string"));
    object.insert(arena.array(&[Value::String("<")]), Value::EMPTY_SET);
    let object = object.finish();
    assert_eq!(to_string(&object, Escape::Plain), r#"{"1":"string","[\"\\u003c\"]":[]}"#);
}

#[test]
fn strings_are_escaped_as_go_escapes_them() {
    let text = Value::String("<a>&\"\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}\u{2028}é");
    assert_eq!(
        to_string(&text, Escape::Html),
        "\"\\u003ca\\u003e\\u0026\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u{7f}\\u2028é\""
    );
    assert_eq!(
        to_string(&text, Escape::Plain),
        "\"<a>&\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u{7f}\u{2028}é\""
    );
}

/// Reads a text with `serde_json` and converts the result to a value. Raw values keep the text of
/// numbers, and are checked without a limit on their size.
fn theirs<'a>(arena: &'a Arena, text: &str) -> serde_json::Result<Value<'a>> {
    let raw: &RawValue = serde_json::from_str(text)?;
    let raw = raw.get();
    Ok(match raw.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw)?;
            let mut object = crate::collections::ObjectBuilder::new(arena);
            for (key, value) in members {
                object.insert(Value::String(arena.string(&key)), theirs(arena, value.get())?);
            }
            object.finish()
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw)?;
            let items: serde_json::Result<Vec<_>> =
                items.iter().map(|item| theirs(arena, item.get())).collect();
            arena.array(&items?)
        }
        Some(b'"') => Value::String(arena.string(&serde_json::from_str::<String>(raw)?)),
        Some(b't' | b'f') => Value::Bool(raw == "true"),
        Some(b'n') => Value::Null,
        _ => Value::Number(Number::from_text(arena.string(raw))),
    })
}

/// Generates any JSON value as text, with varied white space, escapes and numbers.
fn json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?";
    let string = r#""([a-c{}:,é\[\]]|\\[bfnrt"/\\]|\\u00[0-9a-fA-F]{2}|\\ud83d\\ude0[0-9]){0,12}""#;
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number,
        string,
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        let space = "[ \t\n\r]{0,2}";
        prop_oneof![
            (proptest::collection::vec((space, inner.clone()), 0..6), space).prop_map(
                |(items, end)| {
                    let items: Vec<_> =
                        items.iter().map(|(space, item)| format!("{space}{item}{space}")).collect();
                    format!("[{}{end}]", items.join(","))
                }
            ),
            (proptest::collection::vec((string, space, inner), 0..30), space).prop_map(
                |(members, end)| {
                    let members: Vec<_> = members
                        .iter()
                        .map(|(key, space, value)| format!("{space}{key}{space}:{value}{space}"))
                        .collect();
                    format!("{{{}{end}}}", members.join(","))
                }
            ),
        ]
    })
}

/// The verdict of a parser on a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Json,
    NotJson,
}

/// Returns ferrego's verdict. If an exponent is out of range, the reader stops there, but
/// `serde_json`'s raw values may have any exponent. The verdict is then that of the text with an
/// exponent in range.
fn verdict(bytes: &[u8]) -> Verdict {
    let mut bytes = bytes.to_vec();
    loop {
        match parse(&Arena::new(), &bytes) {
            Ok(_) => return Verdict::Json,
            Err(error) if error.kind == JsonErrorKind::NumberOutOfRange => {
                shorten_exponent(&mut bytes, error.offset);
            }
            Err(_) => return Verdict::NotJson,
        }
    }
}

/// Leaves one digit of the exponent of the number at `start`.
fn shorten_exponent(bytes: &mut Vec<u8>, start: usize) {
    let number = &bytes[start..];
    let mark = number.iter().position(|byte| b"eE".contains(byte)).expect("it has an exponent");
    let digits = start + mark + 1 + usize::from(b"+-".contains(&number[mark + 1]));
    let end = bytes[digits..].iter().position(|byte| !byte.is_ascii_digit());
    let end = end.map_or(bytes.len(), |length| digits + length);
    bytes.drain(digits + 1..end);
}

fn serde_jsons_verdict(bytes: &[u8]) -> Verdict {
    match serde_json::from_slice::<&RawValue>(bytes) {
        Ok(_) => Verdict::Json,
        Err(_) => Verdict::NotJson,
    }
}

#[test]
fn what_follows_an_exponent_out_of_range_is_compared_too() {
    for text in
        ["[1e9999999999, 2E-9999999999]", "1e9999999999.5", "[1e9999999999, x]", "1E+9999999999"]
    {
        let bytes = text.as_bytes();
        assert_eq!(error(text).0, JsonErrorKind::NumberOutOfRange, "{text}");
        assert_eq!(verdict(bytes), serde_jsons_verdict(bytes), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn values_are_serde_jsons(text in json()) {
        let arena = Arena::new();
        let own = parse(&arena, text.as_bytes()).expect("generated to be JSON");
        let theirs = theirs(&arena, &text).expect("generated to be JSON");
        prop_assert_eq!(own.to_string(), theirs.to_string());
    }

    #[test]
    fn acceptance_is_serde_jsons(
        text in json(),
        place in any::<prop::sample::Index>(),
        byte in prop::sample::select(&b"\"\\{}[]:,0159.eE+-tfn \n\x01u\xff\xc3"[..]),
        insert: bool,
    ) {
        let mut bytes = text.into_bytes();
        let place = place.index(bytes.len());
        if insert {
            bytes.insert(place, byte);
        } else {
            bytes[place] = byte;
        }
        prop_assert_eq!(verdict(&bytes), serde_jsons_verdict(&bytes));
    }

    #[test]
    fn what_is_written_reads_the_same(text in json()) {
        let arena = Arena::new();
        let value = parse(&arena, text.as_bytes()).expect("generated to be JSON");
        for escape in [Escape::Plain, Escape::Html] {
            let written = to_string(&value, escape);
            let again = parse(&arena, arena.string(&written).as_bytes()).expect("written to be JSON");
            prop_assert_eq!(again.to_string(), value.to_string());
        }
    }

    #[test]
    fn the_plain_run_ends_at_the_first_special_byte(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let expected = bytes.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
        prop_assert_eq!(strings::plain_end(&bytes, 0), expected.unwrap_or(bytes.len()));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        prop_assert_eq!(verdict(&bytes), serde_jsons_verdict(&bytes));
    }
}
