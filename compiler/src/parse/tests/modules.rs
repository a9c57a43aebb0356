//! Snapshots of whole modules, as text.

use super::*;
use crate::ast::print;

#[test]
fn v0_rules() {
    let text = r#"package k8s.labels["x-y"]

import data.lib.util as u
import input.parameters

# METADATA
# title: labels
default allow = false

violation[{"msg": msg, "details": {"missing": missing}}] {
	provided := {label | input.review.object.metadata.labels[label]}
	required := {label | label := parameters.labels[_]}
	missing := required - provided
	count(missing) > 0
	msg := sprintf("you must provide labels: %v", [missing])
}

allow { not deny } { u.exempt(input.review.object.metadata.name) }

f(x, [y, _]) = z { z := x + y } else = 1 { x == 0 } else = 2
p.q[x] = y { some i; x := input.a[i]; y := -x }
names["a"]
limit := 1e3
"#;
    let module = parse(text, RegoVersion::V0).unwrap();
    assert_eq!(module.comments.len(), 2);
    insta::assert_snapshot!(print::module(&module));
}

#[test]
fn v1_rules() {
    let text = r#"package policy

import rego.v1

violation contains {"msg": msg} if {
	some i, container in input.review.object.spec.containers
	not startswith(container.image, "registry/") # a comment
	every port in container.ports { port.hostPort in {80, 443} }
	msg := $"container {container.name} at {i with input as {}} \{x}"
}

sizes[name] := size if some name, size in {"a": 1}

classes.small contains name if { sizes[name] < 2 } 
f(x) := "one" if x == 1 else := "many"
pairs := {k: v | some k, v in input.x; v != null} with input as {"x": [1]}
"#;
    let text = text.replace(" with input as {\"x\": [1]}", "");
    let module = parse(&text, RegoVersion::V1).unwrap();
    insta::assert_snapshot!(print::module(&module));
}

#[test]
fn terms() {
    let terms = [
        "[1, [a | b], {c | d}, {e: f | g}, (h | i), {j | k, l}]",
        "{\"a\": {1, 2}, (b | c): -d.e, \"f\": -1}",
        "{(a | b) | c == (d in e)}",
        "a.b[\"c d\"][_].e(1, [])[0]",
        "((a + b) * c - (d - e)) / (f, g in h)",
        "\"\\\"\\\\\\n\\u0001ü\"",
        "$\"{a}\\{\\\"{[b | b := c[_]]}\"",
    ];
    let printed: Vec<String> = terms.iter().map(|text| print::term(&term(text))).collect();
    insta::assert_snapshot!(printed.join("\n"));
}

#[test]
fn debug_tree_of_a_small_rule() {
    insta::assert_debug_snapshot!(rule("p[x] := y if { x := input.a[_]; not y }"));
}
