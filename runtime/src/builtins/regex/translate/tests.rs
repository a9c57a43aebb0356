//! Tests that patterns are read as Go reads them.

use super::*;

fn pattern(source: &str) -> String {
    translate(source).map_or_else(|error| error.to_string(), |translation| translation.pattern)
}

#[track_caller]
fn matches(source: &str, matching: &[&str], other: &[&str]) {
    let translated = pattern(source);
    let regex = regex::Regex::new(&format!("^(?:{translated})$")).expect(source);
    for text in matching {
        assert!(regex.is_match(text), "{source} as {translated} matches {text:?}");
    }
    for text in other {
        assert!(!regex.is_match(text), "{source} as {translated} does not match {text:?}");
    }
}

#[test]
fn classes_of_letters_are_ascii() {
    matches(r"\d", &["7"], &["٣", "a"]);
    matches(r"\D\W", &["٣é"], &["3é", "٣e"]);
    matches(r"[\w]+", &["aZ_9"], &["é"]);
    matches(r"\s", &[" ", "\t", "\u{c}"], &["\u{b}", "\u{a0}"]);
    matches(r"[^\S\n]", &[" "], &["\n", "a"]);
    matches(r"é\ba", &["éa"], &[]);
    matches(r"é\Béa\b", &["ééa"], &[]);
    matches("(?i)\\w", &["\u{17f}", "\u{212a}"], &["é"]);
}

#[test]
fn characters_escape_as_in_go() {
    matches(r"\Qa.b*\E+c\Q(", &["a.b*c(", "a.b**c("], &["axb*c("]);
    matches(r"\101\x42\x{43}\0\_\-\.", &["ABC\0_-."], &[]);
    matches(r"\a\f\t\n\r\v", &["\x07\x0c\t\n\r\x0b"], &[]);
    matches(r"x{a{,5}{", &["x{a{,5}{"], &[]);
    matches(r"x{01}}", &["x{01}}"], &["x}"]);
    matches(r"<#~& -\<", &["<#~& -<"], &[]);
    matches(r"\x{d800}|a", &["a"], &["\u{fffd}"]);
}

#[test]
fn brackets_hold_what_go_puts_in() {
    matches("[]a]", &["]", "a"], &["b"]);
    matches("[^]a]", &["b"], &["]", "a"]);
    matches("[a-]", &["a", "-"], &["b"]);
    matches("[a&&b]", &["a", "b", "&"], &["c"]);
    matches("[+--c~~]", &["+", ",", "-", "c", "~"], &["d"]);
    matches("[[a]", &["[", "a"], &["]"]);
    matches("[[:alpha:][:^word:]]", &["a", "é", "-"], &["1", "_"]);
    matches(r"[\pL\p{^Lu}]", &["a", "A", "1"], &[]);
    matches(r"[\x{d7ff}-\x{e000}]", &["\u{d7ff}", "\u{e000}"], &["a"]);
    matches(r"[[:x]", &[":", "x", "["], &["y"]);
}

#[test]
fn unicode_classes() {
    matches(r"\p{L}\pN\P{Greek}\p{^Greek}", &["é1ab"], &["é1αb"]);
    matches(r"\p{Han}\p{Letter}\p{lu}", &["日aÉ"], &[]);
    matches(r"\p{Any}", &["a"], &[]);
    for name in [r"\p{Alphabetic}", r"\p{Nothing}", r"\p{sc=Greek}", r"\p{", r"\p"] {
        assert!(translate(name).is_err(), "{name}");
    }
}

#[test]
fn groups_and_flags() {
    matches("(?i)a(?-i)b", &["Ab", "ab"], &["aB"]);
    matches("(?i:a)b", &["Ab"], &["AB"]);
    matches("a(?i)|b", &["a", "b", "B"], &["A"]);
    matches("(?i)a|b", &["A", "B"], &["AB"]);
    matches("(a(?i)b)c", &["aBc"], &["aBC"]);
    matches("a(?i)*b", &["aaB"], &["AB"]);
    matches("(?s).(?-s:.)", &["\na"], &["a\n"]);
    matches("(?m)^a$\n^b$", &["a\nb"], &[]);
    matches("(?)()(?:)", &[""], &[]);
    assert_eq!(pattern("(?U)a+b*?c{2,}(?-U)d+"), "a+?b*c{2,}?d+");
    let names = translate("(?P<a>x)(y)(?<b1>z(?:w))(?P<a>)").map(|translation| translation.names);
    assert_eq!(names, Ok(["a", "", "b1", "a"].map(Box::from).to_vec()));
}

#[test]
fn errors_are_gos() {
    let cases = [
        ("a**", "invalid nested repetition operator: `**`"),
        ("a*+?b", "invalid nested repetition operator: `*+?`"),
        ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("a|*?", "missing argument to repetition operator: `*?`"),
        ("(+)", "missing argument to repetition operator: `+`"),
        ("(?i)*", "missing argument to repetition operator: `*`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("a{3,2}", "invalid repeat count: `{3,2}`"),
        ("a{99999999999999}", "invalid repeat count: `{99999999999999}`"),
        ("((a{100}b){10}){2}", "invalid repeat count: `{2}`"),
        ("a(b", "missing closing ): `a(b`"),
        ("a)b", "unexpected ): `a)b`"),
        ("a[b", "missing closing ]: `[b`"),
        ("[", "missing closing ]: `[`"),
        ("[b-a]", "invalid character class range: `b-a`"),
        ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
        (r"\p{Foo}x", r"invalid character class range: `\p{Foo}`"),
        (r"a\", "trailing backslash at end of expression: ``"),
        (r"\u0041", r"invalid escape sequence: `\u`"),
        (r"\8\1", r"invalid escape sequence: `\8`"),
        (r"(a)\1", r"invalid escape sequence: `\1`"),
        (r"\C", r"invalid escape sequence: `\C`"),
        (r"\Z", r"invalid escape sequence: `\Z`"),
        (r"\é", r"invalid escape sequence: `\é`"),
        (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
        (r"\x{}", r"invalid escape sequence: `\x{}`"),
        (r"\x4", r"invalid escape sequence: `\x4`"),
        ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
        ("(?!x)", "invalid or unsupported Perl syntax: `(?!`"),
        ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
        ("(?P<a", "invalid named capture: `(?P<a`"),
        ("(?P<a b>c)", "invalid named capture: `(?P<a b>`"),
        ("(?P=a)", "invalid or unsupported Perl syntax: `(?P`"),
    ];
    for (source, expected) in cases {
        let error = translate(source).err().map(|error| error.to_string()).unwrap_or_default();
        let error = error.strip_prefix("error parsing regexp: ").unwrap_or(&error);
        assert_eq!(error, expected, "{source}");
    }
    let valid = [
        "a{1000}(?:b{10}){100}c{0}",
        // Go does not count the content of a repetition `{0}`.
        "((?:(a{10}){33}){0}){33}",
        "((?:a{1000}){0}){1000}",
        "(b{30}(a{1000}){0}){33}",
    ];
    for source in valid {
        assert!(translate(source).is_ok(), "{source}");
    }
    let invalid = [
        "(a{10}(b{1000}){0}){101}",
        "((a{32}){32})",
        "(a{1000}(b{1000}){0}){2}",
        "((a{2}b{0}){501})",
    ];
    for source in invalid {
        let error = translate(source).expect_err(source).to_string();
        assert!(error.contains("invalid repeat count"), "{source}: {error}");
    }
    assert!(translate(&"(".repeat(1001)).is_err());
}

#[test]
fn groups_nest_as_deep_as_in_go_or_the_evaluation_stops() {
    let nested = |open: &str, depth| {
        translate(&[&open.repeat(depth), "a", &")".repeat(depth)].concat()).map(drop)
    };
    assert_eq!(nested("(", 999), Ok(()));
    let error = nested("(", 1000).expect_err("too deep");
    assert!(!error.is_limit() && error.to_string().contains("expression nests too deeply"));
    assert_eq!(nested("(?:", 1000), Ok(()));
    assert!(nested("(?:", 1001).expect_err("too deep").is_limit());
}
