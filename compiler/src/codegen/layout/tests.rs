use crate::{Options, RegoVersion, Source, compile};

/// Returns the Rust of a module whose rule `p` is nested `depth` times in a shape.
fn nested(depth: usize, [open, inner, close]: [&str; 3]) -> String {
    let value = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
    let text = format!("package p\n\nimport rego.v1\n\np := {value}\n");
    let sources = [Source::new("p.rego", text, RegoVersion::V1)];
    compile(&sources, &Options::modules("p")).expect("a policy").rust
}

/// An attempt for each level that doubles the time of the next would not end at this depth.
#[test]
fn deep_nesting_does_not_double_the_time_with_each_level() {
    let shapes = [
        ["[", "input.x", "]"],
        ["[1, ", "input.x", "]"],
        ["{\"a\": ", "input.x", "}"],
        ["{", "input.x", "}"],
        ["upper(", "input.x", ")"],
        ["concat(\"-\", [\"a\", ", "input.x", "])"],
        ["(1 + ", "input.x", ")"],
        ["[x | x := ", "input.x", "]"],
        ["{x: 1 | x := ", "input.x", "}"],
        ["[1 | not ", "input.x", "]"],
    ];
    for shape in shapes {
        assert!(nested(60, shape).contains("pub static POLICY"), "{shape:?}");
    }
}

#[test]
fn deep_negations_do_not_double_the_time_with_each_level() {
    let mut condition = "input.x".to_owned();
    for _ in 0..40 {
        condition = format!("(input.a and (input.b or {condition}))");
    }
    let text = format!("package p\n\nimport rego.v2\n\np if {condition}\n");
    let sources = [Source::new("p.rego", text, RegoVersion::V1)];
    let rust = compile(&sources, &Options::modules("p")).expect("a policy").rust;
    assert!(rust.contains("pub static POLICY"), "{rust}");
}
