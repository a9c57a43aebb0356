use std::collections::BTreeSet;

use super::*;
use crate::ast::print;
use crate::pipeline;

const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: limits}
spec:
  crd:
    spec:
      names: {kind: Limits}
      validation:
        openAPIV3Schema:
          type: object
          properties:
            max: {type: integer, default: 3}
            names: {type: array, items: {type: string}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package limits

      import data.lib.sizes
      import data.lib.sizes.parse as parsed

      violation[{"msg": msg, "details": {"names": names}}] {
        container := input.review.object.spec.containers[index]
        size := sizes.parse(container.resources.limits.memory)
        size > limit
        names := {name | name := input.parameters.names[_]; not exempt(name)}
        others := [other | other := input.review.object.spec.containers[at].name; at != index]
        count(others) >= parsed("0")
        msg := sprintf("%v: %v %v", [container.name, size, names])
      }

      limit = found {
        found := input.parameters.max
      } else = other {
        other := 3
      }

      exempt(name) { startswith(name, "exempt-") }
      exempt(name) { sizes.short[name] }
    libs:
    - |
      package lib.sizes

      parse(text) = number { number := to_number(text) }

      short[name] { name := input.review.object.metadata.name; count(name) < 3 }
"#;

fn file(text: &str) -> File {
    File { path: "t.yaml".into(), kind: FileKind::Yaml, named: false, text: text.to_owned() }
}

fn analyze(text: &str, before: Option<Analysis>) -> Analysis {
    Analysis::of(&file(text), &[], &Settings::default(), before)
}

fn applied(text: &str, changes: &[Change]) -> String {
    let mut changes: Vec<&Change> = changes.iter().collect();
    changes.sort_by_key(|change| change.location.range.start);
    let mut changed = text.to_owned();
    for change in changes.iter().rev() {
        changed.replace_range(change.location.range.clone(), &change.text);
    }
    changed
}

/// Returns the Rego of a template as it is printed, with `new` written `old`.
fn printed(text: &str, new: &str, old: &str) -> String {
    let analysis = analyze(text, None);
    let modules = analysis.policies.iter().flat_map(|policy| &policy.modules).flatten();
    modules.map(print::module).collect::<String>().replace(new, old)
}

#[test]
fn every_name_that_can_change_keeps_its_meaning() {
    let analysis = analyze(TEMPLATE, None);
    assert!(analysis.findings.is_empty(), "{:?}", analysis.findings);
    let mut renamed = BTreeSet::new();
    let mut refused = BTreeSet::new();
    for occurrence in &analysis.policies[0].names.occurrences {
        let policy = &analysis.policies[0];
        let offset = policy.location(occurrence.span).expect("a place").range.start;
        let old = policy.text(occurrence.span).to_owned();
        match analysis.rename(offset, "fresh_name") {
            Ok(changes) => {
                let text = applied(TEMPLATE, &changes);
                assert_eq!(printed(&text, "fresh_name", &old), printed(TEMPLATE, "-", "-"));
                let after = analyze(&text, None);
                assert!(after.findings.is_empty(), "{old}: {:?}\n{text}", after.findings);
                let sources = &after.policies[0].sources;
                assert!(pipeline::compile(sources, &after.policies[0].options).is_ok(), "{old}");
                renamed.insert(old);
            }
            Err(error) => {
                refused.insert(format!("{old}: {error}"));
            }
        }
    }
    for name in ["container", "index", "names", "limit", "exempt", "text", "name", "at", "parsed"] {
        assert!(renamed.contains(name), "{name} in {renamed:?}");
    }
    for (name, reason) in [
        ("violation", "Gatekeeper evaluates `violation` by its name"),
        ("sizes", "the import takes its name from its path; give it one with `as`"),
        ("count", "`count` is a builtin"),
        ("parse", "a reference reads the whole package, or a rule whose name it computes"),
    ] {
        assert!(refused.contains(&format!("{name}: {reason}")), "{name} in {refused:?}");
    }
}

#[test]
fn every_place_has_answers_without_a_panic() {
    for text in [TEMPLATE.to_owned(), TEMPLATE.replace("size > limit", "size > = \"größe")] {
        let analysis = analyze(&text, Some(analyze(TEMPLATE, None)));
        for offset in 0..=text.len() + 3 {
            let _ = analysis.hover(offset);
            if offset % 7 == 0 {
                let _ = analysis.complete(offset);
            }
            let _ = analysis.definitions(offset);
            let _ = analysis.references(offset, true);
            let _ = analysis.renamable(offset);
        }
        assert!(!analysis.symbols().is_empty());
    }
}

#[test]
fn folded_and_escaped_rego_has_diagnostics_but_no_changes() {
    let rego = "\"package limits\\nimport data.lib.sizes\\nviolation[{\\\"msg\\\": \\\"m\\\"}] { true }\\n\"";
    let start = TEMPLATE.find("rego: |").expect("Rego") + "rego: ".len();
    let end = TEMPLATE.find("    libs:").expect("libraries");
    let text = format!("{}{rego}\n{}", &TEMPLATE[..start], &TEMPLATE[end..]);
    let analysis = analyze(&text, None);
    let unused =
        analysis.findings.iter().find(|one| one.diagnostic.code.as_str() == "unused-import");
    let unused = unused.expect("a finding");
    assert!(unused.diagnostic.fix.is_some() && unused.changes.is_empty());
    assert_eq!(unused.location.range.start, start);
}

#[test]
fn documents_that_are_not_templates_have_no_findings() {
    for text in ["", "kind: Pod\n", "a: [\n", "{{ helm }}\n", "kind: ConstraintTemplateList\n"] {
        assert!(analyze(text, None).findings.is_empty(), "{text}");
    }
    let analysis = analyze("apiVersion: templates.gatekeeper.sh/v1\nkind: [\n", None);
    assert_eq!(analysis.findings.len(), 1);
}
