use ferrego_runtime::{Arena, Document};

use super::*;

fn template(name: &str, from: &str, to: &str, source: &str) -> ExpansionTemplate {
    let text = format!(
        r#"{{"apiVersion": "expansion.gatekeeper.sh/v1beta1", "kind": "ExpansionTemplate",
            "metadata": {{"name": "{name}"}}, "spec": {{
                "applyTo": [{{"groups": ["g"], "versions": ["v1"], "kinds": ["{from}"]}}],
                "templateSource": "{source}", "enforcementAction": "warn",
                "generatedGVK": {{"group": "g", "version": "v1", "kind": "{to}"}}}}}}"#
    );
    ExpansionTemplate::read(&Document::parse(text).expect("JSON").value()).expect("valid")
}

fn faults(text: &str) -> Vec<String> {
    let document = Document::parse(text).expect("JSON");
    let faults = ExpansionTemplate::read(&document.value()).expect_err("faults");
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn an_object_implies_others_and_they_others() {
    let sets = template("sets", "Deployment", "ReplicaSet", "spec.set");
    let pods = template("pods", "ReplicaSet", "Pod", "spec.template");
    let expander = Expander::new([pods, sets]).expect("no cycle");
    let deployment = r#"{"apiVersion": "g/v1", "kind": "Deployment",
        "metadata": {"name": "Web", "namespace": "n"},
        "spec": {"set": {"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"x": 1}}}}}}"#;
    let deployment = Document::parse(deployment).expect("JSON");
    let arena = Arena::new();
    let implied = expander.expand(&arena, deployment.value(), None).expect("expanded");
    let shown: Vec<_> = implied.iter().map(|one| (one.template, one.object.to_string())).collect();
    let pod = r#"{"apiVersion": "g/v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}, "name": "web-replicaset-pod", "namespace": "n", "ownerReferences": [{"apiVersion": "g/v1", "kind": "ReplicaSet", "name": "web-replicaset", "uid": ""}]}, "spec": {"x": 1}}"#;
    assert_eq!(shown[0], ("pods", pod.to_owned()));
    assert_eq!((shown.len(), shown[1].0), (2, "sets"));
    assert_eq!(implied[0].enforcement_action, "warn");
    let named = expander.expand(&arena, deployment.value(), Some("m")).expect("expanded");
    assert_eq!(named[0].object.path(&["metadata", "namespace"]), Some(Value::String("m")));
}

#[test]
fn an_object_without_the_source_field_is_an_error() {
    let expander = Expander::new([template("pods", "Job", "Pod", "spec.template")]).expect("valid");
    let arena = Arena::new();
    let expand = |text: &str| {
        let object = Document::parse(text).expect("JSON");
        let expanded = expander.expand(&arena, object.value().copy_to(&arena), None);
        expanded.map(|all| all.len()).map_err(|fault| fault.to_string())
    };
    let job = |spec: &str| {
        format!(
            r#"{{"apiVersion": "g/v1", "kind": "Job", "metadata": {{"name": "j"}}, "spec": {spec}}}"#
        )
    };
    let missing = "invalid ExpansionTemplate: spec.template: could not find source field \
                   \"spec.template\" in resource j";
    assert_eq!(expand(&job("{}")), Err(missing.to_owned()));
    let wrong = "invalid ExpansionTemplate: spec.template: could not extract source field from \
                 unstructured: expected an object, found array";
    assert_eq!(expand(&job(r#"{"template": []}"#)), Err(wrong.to_owned()));
    assert_eq!(expand(r#"{"apiVersion": "g/v2", "kind": "Job"}"#), Ok(0));
}

#[test]
fn cycles_and_duplicates_are_refused() {
    let cycle = [
        template("b", "B", "C", "spec"),
        template("c", "C", "A", "spec"),
        template("a", "A", "B", "spec"),
        template("d", "D", "A", "spec"),
    ];
    let faults = Expander::new(cycle).expect_err("a cycle");
    let told: Vec<_> = faults.iter().map(|(of, fault)| (*of, fault.message.clone())).collect();
    let in_cycle = |name| format!("the ExpansionTemplate {name} forms an expansion cycle");
    assert_eq!(told, [(2, in_cycle("a")), (0, in_cycle("b")), (1, in_cycle("c"))]);
    let twice = [template("a", "A", "B", "spec"), template("a", "A", "C", "spec")];
    let (of, fault) = &Expander::new(twice).expect_err("twice")[0];
    assert_eq!((*of, fault.code), (1, crate::fault::FaultCode::Duplicate));
}

#[test]
fn all_faults_of_a_template_are_named() {
    let empty = [
        "invalid ExpansionTemplate: apiVersion: an ExpansionTemplate must have the apiVersion \
         expansion.gatekeeper.sh/v1beta1 or expansion.gatekeeper.sh/v1alpha1",
        "invalid ExpansionTemplate: metadata.name: ExpansionTemplate has empty name field",
        "invalid ExpansionTemplate: spec.applyTo: ExpansionTemplate  must specify ApplyTo",
        "invalid ExpansionTemplate: spec.templateSource: ExpansionTemplate  has empty source field",
        "invalid ExpansionTemplate: spec.generatedGVK: ExpansionTemplate  has empty generatedGVK field",
    ];
    assert_eq!(faults("{}"), empty);
    let own = r#"{"apiVersion": "expansion.gatekeeper.sh/v1alpha1", "metadata": {"name": "e"},
        "spec": {"applyTo": [{"groups": [""], "versions": ["v1"], "kinds": ["Pod", 1]}],
            "templateSource": "spec", "generatedGVK": {"version": "v1", "kind": "Pod"}}}"#;
    let own_output = "invalid ExpansionTemplate: spec.applyTo: ExpansionTemplate e generates GVK /v1, \
                      Kind=Pod, but also applies to that same GVK";
    let number =
        "invalid ExpansionTemplate: spec.applyTo[0].kinds[1]: expected a string, found number";
    assert_eq!(faults(own), [number, own_output]);
}

#[test]
fn an_action_that_gatekeeper_does_not_know_is_an_error() {
    let text = |action: &str| {
        format!(
            r#"{{"apiVersion": "expansion.gatekeeper.sh/v1beta1", "kind": "ExpansionTemplate",
                "metadata": {{"name": "e"}}, "spec": {{"enforcementAction": "{action}",
                    "applyTo": [{{"groups": ["g"], "versions": ["v1"], "kinds": ["K"]}}],
                    "templateSource": "spec.template",
                    "generatedGVK": {{"group": "", "version": "v1", "kind": "Pod"}}}}}}"#
        )
    };
    for known in ["", "deny", "warn", "dryrun"] {
        let document = Document::parse(text(known)).expect("JSON");
        assert!(ExpansionTemplate::read(&document.value()).is_ok(), "{known}");
    }
    for unknown in ["dney", "Deny", "scoped", " deny"] {
        let message = format!(
            "invalid ExpansionTemplate: spec.enforcementAction: Unsupported value: \"{unknown}\": \
             supported values: \"deny\", \"warn\", \"dryrun\""
        );
        assert_eq!(faults(&text(unknown)), [message]);
    }
}
