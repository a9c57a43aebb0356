//! One test per message.

use super::faults;
use crate::analyze::Options;
use crate::source::RegoVersion::{self, V0, V1};

/// Returns the errors of a module without options.
fn of(version: RegoVersion, module: &str) -> Vec<String> {
    faults(version, &[module], &Options::default())
}

/// Returns the errors of a module in strict mode.
fn strict(module: &str) -> Vec<String> {
    faults(V1, &[module], &Options { strict: true, ..Options::default() })
}

#[test]
fn unused_import() {
    let found = strict("package t\nimport data.lib.a\nimport input.x as y\np if y");
    assert_eq!(found, ["2: rego_compile_error: import data.lib.a unused"]);
}

#[test]
fn import_shadows() {
    let module = "package t\nimport data.a.x\nimport data.b.x\np := x";
    assert_eq!(of(V1, module), ["3: rego_compile_error: import must not shadow import data.a.x"]);
    assert_eq!(of(V0, module), [""; 0]);
}

#[test]
fn rule_shadows() {
    let message = "2: rego_compile_error: rules must not shadow data (use a different rule name)";
    assert_eq!(strict("package t\ndata := 1"), [message]);
}

#[test]
fn argument_shadows() {
    let message =
        "2: rego_compile_error: args must not shadow input (use a different variable name)";
    assert_eq!(of(V0, "package t\nf(input) = 1 { true }"), [message]);
}

#[test]
fn variable_shadows() {
    let message =
        "2: rego_compile_error: variables must not shadow input (use a different variable name)";
    assert_eq!(of(V1, "package t\np if { input := 1; input == 1 }"), [message]);
    assert_eq!(of(V0, "package t\np { input := 1; input == 1 }"), [""; 0]);
}

#[test]
fn redeclared() {
    let found = of(
        V0,
        "package t\n\
         p { x := 1; x := 2 }\n\
         q { y == 1; y := 2 }\n\
         r { some z; some z; z = 1 }\n\
         f(a) { a := 1 }",
    );
    assert_eq!(
        found,
        [
            "2: rego_compile_error: var x assigned above",
            "3: rego_compile_error: var y referenced above",
            "4: rego_compile_error: var z declared above",
            "5: rego_compile_error: arg a redeclared",
        ]
    );
}

#[test]
fn assign_in_negation() {
    let message = "2: rego_compile_error: cannot assign vars inside negated expression";
    assert_eq!(of(V0, "package t\np { not x := 1 }"), [message]);
}

#[test]
fn cannot_assign() {
    let found = of(V0, "package t\np { \"a\" := input.x }\nq { input.x := 1 }");
    assert_eq!(
        found,
        [
            "2: rego_compile_error: cannot assign to string",
            "3: rego_compile_error: cannot assign to ref",
        ]
    );
}

#[test]
fn call_as_argument() {
    let message = "2: rego_compile_error: rule arguments cannot contain calls";
    assert_eq!(of(V0, "package t\nf([count(x)]) { true }"), [message]);
}

#[test]
fn function_shadowed() {
    let message = "3: rego_compile_error: called function count shadowed";
    assert_eq!(of(V0, "package t\np { count := 1\n  x := count([1]); x > count }"), [message]);
}

#[test]
fn unused_argument() {
    let message = "2: rego_compile_error: unused argument b. \
                   (hint: use _ (wildcard variable) instead)";
    assert_eq!(strict("package t\nf(a, b) := a"), [message]);
}

#[test]
fn unused_assigned() {
    assert_eq!(
        strict("package t\np if { x := 1 }"),
        ["2: rego_compile_error: assigned var x unused"]
    );
}

#[test]
fn unused_declared() {
    let found = of(
        V1,
        "package t\n\
         p if { some i; input.x }\n\
         q if { every k, v in input.xs { v > 1 } }",
    );
    assert_eq!(
        found,
        [
            "2: rego_compile_error: declared var i unused",
            "3: rego_compile_error: declared var k unused",
        ]
    );
}

#[test]
fn undeclared_in_template() {
    let message = "2: rego_compile_error: var x is undeclared";
    assert_eq!(of(V1, "package t\np := $\"a {x + 1}\""), [message]);
    let message = "2: rego_unsafe_var_error: var x is unsafe";
    assert_eq!(of(V1, "package t\np := $\"a {x}\""), [message]);
}

#[test]
fn undeclared_in_print() {
    let options = Options { keep_prints: true, ..Options::default() };
    let found = faults(V1, &["package t\np if { print(x); input.a }"], &options);
    assert_eq!(found, ["2: rego_compile_error: var x is undeclared"]);
}

#[test]
fn void_call() {
    let message = "2: rego_type_error: print(1) used as value";
    assert_eq!(of(V1, "package t\np := print(1)"), [message]);
}

#[test]
fn undefined_function() {
    let found =
        of(V1, "package t\np := strings.titlecase(\"a\")\nq if data.lib.f(1)\nr if s()\ns := 1");
    assert_eq!(
        found,
        [
            "2: rego_type_error: undefined function strings.titlecase",
            "3: rego_type_error: undefined function data.lib.f",
        ]
    );
}

#[test]
fn rule_called_as_function() {
    let message = "2: rego_type_error: undefined function data.t.s";
    assert_eq!(of(V1, "package t\nr if s()\ns := 1"), [message]);
}

#[test]
fn wrong_arity() {
    let found = of(V1, "package t\nf(a, b) := a + b\np := f(1)\nq := f(1, 2, 3)");
    assert_eq!(
        found,
        [
            "3: rego_type_error: function data.t.f has arity 2, got 1 argument",
            "4: rego_type_error: function data.t.f has arity 2, got 3 arguments",
        ]
    );
}

#[test]
fn wrong_builtin_arity() {
    assert_eq!(
        of(V1, "package t\np := count([1], [2])"),
        ["2: rego_type_error: count: arity mismatch"]
    );
}

#[test]
fn conflicting_rules() {
    let found = of(
        V0,
        "package t\n\
         p = 1 { true }\n\
         p[x] { x = 1 }\n\
         f(a) = a { true }\n\
         f(a, b) = a { b }",
    );
    assert_eq!(
        found,
        [
            "3: rego_type_error: conflicting rules data.t.p found",
            "5: rego_type_error: conflicting rules data.t.f found",
        ]
    );
}

#[test]
fn rule_conflicts() {
    let message = "2: rego_type_error: rule data.t.p conflicts with:\n\tdata.t.p.q";
    assert_eq!(of(V1, "package t\np := 1\np.q := 2"), [message]);
}

#[test]
fn multiple_defaults() {
    let message = "3: rego_type_error: multiple default rules data.t.p found at a.rego:2, a.rego:3";
    assert_eq!(of(V1, "package t\ndefault p := 1\ndefault p := 2"), [message]);
}

#[test]
fn package_conflicts() {
    let found = faults(V1, &["package t\np := 1", "package t.p\n"], &Options::default());
    let message = "1: rego_type_error: package t.p conflicts with rule p defined at a.rego:2";
    assert_eq!(found, [message]);
}

#[test]
fn base_document_conflicts() {
    let module = "package t\np := 1\nq := 2";
    let program = super::program(V1, &[module], &Options::default()).expect("it is accepted");
    let found = crate::analyze::base_document_conflicts(&program, &mut |path| {
        path.iter().map(AsRef::as_ref).eq(["t", "q"])
    });
    assert_eq!(found.to_string(), "rego_compile_error: conflicting rule for data path t/q found");
}

#[test]
fn unsafe_variable() {
    let found = of(V0, "package t\np[msg] { input.x }\nq { not input.xs[_] == 1 }");
    assert_eq!(found, ["2: rego_unsafe_var_error: var msg is unsafe"]);
    let found = of(V0, "package t\nq { not input.xs[_] == 1\n  y > 2 }");
    assert_eq!(
        found,
        ["2: rego_unsafe_var_error: var _ is unsafe", "3: rego_unsafe_var_error: var y is unsafe"]
    );
}

#[test]
fn unsafe_keyword() {
    let message = "2: rego_unsafe_var_error: var in is unsafe \
                   (hint: `import future.keywords.in` to import a future keyword)";
    assert_eq!(of(V0, "package t\np { count(in) }"), [message]);
}

#[test]
fn recursive() {
    let found = of(V1, "package t\np if q\nq if p");
    assert_eq!(
        found,
        [
            "2: rego_recursion_error: rule data.t.p is recursive: data.t.p -> data.t.q -> data.t.p",
            "3: rego_recursion_error: rule data.t.q is recursive: data.t.q -> data.t.p -> data.t.q",
        ]
    );
    assert_eq!(
        of(V1, "package t\nf(x) := f(x)"),
        ["2: rego_recursion_error: rule data.t.f is recursive: data.t.f -> data.t.f"]
    );
}

#[test]
fn with_inside_rule() {
    let message =
        "3: rego_compile_error: with keyword cannot partially replace virtual document(s)";
    assert_eq!(of(V1, "package t\np := {}\nq if p with data.t.p.a as 1"), [message]);
}

#[test]
fn with_target() {
    let message = "3: rego_type_error: with keyword target must reference existing input, data, \
                   or a function";
    assert_eq!(of(V1, "package t\np := 1\nq if p with foo as 1"), [message]);
}

#[test]
fn with_builtin() {
    let prefix = "with keyword replacing built-in function: target must not be a relation";
    assert_eq!(
        of(V1, "package t\np := 1\nq if p with walk as 1"),
        [format!("3: rego_compile_error: {prefix}")]
    );
}

#[test]
fn annotation() {
    let module = "package t\n# METADATA\n# scope: nowhere\np := rego.metadata.rule()";
    assert_eq!(of(V1, module), ["2: rego_parse_error: invalid annotation scope 'nowhere'"]);
    let module = "package t\n# METADATA\n# scope: package\np := rego.metadata.rule()";
    let message = "annotation scope 'package' must be applied to package";
    assert_eq!(of(V1, module), [format!("2: rego_parse_error: {message}")]);
}

#[test]
fn annotation_redeclared() {
    let block = "# METADATA\n# scope: document\n";
    let module = format!("package t\n{block}p := rego.metadata.rule()\n{block}p := 1");
    assert_eq!(of(V1, &module), ["5: rego_type_error: document annotation redeclared"]);
}

#[test]
fn deprecated_builtin() {
    let message = "2: rego_type_error: deprecated built-in function calls in expression: re_match";
    assert_eq!(of(V1, "package t\np if re_match(\"a\", input.x)"), [message]);
}

#[test]
fn unsupported_builtin() {
    let found = of(V1, "package t\np := graphql.is_valid(input.q, input.s)");
    assert_eq!(found.len(), 1);
    let message = "2: ferrego_unsupported: built-in function `graphql.is_valid` is not supported: ";
    assert!(found[0].starts_with(message), "{found:?}");
}

#[test]
fn unsupported_with_path() {
    let message = "3: ferrego_unsupported: a `with` target whose path holds more than strings is \
                   not supported";
    assert_eq!(of(V1, "package t\np := 1\nq if p with input[1] as 2"), [message]);
}

#[test]
fn unsupported_default_below_dynamic_head() {
    let message = "3: ferrego_unsupported: a default for a rule below a dynamic head is not \
                   supported";
    assert_eq!(of(V1, "package t\np[x].q := 1 if x := input.x\ndefault p.a.b := 2"), [message]);
}

#[test]
fn unsupported_equal_keys() {
    let message =
        "3: ferrego_unsupported: the keys `1` and `1.0` of one document are not supported";
    assert_eq!(of(V1, "package t\np[1].x := 2\np[1.0].y := 4"), [message]);
    assert_eq!(of(V1, "package t\np.a[1] := 2\np.a[1.0] := 2"), [message]);
    for accepted in [
        "package t\np[1].x := 2\np[1].y := 4",
        "package t\np[1] := 2\np[2.0] := 4\np[\"1.0\"] := 4\np[true] := 4",
        "package t\np[1] := 2\nq[1.0] := 4",
    ] {
        assert_eq!(of(V1, accepted), [""; 0], "{accepted}");
    }
}

#[test]
fn unsupported_part_of_itself() {
    let message =
        "2: ferrego_unsupported: `data.t.p` depends on a part of itself, which is not supported";
    assert_eq!(of(V1, "package t\np.a[x] := 1 if x := data.t.p[2]\np[2] := 3"), [message]);
}

#[test]
fn a_fault_below_many_bodies_is_found_in_little_time() {
    let (open, close) = ("[1 | every y in input.z { y != ", " }]");
    let nested =
        |inner: &str| format!("package t\np := {}{inner}{}", open.repeat(30), close.repeat(30));
    let found = |inner: &str| {
        let mut found = faults(RegoVersion::V1, &[&nested(inner)], &Options::default());
        found.dedup();
        found
    };
    assert_eq!(found("1"), [""; 0]);
    assert_eq!(found("[1 | some q]"), ["2: rego_compile_error: declared var q unused"]);
    assert_eq!(
        found("[1 | not q := 1]"),
        ["2: rego_compile_error: cannot assign vars inside negated expression"]
    );
}
