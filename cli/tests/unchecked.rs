//! Documents that `ferrego test` does not check as their author expects: it says so.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Project;

/// A template that denies whatever it sees, and its constraint.
const DENIES: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: denies}
spec:
  crd: {spec: {names: {kind: Denies}, validation: {openAPIV3Schema: {type: object}}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package denies
      violation[{\"msg\": \"no\"}] { input.review.object.kind != \"Deployment\" }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Denies
metadata: {name: all}
";

fn denies(document: &str) -> (i32, String, String) {
    let text = format!("{DENIES}---\n{document}");
    let project = Project::new(&[("all.yaml", text.as_bytes())]);
    project.run(&["test", "-f", "all.yaml"])
}

/// gator judges suites like any object.
#[test]
fn a_suite_is_judged_but_does_not_count_unless_it_is_denied() {
    let (status, out, _) =
        denies("{apiVersion: test.gatekeeper.sh/v1alpha1, kind: Suite, metadata: {name: s}}");
    assert_eq!(status, 1);
    assert!(out.contains("Suite s: deny Denies/all"), "{out}");
}

#[test]
fn a_misspelled_kind_is_an_error_in_a_group_of_gatekeeper_and_elsewhere_a_warning() {
    for (document, expected) in [
        (
            "{apiVersion: templates.gatekeeper.sh/v1, kind: Constrainttemplate, metadata: {name: a}}",
            "error",
        ),
        ("{apiVersion: mutations.gatekeeper.sh/v1, kind: Asign, metadata: {name: a}}", "error"),
        ("{apiVersion: v1, kind: list, items: []}", "warning"),
        ("{apiVersion: v1, kind: List, itmes: []}", "warning"),
        ("{apiVersion: admission.k8s.io/v1, kind: admissionreview, request: {}}", "warning"),
    ] {
        let (_, _, errors) = denies(document);
        assert!(
            errors.contains(&format!("{expected}[nothing checked]: kind: expected")),
            "{errors}"
        );
    }
}

#[test]
fn an_operation_that_the_api_does_not_have_is_an_error() {
    let review = |operation: &str| {
        denies(&format!(
            "{{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {{operation: {operation}, \
             object: {{apiVersion: v1, kind: Pod, metadata: {{name: p}}}}}}}}"
        ))
    };
    let (status, _, errors) = review("CRAETE");
    assert_eq!(status, 2);
    assert!(
        errors.contains("expected CREATE, UPDATE, DELETE or CONNECT, found \"CRAETE\""),
        "{errors}"
    );
    let (status, _, errors) = review("CREATE");
    assert_eq!((status, &*errors), (1, ""));
}

#[test]
fn mutators_beside_an_expansion_template_are_an_error() {
    let mutator = "{apiVersion: mutations.gatekeeper.sh/v1, kind: Assign, metadata: {name: m}}";
    let (status, _, errors) = denies(mutator);
    assert_eq!(status, 1, "a mutator is judged like any object");
    assert!(errors.contains("warning[not applied]"), "{errors}");
    let expansion = "apiVersion: expansion.gatekeeper.sh/v1alpha1
kind: ExpansionTemplate
metadata: {name: e}
spec:
  applyTo: [{groups: [apps], kinds: [Deployment], versions: [v1]}]
  templateSource: spec.template
  generatedGVK: {kind: Pod, group: \"\", version: v1}
";
    let (status, _, errors) = denies(&format!("{mutator}\n---\n{expansion}"));
    assert_eq!(status, 2);
    assert!(errors.contains("error[not applied]"), "{errors}");
}

#[test]
fn a_report_with_characters_that_yaml_lacks_is_json() {
    let text = format!(
        "{DENIES}---\n{{apiVersion: v1, kind: Pod, metadata: {{name: \"a\\x7f\\ufffe\"}}}}"
    );
    let project = Project::new(&[("all.yaml", text.as_bytes())]);
    let (status, out, _) = project.run(&["test", "-f", "all.yaml", "-o", "yaml"]);
    assert_eq!(status, 1);
    assert!(out.contains("a\\u007f\\ufffe"), "{out}");
}

/// The warning follows the same rules as the judgment: `gator test` puts an object without a
/// namespace into a Namespace without a name.
#[test]
fn a_constraint_that_denies_is_never_said_to_match_nothing() {
    for (matching, status, told) in
        [("{scope: Namespaced}", 1, false), ("{namespaces: [shop]}", 0, true), ("{}", 1, false)]
    {
        let document = format!(
            "{{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: Denies, metadata: {{name: all}}, \
             spec: {{match: {matching}}}}}\n---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p}}}}"
        );
        let template = DENIES.split("---").next().expect("the template");
        let project = Project::new(&[("all.yaml", format!("{template}---\n{document}"))]);
        let (found, _, errors) = project.run(&["test", "-f", "all.yaml"]);
        assert_eq!(found, status, "{matching}: {errors}");
        let warning =
            "warning[unmatched constraint]: 1 of 1 constraints match no object: Denies/all";
        assert_eq!(errors.contains(warning), told, "{matching}: {errors}");
        let (found, _, _) = project.run(&["test", "-f", "all.yaml", "--fail-on-empty"]);
        assert_eq!(found, if told { 2 } else { status }, "{matching}");
    }
}

#[test]
fn a_document_that_is_empty_is_skipped_and_one_that_is_no_object_is_an_error() {
    let (status, out, errors) =
        denies("{}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p}}\n---\n{ }");
    assert_eq!(status, 1, "{errors}");
    assert!(out.ends_with("3 objects judged, 3 denied; 3 violations, 3 denying\n"), "{out}");
    let (status, _, errors) = denies("hello");
    assert_eq!(status, 2);
    assert!(
        errors.contains("error[invalid object]: expected an object, found a string"),
        "{errors}"
    );
    let (status, _, errors) = denies("{kind: Pod}");
    assert_eq!(status, 2);
    assert!(errors.contains("apiVersion: resource has no version"), "{errors}");
}
