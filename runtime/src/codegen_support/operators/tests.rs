//! Property tests that compare operators with their builtins, in strict and other evaluations.

use proptest::prelude::*;

use crate::arena::Arena;
use crate::builtins::{self, Form, Kind};
use crate::codegen_support;
use crate::codegen_support::operators as op;
use crate::context::{Context, Eval};
use crate::env::{Env, NoHost};
use crate::internal::samples::{Sample, sample};
use crate::location::{LineColumn, Rule};
use crate::value::Value;

const RULE: Rule = Rule { path: "data.p.r", file: "p.rego" };
const AT: LineColumn = (7, 3);

/// Returns the result of a builtin that is called through the table.
fn builtin<'a>(cx: &Context<'a>, name: &str, operands: &[Value<'a>]) -> Eval<'a> {
    let row = builtins::lookup(name).expect(name);
    assert_eq!(row.kind, Kind::Pure, "{name}");
    let function = row.function.expect(name);
    cx.builtin(&RULE, AT, name, function(cx.env(), operands))
}

/// Returns the form of a builtin's calls in generated code.
fn form(name: &str) -> Form {
    builtins::lookup(name).expect(name).form
}

/// Compares an operator with its builtin, including the texts of values and errors.
macro_rules! same {
    ($cx:ident, truth, $name:literal, $operator:ident($($operand:ident),+)) => {
        prop_assert_eq!(form($name), Form::Truth(stringify!($operator)));
        let expected = builtin(&$cx, $name, &[$($operand),+]);
        prop_assert_eq!(Ok(Some(Value::Bool(op::$operator($($operand),+)))), expected);
    };
    ($cx:ident, holds, $name:literal, $operator:ident($($operand:ident),+)) => {
        prop_assert_eq!(form($name), Form::Holds(stringify!($operator)));
        let expected = builtin(&$cx, $name, &[$($operand),+]);
        let expected = expected.map(|value| value.is_some_and(|value| value.is_truthy()));
        prop_assert_eq!(op::$operator(&$cx, $($operand,)+ &RULE, AT), expected);
    };
    ($cx:ident, value, $name:literal, $operator:ident($($operand:ident),+)) => {
        prop_assert_eq!(form($name), Form::Value(stringify!($operator)));
        let expected = builtin(&$cx, $name, &[$($operand),+]);
        let given = op::$operator(&$cx, $($operand,)+ &RULE, AT);
        prop_assert_eq!(format!("{given:?}"), format!("{expected:?}"));
        prop_assert_eq!(given, expected);
    };
}

/// Generates operands, many of which are valid for builtins.
fn operand() -> impl Strategy<Value = Sample> {
    let numbers = &[
        "0",
        "1",
        "2",
        "3",
        "-1",
        "1.5",
        "10",
        "16",
        "9223372036854775807",
        "-9223372036854775808",
    ];
    let texts = &[
        "",
        "a",
        "ab",
        "b",
        "/",
        "a/b/c",
        "a*",
        "[",
        "é",
        "aébé",
        "17",
        "1.50",
        " a ",
        "ABC",
        "a-long-text/of-many-bytes",
        "bytes",
    ];
    let text = prop::sample::select(&texts[..]).prop_map(Sample::String);
    prop_oneof![
        3 => text.clone(),
        3 => prop::sample::select(&numbers[..]).prop_map(Sample::Number),
        1 => proptest::collection::vec(text.clone(), 0..4).prop_map(Sample::Array),
        1 => proptest::collection::vec(text.clone(), 0..4).prop_map(Sample::Set),
        1 => proptest::collection::vec((text, sample()), 0..4).prop_map(Sample::Object),
        2 => sample(),
    ]
}

fn check_one<'a>(cx: Context<'a>, a: Value<'a>) -> Result<(), TestCaseError> {
    same!(cx, truth, "is_number", is_number(a));
    same!(cx, truth, "is_string", is_string(a));
    same!(cx, truth, "is_boolean", is_boolean(a));
    same!(cx, truth, "is_array", is_array(a));
    same!(cx, truth, "is_set", is_set(a));
    same!(cx, truth, "is_object", is_object(a));
    same!(cx, truth, "is_null", is_null(a));
    same!(cx, holds, "any", any(a));
    same!(cx, holds, "all", all(a));
    same!(cx, value, "abs", abs(a));
    same!(cx, value, "ceil", ceil(a));
    same!(cx, value, "count", count(a));
    same!(cx, value, "floor", floor(a));
    same!(cx, value, "lower", lower(a));
    same!(cx, value, "max", max(a));
    same!(cx, value, "min", min(a));
    same!(cx, value, "object.keys", object_keys(a));
    same!(cx, value, "round", round(a));
    same!(cx, value, "sort", sort(a));
    same!(cx, value, "sum", sum(a));
    same!(cx, value, "to_number", to_number(a));
    same!(cx, value, "trim_space", trim_space(a));
    same!(cx, value, "upper", upper(a));
    Ok(())
}

fn check_two<'a>(cx: Context<'a>, a: Value<'a>, b: Value<'a>) -> Result<(), TestCaseError> {
    same!(cx, truth, "internal.member_2", is_in(a, b));
    same!(cx, holds, "startswith", startswith(a, b));
    same!(cx, holds, "endswith", endswith(a, b));
    same!(cx, holds, "contains", contains(a, b));
    #[cfg(feature = "regex")]
    same!(cx, holds, "regex.match", regex_match(a, b));
    #[cfg(feature = "regex")]
    same!(cx, holds, "re_match", re_match(a, b));
    same!(cx, value, "plus", plus(a, b));
    same!(cx, value, "minus", minus(a, b));
    same!(cx, value, "mul", mul(a, b));
    same!(cx, value, "div", div(a, b));
    same!(cx, value, "rem", rem(a, b));
    same!(cx, value, "array.concat", array_concat(a, b));
    same!(cx, value, "concat", concat(a, b));
    same!(cx, value, "format_int", format_int(a, b));
    same!(cx, value, "indexof", indexof(a, b));
    same!(cx, value, "object.remove", object_remove(a, b));
    same!(cx, value, "split", split(a, b));
    same!(cx, value, "trim", trim(a, b));
    same!(cx, value, "trim_left", trim_left(a, b));
    same!(cx, value, "trim_prefix", trim_prefix(a, b));
    same!(cx, value, "trim_right", trim_right(a, b));
    same!(cx, value, "trim_suffix", trim_suffix(a, b));
    Ok(())
}

fn check_three<'a>(
    cx: Context<'a>,
    a: Value<'a>,
    b: Value<'a>,
    c: Value<'a>,
) -> Result<(), TestCaseError> {
    same!(cx, truth, "internal.member_3", is_pair_in(a, b, c));
    same!(cx, holds, "glob.match", glob_match(a, b, c));
    let delimiters = cx.array_of(&[b]);
    same!(cx, holds, "glob.match", glob_match(a, delimiters, c));
    same!(cx, value, "object.get", object_get(a, b, c));
    same!(cx, value, "array.slice", array_slice(a, b, c));
    same!(cx, value, "replace", replace(a, b, c));
    same!(cx, value, "substring", substring(a, b, c));
    let expected = builtin(&cx, "concat", &[a, cx.array_of(&[b, c])]);
    prop_assert_eq!(op::concat_of(&cx, a, &[b, c], &RULE, AT), expected);
    Ok(())
}

#[test]
fn every_operator_of_the_table_is_compared() {
    let compared = include_str!("tests.rs");
    for row in builtins::all() {
        let call = match row.form {
            Form::Call => continue,
            Form::Truth(operator) => format!("truth, \"{}\", {operator}(", row.name),
            Form::Holds(operator) => format!("holds, \"{}\", {operator}(", row.name),
            Form::Value(operator) => format!("value, \"{}\", {operator}(", row.name),
        };
        assert!(compared.contains(&call), "{call}");
    }
}

proptest! {
    #[test]
    fn operators_are_their_builtins(
        a in operand(), b in operand(), c in operand(), strict in any::<bool>(),
    ) {
        let arena = Arena::new();
        let env = if strict { Env::strict(&arena, &NoHost) } else { Env::new(&arena, &NoHost) };
        let cx = Context::new(env, None, Value::EMPTY_OBJECT, 0);
        let [a, b, c] = [a, b, c].map(|operand| operand.build(&arena));
        check_one(cx, a)?;
        check_two(cx, a, b)?;
        check_three(cx, a, b, c)?;
    }

    #[test]
    fn scalars_of_policies_are_compared_as_values_are(a in operand(), integer in -1..20_i64) {
        let arena = Arena::new();
        let value = a.build(&arena);
        prop_assert_eq!(codegen_support::equals_int(value, integer), value == Value::int(integer));
        for truth in [true, false] {
            prop_assert_eq!(codegen_support::equals_bool(value, truth), value == Value::Bool(truth));
        }
        prop_assert!(!codegen_support::equals_int(None, integer) && !codegen_support::equals_bool(None, false));
    }
}
