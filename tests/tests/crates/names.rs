//! Templates that use names of Rust. Each finds the violation `v` in the review of the test.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// The keywords of all editions, including weak and reserved ones.
const KEYWORDS: &[&str] = &[
    "abstract",
    "async",
    "auto",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "enum",
    "extern",
    "final",
    "fn",
    "for",
    "gen",
    "impl",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "raw",
    "ref",
    "return",
    "safe",
    "Self",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];
/// Names of the prelude, primitive types, macros and crates.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "From",
    "Future",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "Value",
    "Vec",
    "drop",
    "size_of",
    "bool",
    "char",
    "f64",
    "i64",
    "isize",
    "str",
    "u8",
    "u32",
    "usize",
    "assert",
    "cfg",
    "compile_error",
    "concat",
    "env",
    "format_args",
    "include",
    "panic",
    "println",
    "vec",
    "alloc",
    "core",
    "std",
    "proc_macro",
    "test",
    "main",
];
/// Names that the generated code uses.
const GENERATED: &[&str] = &[
    "rt",
    "cx",
    "cx1",
    "cx2",
    "_cx",
    "POLICY",
    "POLICIES",
    "AT",
    "AT_2",
    "SET",
    "VIOLATION_PATTERN",
    "BY_VIOLATION_KEY",
    "inner",
    "key",
    "kept",
    "rows",
    "found",
    "noted",
    "walk",
    "body",
    "first",
    "arguments",
    "a1",
    "op",
    "builtins",
    "violation_2",
    "policies",
    "modules",
    "ferrego_runtime",
    "generated",
    "value",
    "path",
    "x",
    "_x",
    "x_2",
    "_x_2",
    "lib",
    "object",
];
/// Kinds of templates. In snake case, they are also the names of modules and files.
const KINDS: &[&str] = &[
    "Gen",
    "Std",
    "Core",
    "Alloc",
    "Policies",
    "Modules",
    "Ferrego-Runtime",
    "Rt",
    "Str",
    "U8",
    "Bool",
    "Self",
    "Crate",
    "Super",
    "Async",
    "Match",
    "Type",
    "Main",
    "Test",
    "Con",
    "Com1",
    "A-B",
    "A--B",
    "Policy",
    "Violation",
    "Clippy",
    "Try",
    "Some",
    "None",
    "Usize",
];
/// Texts that rustc refuses in a comment or a literal, and ends of comments and literals.
const TEXTS: &[&str] = &[
    "a\rb",
    "\u{202e}reversed",
    "\u{2066}\u{2069}",
    "*/ /* ```",
    "\\\" \" # \"#",
    "\u{7}1",
    "\u{2028}\u{85}",
    "{} {0} {x:?} \\u{41}",
    "//! #![deny(warnings)]",
    "größe 日本",
];

/// Names for the parts of a template: the constructors of the prelude are rules and functions.
const CONSTRUCTORS: [&str; 14] = [
    "Option", "Result", "alias", "Some", "None", "Ok", "Err", "argument", "other", "local", "item",
    "index", "unread", "Value",
];

/// Distinct names for the parts of a template.
#[derive(Clone, Debug)]
struct Names {
    names: Vec<&'static str>,
    text: &'static str,
}

fn names() -> impl Strategy<Value = Names> {
    let all: Vec<&str> = [KEYWORDS, PRELUDE, GENERATED].concat();
    let names = subsequence(all, 14).prop_shuffle();
    (names, select(TEXTS)).prop_map(|(names, text)| Names { names, text })
}

/// Generates a template for each of [`KINDS`], with names from the lists in every position, and a
/// template with [`CONSTRUCTORS`].
pub(super) fn templates() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(names(), KINDS.len()).prop_map(|drawn| {
        let constructors = Names { names: CONSTRUCTORS.to_vec(), text: "text" };
        let drawn = drawn.iter().zip(KINDS).map(|(names, kind)| template(kind, names));
        drawn.chain([template("Constructors", &constructors)]).collect()
    })
}

fn template(kind: &str, Names { names, text }: &Names) -> Value {
    let [
        package,
        lib,
        alias,
        rule,
        set,
        object,
        function,
        argument,
        other,
        local,
        item,
        index,
        unread,
        helper,
    ] = names.as_slice()
    else {
        unreachable!("14 names are drawn")
    };
    // A raw string has no escapes, and this text is the only one that can contain a backquote.
    let raw = text.replace('`', "'");
    let rego = format!(
        r#"package {package}

import data.lib.{lib} as {alias}

# {text}
{rule} = {local} {{ {local} := input.review.object.spec.v }}

{set}[{item}] {{ {item} := input.review.object.spec.items[{index}]; {index} >= 0 }}

{object}[{index}] = {item} {{ some {index}; {item} := input.review.object.spec.items[{index}] }}

{function}({argument}, {other}) = {local} {{
  {local} := [{item} | {item} := {argument}[_]; {item} == {other}][0]
  _{unread} := {other}
  {unread} := input.review.object.spec.items[_]
  _{unread} == "v"
}}

{helper} {{ {alias}.{function}(input.review.object.spec.v) }} else = false {{ true }}

violation[{{"msg": {local}, "details": {{"{argument}": `{raw}`}}}}] {{
  {local} := {function}(input.review.object.spec.items, {rule})
  {set}[{local}]
  some {index}
  {object}[{index}] == {local}
  {helper} with input.review.object.spec.{unread} as 1
  {unread} := {{"{local}": `{raw}`}}["{local}"]
  {unread} == "{escaped}"
  {argument} := {{"a", "b", `{raw}`, "\u00001\u202e"}}
  {argument}["a"]
}}
"#,
        escaped = json_escaped(&raw),
    );
    let library = format!(
        "package lib.{lib}\n\n{function}({local}) {{ {rule} := {local}; {rule} == \"v\"; not {set}({rule}) }}\n\n\
         {set}({item}) {{ {item} == \"w\" }}\n"
    );
    json!({
        "apiVersion": "templates.gatekeeper.sh/v1",
        "kind": "ConstraintTemplate",
        "metadata": {"name": kind.to_lowercase()},
        "spec": {
            "crd": {"spec": {
                "names": {"kind": kind},
                "validation": {"openAPIV3Schema": {
                    "type": "object",
                    "description": text,
                    "properties": {*local: {"type": "string", "description": text}},
                }},
            }},
            "targets": [{
                "target": "admission.k8s.gatekeeper.sh",
                "rego": rego,
                "libs": [library],
            }],
        },
    })
}

/// Returns the content of a Rego string for `text`.
fn json_escaped(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
