//! Tests of the validation without a server.

use std::time::Duration;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Eval, Evaluation, Violations};
use serde_json::{Value as Json, json};

use super::*;
use crate::cluster::LoadedTemplate;
use crate::wait::Blocking;

struct AllowAll;

impl Violations for AllowAll {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        Ok(Some(ObjectBuilder::new(evaluation.arena()).finish()))
    }
}

/// Returns a validation whose compiler refuses "broken" Rego. It knows the kind `Images`, whose
/// constraints have a list of strings.
fn validation() -> Validation {
    let loader: Loader = Arc::new(|json| {
        let template: Json = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if template["spec"]["rego"] == "broken" {
            return Err("rego_parse_error: broken".to_owned());
        }
        let kind = template["spec"]["kind"].as_str().unwrap_or_default().to_owned();
        Ok(LoadedTemplate { kind, schema: None, policy: Arc::new(AllowAll) })
    });
    let schema = r#"{"type": "object", "properties": {"names": {"type": "array", "items": {"type": "string"}}}}"#;
    let schema = Schema::of_template(schema, false).expect("a schema").map(Arc::new);
    Validation::new(loader, [("Images".to_owned(), schema)].into(), Numbers::Float64)
}

fn request(operation: &str, group: &str, object: &Json) -> Json {
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "7",
            "kind": {"group": group, "version": "v1beta1", "kind": object["kind"]},
            "name": object["metadata"]["name"],
            "operation": operation,
            if operation == "DELETE" { "oldObject" } else { "object" }: object,
        },
    })
}

/// Returns the code and the message of the denial of an object; they are empty if it is accepted.
fn denial(operation: &str, group: &str, mut object: Json) -> (u16, String) {
    object["apiVersion"] = json!(format!("{group}/v1beta1"));
    let (arena, text) = (Arena::new(), request(operation, group, &object).to_string());
    let review = Review::from_bytes(&arena, text.as_bytes(), Numbers::Float64).expect("a review");
    if !Validation::applies_to(&review) {
        return (0, "not validated".to_owned());
    }
    match validation().validate(&review) {
        Ok(()) => (0, String::new()),
        Err(invalid) => (invalid.code(), invalid.to_string()),
    }
}

fn template(name: &str, rego: &str) -> Json {
    json!({
        "kind": "ConstraintTemplate",
        "metadata": {"name": name},
        "spec": {"kind": "Images", "rego": rego},
    })
}

fn constraint(kind: &str, spec: &Json) -> Json {
    json!({"kind": kind, "metadata": {"name": "one"}, "spec": spec})
}

#[test]
fn a_template_must_compile_and_have_the_name_of_its_kind() {
    let denial = |template| denial("CREATE", "templates.gatekeeper.sh", template);
    assert_eq!(denial(template("images", "good")), (0, String::new()));
    assert_eq!(denial(template("images", "broken")), (422, "rego_parse_error: broken".to_owned()));
    let (code, message) = denial(template("others", "good"));
    assert_eq!(code, 422);
    assert!(message.contains(r#""others" is not equal to the lowercase"#), "{message}");
    let long = "a".repeat(64);
    let message = "resource cannot have metadata.name larger than 63 char; length: 64".to_owned();
    assert_eq!(denial(template(&long, "good")), (500, message));
}

#[test]
fn a_constraint_must_fit_its_template() {
    let denial =
        |kind, spec: Json| denial("UPDATE", "constraints.gatekeeper.sh", constraint(kind, &spec));
    let scoped = |action: &str, point: &str| {
        let actions = json!([{"action": action, "enforcementPoints": [{"name": point}]}]);
        json!({"enforcementAction": "scoped", "scopedEnforcementActions": actions})
    };
    for spec in [
        json!({}),
        json!({"parameters": {"names": ["a"]}, "enforcementAction": "warn"}),
        scoped("deny", "audit.gatekeeper.sh"),
        json!({"scopedEnforcementActions": []}),
    ] {
        assert_eq!(denial("Images", spec.clone()), (0, String::new()), "{spec}");
    }
    for (kind, spec, expected) in [
        ("Others", json!({}), "no ConstraintTemplate of kind `Others`"),
        ("Images", json!({"parameters": {"names": "a"}}), "spec.parameters.names"),
        ("Images", json!({"enforcementAction": "block"}), "spec.enforcementAction"),
        ("Images", json!({"match": {"kinds": "Pod"}}), "spec.match.kinds"),
        (
            "Images",
            json!({"match": {"labelSelector": {"matchExpressions": [{"key": "a", "operator": "Near"}]}}}),
            "spec.match.labelSelector",
        ),
        ("Images", scoped("block", "*"), "spec.scopedEnforcementActions[0].action"),
        ("Images", scoped("deny", "nowhere"), "spec.scopedEnforcementActions[0].enforcementPoints"),
    ] {
        let (code, message) = denial(kind, spec);
        assert!(code == 422 && message.contains(expected), "{expected}: {code} {message}");
    }
}

#[test]
fn other_objects_of_policies_are_validated() {
    let config = |name| json!({"kind": "Config", "metadata": {"name": name}});
    let denial_of_config = |name| denial("CREATE", "config.gatekeeper.sh", config(name));
    assert_eq!(denial_of_config("config"), (0, String::new()));
    assert_eq!(
        denial_of_config("other"),
        (422, "config resource must have name 'config'".to_owned())
    );
    for (group, kind, expected) in [
        ("externaldata.gatekeeper.sh", "Provider", "spec.url"),
        ("expansion.gatekeeper.sh", "ExpansionTemplate", "spec."),
    ] {
        let (code, message) =
            denial("CREATE", group, json!({"kind": kind, "metadata": {"name": "one"}}));
        assert!(code == 422 && message.contains(expected), "{code} {message}");
    }
}

#[test]
fn a_template_that_is_being_deleted_may_be_broken() {
    let mut broken = template("images", "broken");
    broken["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    assert_eq!(denial("UPDATE", "templates.gatekeeper.sh", broken), (0, String::new()));
}

#[test]
fn deletions_and_other_groups_are_not_validated() {
    let not_validated = (0, "not validated".to_owned());
    let broken = || template("images", "broken");
    assert_eq!(denial("DELETE", "templates.gatekeeper.sh", broken()), not_validated);
    assert_eq!(denial("CREATE", "example.org", broken()), not_validated);
}

#[test]
fn a_template_is_not_compiled_on_a_shared_thread() {
    let found = wait::with(Blocking::Forbidden, || {
        let denial = denial("CREATE", "templates.gatekeeper.sh", template("images", "good"));
        (denial, wait::is_refused())
    });
    assert!(found.1, "{found:?}");
    let until = |deadline| {
        wait::with(Blocking::Until(deadline), || {
            denial("CREATE", "templates.gatekeeper.sh", template("images", "good")).0
        })
    };
    let now = Instant::now();
    assert_eq!((until(now + Duration::from_mins(1)), until(now)), (0, 500));
}
