//! Modules with a number of equal parts, one for each construct that a source can repeat.

use std::fmt::Write as _;

/// A construct, and the function that repeats it.
pub(crate) struct Construct {
    /// The name in the table.
    pub(crate) name: &'static str,
    /// Returns a module with as many parts.
    pub(crate) source: fn(usize) -> String,
    /// The greatest number of parts that the compiler accepts, for constructs that nest.
    pub(crate) most: usize,
}

/// No limit on the number of parts.
const MANY: usize = usize::MAX;
/// A number of nested bodies that the parser accepts, with the body of the rule around them.
const NESTED: usize = 60;

/// A number of operators that the parser accepts in one expression.
const OPERATORS: usize = 1000;
/// A number of syntax errors that the parser reports.
const ERRORS: usize = 1000;

/// All constructs.
pub(crate) const CONSTRUCTS: &[Construct] = &[
    // Terms that nest.
    part("parentheses", NESTED, |n| nested(n, "(", "1", ")")),
    part("nested arrays", NESTED, |n| nested(n, "[", "1", "]")),
    part("nested objects", NESTED, |n| nested(n, "{\"a\":", "1", "}")),
    part("nested sets", NESTED, |n| nested(n, "{", "1", "}")),
    part("nested comprehensions", NESTED, |n| nested(n, "[y | y := ", "1", "]")),
    part("nested calls", NESTED, |n| nested(n, "abs(", "1", ")")),
    part("nested operands", NESTED, |n| nested(n, "input[", "1", "]")),
    part("nested signs", NESTED, |n| nested(n, "0 - (", "1", ")")),
    part("nested template strings", NESTED, |n| nested(n, "$\"{", "1", "}\"")),
    part("nested object comprehensions", NESTED, |n| {
        format!("{}x := {}1{}\n", HEAD, "{k: ".repeat(n), " | some k in input}".repeat(n))
    }),
    part("nested every", NESTED, |n| {
        format!("{HEAD}x if {{ {}a{} }}\n", "every a in input { ".repeat(n), "}".repeat(n))
    }),
    part("every in comprehensions", NESTED, |n| {
        let (open, close) = ("[1 | every y in input.z { y != ", " }]");
        format!("{HEAD}x := {}1{}\n", open.repeat(n / 2), close.repeat(n / 2))
    }),
    part("nested negations", NESTED, |n| {
        let (open, close) = ("{y | y := input.a; not y == ", "}");
        format!("{HEAD}x := {}1{}\n", open.repeat(n), close.repeat(n))
    }),
    part("nested patterns", NESTED, |n| {
        let (open, close) = ("[".repeat(n), "]".repeat(n));
        format!("{HEAD}x if {{ {open}a{close} = {open}input.b{close} }}\n")
    }),
    // Long terms.
    part("fields of a reference", MANY, |n| format!("{HEAD}x := input{}\n", ".a".repeat(n))),
    part("fields of a head", MANY, |n| format!("{HEAD}x{} := 1\n", ".a".repeat(n))),
    part("wildcards of a reference", NESTED, |n| {
        format!("{HEAD}x if {{ input{} }}\n", "[_]".repeat(n))
    }),
    part("sum", OPERATORS, |n| format!("{HEAD}x := {}\n", list(n, "+", |_| "1".to_owned()))),
    part("union", OPERATORS, |n| {
        format!("{HEAD}x := {}\n", list(n, "|", |i| format!("{{\"s{i}\"}}")))
    }),
    part("object", MANY, |n| {
        format!("{HEAD}x := {{{}}}\n", list(n, ",", |i| format!("\"k{i}\": {i}")))
    }),
    part("object of references", MANY, |n| {
        format!("{HEAD}x := {{{}}}\n", list(n, ",", |i| format!("\"k{i}\": input.a{i}")))
    }),
    part("array", MANY, |n| format!("{HEAD}x := [{}]\n", list(n, ",", |i| i.to_string()))),
    part("set", MANY, |n| format!("{HEAD}x := {{{}}}\n", list(n, ",", |i| format!("\"k{i}\"")))),
    part("operands", MANY, |n| {
        let (names, values) =
            (list(n, ",", |i| format!("a{i}")), list(n, ",", |i| format!("input.a{i}")));
        format!("{HEAD}f({names}) := 1\nx := f({values})\n")
    }),
    part("every over an array", MANY, |n| {
        format!(
            "{HEAD}x if {{ every a in [{}] {{ a }} }}\n",
            list(n, ",", |i| format!("input.a{i}"))
        )
    }),
    part("template string", MANY, |n| format!("{HEAD}x := $\"{}\"\n", "{input.a}".repeat(n))),
    part("template string of names", MANY, |n| {
        format!("{HEAD}x := $\"{}\"\n", list(n, " ", |i| format!("{{input.a{i}}}")))
    }),
    part("sprintf", MANY, |n| {
        let values = list(n, ",", |i| format!("input.a{i}"));
        format!("{HEAD}x := sprintf(\"{}\", [{values}])\n", "%v".repeat(n))
    }),
    // Long texts.
    part("string", MANY, |n| format!("{HEAD}x := \"{}\"\n", "a".repeat(n))),
    part("escapes", MANY, |n| format!("{HEAD}x := \"{}\"\n", "\\u00e9".repeat(n))),
    part("raw string", MANY, |n| format!("{HEAD}x := `{}`\n", "a\n".repeat(n))),
    part("number", MANY, |n| format!("{HEAD}x := {}\n", "9".repeat(n))),
    part("comments", MANY, |n| format!("{HEAD}{}x := 1\n", "# a\n".repeat(n))),
    part("comment", MANY, |n| format!("{HEAD}x := 1 #{}\n", "a".repeat(n))),
    part("metadata", MANY, |n| {
        let fields = list(n, "\n", |i| format!("#  k{i}: v"));
        format!("# METADATA\n# title: x\n# custom:\n{fields}\npackage p\nx := 1\n")
    }),
    part("blanks", MANY, |n| format!("{HEAD}{}x := 1\n", " ".repeat(n))),
    part("empty lines", MANY, |n| format!("{HEAD}{}x := 1\n", "\n".repeat(n))),
    part("package", MANY, |n| format!("package {}\nx := 1\n", list(n, ".", |i| format!("a{i}")))),
    // Long bodies.
    part("literals", MANY, |n| body(n, |i| format!("input.a{i} == {i}"))),
    part("negations", MANY, |n| body(n, |i| format!("not input.a{i}"))),
    part("assignments", MANY, |n| {
        let lines = list(n, "\n", |i| format!("v{} := v{i}", i + 1));
        format!("{HEAD}x if {{\nv0 := input.a\n{lines}\n}}\n")
    }),
    part("loops", NESTED, |n| body(n, |i| format!("some v{i} in input.a"))),
    part("unifications", MANY, |n| {
        let lines = list(n, "\n", |i| format!("v{i} = v{}", i + 1));
        format!(
            "{HEAD}x if {{\nsome {}\n{lines}\nv0 = input.a\n}}\n",
            list(n + 1, ",", |i| format!("v{i}"))
        )
    }),
    part("unifications in reverse", MANY, |n| {
        let lines = list(n, "\n", |i| format!("v{i} = [v{}]", i + 1));
        format!(
            "{HEAD}x if {{\nsome {}\n{lines}\nv{n} = input.a\n}}\n",
            list(n + 1, ",", |i| format!("v{i}"))
        )
    }),
    part("modifiers", MANY, |n| {
        let with = list(n, "", |i| format!(" with input.a{i} as 1"));
        format!("{HEAD}y := input.a\nx if {{ y{with} }}\n")
    }),
    part("patterns", MANY, |n| body(n, |i| format!("regex.match(\"^(a|b)+{i}$\", input.a{i})"))),
    // Many rules.
    part("rules", MANY, |n| rules(n, |i| format!("x{i} if {{ input.a == {i} }}"))),
    part("chain of rules", MANY, |n| {
        format!("{HEAD}x0 := input.a\n{}\n", list(n, "\n", |i| format!("x{} := x{i}", i + 1)))
    }),
    part("chain of arrays", MANY, |n| {
        format!(
            "{HEAD}x0 := input.a\n{}\n",
            list(n, "\n", |i| format!("x{} := [x{i}, x{i}]", i + 1))
        )
    }),
    part("chain of functions", MANY, |n| {
        let functions = list(n, "\n", |i| format!("f{}(a) := [f{i}(a), f{i}(a)]", i + 1));
        format!("{HEAD}f0(a) := a\n{functions}\nx := f{n}(1)\n")
    }),
    part("else", MANY, |n| {
        let branches = list(n, "\n", |i| format!("else := {i} if {{ input.a == {i} }}"));
        format!("{HEAD}x := 0 if {{ input.b }}\n{branches}\n")
    }),
    part("definitions of a set", MANY, |n| {
        rules(n, |i| format!("x contains {i} if {{ input.a == {i} }}"))
    }),
    part("definitions of a set with loops", MANY, |n| {
        rules(n, |i| format!("x contains \"m{i}\" if {{ some c in input.cs; c.name == \"n{i}\" }}"))
    }),
    part("definitions with one loop", MANY, |n| {
        rules(n, |i| {
            format!(
                "x contains m if {{ some c in input.cs; c.a{i}; m := sprintf(\"%v {i}\", [c.n]) }}"
            )
        })
    }),
    part("definitions of a rule", MANY, |n| {
        rules(n, |i| format!("x := {i} if {{ input.a == {i} }}"))
    }),
    part("definitions of objects", MANY, |n| {
        let value = |i| format!("{{\"k{i}\": {{\"a{i}\": [{i}, \"s\", {{\"z\": 1}}]}}}}");
        let definitions = list(n, "\n", |i| format!("y := {} if {{ input.a == {i} }}", value(i)));
        format!("{HEAD}{definitions}\nx if {{ y.k0.a0[_].z == 1 }}\n")
    }),
    part("definitions of a function", MANY, |n| {
        format!("{HEAD}{}\nx := f(input.a)\n", list(n, "\n", |i| format!("f({i}) := {i}")))
    }),
    part("helpers", MANY, |n| {
        let helpers =
            list(n, "\n", |i| format!("g{i}(c) if {{ c.a{i} }}\ng{i}(c) if {{ c.b{i} }}"));
        let calls = list(n, "\n", |i| format!("g{i}(c)"));
        format!("{HEAD}{helpers}\nx if {{\nsome c in input\n{calls}\n}}\n")
    }),
    part("dynamic keys", MANY, |n| {
        let rules = list(n, "\n", |i| format!("o.a{i}[k] := v if {{ some k, v in input.b{i} }}"));
        format!("{HEAD}{rules}\nx := o\n")
    }),
    part("rules with a modifier", MANY, |n| {
        let rules = list(n, "\n", |i| format!("x{i} if {{ y with input.a as {i} }}"));
        format!("{HEAD}y := input.a\n{rules}\n")
    }),
    part("imports", MANY, |n| {
        let imports = list(n, "\n", |i| format!("import data.a{i}"));
        format!("{HEAD}{imports}\nx if {{ {} }}\n", list(n, "; ", |i| format!("a{i}")))
    }),
    // Faults.
    part("open brackets", MANY, |n| format!("{HEAD}x := {}\n", "[".repeat(n))),
    part("open bodies", MANY, |n| format!("{HEAD}{}", "x if { ".repeat(n))),
    part("unsafe variables", MANY, |n| rules(n, |i| format!("x{i} if {{ undef{i} }}"))),
    part("syntax errors", ERRORS, |n| rules(n, |i| format!("x{i} := := "))),
];

const HEAD: &str = "package p\n";

const fn part(name: &'static str, most: usize, source: fn(usize) -> String) -> Construct {
    Construct { name, source, most }
}

/// Returns `n` parts with a separator between them.
fn list(n: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0..n {
        let before = if index == 0 { "" } else { separator };
        // Writing to a string does not fail.
        let _ = write!(text, "{before}{}", part(index));
    }
    text
}

fn nested(n: usize, open: &str, middle: &str, close: &str) -> String {
    format!("{HEAD}x := {}{middle}{}\n", open.repeat(n), close.repeat(n))
}

fn body(n: usize, literal: impl Fn(usize) -> String) -> String {
    format!("{HEAD}x if {{\n{}\n}}\n", list(n, "\n", literal))
}

fn rules(n: usize, rule: impl Fn(usize) -> String) -> String {
    format!("{HEAD}{}\n", list(n, "\n", rule))
}
