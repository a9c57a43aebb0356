//! Property tests of the JSON reader, with the properties of its fuzz target.

use ferrego_runtime::{Arena, json};
use ferrego_tests::fuzz::json::{accepted, check};
use proptest::prelude::*;

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

#[test]
fn an_exponent_out_of_range_does_not_end_the_comparison() {
    for text in
        ["[1e9999999999, 2E-9999999999]", "1e9999999999.5", "[1e9999999999, x]", "1E+9999999999"]
    {
        assert!(json::parse(&Arena::new(), text.as_bytes()).is_err(), "{text}");
        assert_eq!(accepted(text.as_bytes()), Ok(()), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn generated_values_have_all_properties(text in json()) {
        prop_assert!(json::parse(&Arena::new(), text.as_bytes()).is_ok());
        prop_assert_eq!(check(text.as_bytes()), Ok(()));
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
        prop_assert_eq!(check(&bytes), Ok(()));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        prop_assert_eq!(check(&bytes), Ok(()));
    }
}
