use super::*;

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

/// Each fault as `line:column code: message`.
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
fn code_is_v1_only_where_it_says_so() {
    for (version, expected) in [
        ("version: v1, ", RegoVersion::V1),
        ("version: v0, ", RegoVersion::V0),
        ("", RegoVersion::V0),
    ] {
        let template = template(&format!(
            "  - target: admission.k8s.gatekeeper.sh
    code:
    - {{engine: K8sNativeValidation, source: {{}}}}
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
            "  - target: admission.k8s.gatekeeper.sh\n    rego: ' '\n",
            "8:11 invalid ConstraintTemplate: the Rego is empty",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    code: [{engine: K8sNativeValidation}]\n",
            "8:21 no language driver: no language driver handles this template: its only engine is K8sNativeValidation",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    rego: 5\n",
            "8:11 invalid ConstraintTemplate: template must be a string but is a number",
        ),
        (
            "  - target: admission.k8s.gatekeeper.sh\n    rego: package a\n    libs: {}\n",
            "9:11 invalid ConstraintTemplate: libs must be a list but is a mapping",
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
            "7:5 invalid ConstraintTemplate: multi-target templates are not supported by Gatekeeper",
        ),
        ("  - {}\n", "7:5 invalid ConstraintTemplate: target is missing"),
    ];
    for (targets, expected) in cases {
        assert_eq!(faults(&with_targets(targets)), [expected], "{targets}");
    }
}

#[test]
fn reports_all_that_a_document_lacks() {
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
fn other_documents_are_refused_or_passed_over() {
    let text = "kind: Pod\n---\nkind: ConstraintTemplate\napiVersion: v2\n";
    assert_eq!(
        faults(text),
        [
            "1:7 invalid ConstraintTemplate: kind \"Pod\" is no ConstraintTemplate",
            "4:13 invalid ConstraintTemplate: apiVersion \"v2\" is none of templates.gatekeeper.sh",
        ]
    );
    assert_eq!(
        faults(""),
        ["1:1 invalid ConstraintTemplate: the file holds no ConstraintTemplate"]
    );
    assert_eq!(
        faults("just text"),
        ["1:1 invalid ConstraintTemplate: the file holds no ConstraintTemplate"]
    );
    let ignored = read("t.yaml", "kind: Pod\n", OtherKinds::Ignore).expect("no fault");
    assert!(ignored.is_empty());
}
