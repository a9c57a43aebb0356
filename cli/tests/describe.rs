//! `ferrego describe`: its formats and exit statuses.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Project;
use insta::assert_snapshot;

const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: allowedregistries
spec:
  crd:
    spec:
      names: {kind: AllowedRegistries}
      validation:
        openAPIV3Schema:
          type: object
          required: [registries]
          properties:
            registries:
              description: The registries, as regular expressions.
              type: array
              items: {type: string}
            mode: {type: string, enum: [strict, lax], default: strict}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package allowedregistries

      violation[{"msg": msg}] {
        container := input.review.object.spec.containers[_]
        not allowed(container.image)
        msg := sprintf("%v in %v", [container.image, input.parameters.mode])
      }

      allowed(image) {
        regex.match(input.parameters.registries[_], image)
      }

      allowed(image) {
        data.inventory.cluster["v1"].Namespace[input.review.namespace].metadata.labels.exempt
      }
"#;

const CONSTRAINT: &str = r#"apiVersion: constraints.gatekeeper.sh/v1beta1
kind: AllowedRegistries
metadata: {name: one}
spec:
  match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}
  parameters: {registries: [a]}
"#;

fn project() -> Project {
    Project::new(&[
        ("policies/template.yaml", TEMPLATE),
        ("policies/constraint.yaml", CONSTRAINT),
        ("helpers.rego", "package p\n\nq if input.x\n"),
        ("broken.rego", "package p\n\nq if x == 1\n"),
    ])
}

#[test]
fn a_description_is_text() {
    let (status, out, errors) = project().run(&["describe", "policies", "helpers.rego"]);
    assert_eq!((status, &*errors), (0, ""));
    assert_snapshot!(out);
}

#[test]
fn a_description_is_json() {
    let (status, out, errors) =
        project().run(&["describe", "-o", "json", "policies/template.yaml"]);
    assert_eq!((status, &*errors), (0, ""));
    assert_snapshot!(out);
}

#[test]
fn a_policy_with_faults_has_no_description() {
    let (status, out, errors) = project().run(&["describe", "broken.rego"]);
    assert_eq!((status, &*out), (1, ""));
    assert!(errors.contains("broken.rego:3:6"), "{errors}");
}
