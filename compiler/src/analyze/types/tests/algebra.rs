//! Tables over types in the notation of builtin signatures.

use super::super::algebra::{compare, is_unknown, keys, or, select, values};
use super::super::key::Key;
use super::super::signature::Signatures;
use super::super::signature::parse_type;
use super::super::ty::Type;
use super::super::unify::unifies;

fn ty(text: &str) -> Type {
    parse_type(text).unwrap_or_else(|| panic!("no type: {text}"))
}

fn shown(ty: Option<Type>) -> String {
    ty.map_or_else(|| "???".to_owned(), |ty| ty.to_string())
}

#[test]
fn display_round_trips() {
    for text in [
        "null",
        "any<boolean, number, string>",
        "array<string, number>[any]",
        "array",
        "set[array[string]]",
        "object<a: string, b: any<null, number>>[string: any]",
    ] {
        assert_eq!(ty(text).to_string(), text);
    }
}

#[test]
fn every_builtin_signature_parses() {
    let signatures = Signatures::default();
    for builtin in ferrego_runtime::builtins::all() {
        let read = signatures.of(builtin);
        assert!(matches!(read, Some(Type::Function(_))), "{}: {}", builtin.name, builtin.signature);
    }
}

#[test]
fn malformed_types_are_rejected() {
    for text in ["", "anything", "any<>", "array[string", "object<a>", "set", "string string"] {
        assert!(parse_type(text).is_none(), "{text}");
    }
}

#[test]
fn unions_are_sorted_and_deduplicated() {
    for (left, right, union) in [
        ("string", "string", "string"),
        ("string", "number", "any<number, string>"),
        ("any<number, string>", "null", "any<null, number, string>"),
        ("any<null, string>", "any<number, string>", "any<null, number, string>"),
        ("any", "string", "any"),
        ("any<null, string>", "any", "any"),
        ("array[string]", "array[number]", "any<array[number], array[string]>"),
        ("object[string: any]", "object<a: any>", "any<object<a: any>, object[string: any]>"),
    ] {
        assert_eq!(shown(or(Some(ty(left)), Some(ty(right)))), union);
        assert_eq!(shown(or(Some(ty(right)), Some(ty(left)))), union);
        assert_eq!(shown(or(None, Some(ty(left)))), left);
    }
}

#[test]
fn type_order_is_total() {
    let sorted = [
        "null",
        "boolean",
        "number",
        "string",
        "array",
        "array<null>",
        "array<null, null>",
        "array[null]",
        "object",
        "object<a: null>",
        "object<a: string>",
        "object<b: null>",
        "object[string: null]",
        "set[null]",
        "set[string]",
        "any",
        "any<null, string>",
    ];
    for (i, left) in sorted.iter().enumerate() {
        for (j, right) in sorted.iter().enumerate() {
            assert_eq!(compare(Some(&ty(left)), Some(&ty(right))), i.cmp(&j), "{left} {right}");
        }
        assert!(compare(None, Some(&ty(left))).is_lt());
    }
}

#[test]
fn select_by_constant_key() {
    let string = |text: &str| Key::String(text.into());
    let number = |text: &str| Key::Number(text.into());
    for (of, key, part) in [
        ("array<string>[number]", number("0"), "string"),
        ("array<string>[number]", number("7"), "number"),
        ("array<string>", number("1"), "???"),
        ("array[string]", number("-1"), "???"),
        ("array[string]", number("1.0"), "???"),
        ("array[string]", string("0"), "???"),
        ("object<a: null>", string("a"), "null"),
        ("object<a: null>", string("b"), "???"),
        ("object<a: null>[string: number]", string("b"), "number"),
        ("object[string: number]", number("1"), "???"),
        ("object[any: number]", number("1"), "number"),
        ("set[string]", string("a"), "string"),
        ("set[string]", number("1"), "???"),
        ("set[any<number, string>]", number("1"), "number"),
        ("any", string("a"), "any"),
        ("any<array[null], object<a: string>>", string("a"), "string"),
        ("string", string("a"), "???"),
    ] {
        assert_eq!(shown(select(&ty(of), &key)), part, "{of} {key}");
    }
}

#[test]
fn keys_and_values_are_unions() {
    for (of, all_keys, all_values) in [
        ("array<string, null>[number]", "number", "any<null, number, string>"),
        ("array", "number", "???"),
        ("object<a: null>[number: string]", "any<number, string>", "any<null, string>"),
        ("set[boolean]", "boolean", "boolean"),
        ("any<array[null], set[string], number>", "any<number, string>", "any<null, string>"),
        ("any", "any", "any"),
        ("string", "???", "???"),
    ] {
        assert_eq!(shown(keys(&ty(of))), all_keys, "{of}");
        assert_eq!(shown(values(&ty(of))), all_values, "{of}");
    }
}

#[test]
fn types_with_common_values_unify() {
    for (left, right, expected) in [
        ("string", "string", true),
        ("string", "number", false),
        ("any", "set[null]", true),
        ("any<null, string>", "string", true),
        ("any<null, string>", "any<boolean, number>", false),
        ("array<string, number>", "array<string, any>", true),
        ("array<string>", "array<string, any>", false),
        ("array<string>", "array[number]", false),
        ("array<string>[any]", "array[string]", true),
        ("object<a: string>", "object<a: any>", true),
        ("object<a: string>", "object<b: any>", false),
        ("object<a: string>", "object[string: number]", false),
        ("object<a: string>", "object[string: string]", true),
        ("object[string: string]", "object[number: string]", true),
        ("object[string: string]", "object[string: number]", false),
        ("set[string]", "set[any]", true),
        ("set[string]", "array[string]", false),
    ] {
        let (left, right) = (ty(left), ty(right));
        assert_eq!(unifies(Some(&left), Some(&right)), expected, "{left} {right}");
        assert_eq!(unifies(Some(&right), Some(&left)), expected, "{right} {left}");
        assert!(!unifies(Some(&left), None));
    }
}

#[test]
fn numbers_as_keys_are_equal_by_value() {
    let of = Type::object(
        vec![
            (Key::Number("1".into()), Some(Type::Null)),
            (Key::Number("1.0".into()), Some(Type::String)),
        ],
        None,
    );
    assert_eq!(shown(select(&of, &Key::Number("1e0".into()))), "string");
}

#[test]
fn unknown_parts_make_a_type_unknown() {
    assert!(is_unknown(Some(&Type::array(vec![Some(Type::Null), None], None))));
    assert!(!is_unknown(Some(&Type::array(vec![Some(Type::Null)], None))));
    assert!(is_unknown(Some(&Type::object(vec![(Key::Null, None)], None))));
    assert!(is_unknown(Some(&Type::set(None))));
    assert!(!is_unknown(Some(&Type::any())));
}

#[test]
fn oversized_types_widen_to_any() {
    let deep = (0..100).fold(Type::Null, |ty, _| Type::array(Vec::new(), Some(ty)));
    let doubled = |ty: Type, _| Type::array(vec![Some(ty.clone()), Some(ty)], None);
    let wide = (0..30).fold(Type::Null, doubled);
    for ty in [deep, wide] {
        assert!(ty.to_string().len() < 1_000_000);
        assert!(unifies(Some(&ty), Some(&ty.clone())));
    }
}
