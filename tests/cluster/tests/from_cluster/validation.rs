//! Tests of reviews of templates, constraints and Configs themselves.

use ferrego_cluster::registration::Scope;
use ferrego_cluster::{Answer, Registration, wait};
use serde_json::json;

use crate::definitions::{
    CONFIGS, TEMPLATES, constraints, create_yaml, define_constraints, template,
    undefine_constraints,
};
use crate::site::{EFFECT, Site};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[(
    "validation::policies_that_cannot_be_in_force_are_denied",
    policies_that_cannot_be_in_force_are_denied,
)];

const KIND: &str = "RequiredLabels";

#[track_caller]
fn expect_denial(answer: &Answer, part: &str) {
    let is_denied = answer.status == 422 && answer.message().contains("denied the request");
    assert!(is_denied && answer.message().contains(part), "{part}: {}", answer.text);
}

fn policies_that_cannot_be_in_force_are_denied(world: &World) {
    let site = Site::start(world, "validation");
    let api = world.api();
    let broken = |rego: &str| {
        let good = template("labels");
        let (head, _) = good.split_once("    rego: |").expect("the Rego of the template");
        format!("{head}    rego: {rego:?}\n")
    };
    // A template that was there before the webhook may be deleted.
    create_yaml(api, TEMPLATES, &broken("package requiredlabels\n\nviolation[")).expect_success();
    let (url, scope) = (site.webhook.url("/v1/admit"), Scope::policies());
    let authority = world.authority.pem();
    let registration = Registration::new(api, &site.namespace.name, &url, authority, &scope);
    let path = format!("{TEMPLATES}/{}", KIND.to_lowercase());
    // The API server asks the webhook a moment after its registration.
    wait::until("the webhook", EFFECT, || {
        let answer = api.patch(&path, &json!({"metadata": {"labels": {"changed": "yes"}}}));
        if answer.status == 422 { Ok(()) } else { Err(answer.text) }
    });
    api.delete(&path).expect_success();

    let broken = broken("package requiredlabels\n\nviolation[");
    expect_denial(&create_yaml(api, TEMPLATES, &broken), "rego_parse_error");
    let renamed = template("labels").replace("name: requiredlabels", "name: others");
    expect_denial(&create_yaml(api, TEMPLATES, &renamed), "not equal to the lowercase");
    create_yaml(api, TEMPLATES, &template("labels")).expect_success();
    define_constraints(api, KIND);

    let constraint = |parameters| site.constraint(KIND, "labels", &parameters);
    let path = constraints(KIND);
    let dry_run = format!("{path}?dryRun=All");
    let valid = constraint(json!({"labels": ["app"]}));
    // The server has the template a moment after its creation.
    wait::until("the template", EFFECT, || {
        let answer = api.create(&dry_run, &valid);
        if answer.is_success() { Ok(()) } else { Err(answer.text) }
    });
    let unfit = constraint(json!({"labels": "app"}));
    expect_denial(&api.create(&path, &unfit), "spec.parameters.labels");
    let mut unknown = valid.clone();
    unknown["spec"]["enforcementAction"] = json!("block");
    expect_denial(&api.create(&path, &unknown), "spec.enforcementAction");
    api.create(&path, &valid).expect_success();
    let config = json!({
        "apiVersion": "config.gatekeeper.sh/v1alpha1",
        "kind": "Config",
        "metadata": {"name": "other"},
    });
    expect_denial(&api.create(CONFIGS, &config), "config resource must have name 'config'");

    // A constraint can be deleted after its template.
    api.delete(&format!("{TEMPLATES}/{}", KIND.to_lowercase())).expect_success();
    wait::until("the end of the template", EFFECT, || {
        let late = site.constraint(KIND, "late", &json!({"labels": ["app"]}));
        let answer = api.create(&dry_run, &late);
        let is_denied = answer.message().contains("no ConstraintTemplate of kind");
        if is_denied { Ok(()) } else { Err(answer.text) }
    });
    api.delete(&format!("{path}/labels")).expect_success();
    drop(registration);
    undefine_constraints(api, KIND);
}
