use proptest::prelude::*;

use super::*;

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

/// Texts in which characters to escape are rare, so that runs of plain text of every length occur.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-z ]{0,20}",
        2 => prop::sample::select(vec!["\"", "\\", "\n", "\u{1f}", "\0", "<", ">", "&", "/", "'"])
            .prop_map(str::to_owned),
        2 => prop::sample::select(vec!["\u{2028}", "\u{2029}", "\u{2027}", "…", "é", "😀", "\u{7f}"])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn strings_are_written_as_serde_json_and_go_write_them(text in text()) {
        let plain = serde_json::to_string(&text).expect("a string");
        prop_assert_eq!(to_string(&Value::from(text.as_str()), Escape::Plain), plain.clone());
        let escaped = ['<', '>', '&', '\u{2028}', '\u{2029}'];
        let html = plain.chars().fold(String::new(), |html, character| {
            if escaped.contains(&character) {
                html + &format!("\\u{:04x}", u32::from(character))
            } else {
                html + character.encode_utf8(&mut [0; 4])
            }
        });
        prop_assert_eq!(to_string(&Value::from(text.as_str()), Escape::Html), html);
    }

    #[test]
    fn the_plain_run_ends_at_the_first_special_byte(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let expected = bytes.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
        prop_assert_eq!(strings::behind_plain(&bytes), &bytes[expected.unwrap_or(bytes.len())..]);
    }

    #[test]
    fn skipping_accepts_and_refuses_what_reading_does(value in tokens()) {
        let arena = Arena::new();
        let text = format!(r#"{{"x":{value}}}"#);
        let read = parse_text(&arena, &text).map(|_| ());
        let skipped = parse_demanded(&arena, text.as_bytes(), Wanted).map(|_| ());
        prop_assert_eq!(skipped, read, "{}", text);
    }
}

/// Tokens, most of which are one value of JSON, in up to 600 arrays and objects.
fn tokens() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n\t",
        "\u{b}",
        "\"\"",
        "\"a key\":",
        "\"\\n\":[",
        "\"\\q\"",
        "1",
        "-0.5e3",
        "01",
        "true",
        "nul",
        "\"k\": {",
        "\"twelve bytes and more\"",
    ]);
    let faulty = proptest::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat());
    let leaf = prop_oneof![
        Just("0"),
        Just("\"\""),
        Just(" null"),
        Just("\"a\\tb\" "),
        Just("[ ]"),
        Just("{}")
    ];
    let valid = leaf.prop_map(str::to_owned).prop_recursive(6, 40, 5, |value| {
        let values = proptest::collection::vec(value, 0..5);
        prop_oneof![
            values.clone().prop_map(|values| format!("[{}]", values.join(", "))),
            values.prop_map(|values| format!(
                "{{{}}}",
                values.iter().map(|v| format!("\"k\" :{v}")).collect::<Vec<_>>().join(",\n")
            )),
        ]
    });
    let levels = prop_oneof![3 => 0_usize..4, 1 => 60_usize..70, 1 => 500_usize..600];
    (levels, any::<u64>(), prop_oneof![3 => valid, 1 => faulty]).prop_map(
        |(levels, kinds, inner)| {
            let is_array = |level: usize| kinds >> (level % 64) & 1 == 1;
            let open = (0..levels).map(|level| if is_array(level) { "[1," } else { "{\"a\":" });
            let close =
                (0..levels).rev().map(|level| if is_array(level) { "]" } else { ",\"b\":2}" });
            open.collect::<String>() + &inner + &close.collect::<String>()
        },
    )
}
