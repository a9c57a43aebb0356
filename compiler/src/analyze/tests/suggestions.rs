//! Suggestions for unknown names.

use super::program;
use crate::analyze::Options;
use crate::source::RegoVersion::V0;

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
    assert_eq!(help("package t\np { unrelated }"), [""]);
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
