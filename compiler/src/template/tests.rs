use proptest::prelude::{Strategy, any, prop, prop_assert, proptest};

mod document;
mod hook;
mod lines;

use super::*;
use crate::pipeline::{self, Options};

const HEADER: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needsowner}
spec:
  crd: {spec: {names: {kind: NeedsOwner}}}
";

fn with_targets(targets: &str) -> String {
    format!("{HEADER}  targets:\n{targets}")
}

fn template(targets: &str) -> Template {
    let mut templates =
        read("t.yaml", &with_targets(targets), OtherKinds::Refuse).expect("a template");
    assert_eq!(templates.len(), 1);
    templates.remove(0)
}

/// Returns each fault as `line:column code: message`.
fn faults(text: &str) -> Vec<String> {
    let document = document("t.yaml", text);
    let found = read("t.yaml", text, OtherKinds::Refuse).expect_err("faults").0;
    let show = |fault: &crate::diagnostics::Diagnostic| {
        let (line, column) = document.place(fault.span).line_column();
        format!("{line}:{column} {}: {}", fault.code.as_str(), fault.message)
    };
    found.iter().map(show).collect()
}

#[test]
fn rego_is_v0_and_wins_over_code() {
    let template = template(
        "  - target: admission.k8s.gatekeeper.sh
    rego: |
      package a
    libs: [package lib.x, package lib.y]
    code: [{engine: Rego, source: {version: v1, rego: package b}}]
",
    );
    assert_eq!((&*template.name, &*template.kind), ("needsowner", "NeedsOwner"));
    let names: Vec<&str> = template.sources.iter().map(|source| &*source.name).collect();
    assert_eq!(names, ["template", "libs[\"lib_0\"]", "libs[\"lib_1\"]"]);
    assert_eq!(&*template.sources[0].text, "package a\n");
    assert!(template.sources.iter().all(|source| source.version == RegoVersion::V0));
}

#[test]
fn code_is_v1_only_with_its_version() {
    for (version, expected) in [
        ("version: v1, ", RegoVersion::V1),
        ("version: v0, ", RegoVersion::V0),
        ("", RegoVersion::V0),
    ] {
        let template = template(&format!(
            "  - target: admission.k8s.gatekeeper.sh
    code:
    - {{engine: Other, source: {{}}}}
    - {{engine: Rego, source: {{{version}rego: package b, libs: [package lib.x]}}}}
"
        ));
        let versions: Vec<RegoVersion> = template.sources.iter().map(|s| s.version).collect();
        assert_eq!(versions, [expected, expected]);
    }
}

#[test]
fn faults_point_into_the_document() {
    let cases = [
        (
            "  - target: other\n",
            "7:13 invalid ConstraintTemplate: target \"other\" not recognized, known targets [admission.k8s.gatekeeper.sh]",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n",
            "7:5 invalid ConstraintTemplate: the target has no Rego",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    rego: ''\n",
            "8:11 invalid ConstraintTemplate: the Rego is empty",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    code: [{engine: K8sNativeValidation}]\n",
            "8:21 no language driver: no language driver handles this template: its only engine is K8sNativeValidation",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    rego: 5\n",
            "8:11 invalid ConstraintTemplate: spec.targets[0].rego: expected a string, found a number",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    rego: package a\n    libs: {}\n",
            "9:11 invalid ConstraintTemplate: spec.targets[0].libs: expected a list, found a mapping",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    code: [{engine: Rego}]\n",
            "8:12 invalid ConstraintTemplate: source is missing",
        ),
        (
            "    []\n",
            "7:5 invalid ConstraintTemplate: no targets specified: a ConstraintTemplate must specify one target",
        ),
        (
            "  - {}\n  - {}\n",
            "7:3 invalid ConstraintTemplate: multi-target templates are not supported by Gatekeeper",
        ),
        ("  - {}\n", "7:5 invalid ConstraintTemplate: target is missing"),
    ];
    for (targets, expected) in cases {
        assert_eq!(faults(&with_targets(targets)), [expected], "{targets}");
    }
}

#[test]
fn reports_all_missing_fields() {
    let text =
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nspec:\n  crd: {}\n";
    assert_eq!(
        faults(text),
        [
            "1:1 invalid ConstraintTemplate: metadata is missing",
            "4:8 invalid ConstraintTemplate: spec.crd.spec is missing",
            "4:3 invalid ConstraintTemplate: spec.targets is missing",
        ]
    );
}

#[test]
fn the_name_is_the_lowercase_kind() {
    let text = with_targets("  - {target: admission.k8s.gatekeeper.sh, rego: package a}\n")
        .replace("name: needsowner", "name: needs-owner");
    let expected = "3:18 invalid ConstraintTemplate: the ConstraintTemplate's name \
                    \"needs-owner\" is not equal to the lowercase of CRD's Kind: \"needsowner\"";
    assert_eq!(faults(&text), [expected]);
}

#[test]
fn other_documents_beside_a_template_are_ignored() {
    let constraint = "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: X\n---\n";
    let target = "  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package x\n\n      \
                  violation[{\"msg\": \"x\"}] { true }\n";
    let text = format!("{constraint}{}---\nkind: Pod\n", with_targets(target));
    let templates = read("t.yaml", &text, OtherKinds::Refuse).expect("a template");
    assert_eq!(templates.len(), 1);
    let broken = text.replace("rego: |", "oger: |");
    let reported = faults(&broken);
    assert!(reported.iter().all(|fault| !fault.contains("expected kind")), "{reported:?}");
}

#[test]
fn other_documents_are_rejected_or_ignored() {
    let text = "kind: Pod\n---\nkind: ConstraintTemplate\napiVersion: v2\n";
    assert_eq!(
        faults(text),
        [
            "1:7 invalid ConstraintTemplate: expected kind `ConstraintTemplate`, found `Pod`",
            "4:13 invalid ConstraintTemplate: expected an apiVersion of `templates.gatekeeper.sh`, found `v2`",
        ]
    );
    assert_eq!(
        faults(""),
        ["1:1 invalid ConstraintTemplate: expected a ConstraintTemplate, found none"]
    );
    assert_eq!(
        faults("just text"),
        ["1:1 invalid ConstraintTemplate: expected a ConstraintTemplate, found none"]
    );
    for (kind, found) in [
        ("7", "a number"),
        ("", "null"),
        ("[Pod]", "a list"),
        ("{a: 1}", "a mapping"),
        ("'7'", "`7`"),
    ] {
        let message = format!("expected kind `ConstraintTemplate`, found {found}");
        let reported = faults(&format!("kind: {kind}\n"));
        assert!(reported.len() == 1 && reported[0].ends_with(&message), "{reported:?}");
        let message = format!("expected an apiVersion of `templates.gatekeeper.sh`, found {found}");
        let reported = faults(&format!("kind: ConstraintTemplate\napiVersion: {kind}\n"));
        assert!(reported.len() == 1 && reported[0].ends_with(&message), "{reported:?}");
    }
    let ignored = read("t.yaml", "kind: Pod\n", OtherKinds::Ignore).expect("no fault");
    assert!(ignored.is_empty());
}

/// Returns the faults that the rules find in a module, and in the libraries after it.
fn rule_faults(modules: &[&str]) -> Vec<String> {
    let sources: Vec<Source> = modules.iter().map(|text| document("m.rego", text)).collect();
    let parse = |(index, source): (usize, &Source)| {
        let id = crate::source::SourceId(u32::try_from(index).expect("few"));
        crate::parse::module(id, &source.text, source.version).expect("valid Rego")
    };
    let modules: Vec<_> = sources.iter().enumerate().map(parse).collect();
    let show = |fault: &crate::diagnostics::Diagnostic| {
        let source = &sources[fault.span.source.0 as usize];
        let (line, column) = source.line_column(fault.span.start);
        format!("{line}:{column} {}: {}", fault.code.as_str(), fault.message)
    };
    rules::check(&modules, &sources).0.iter().map(show).collect()
}

#[test]
fn a_template_has_a_rule_violation() {
    let expected = ["1:1 missing required rules: missing required rules: [violation]"];
    assert_eq!(rule_faults(&["package a\nviolations[x] { x := 1 }"]), expected);
    assert_eq!(rule_faults(&["package a\nviolation.x[y] { y := 1 }"]), expected);
    assert_eq!(rule_faults(&["package a\nviolation.x.y = 1"]), expected);
    for rule in ["violation[x] { x := 1 }", "violation = {1}", "violation.x = {1}"] {
        assert_eq!(rule_faults(&[&format!("package a\n{rule}")]), [""; 0], "{rule}");
    }
    let keywords = "package a\nimport future.keywords\n";
    for rule in ["violation contains 1", "violation[x] := 1 if x := 1", "violation := {1} if true"]
    {
        assert_eq!(rule_faults(&[&format!("{keywords}{rule}")]), [""; 0], "{rule}");
    }
    for rule in ["violation[x] if x := 1", "violation.x if true"] {
        assert_eq!(rule_faults(&[&format!("{keywords}{rule}")]), expected, "{rule}");
    }
}

#[test]
fn a_template_imports_only_libraries_and_keywords() {
    let module = "package a
import data.lib
import data.lib.x.y as z
import future.keywords.in
import data.helpers.images
import data.inventory
import input.review
import rego.v1
violation contains 1";
    assert_eq!(
        rule_faults(&[module]),
        [
            "5:1 invalid import: bad import: \"data.helpers.images\"",
            "6:1 invalid import: bad import: \"data.inventory\"",
            "7:1 invalid import: bad import: \"input.review\"",
            "8:1 invalid import: bad import: \"rego.v1\"",
        ]
    );
}

#[test]
fn a_library_is_below_lib() {
    let entry = "package a\nviolation[1]";
    let libraries = ["package lib.x", "package lib", "package util.text"];
    assert_eq!(
        rule_faults(&[entry, libraries[0], libraries[1], libraries[2]]),
        [
            "1:1 invalid lib prefix: path data.lib not found in lib prefixes",
            "1:1 invalid lib prefix: path data.util.text not found in lib prefixes",
        ]
    );
}

#[test]
fn a_template_sees_only_inventory_and_libraries() {
    let module = "package a
violation[{\"msg\": data.x}] {
  data.inventory.cluster[_]
  data[\"lib\"].x.f(data.y)
  count([z | z := data.c.d]) > 0
  not data.settings.limit
  input.a with data.inventory as {} with data.mock as 1
  whole := data
}
f(data.z) = [data.q][0]
";
    assert_eq!(
        rule_faults(&[module]),
        [
            "2:19 invalid data references: disallowed ref data.x",
            "4:19 invalid data references: disallowed ref data.y",
            "5:19 invalid data references: disallowed ref data.c.d",
            "6:7 invalid data references: disallowed ref data.settings.limit",
            "7:42 invalid data references: disallowed ref data.mock",
            "8:12 invalid data references: disallowed ref data",
            "10:3 invalid data references: disallowed ref data.z",
            "10:14 invalid data references: disallowed ref data.q",
        ]
    );
}

#[test]
fn unrenamed_library_references_need_an_import() {
    let faults = |body: &str| {
        let entry =
            format!("package a\nimport data.lib.h\nviolation[{{\"msg\": \"m\"}}] {{ {body} }}");
        rule_faults(&[&entry, "package lib.h\nf(x) = x\nv = 1"])
    };
    for renamed in [
        "data.lib.h.f(1)",
        "data.lib.h.f(1, x)",
        "not data.lib.h.f(1)",
        "data.lib.h.v == 1",
        "x := data.lib.h.v[_]",
        "x = data.lib.h.v",
        "data.lib.h.v + 1",
        "startswith(\"a\", data.lib.h.v)",
        "input.x with input.x as data.lib.h.v",
        "x := h.f(1); count([h.v]) > 0",
    ] {
        assert_eq!(faults(renamed), [""; 0], "{renamed}");
    }
    for source in [
        "x := data.lib.h.f(1)",
        "data.lib.h.f(1) == 1",
        "count(data.lib.h.f(1)) > 0",
        "count(data.lib.h.v) > 0",
        "x := [data.lib.h.v]",
        "x := {y | y := data.lib.h.v}",
        "x := data.lib.h.v + 1",
        "input.x[data.lib.h.v]",
    ] {
        let found = faults(source);
        assert!(
            found.len() == 1
                && found[0].contains("expected an imported library, found `data.lib.h."),
            "{source}: {found:?}"
        );
    }
    let heads = "package a\nviolation[data.lib.h.v] { true }\nr = data.lib.h.v\ns = [data.lib.h.v]";
    assert_eq!(rule_faults(&[heads]).len(), 1);
}

const COMPLETE_TEMPLATE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needsowner, annotations: &a {é: \"x\\ty\"}}
spec:
  crd: {spec: {names: {kind: NeedsOwner}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needsowner
      import data.lib.text
      violation[{\"msg\": msg}] {
        name := input.review.object.metadata.name
        not startswith(name, \"é\")
        msg := sprintf(\"%v: %v\", [name, text.upper(name)])
      }
    libs:
    - >
      package lib.text

      upper(x) = y { y := upper(x) }
";

/// Generates the template above with some of its text replaced, at any place.
fn mutated() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "", "\t", "\n", "\r\n", " ", "- ", ": ", "|", ">-", "|9", "{", "}", "[", "]", "\"", "'",
        "&a", "*a", "<<: *a", "!!str", "#", "---\n", "...", "\0", "\u{feff}", "\u{2028}", "é", "%",
        "not ", "(", ":=", "data.x", "else", "with", "`",
    ]);
    prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize, piece), 1..5).prop_map(
        |edits| {
            edits.into_iter().fold(COMPLETE_TEMPLATE.to_owned(), |text, (place, length, piece)| {
                let mut places = text.char_indices().map(|(offset, _)| offset);
                let start = places.nth(place.index(text.chars().count())).unwrap_or(text.len());
                let end = places.nth(length).unwrap_or(text.len());
                format!("{}{piece}{}", &text[..start], &text[end..])
            })
        },
    )
}

proptest! {
    #[test]
    fn mutated_templates_do_not_panic(text in mutated()) {
        let document = document("t.yaml", &text);
        match read("t.yaml", &text, OtherKinds::Refuse) {
            Ok(templates) => for template in templates {
                let compiled = pipeline::compile(&template.sources, &Options::template("t"));
                if let Err(faults) = compiled {
                    let shown = faults.render(&template.sources, false);
                    prop_assert!(shown.contains("--> t.yaml:"), "{shown}");
                }
            },
            Err(faults) => {
                let shown = faults.render(&[document], true);
                prop_assert!(shown.contains("t.yaml:"), "{shown}");
            }
        }
    }
}
