//! A template that demands a label, two constraints, and objects with and without the labels.

use crate::common::Project;

/// The template.
pub(crate) const TEMPLATE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needslabel}
spec:
  crd:
    spec:
      names: {kind: NeedsLabel}
      validation:
        openAPIV3Schema:
          type: object
          properties: {label: {type: string}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needslabel

      violation[{\"msg\": msg, \"details\": {\"n\": 1.50}}] {
        object := input.review.object
        not object.metadata.labels[input.parameters.label]
        msg := sprintf(\"%s has no label %s\", [object.metadata.name, input.parameters.label])
      }
";

/// The constraints: one denies, one warns.
pub(crate) const CONSTRAINTS: &str = "\
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: owner}
spec:
  match: {kinds: [{apiGroups: [\"\"], kinds: [Pod]}]}
  parameters: {label: owner}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: cost}
spec:
  enforcementAction: warn
  match: {kinds: [{apiGroups: [\"\"], kinds: [Pod]}]}
  parameters: {label: cost}
";

/// The objects.
pub(crate) const PODS: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {owner: ann, cost: low}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: a, labels: {cost: low}}
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: job, namespace: b, labels: {owner: bea}}
";

/// Creates a folder with the template, the constraints, the objects and `more` files.
pub(crate) fn project(more: &[(&str, &str)]) -> Project {
    let files =
        [("policy/template.yaml", TEMPLATE), ("policy/c.yaml", CONSTRAINTS), ("pods.yaml", PODS)];
    Project::new(&[&files[..], more].concat())
}
