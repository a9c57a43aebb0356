use std::fmt::Write as _;

use super::*;
use crate::pipeline;
use crate::template::Template;

const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: uniquehosts
  annotations:
    metadata.gatekeeper.sh/requires-sync-data: |
      [[{"groups": ["networking.k8s.io"], "versions": ["v1"], "kinds": ["Ingress"]}]]
spec:
  crd:
    spec:
      names: {kind: UniqueHosts}
      validation:
        openAPIV3Schema:
          type: object
          required: [pattern]
          properties:
            pattern: {type: string, description: " The hosts that count. "}
            mode: {type: string, enum: [strict, lax], default: lax}
            exempt:
              type: array
              items:
                type: object
                properties: {name: {type: string, nullable: true}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package uniquehosts

      violation[{"msg": msg}] {
        input.review.kind.kind == "Ingress"
        host := input.review.object.spec.rules[_].host
        re_match(input.parameters.pattern, host)
        other := data.inventory.namespace[_][_].Ingress[name]
        other.spec.rules[_].host == host
        exempt := {e | e := input.parameters.exempt[_].name}
        not exempt[name]
        input.review.object.metadata.annotations["a/b"]
        msg := sprintf("%v", [external_data({"provider": "p", "keys": [host]})])
      }
"#;

fn describe(text: &str) -> Description {
    let templates = Template::read("t.yaml", text).expect("a template");
    let options = Options::of(&templates[0]);
    pipeline::describe(&templates[0].sources, &options).expect("a policy")
}

#[test]
fn a_template_has_parameters_paths_kinds_and_builtins() {
    let description = describe(TEMPLATE);
    let mut text = String::new();
    for parameter in &description.parameters {
        writeln!(text, "{parameter:?}").expect("written");
    }
    writeln!(text, "{:#?}", description.reads).expect("written");
    writeln!(text, "{:?} {:?}", description.inventory, description.synced).expect("written");
    for builtin in &description.builtins {
        writeln!(text, "{builtin:?}").expect("written");
    }
    writeln!(text, "{:?}", description.applies).expect("written");
    writeln!(text, "{}", lines(&description).join("\n")).expect("written");
    insta::assert_snapshot!(text);
}

#[test]
fn a_policy_applies_to_the_kinds_that_all_definitions_name() {
    let with = |bodies: &str| {
        let rego = bodies
            .lines()
            .map(|line| format!("      violation[{{\"msg\": \"m\"}}] {{ {line} }}\n"));
        let start = TEMPLATE.find("      violation").expect("a rule");
        let text = format!("{}{}", &TEMPLATE[..start], rego.collect::<String>());
        describe(&text).applies
    };
    let compared =
        |kinds: &[&str]| Applies::Compared(kinds.iter().map(|&kind| kind.into()).collect());
    assert_eq!(with("input.review.kind.kind == \"Pod\""), compared(&["Pod"]));
    let two = "input.review.kind.kind == \"Pod\"\ninput.review.object.kind == \"Job\"";
    assert_eq!(with(two), compared(&["Job", "Pod"]));
    assert_eq!(with("input.review.kind.kind == \"Pod\"\ninput.review.name"), Applies::Any);
    // Of a group that is not Kubernetes' own, no kind is known.
    assert_eq!(with("input.review.kind.group == \"example.com\""), Applies::Any);
    let custom = "input.review.kind.kind == \"Pod\"\ninput.review.kind.group == \"example.com\"";
    assert_eq!(with(custom), Applies::Any);
}

#[test]
fn constraints_name_the_kinds() {
    let templates = Template::read("t.yaml", TEMPLATE).expect("a template");
    let mut options = Options::of(&templates[0]);
    let matched = |kinds: &[&str]| {
        let kinds = kinds.iter().map(|&kind| kind.into()).collect();
        Some(vec![KindNames { groups: vec!["apps".into(), "".into()], kinds }])
    };
    options.surroundings.matched = matched(&["Deployment"]);
    let described = pipeline::describe(&templates[0].sources, &options).expect("a policy");
    assert_eq!(
        described.applies,
        Applies::Matched(vec!["Deployment".into(), "apps/Deployment".into()])
    );
    options.surroundings.matched = matched(&["*"]);
    let described = pipeline::describe(&templates[0].sources, &options).expect("a policy");
    assert_eq!(described.applies, Applies::Any);
}

#[test]
fn the_whole_inventory_has_any_kind() {
    let rego = "      violation[{\"msg\": msg}] { msg := sprintf(\"%v\", [data.inventory]) }\n";
    let start = TEMPLATE.find("      violation").expect("a rule");
    let described = describe(&format!("{}{rego}", &TEMPLATE[..start]));
    let any = |namespaced| InventoryKind { namespaced, version: None, kind: None };
    assert_eq!(described.inventory, [any(false), any(true)]);
}

#[test]
fn a_line_of_the_documentation_has_few_items_and_quotes_them() {
    let reads: Vec<String> = (0..20).map(|index| format!("input.review.x{index}")).collect();
    let first = ["input.review[\"`\"]".to_owned()].into_iter().chain(reads).collect();
    let found = lines(&Description { reads: first, ..describe(TEMPLATE) });
    let text = found.join("\n");
    let start = "- reads: `` input.review[\"`\"] ``, `input.review.x0`, `input.review.x1`,";
    assert!(text.contains(start), "{text}");
    assert!(text.contains("`input.review.x10`, and 9 more\n- inventory"), "{text}");
    assert!(found.iter().all(|line| line.len() <= 100), "{text}");
}
