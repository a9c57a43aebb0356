use proptest::prelude::*;

use super::float::{Float, PRECISION};
use super::{ArithmeticError, Number, arithmetic};
use crate::arena::Arena;

type Operator =
    for<'a> fn(&Number<'a>, &Number<'_>, &'a Arena) -> Result<Number<'a>, ArithmeticError>;

fn compute(a: &str, operator: Operator, b: &str) -> Result<String, ArithmeticError> {
    let arena = Arena::new();
    let a = Number::from_text(arena.string(a));
    let b = Number::from_text(arena.string(b));
    operator(&a, &b, &arena).map(|number| number.to_string())
}

fn text(a: &str, operator: Operator, b: &str) -> String {
    compute(a, operator, b).expect("within the range")
}

fn unary(
    operator: for<'a> fn(&Number<'_>, &'a Arena) -> Result<Number<'a>, ArithmeticError>,
    a: &str,
) -> String {
    let arena = Arena::new();
    operator(&Number::from_text(arena.string(a)), &arena).expect("within the range").to_string()
}

#[test]
fn floats_print_the_fewest_digits_of_a_64_bit_mantissa() {
    assert_eq!(text("0.1", arithmetic::add, "0.2"), "0.3");
    assert_eq!(text("1", arithmetic::divide, "3"), "0.33333333333333333334");
    assert_eq!(text("15.3", arithmetic::divide, "3"), "5.1");
    assert_eq!(text("100", arithmetic::multiply, "1.1"), "110");
    assert_eq!(text("12345678.25", arithmetic::add, "0.25"), "1.23456785e+07");
    assert_eq!(text("0.00001", arithmetic::multiply, "1.25"), "1.25e-05");
    assert_eq!(text("2.5", arithmetic::multiply, "2"), "5");
    assert_eq!(text("9007199254740993", arithmetic::divide, "-0.25"), "-36028797018963972");
    assert_eq!(text("0.5", arithmetic::subtract, "18446744073709551617"), "-18446744073709551616");
}

#[test]
fn zero_has_a_sign_where_floats_give_it_one() {
    assert_eq!(text("0", arithmetic::divide, "-5"), "-0");
    assert_eq!(text("0", arithmetic::divide, "5"), "0");
    assert_eq!(text("0", arithmetic::multiply, "-1.5"), "-0");
    assert_eq!(text("0", arithmetic::multiply, "-1"), "0");
    assert_eq!(text("-1.5", arithmetic::add, "1.5"), "0");
}

#[test]
fn integers_are_exact() {
    assert_eq!(text("9223372036854775807", arithmetic::add, "1"), "9223372036854775808");
    assert_eq!(text("18446744073709551617", arithmetic::multiply, "2"), "36893488147419103234");
    assert_eq!(
        text("123456789012345678901234567890", arithmetic::subtract, "1e3"),
        "123456789012345678901234566890"
    );
    assert_eq!(text("1.0", arithmetic::add, "1"), "2");
    assert_eq!(text("-9223372036854775808", arithmetic::multiply, "-1"), "9223372036854775808");
}

#[test]
fn division_and_remainder_of_zero_fail() {
    assert_eq!(compute("1", arithmetic::divide, "0"), Err(ArithmeticError::DivideByZero));
    assert_eq!(compute("1", arithmetic::divide, "0.0"), Err(ArithmeticError::DivideByZero));
    assert_eq!(compute("1", arithmetic::remainder, "0"), Err(ArithmeticError::ModuloByZero));
    assert_eq!(compute("1.5", arithmetic::remainder, "1"), Err(ArithmeticError::ModuloOnFloat));
    assert_eq!(text("-7", arithmetic::remainder, "3"), "-1");
    assert_eq!(text("1e3", arithmetic::remainder, "7"), "6");
    assert_eq!(text("-9223372036854775808", arithmetic::remainder, "-1"), "0");
}

#[test]
fn rounding_follows_opa_between_minus_one_and_zero() {
    assert_eq!(unary(arithmetic::round, "-2.5"), "-3");
    assert_eq!(unary(arithmetic::round, "0.49999"), "0");
    assert_eq!(unary(arithmetic::ceil, "-0.5"), "1");
    assert_eq!(unary(arithmetic::floor, "-0.5"), "0");
    assert_eq!(unary(arithmetic::ceil, "-1.5"), "-1");
    assert_eq!(unary(arithmetic::floor, "-1.5"), "-2");
    assert_eq!(unary(arithmetic::ceil, "1e3"), "1000");
    assert_eq!(
        unary(arithmetic::floor, "123456789012345678901234567890"),
        "123456789012345678899921813504"
    );
    assert_eq!(unary(arithmetic::absolute, "-9223372036854775808"), "9223372036854775808");
    assert_eq!(unary(arithmetic::absolute, "-1.50"), "1.5");
}

#[test]
fn huge_exponents_compare_and_fail_in_no_time() {
    let huge = Number::from_text("1e1000000000000000000000");
    assert!(huge > Number::from_text("9e999999999"));
    assert!(Number::from_text("-1e1000000") < Number::from_text("1e-1000000"));
    assert_eq!(compute("1e1000000", arithmetic::add, "0.5"), Err(ArithmeticError::OutOfRange));
    assert_eq!(compute("1e-1000000", arithmetic::multiply, "1"), Err(ArithmeticError::OutOfRange));
}

#[test]
fn texts_compare_by_value() {
    for (a, b) in [
        ("1", "1.0"),
        ("1000", "1e3"),
        ("0", "-0.0"),
        ("0.001", "1e-3"),
        ("10", "10.0"),
        ("1_000", "1e+3"),
        ("007", "+7"),
    ] {
        assert_eq!(Number::from_text(a), Number::from_text(b), "{a} {b}");
        assert_eq!(Number::from_text(b), Number::from_text(a), "{b} {a}");
    }
    for (a, b) in [
        ("1", "1.5"),
        ("-2", "-1.5"),
        ("9223372036854775807", "9223372036854775808"),
        ("0.09", "0.1"),
        ("-1", "0.0"),
        ("1", "10.0"),
    ] {
        assert!(Number::from_text(a) < Number::from_text(b), "{a} {b}");
        assert!(Number::from_text(b) > Number::from_text(a), "{b} {a}");
    }
}

#[test]
fn only_texts_of_integers_are_integers() {
    assert_eq!(Number::from_text("-0").as_i64(), Some(0));
    assert_eq!(Number::from_text("-0").to_string(), "-0");
    assert_eq!(Number::from_text("1.0").as_i64(), None);
    assert_eq!(Number::from_text("1e3").as_i64(), None);
    assert_eq!(Number::from_text("1e3").to_integer(), Ok(Some(1000.into())));
    assert_eq!(Number::from_text("1.5").to_integer(), Ok(None));
    assert_eq!(Number::from_text("007").to_string(), "007");
}

/// Generates numbers of JSON's grammar.
fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?"
}

proptest! {
    #[test]
    fn a_text_comes_out_again(text in number()) {
        prop_assert_eq!(Number::from_text(&text).to_string(), text);
    }

    #[test]
    fn order_is_that_of_exact_fractions(a in number(), b in number()) {
        let scaled = |text: &str| {
            let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let digits: num_bigint::BigInt = format!("{whole}{fraction}").parse().expect("digits");
            let places = i64::try_from(fraction.len()).expect("short");
            let power = exponent.parse::<i64>().expect("short") - places + 200;
            let value = digits * num_bigint::BigInt::from(10).pow(u32::try_from(power).expect("positive"));
            // The sign of `-0` does not count.
            value
        };
        prop_assert_eq!(Number::from_text(&a).compare(&Number::from_text(&b)), scaled(&a).cmp(&scaled(&b)));
    }

    #[test]
    fn the_shortest_text_gives_the_float_again(text in number()) {
        let arena = Arena::new();
        let float = Float::from_number(&Number::from_text(&text)).expect("in range");
        let shortest = float.to_number(&arena, PRECISION).expect("in range");
        let again = Float::from_number(&shortest).expect("in range");
        prop_assert_eq!(float, again);
    }

    #[test]
    fn at_53_bits_floats_are_doubles(a in 1_u64..1 << 53, b in 1_u64..1 << 53) {
        let arena = Arena::new();
        let float = |value: u64| {
            Float::from_number(&Number::from_text(&value.to_string())).expect("in range")
        };
        // The shift makes the product a fraction, so that its text has a point.
        let divided = float(a).over(float(1 << 60)).expect("not zero");
        let number = divided.times(float(b), 53).to_number(&arena, 53).expect("in range");
        let double = |value: u64| value.to_string().parse::<f64>().expect("a double");
        let expected = double(a) / double(1 << 60) * double(b);
        prop_assert_eq!(number.to_f64().to_bits(), expected.to_bits());
    }

    #[test]
    fn sums_of_doubles_agree_where_64_bits_hold_them(a in -1_000_000_000..1_000_000_000, b in -1_000_000_000..1_000_000_000) {
        // Sixteenths are exact in both representations.
        let sixteenth = |number: i32| {
            let value = f64::from(number) / 16.0;
            (value, value.to_string())
        };
        let ((x, a), (y, b)) = (sixteenth(a), sixteenth(b));
        let result = text(&a, arithmetic::add, &b).parse::<f64>().expect("a number");
        // Adding zero drops the sign of a zero, which integers do not have.
        prop_assert_eq!((result + 0.0).to_bits(), (x + y + 0.0).to_bits());
        let result = text(&a, arithmetic::subtract, &b).parse::<f64>().expect("a number");
        // Adding zero drops the sign of a zero, which integers do not have.
        prop_assert_eq!((result + 0.0).to_bits(), (x - y + 0.0).to_bits());
    }

    #[test]
    fn a_quotient_times_its_divisor_is_near(a in 1_u64.., b in 1_u64..) {
        let float = |value: u64| Float::from_number(&Number::from_text(&value.to_string())).expect("in range");
        let quotient = float(a).over(float(b)).expect("not zero");
        let back = quotient.times(float(b), PRECISION);
        let error = back.plus(float(a).negated(), PRECISION).abs();
        let bound = float(a).times(float(1).over(float(1 << 62)).expect("not zero"), PRECISION);
        prop_assert!(!bound.plus(error.negated(), PRECISION).is_negative());
    }
}
