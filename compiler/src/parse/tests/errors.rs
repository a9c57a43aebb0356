//! The messages and spans of errors, which are OPA's.

use super::*;
use crate::diagnostics::Code;

fn table(rows: &[(&str, RegoVersion)]) -> String {
    let mut table = String::new();
    for (text, version) in rows {
        table.extend([format!("{version:?} {}\n", shown(text))]);
        let errors = errors(text, *version);
        assert!(!errors.is_empty(), "{text} is accepted");
        for error in errors {
            table.extend(["    ", &error, "\n"]);
        }
    }
    table
}

/// Returns the text on one line, in visible characters.
fn shown(text: &str) -> String {
    text.replace('\n', "⏎").replace('\0', "␀").replace('\u{feff}', "<BOM>")
}

#[test]
fn unexpected_tokens() {
    let v0 = [
        "p { x := 1 y := 2 }",
        "p { x := \n}",
        "p { x = 1; }",
        "p { }",
        "p { x := [1, 2 }",
        "p { x := {1, 2 ] }",
        "p { x := {1 2} }",
        "p { x := {\"a\": 1, \"b\" 2} }",
        "p { x := {\"a\": 1 2} }",
        "p { f(x }",
        "p { (x }",
        "p { x[1 }",
        "p { x.1 }",
        "p { -(1) }",
        "p { [x | y := 1 z] }",
        "p { x == 1",
        "p := 1 +",
        "p := 'a'",
        "p { x && y }",
        "}",
    ];
    insta::assert_snapshot!(table(&v0.map(|text| (text, RegoVersion::V0))));
}

#[test]
fn keywords() {
    let v0 = [
        "p { some = 1 }",
        "p { some x, 1 }",
        "p { some x in y }",
        "p { some x == 1 }",
        "p { every x in y { x } }",
        "p { x with true as 1 }",
        "p { x with input.a 1 }",
        "p { not some x }",
        "p { true } { false } else { true }",
        "p { true } else",
        "p[x] { x := 1 } else { true }",
        "p[x] = 1 { x := 1 } else = 2 { true }",
        "p contains x if { x := 1 }",
    ];
    let v1 = [
        "p if { every x in y }",
        "p if { every x { y } }",
        "p if every x, 1 in y { y }",
        "p if {a, b}",
        "p if",
        "p contains x if { x := 1 } else := 2",
        "f(x) contains y if { true }",
        "p if { x := $\"a {x y}\" }",
        "p if { x := $\"a {not x}\" }",
    ];
    let rows = v0.map(|text| (text, RegoVersion::V0)).into_iter();
    let rows: Vec<_> = rows.chain(v1.map(|text| (text, RegoVersion::V1))).collect();
    insta::assert_snapshot!(table(&rows));
}

#[test]
fn statements_that_are_not_rules() {
    let rows = [
        ("p", RegoVersion::V0),
        ("1", RegoVersion::V0),
        ("input", RegoVersion::V0),
        ("count(x)", RegoVersion::V0),
        ("f()", RegoVersion::V0),
        ("p := 1; q := 2", RegoVersion::V0),
        ("not p", RegoVersion::V0),
        ("p with input as 1", RegoVersion::V0),
        ("1 := 2", RegoVersion::V0),
        ("default p := x", RegoVersion::V0),
        ("default p := [input.x, f(1)]", RegoVersion::V0),
        ("default f(x, x, 1) := 1", RegoVersion::V0),
        ("package other", RegoVersion::V0),
        ("import foo", RegoVersion::V0),
        ("import data.not", RegoVersion::V0),
        ("import future.keywords.foo", RegoVersion::V0),
        ("import rego.v3", RegoVersion::V0),
        ("p.q.r", RegoVersion::V1),
        ("p[1]", RegoVersion::V1),
        ("p { true } { false }", RegoVersion::V1),
        ("p := 1 if { false } else := 2 { true }", RegoVersion::V1),
        ("p := 1 if { false } else { true }", RegoVersion::V1),
        ("f(x) { x }", RegoVersion::V1),
        ("contains := 1", RegoVersion::V1),
    ];
    insta::assert_snapshot!(table(&rows));
}

#[test]
fn characters() {
    let rows = [
        ("p := \"a", RegoVersion::V0),
        ("p := `a", RegoVersion::V0),
        ("p := \"\\q\"", RegoVersion::V0),
        ("p := 1.", RegoVersion::V0),
        ("p := 1e", RegoVersion::V0),
        ("p := 1a", RegoVersion::V0),
        ("p := 01", RegoVersion::V0),
        ("p { ! x }", RegoVersion::V0),
        ("p := $x", RegoVersion::V0),
        ("p := \"\0\"", RegoVersion::V0),
        ("p := \u{feff}", RegoVersion::V0),
        ("p := é", RegoVersion::V0),
    ];
    insta::assert_snapshot!(table(&rows));
}

#[test]
fn a_byte_order_mark_may_only_start_a_module() {
    let valid =
        ["\u{feff}package a\np = 1", "package a\np = \"\\ufeff\"", "\u{feff}# c\npackage a"];
    for text in valid {
        assert!(parse(text, RegoVersion::V0).is_ok(), "{text:?}");
    }
    let invalid = [
        "\u{feff}\u{feff}package a",
        " \u{feff}package a",
        "package a\n\u{feff}p = 1",
        "package a\np\u{feff} = 1",
        "package a\np = \"é\u{feff}\"",
        "package a\np = `\u{feff}`",
        "package a\np = $\"\u{feff}{1}\"",
        "package a\np = $`{1}\u{feff}`",
        "package a\np = {\"\u{feff}\": 1}",
        "package a\n# \u{feff}",
        "package a\n\u{feff}",
    ];
    for text in invalid {
        let message = parse(text, RegoVersion::V0).expect_err(text).to_string();
        assert!(message.contains("illegal byte-order mark"), "{text:?}: {message}");
    }
}

#[test]
fn range_of_numbers() {
    let long_number = "9".repeat(30_102);
    let small = format!("0.{}1", "0".repeat(30_102));
    let valid = [
        "1e400",
        "-1E+400",
        ".5e-7",
        "9.99002e30102",
        "1e-30103",
        "5.005e-30104",
        "0.00001e30107",
        "0e99999999",
        "0.0e-2147483648",
        long_number.as_str(),
        small.as_str(),
    ];
    for number in valid {
        let text = format!("package a\np = {number}");
        assert!(parse(&text, RegoVersion::V0).is_ok(), "{number}");
    }
    let (long_number, small) =
        (format!("{long_number}9"), format!("{small}1").replacen('.', ".0", 1));
    let invalid = [
        "9.991e30102",
        "-9.991e30102",
        "1e30103",
        "1e-30104",
        "5e-30104",
        "0.00001e30108",
        "1e99999999",
        "1e-99999999",
        "1e99999999999999999999",
        "0e99999999999999999999",
        long_number.as_str(),
        small.as_str(),
    ];
    for number in invalid {
        let text = format!("package a\np = {number}");
        let message = parse(&text, RegoVersion::V0).expect_err(number).to_string();
        assert!(message.contains("number too big"), "{number}: {message}");
    }
}

#[test]
fn each_statement_has_its_own_error() {
    let text = "p { x := }\n\nq := 1\n\nr { [ }\ns := 2\nt { y := 1 z }\n";
    insta::assert_snapshot!(table(&[(text, RegoVersion::V0)]));
}

#[test]
fn a_module_starts_with_its_package() {
    let message = |text: &str| parse(text, RegoVersion::V1).unwrap_err().to_string();
    assert_eq!(message("p := 1"), "rego_parse_error: package expected");
    assert_eq!(message(""), "rego_parse_error: empty module");
    assert_eq!(message("# nothing\n"), "rego_parse_error: empty module");
}

#[test]
fn nesting_is_limited() {
    let shapes = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{1: ", "}"),
        ("f(", ")"),
        ("a[", "]"),
        ("[x | ", "]"),
        ("{x | ", "}"),
        ("{1: x | ", "}"),
        ("[a | b, ", "]"),
        ("{a | b, ", "}"),
        ("{1: x | y, 2: ", "}"),
        ("{a | ", ", b}"),
        ("(x, ", " in y)"),
        ("$\"{", "}\""),
        ("[x | every y in z { ", "}]"),
        ("1 + (", ")"),
    ];
    let nested = |depth: usize, (open, close): (&str, &str)| {
        statements(&format!("p := {}1{}", open.repeat(depth), close.repeat(depth)), RegoVersion::V1)
    };
    for shape in shapes {
        let depth = if shape.0.contains('|') { 30 } else { 100 };
        assert_eq!(nested(depth, shape).map(|module| module.rules.len()), Ok(1), "{shape:?}");
        let error = nested(10_000, shape).unwrap_err();
        assert_eq!(error.0[0].message, "max parsing recursion depth exceeded", "{shape:?}");
    }
    let long = format!("p := 1{}", " + 1".repeat(10_000));
    assert_eq!(errors(&long, RegoVersion::V1), ["1:6 max parsing recursion depth exceeded"]);
    let calls = format!("p := f{}", "(1)[0]".repeat(10_000));
    assert_eq!(errors(&calls, RegoVersion::V1), ["1:6 max parsing recursion depth exceeded"]);
}

#[test]
fn bodies_may_nest_less_than_brackets() {
    for (open, close) in [("[x | ", "]"), ("{1: x | ", "}")] {
        let nested = |depth: usize| {
            let text = format!("p := {}1{}", open.repeat(depth), close.repeat(depth));
            statements(&text, RegoVersion::V1)
        };
        assert_eq!(nested(64).map(|module| module.rules.len()), Ok(1), "{open}");
        let error = nested(65).unwrap_err();
        assert_eq!(error.0[0].message, "max parsing recursion depth exceeded", "{open}");
        assert!(format!("{:?}", error.0[0]).contains("bodies may nest 64 deep"), "{open}");
    }
}

/// A grammar that reads a nested part again after a failure would take exponential time here.
#[test]
fn errors_in_deep_nesting_take_linear_time() {
    let openings = [
        "[",
        "[1, ",
        "[x | ",
        "[a | b, ",
        "{a | b, ",
        "{1: x | y, 2: ",
        "{a: ",
        "(x, ",
        "f(",
        "a[",
        "[x | every y in z { ",
        "[x | not { ",
        "[x | some y in ",
        "[x | y with input as ",
        "[x | y := ",
    ];
    for opening in openings {
        let text = format!("import future.keywords.not\np := {}", opening.repeat(200));
        let errors = errors(&text, RegoVersion::V1);
        assert_eq!(errors.len(), 1, "{opening}: {errors:?}");
    }
}

#[test]
fn errors_since_opa_1_20() {
    for (text, version, message) in [
        ("some := 1", RegoVersion::V1, "some keyword cannot be used for rule name"),
        ("default every := 1", RegoVersion::V1, "every keyword cannot be used for rule name"),
        ("import := 1", RegoVersion::V0, "import keyword cannot be used for rule name"),
        ("contains if true", RegoVersion::V1, "contains keyword cannot be used for rule name"),
        ("set() { true }", RegoVersion::V0, "set cannot be used for rule name"),
        ("import input.x as data", RegoVersion::V0, "must not be a reserved name, got: data"),
        ("import rego.v3", RegoVersion::V0, "must be one of: `rego.v1`, `rego.v2`"),
        ("import rego.v2 as x", RegoVersion::V0, "`rego` imports cannot be aliased"),
        ("import data.x-\np { true }", RegoVersion::V0, "unexpected minus token"),
        ("p { x := 1\u{a0} }", RegoVersion::V0, "illegal non-breaking space character"),
        ("p { input.x or input.y }", RegoVersion::V0, "(hint: `import future.keywords.or`"),
        ("p if { true }", RegoVersion::V0, "(hint: `import future.keywords.if`"),
        ("import rego.v2\np if { {1} == {1} or input.x }", RegoVersion::V0, "braces hold a body"),
        (
            "import rego.v2\np if { {a | b} or input.x }",
            RegoVersion::V0,
            "ambiguous `{ ... | ... }`",
        ),
        ("import rego.v2\np if { print(1) or input.x }", RegoVersion::V0, "calls to `print`"),
        (
            "import rego.v2\np if { x with input as 1 and y }",
            RegoVersion::V0,
            "unexpected and keyword",
        ),
    ] {
        let errors = errors(text, version);
        assert!(errors.iter().any(|error| error.contains(message)), "{text}: {errors:?}");
    }
}

#[test]
fn sources_and_rules_have_limits() {
    let fault = |text: &str| {
        let Diagnostics(faults) = parse(text, RegoVersion::V1).err()?;
        let [fault] = &faults[..] else { panic!("one error: {faults:?}") };
        Some((fault.code, fault.message.clone()))
    };
    let padded = |size: usize| format!("package p\nx := 1 #{}", "a".repeat(size - 18));
    assert_eq!(fault(&padded(2 << 20)), None);
    let message = "the source has 2097153 bytes, over the limit of 2097152";
    assert_eq!(fault(&padded((2 << 20) + 1)), Some((Code::Unsupported, message.to_owned())));
    let array = |items: usize| format!("package p\nlong_list := [{}]", "1,".repeat(items));
    assert_eq!(fault(&array(99_999)), None);
    let message = "the rule `long_list` has 100001 terms, over the limit of 100000";
    assert_eq!(fault(&array(100_000)), Some((Code::Unsupported, message.to_owned())));
}

#[test]
fn the_parser_stops_after_many_syntax_errors() {
    let count = |statements: usize| {
        let text = format!("package p\n{}", "x := :=\n".repeat(statements));
        parse(&text, RegoVersion::V1).err().map_or(0, |Diagnostics(faults)| faults.len())
    };
    assert_eq!(count(999), 999);
    assert_eq!(count(1500), 1000);
}

#[test]
fn an_operator_without_an_operand_is_shown() {
    let label = |text: &str, version: RegoVersion| {
        let faults = crate::parse::module(SourceId(0), text, version).expect_err("an error");
        let label = faults.0.into_iter().next()?.labels.into_iter().next()?;
        Some(label.span.start as usize..label.span.end as usize)
    };
    let module = "package t\n\nallow if input.x >\n\n# next\ndeny contains 1 if { true }\n";
    assert_eq!(label(module, RegoVersion::V1), Some(28..29));
    let module = "package t\np := 3 + # rest\nq := 4\n";
    assert_eq!(label(module, RegoVersion::V1), Some(17..18));
    let module = "package t\np := 3\nq := := 4\n";
    assert_eq!(label(module, RegoVersion::V1), None);
    let module = "package t\np {\n\tx ==\n\ty := 1 := 2\n}\n";
    assert_eq!(label(module, RegoVersion::V0), None, "the next line continues the statement");
}
