//! Tests of templates, constraints, Configs and Namespaces that change.

use std::thread;
use std::time::{Duration, Instant};

use ferrego_cluster::load::Post;
use ferrego_cluster::registration::Scope;
use ferrego_cluster::{Load, Registration};
use serde_json::{Map, Value, json};

use crate::definitions::{
    CONFIGS, TEMPLATES, constraints, create_yaml, define_constraints, template,
    undefine_constraints,
};
use crate::objects::{labeled, pod};
use crate::site::{Site, Verdict};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("policies::templates_and_constraints_come_and_go", templates_and_constraints_come_and_go),
    ("policies::a_config_exempts_namespaces", a_config_exempts_namespaces),
    ("policies::selectors_see_the_labels_of_namespaces", selectors_see_the_labels_of_namespaces),
    ("policies::a_thousand_constraints", a_thousand_constraints),
];

const KIND: &str = "RequiredLabels";

/// The time within which a constraint must be in force whose kind was defined after its template.
const NOTICED: Duration = Duration::from_secs(5);

fn plain() -> Value {
    pod("plain", "registry.example/image")
}

fn denied(label: &str) -> String {
    format!("[labels] Pod plain has no label {label}")
}

fn labels(site: &Site<'_>, label: &str) -> Value {
    site.constraint(KIND, "labels", &json!({"labels": [label]}))
}

/// Creates the template of labels with the definition of its constraints.
pub(crate) fn add_template(site: &Site<'_>, name: &str, kind: &str) {
    create_yaml(site.world.api(), TEMPLATES, &template(name)).expect_success();
    define_constraints(site.world.api(), kind);
}

/// Deletes a template with its constraints.
pub(crate) fn remove_template(site: &Site<'_>, kind: &str) {
    let api = site.world.api();
    api.delete(&format!("{TEMPLATES}/{}", kind.to_lowercase())).expect_success();
    undefine_constraints(api, kind);
}

fn templates_and_constraints_come_and_go(world: &World) {
    let site = Site::start(world, "policies");
    let (api, name) = (world.api(), &site.namespace.name);
    let scope = Scope::namespace(name);
    let url = site.webhook.url("/v1/admit");
    let _registration = Registration::new(api, name, &url, world.authority.pem(), &scope);
    let path = format!("{}?dryRun=All", site.namespace.path("pods"));
    let load = Load::start(api, &[Post { path, object: plain() }], |_, answer| {
        let labels = ["app", "team", "tier"].into_iter();
        let mut denials = labels.filter(|label| answer.message().contains(&denied(label)));
        match (answer.status, denials.next()) {
            (201, None) => "allowed".to_owned(),
            (403, Some(label)) => label.to_owned(),
            _ => format!("wrong: {} {}", answer.status, answer.text),
        }
    });

    // The kind of the constraints is defined some seconds after the template is there.
    create_yaml(api, TEMPLATES, &template("labels")).expect_success();
    thread::sleep(Duration::from_secs(3));
    define_constraints(api, KIND);
    api.create(&constraints(KIND), &labels(&site, "app")).expect_success();
    let created = Instant::now();
    site.wait(&plain(), &Verdict::Denied(&denied("app")));
    println!("in force {:?} after its creation", created.elapsed());
    assert!(created.elapsed() < NOTICED, "{:?}", created.elapsed());

    let constraint = format!("{}/labels", constraints(KIND));
    let with = |label: &str| json!({"spec": {"parameters": {"labels": [label]}}});
    api.patch(&constraint, &with("team")).expect_success();
    site.wait(&plain(), &Verdict::Denied(&denied("team")));

    // The last version of a broken template stays, also for constraints that change.
    let path = format!("{TEMPLATES}/requiredlabels");
    let working = api.get(&path).expect_success().body["spec"]["targets"].take();
    let mut broken = working.clone();
    broken[0]["rego"] = json!("package requiredlabels\n\nviolation[");
    api.patch(&path, &json!({"spec": {"targets": broken}})).expect_success();
    site.wait_log("the template is not in force");
    assert!(Verdict::Denied(&denied("team")).is_of(&site.ask(&plain())));
    api.patch(&constraint, &with("tier")).expect_success();
    site.wait(&plain(), &Verdict::Denied(&denied("tier")));
    api.patch(&path, &json!({"spec": {"targets": working}})).expect_success();

    api.delete(&constraint).expect_success();
    site.wait(&plain(), &Verdict::Allowed);
    api.create(&constraints(KIND), &labels(&site, "app")).expect_success();
    site.wait(&plain(), &Verdict::Denied(&denied("app")));
    // Without its template, a constraint is not in force.
    api.delete(&path).expect_success();
    site.wait(&plain(), &Verdict::Allowed);
    create_yaml(api, TEMPLATES, &template("labels")).expect_success();
    site.wait(&plain(), &Verdict::Denied(&denied("app")));
    remove_template(&site, KIND);
    site.wait(&plain(), &Verdict::Allowed);

    let outcome = load.finish();
    println!("{} answers: {:?}", outcome.total(), outcome.answers);
    assert!(outcome.answers.keys().all(|name| !name.starts_with("wrong")), "{outcome:?}");
    assert!(outcome.answers.len() == 4, "{outcome:?}");
}

fn a_config_exempts_namespaces(world: &World) {
    let site = Site::start(world, "exempt");
    add_template(&site, "labels", KIND);
    world.api().create(&constraints(KIND), &labels(&site, "app")).expect_success();
    site.wait(&plain(), &Verdict::Denied(&denied("app")));
    let config = json!({
        "apiVersion": "config.gatekeeper.sh/v1alpha1",
        "kind": "Config",
        "metadata": {"name": "config"},
        "spec": {"match": [{"excludedNamespaces": ["exempt-*"], "processes": ["webhook"]}]},
    });
    world.api().create(CONFIGS, &config).expect_success();
    site.wait(&plain(), &Verdict::Allowed);
    world.api().delete(&format!("{CONFIGS}/config")).expect_success();
    site.wait(&plain(), &Verdict::Denied(&denied("app")));
    remove_template(&site, KIND);
}

fn selectors_see_the_labels_of_namespaces(world: &World) {
    let site = Site::start(world, "selectors");
    add_template(&site, "labels", KIND);
    let mut constraint = labels(&site, "app");
    constraint["spec"]["match"]["namespaceSelector"] = json!({"matchLabels": {"strict": "yes"}});
    world.api().create(&constraints(KIND), &constraint).expect_success();
    site.wait_constraints(1);
    let namespace = format!("/api/v1/namespaces/{}", site.namespace.name);
    for (label, verdict) in [
        (Value::Null, Verdict::Allowed),
        (json!("yes"), Verdict::Denied(&denied("app"))),
        (Value::Null, Verdict::Allowed),
    ] {
        let labels = json!({"metadata": {"labels": {"strict": label}}});
        world.api().patch(&namespace, &labels).expect_success();
        site.wait(&plain(), &verdict);
    }
    remove_template(&site, KIND);
}

fn a_thousand_constraints(world: &World) {
    const COUNT: usize = 1000;
    let site = Site::start(world, "many");
    add_template(&site, "labels", KIND);
    for index in 0..COUNT {
        let parameters = json!({"labels": [format!("label-{index}")]});
        let constraint = site.constraint(KIND, &format!("label-{index}"), &parameters);
        world.api().create(&constraints(KIND), &constraint).expect_success();
    }
    let all: Map<String, Value> =
        (0..COUNT).map(|index| (format!("label-{index}"), json!("yes"))).collect();
    let mut some = all.clone();
    some.remove("label-567");
    let lacking = labeled(pod("many", "registry.example/image"), &Value::Object(some));
    let complete = labeled(pod("many", "registry.example/image"), &Value::Object(all));
    let denied = Verdict::Denied("[label-567] Pod many has no label label-567");
    // One server has seen all of them come, and another lists them.
    site.wait_constraints(1000);
    let replica = site.replica();
    assert_eq!(replica.webhook.count("ferrego_constraints"), 1000);
    for site in [&site, &replica] {
        let (denial, permission) = (site.ask(&lacking), site.ask(&complete));
        assert!(denied.is_of(&denial), "{}", denial.text);
        assert!(Verdict::Allowed.is_of(&permission), "{}", permission.text);
    }
    remove_template(&site, KIND);
    site.wait(&lacking, &Verdict::Allowed);
}
