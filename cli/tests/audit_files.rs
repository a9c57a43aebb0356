//! Tests of `ferrego audit` on files.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;
mod labels;

use common::Project;
use labels::project;

#[test]
fn files_are_judged_as_an_audit_does() {
    let config = "apiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nmetadata: {name: config}\n\
                  spec: {match: [{excludedNamespaces: [b], processes: [audit]}]}\n";
    let project = project(&[("policy/config.yaml", config)]);
    let (status, out, err) = project.run(&["audit", "policy", "pods.yaml"]);
    let db = "pods.yaml:5: v1/Pod a/db: deny NeedsLabel/owner: db has no label owner\n";
    assert_eq!((status, out.lines().next(), &*err), (1, Some(db.trim_end()), ""));
    assert!(!out.contains("v1/Pod b/job"), "{out}");
    assert!(out.ends_with("; 1 object in exempt namespaces\n"), "{out}");
    let (_, out, _) = project.run(&["audit", "-o", "json", "policy", "pods.yaml"]);
    assert!(out.contains("\"exempt\": 1,"), "{out}");
}

#[test]
fn files_are_named_as_for_test() {
    let project = project(&[]);
    let expected = project.run(&["audit", "policy", "pods.yaml"]);
    assert_eq!(expected.0, 1);
    for arguments in [
        &["audit", "-f", "policy", "pods.yaml"][..],
        &["audit", "-f", "policy", "-f", "pods.yaml"],
        &["audit", "pods.yaml", "--filename", "policy"],
    ] {
        assert_eq!(project.run(arguments), expected, "{arguments:?}");
    }
}

/// A policy that reads fields, keys and numbers of members of the inventory.
const HOSTS: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: uniquehost}
spec:
  crd: {spec: {names: {kind: UniqueHost}, validation: {openAPIV3Schema: {type: object}}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package uniquehost

      violation[{\"msg\": msg}] {
        host := input.review.object.spec.rules[_].host
        other := data.inventory.namespace[namespace][_].Ingress[name]
        other.spec.rules[_].host == host
        [namespace, name] != [input.review.namespace, input.review.name]
        kinds := object.get(data.inventory, [\"namespace\", namespace, \"v1\"], {})
        pods := {pod | pod := kinds.Pod[_].metadata.labels.app}
        msg := sprintf(\"%v: %v/%v has %v fields, %v and %v\", [host, namespace, name, count(other), pods, count(kinds.Pod)])
      }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: UniqueHost
metadata: {name: hosts}
";

const INGRESSES: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: one, namespace: a}
spec: {rules: [{host: shop.example}], ingressClassName: x}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: two, namespace: b}
spec: {rules: [{host: shop.example}, {host: b.example}]}
---
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: b, labels: {app: web, tier: x}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: two, namespace: b, labels: {app: db}}
---
apiVersion: v1
kind: Pod
metadata: {name: three, namespace: a}
";

/// An audit keeps only the parts of the inventory that policies read, and `test` keeps whole objects.
#[test]
fn the_inventory_of_an_audit_holds_what_policies_read() {
    let project = Project::new(&[("hosts.yaml", HOSTS), ("objects.yaml", INGRESSES)]);
    let (status, out, err) = project.run(&["audit", "hosts.yaml", "objects.yaml"]);
    assert_eq!((status, &*err), (1, ""), "{out}");
    let messages = [
        "shop.example: b/two has 4 fields, {\"db\", \"web\"} and 2",
        "shop.example: a/one has 4 fields, set() and 1",
    ];
    assert!(messages.iter().all(|message| out.contains(message)), "{out}");
    assert_eq!(project.run(&["test", "hosts.yaml", "objects.yaml"]), (status, out, err));
}

#[test]
fn denied_objects_are_status_0_with_no_fail() {
    let project = project(&[("broken.yaml", "kind: [")]);
    for command in ["audit", "test"] {
        let (status, out, err) = project.run(&[command, "policy", "pods.yaml"]);
        assert_eq!((status, &*err), (1, ""), "{out}");
        let found = project.run(&[command, "--no-fail", "policy", "pods.yaml"]);
        assert_eq!(found, (0, out, err));
        let (status, _, err) = project.run(&[command, "--no-fail", "policy", "broken.yaml"]);
        assert_eq!(status, 2, "{err}");
    }
}
