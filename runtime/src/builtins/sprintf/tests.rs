//! Comparisons of formats with Go's output.

use super::*;
use crate::arena::Arena;
use crate::env::NoHost;
use crate::number::Number;

fn check(format: &str, values: &[Value<'static>], expected: &str) {
    let arena = Arena::new();
    let env = Env::new(&arena, &NoHost);
    assert_eq!(print(&env, Format::parse(format), values), expected, "{format}");
}

fn number(text: &'static str) -> Value<'static> {
    Value::Number(Number::from_text(text))
}

const A: Value<'static> = Value::String("aé");

#[test]
fn integers() {
    let n = Value::int(-42);
    check("%d|%v|%6d|%-6d|%06d|%+d|% d", &[n; 7], "-42|-42|   -42|-42   |-00042|-42|-42");
    let n = Value::int(42);
    check(
        "%+d|% d|%.5d|%8.5d|%-8.5dx|%08.5d",
        &[n; 6],
        "+42| 42|00042|   00042|00042   x|   00042",
    );
    check("%b|%o|%O|%x|%X|%#b|%#o|%#x|%#X", &[n; 9], "101010|52|0o52|2a|2A|0b101010|052|0x2a|0X2A");
    check("%c|%q|%U|%#U|%5c|%05c", &[n; 6], "*|'*'|U+002A|U+002A '*'|    *|0000*");
    check("%s|%t|%f|%T|%+v|%#v", &[n; 6], "%!s(int64=42)|%!t(int64=42)|%!f(int64=42)|int64|42|42");
    check(
        "%.0d|%3.0d|%c|%#08x",
        &[Value::int(0), Value::int(0), Value::int(-1), n],
        "|   |\u{fffd}|0x0000002a",
    );
}

#[test]
fn big_integers() {
    let n = number("18446744073709551616");
    check(
        "%d|%v|%x|%#X|%+d|%25d",
        &[n; 6],
        "18446744073709551616|18446744073709551616|10000000000000000|0X10000000000000000|+18446744073709551616|     18446744073709551616",
    );
    check(
        "%T|%f|%q|%022d",
        &[n; 4],
        "*big.Int|%!f(big.Int=18446744073709551616)|%!q(big.Int=18446744073709551616)|0018446744073709551616",
    );
    check(
        "%d|%s|%022d",
        &[number("-18446744073709551616"); 3],
        "-18446744073709551616|-18446744073709551616|-018446744073709551616",
    );
}

#[test]
fn floats() {
    // Two texts of 16 digits are equally near; Go chooses the even one.
    check(
        "%v|%g",
        &[number("960780419039868.25"); 2],
        "9.607804190398682e+14|9.607804190398682e+14",
    );
    let n = number("3.14");
    check(
        "%v|%g|%f|%e|%E|%.1f|%6.1f|%06.1f|%+.1f",
        &[n; 9],
        "3.14|3.14|3.140000|3.140000e+00|3.140000E+00|3.1|   3.1|0003.1|+3.1",
    );
    check(
        "%d|%s|%05d|%x|%b",
        &[n; 5],
        "%!d(float64=3.14)|%!s(float64=3.14)|%!d(float64=03.14)|0x1.91eb851eb851fp+01|7070651414971679p-51",
    );
    check(
        "%v|%v|%v|%v",
        &[number("12345678.5"), number("0.00001"), number("0.0001"), number("100000.0")],
        "1.23456785e+07|1e-05|0.0001|100000",
    );
    check("%v|%v|%v", &[number("1.0"), number("-0.0"), number("1000000.0")], "1|-0|1e+06");
    check(
        "%.3g|%.10g|%#g|%#.3e|%#.0f|%.0f|%.0f",
        &[
            number("1234.5"),
            number("1234.5"),
            number("1.5"),
            number("2.0"),
            number("2.0"),
            number("2.5"),
            number("3.5"),
        ],
        "1.23e+03|1234.5|1.50000|2.000e+00|2.|2|4",
    );
    check("%.1200f", &[number("0.5")], &format!("0.5{}", "0".repeat(1199)));
    check("%v|%d", &[number("1e3"), number("1e3")], "1000|%!d(float64=1000)");
    check(
        "%08.3f|%+08.2f|%-8.2fx",
        &[number("-3.14159"), number("2.5"), number("2.5")],
        "-003.142|+0002.50|2.50    x",
    );
    check(
        "%.3x|%X|%x",
        &[number("1.0"), number("-1.5"), number("0.1")],
        "0x1.000p+00|-0X1.8P+00|0x1.999999999999ap-04",
    );
}

#[test]
fn strings() {
    check(
        "%s|%v|%q|%x|%X|% x|%#x|% #x",
        &[A; 8],
        "aé|aé|\"aé\"|61c3a9|61C3A9|61 c3 a9|0x61c3a9|0x61 0xc3 0xa9",
    );
    check(
        "%5s|%-5s|%05s|%.1s|%+q|%#q|%#v|%+v",
        &[A; 8],
        "   aé|aé   |000aé|a|\"a\\u00e9\"|`aé`|\"aé\"|aé",
    );
    check("%d|%5d|%t|%T", &[A; 4], "%!d(string=aé)|%!d(string=   aé)|%!t(string=aé)|string");
    check("%6q|%.2q|%.1x", &[A; 3], "  \"aé\"|\"aé\"|61");
}

#[test]
fn other_values_are_the_text_of_their_terms() {
    let list = Value::Array(&[Value::Null, Value::Bool(true), Value::String("x\n")]);
    check(
        "%v|%s|%d|%q",
        &[list, Value::Null, Value::Bool(true), Value::EMPTY_SET],
        "[null, true, \"x\\n\"]|null|%!d(string=true)|\"set()\"",
    );
    check("%5v|%t", &[Value::Null, Value::EMPTY_ARRAY], " null|%!t(string=[])");
}

#[test]
fn counts_and_indexes() {
    let (one, two) = (Value::int(1), Value::int(2));
    check("%[2]d %[1]d", &[one, two], "2 1");
    check(
        "%*d|%-*d|%.*f",
        &[Value::int(4), one, Value::int(3), two, one, number("2.55")],
        "   1|2  |2.5",
    );
    check("%*d", &[Value::int(-3), one], "1  ");
    check("%[1]*.[2]*[3]f", &[Value::int(6), two, number("12.0")], " 12.00");
    check(
        "%[3]d|%[0]d|%[x]d|%[]d",
        &[one, two],
        "%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)",
    );
    check("%[2]2d|%[1].2d", &[one, two], "%!d(BADINDEX)|%!d(BADINDEX)");
    check("%*d|%.*d", &[A, one, A, one], "%!(BADWIDTH)1|%!(BADPREC)1");
    check("%[", &[one], "%!(NOVERB)");
    check("%[]", &[one], "%!](BADINDEX)");
}

#[test]
fn missing_and_extra_arguments() {
    let one = Value::int(1);
    check("%d %s %%", &[one], "1 %!s(MISSING) %");
    check("a", &[one, A, number("2.5")], "a%!(EXTRA int64=1, string=aé, float64=2.5)");
    check("%d", &[one, number("18446744073709551616")], "1%!(EXTRA *big.Int=18446744073709551616)");
    check("%[1]d", &[one, one], "1");
    check("100%", &[], "100%!(NOVERB)");
    check("%.", &[], "%!.(MISSING)");
    check("%!", &[one], "%!!(int64=1)");
    check("%5%|%é", &[one], "%|%!é(int64=1)");
    check("%99999999999d", &[one], "%!(NOVERB)%!(EXTRA int64=1)");
}

#[test]
fn a_format_can_be_cut_beforehand() {
    const PIECES: &[Piece<'static>] =
        &[Piece::Literal("a "), Piece::Directive(Directive::plain('v'))];
    assert!(Format::parse("a %v").eq(PIECES.iter().copied()));
    let arena = Arena::new();
    let env = Env::new(&arena, &NoHost);
    assert_eq!(print(&env, PIECES.iter().copied(), &[A]), "a aé");
}
