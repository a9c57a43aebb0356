//! Documents that Gatekeeper decodes into types of Go: Namespaces, requests and constraints.
//!
//! The expected results are those of gator 3.23.1.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{Project, template};

/// A constraint on Pods, with `spec.match` and more fields of `spec`.
fn constraint(matching: &str) -> String {
    format!(
        "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Refuses\nmetadata: {{name: pods}}\n\
         spec: {{match: {matching}}}\n"
    )
}

/// A template whose policy has `body`.
fn refuses(body: &str) -> String {
    let target = format!(
        "    rego: |\n      package refuses\n      violation[{{\"msg\": \"no\"}}] {{ {body} }}\n"
    );
    template("Refuses", &target)
}

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}";

const SELECTOR: &str = r#"{namespaceSelector: {matchLabels: {restricted: "yes"}}}"#;

/// A suite with one case, which expects `violations` of `o.yaml`.
fn suite(violations: usize, rest: &str) -> String {
    format!(
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests:\n- name: pods\n  template: \
         t.yaml\n  constraint: c.yaml\n  cases:\n  - name: one\n    object: o.yaml\n    \
         assertions: [{{violations: {violations}}}]\n{rest}"
    )
}

/// Runs a suite on the object `o.yaml`.
fn verify(body: &str, matching: &str, object: &str, violations: usize) -> (i32, String, String) {
    let project = Project::new(&[
        ("t.yaml", refuses(body)),
        ("c.yaml", constraint(matching)),
        ("o.yaml", object.to_owned()),
        ("suite.yaml", suite(violations, "")),
    ]);
    project.run(&["verify", "suite.yaml"])
}

/// A review of a Pod with more fields of the request and of the metadata.
fn review(request: &str, metadata: &str) -> String {
    format!(
        "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest:\n  operation: CREATE\n  \
         object: {{apiVersion: v1, kind: Pod, metadata: {{name: web{metadata}}}}}\n{request}"
    )
}

#[test]
fn a_namespace_that_gatekeeper_cannot_decode_is_an_error() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    \
                     restricted: \"yes\"\n    level: 3\n";
    let project = Project::new(&[
        ("t.yaml", refuses("true")),
        ("c.yaml", constraint(SELECTOR)),
        ("n.yaml", namespace.to_owned()),
        ("o.yaml", POD.to_owned()),
        ("suite.yaml", suite(1, "    inventory: [n.yaml]\n")),
    ]);
    let files = ["t.yaml", "c.yaml", "n.yaml", "o.yaml"];
    let expected = "error[invalid object]: metadata.labels.level: Invalid value: \"integer\"";
    for command in ["test", "audit"] {
        let (status, out, err) = project.run(&[&[command], &files[..]].concat());
        assert_eq!(status, 2, "{out}{err}");
        assert!(err.contains(expected) && err.contains("n.yaml:7:"), "{err}");
        assert!(err.contains("help: quote the value"), "{err}");
        assert_eq!(err.matches("error[").count(), 1, "{err}");
        // Whether the constraint applies to the Pod is not known, so the Pod is denied.
        assert!(out.contains("v1/Pod shop/web: deny Refuses/pods: unable to match"), "{out}");
    }
    let (status, out, _) = project.run(&["verify", "suite.yaml"]);
    assert_eq!(status, 2, "{out}");
    assert!(out.contains("metadata.labels.level") && out.contains("n.yaml:7:"), "{out}");
    let server = ["serve", "t.yaml", "c.yaml", "n.yaml", "--cert", "tls.crt", "--key", "tls.key"];
    let (status, _, err) = project.run(&server);
    assert_eq!(status, 2);
    assert!(err.contains(expected), "{err}");
}

#[test]
fn empty_fields_of_a_user_are_left_out_as_in_go() {
    let body = "not input.review.userInfo.groups; not input.review.userInfo.username";
    for user in ["{}", "{groups: null}", "{groups: []}", "{username: \"\", extra: {}}", "null"] {
        let object = review(&format!("  userInfo: {user}\n"), "");
        let (status, out, err) = verify(body, "{}", &object, 1);
        assert_eq!(status, 0, "{user}: {out}{err}");
        let project = Project::new(&[
            ("t.yaml", refuses(body)),
            ("c.yaml", constraint("{}")),
            ("o.yaml", object),
        ]);
        assert_eq!(project.run(&["test", "t.yaml", "c.yaml", "o.yaml"]).0, 1, "{user}");
    }
    let object = review("  userInfo: {groups: [a]}\n", "");
    assert_eq!(verify(body, "{}", &object, 0).0, 0);
}

#[test]
fn fields_of_a_request_have_the_types_of_go() {
    for (field, expected) in [
        ("dryRun: \"true\"", "request.dryRun: expected a boolean, found string"),
        ("userInfo: {groups: a}", "request.userInfo.groups: expected an array, found string"),
        ("userInfo: {groups: [1]}", "request.userInfo.groups[0]: expected a string, found number"),
        ("userInfo: {username: 3}", "request.userInfo.username: expected a string, found number"),
        ("userInfo: {extra: {a: b}}", "request.userInfo.extra.a: expected an array, found string"),
        ("kind: {group: 1}", "request.kind.group: expected a string, found number"),
    ] {
        let (status, out, _) = verify("true", "{}", &review(&format!("  {field}\n"), ""), 1);
        assert_eq!(status, 2, "{field}");
        assert!(out.contains(expected), "{out}");
    }
}

/// `gator verify` knows no Namespace, so it reads the namespace of the object alone.
#[test]
fn a_suite_matches_reviews_by_the_namespace_of_the_object() {
    for (matching, request, metadata, violations) in [
        ("{namespaces: [home]}", "home", "", 1),
        ("{namespaces: [shop]}", "home", "", 1),
        ("{excludedNamespaces: [home]}", "home", "", 1),
        ("{namespaces: [shop]}", "home", ", namespace: shop", 1),
        ("{namespaces: [home]}", "home", ", namespace: shop", 0),
        ("{scope: Namespaced}", "home", "", 0),
        ("{scope: Cluster}", "home", "", 1),
        ("{scope: Namespaced}", "home", ", namespace: shop", 1),
        (SELECTOR, "home", "", 1),
    ] {
        let object = review(&format!("  namespace: {request}\n"), metadata);
        let (status, out, err) = verify("true", matching, &object, violations);
        assert_eq!(status, 0, "{matching} {metadata}: {out}{err}");
    }
}

#[test]
fn an_invalid_test_expects_a_fault_of_the_schema() {
    let template = refuses("true").replace(
        "names: {kind: Refuses}",
        "names: {kind: Refuses}, validation: {openAPIV3Schema: {type: object, properties: {size: \
         {type: integer}}}}",
    );
    let suite = "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests:\n- {name: a, template: \
                 t.yaml, constraint: c.yaml, invalid: true}\n";
    for (spec, status, told) in [
        ("{parameters: {size: x}}", 0, ""),
        ("{parameters: {size: x, m: 1}}", 0, ""),
        ("{parameters: {m: 1}}", 1, "got invalid Constraint: spec.parameters.m: unknown field"),
        ("{foo: 1}", 1, "got invalid Constraint: spec.foo: unknown field"),
        ("[]", 1, "got schema validation failed: spec: Invalid value"),
        ("{parameters: {size: 1}}", 1, "should have failed schema validation\n"),
    ] {
        let constraint = constraint("{}").replace("{match: {}}", spec);
        let project = Project::new(&[
            ("t.yaml", template.clone()),
            ("c.yaml", constraint),
            ("suite.yaml", suite.to_owned()),
        ]);
        let (found, out, err) = project.run(&["verify", "suite.yaml"]);
        assert_eq!(found, status, "{spec}: {out}{err}");
        assert!(out.contains(told), "{out}");
        assert!(status == 0 || out.contains("should have failed schema validation"), "{out}");
    }
}
