//! Suggestions for unknown names.

use super::program;
use crate::analyze::Options;
use crate::source::RegoVersion::{self, V0, V1};

#[test]
fn unknown_names_have_suggestions() {
    let help = |module: &str| {
        let Err(faults) = program(V0, &[module], &Options::default()) else {
            return Vec::new();
        };
        faults.0.into_iter().map(|fault| fault.help.unwrap_or_default()).collect::<Vec<_>>()
    };
    let suggested = |name: &str| [format!("did you mean `{name}`?")];
    assert_eq!(help("package t\np { startwith(input.x, \"a\") }"), suggested("startswith"));
    assert_eq!(help("package t\np { has_lable(1) }\nhas_label(x) { x }"), suggested("has_label"));
    assert_eq!(help("package t\np { container := input.c; contianer.x }"), suggested("container"));
    assert_eq!(help("package t\np { not missng }\nmissing { input.x }"), suggested("missing"));
    assert_eq!(help("package t\np { inputs.review }"), suggested("input"));
    let binding = "nothing gives `unrelated` a value: write `unrelated := …`, or iterate with it, as in \
         `xs[unrelated]`";
    assert_eq!(help("package t\np { unrelated }"), [binding]);
    let hides = "a variable hides the function; rename the variable";
    assert_eq!(help("package t\np { count := 1; count([1]) }"), [hides]);
    let iteration = "`not` cannot iterate: test one element in a helper rule, and negate that rule";
    assert_eq!(help("package t\np { not input.xs[_] == 1 }"), [iteration]);
    assert_eq!(help("package t\np { data.lib.is_pdo(1) }"), [""]);
    let bind = "`not` binds no variables: bind `key` in a literal outside of it";
    assert_eq!(help("package t\np { not input.labels[key] }"), [bind]);
    let hides =
        "the rule `internal` hides the function of an operator such as `in`; rename the rule";
    let module = "package t\nimport future.keywords.in\np { 1 in [1] }\ninternal { input.x }";
    assert_eq!(help(module), [hides]);
}

#[test]
fn type_errors_name_the_operand() {
    for (body, expected) in [
        ("upper(1)", "`upper` expects string as argument 1, found number"),
        ("upper(\"a\", 1)", "`upper` returns string, which is compared with number here"),
        ("x := \"a\" + 1", "`+` adds numbers; join strings with `concat` or `sprintf`"),
        ("sprintf(\"%d\")", "`sprintf(string, array[any]) => string` takes 2 arguments, found 1"),
    ] {
        let module = format!("package t\np {{ {body} }}");
        let faults = program(V0, &[&module], &Options::default()).expect_err("a type error");
        assert_eq!(faults.0[0].help.as_deref(), Some(expected), "{body}");
    }
}

#[test]
fn functions_of_libraries_are_suggested() {
    let modules = ["package t\np { data.lib.is_pdo(1) }", "package lib\nis_pod(x) { x }"];
    let faults = program(V0, &modules, &Options::default()).expect_err("undefined");
    assert_eq!(faults.0[0].help.as_deref(), Some("did you mean `is_pod`?"));
}

#[test]
fn the_import_of_an_unknown_function_is_shown() {
    let module = "package t\nimport data.lib.exemptions.is_exempt\np { is_exempt(1) }";
    let modules = [module, "package lib.exempt\nis_exempt(x) { x }"];
    let faults = program(V0, &modules, &Options::default()).expect_err("undefined");
    let fault = &faults.0[0];
    assert_eq!(fault.help.as_deref(), Some("did you mean `data.lib.exempt.is_exempt`?"));
    let import = fault.labels.first().expect("a label").span;
    assert_eq!(&module[import.start as usize..import.end as usize], &module[10..46]);
}

/// Returns the text of the first error's first label, the words on it, and the help.
fn label(version: RegoVersion, module: &str) -> (String, String, String) {
    let faults = program(version, &[module], &Options::default()).expect_err("a fault");
    let fault = faults.0.into_iter().next().expect("a fault");
    let label = fault.labels.into_iter().next().expect("a label");
    let text = module[label.span.start as usize..label.span.end as usize].to_owned();
    (text, label.message, fault.help.unwrap_or_default())
}

#[test]
fn the_earlier_occurrence_of_a_name_is_shown() {
    let compare = "`:=` declares a variable: compare with `==`, or rename one";
    let remove = "remove one of the declarations, or rename one";
    let move_up = "declare the variable before its first use, or rename one";
    for (body, text, words, help) in [
        ("p { x := 1; x := 2 }", "x", "assigned here", compare),
        ("p { some z in [1]; some z in [2] }", "some z in [1]", "declared here", remove),
        ("p { y == 1; y := 2 }", "y", "used here", move_up),
        ("f(a) { a := 1 }", "a", "the argument", compare),
    ] {
        let module = format!("package t\nimport future.keywords.in\n{body}");
        let expected = (text.to_owned(), words.to_owned(), help.to_owned());
        assert_eq!(label(V0, &module), expected, "{body}");
    }
}

#[test]
fn the_other_rule_of_a_conflict_is_shown() {
    let shown = |module: &str| {
        let (text, words, _) = label(V1, &format!("package t\n{module}"));
        (text, words)
    };
    let expected = |text: &str, words: &str| (text.to_owned(), words.to_owned());
    assert_eq!(shown("f(a) := 1\nf(a, b) := 2"), expected("f(a) := 1", "the first definition"));
    assert_eq!(shown("default p := 1\ndefault p := 2"), {
        expected("default p := 1", "the first default")
    });
    assert_eq!(shown("p := 1\np.q := 2"), expected("p.q := 2", "a rule below the path"));
    assert_eq!(shown("depth(n) := 1 + depth(n.c)"), expected("depth", "the cycle begins here"));
    assert_eq!(shown("p if not q\nq if p"), expected("q", "the cycle begins here"));
}
