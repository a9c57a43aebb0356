//! Tests of many constraints, and of the verdicts of `ferrego test` on stored objects.

use std::collections::BTreeSet;
use std::process::Command;

use ferrego_cluster::Answer;
use serde_json::{Value, json};

use crate::objects::{Namespace, constraint, deployment, ingress, labeled, pod, with_action};
use crate::site::{Folder, Site};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("many::a_thousand_constraints", a_thousand_constraints),
    ("many::the_command_agrees_on_stored_objects", the_command_agrees_on_stored_objects),
];

fn a_thousand_constraints(world: &World) {
    const COUNT: usize = 1000;
    let site = Site::start(world, "many", &["labels"], &[]);
    let constraints: Vec<String> = (0..COUNT)
        .map(|index| {
            let label = json!({"labels": [format!("label-{index}")]});
            constraint("RequiredLabels", &format!("label-{index}"), &[("", "Pod")], &label)
                .to_string()
        })
        .collect();
    site.folder.write("many.yaml", &constraints.join("\n---\n"));
    let all: serde_json::Map<String, Value> =
        (0..COUNT).map(|index| (format!("label-{index}"), json!("yes"))).collect();
    let mut labels = Value::Object(all);
    labels["label-567"].take();
    let mut object = labeled(pod("many", "registry.example/image"), &labels);
    object["metadata"]["labels"].as_object_mut().expect("labels").remove("label-567");
    site.wait_denied("pods", &object, "[label-567] Pod many has no label label-567");
    object["metadata"]["labels"]["label-567"] = json!("yes");
    site.try_create("pods", &object).expect_success();
}

/// A violation: the kind and the name of the object, and the message with its constraint.
type Finding = (String, String, String);

fn the_command_agrees_on_stored_objects(world: &World) {
    // The objects are stored before a webhook guards their namespace.
    let namespace = Namespace::create(world, "stored");
    let objects = stored_objects(&namespace);
    for (resource, object) in &objects {
        world.api().create(&namespace.path(resource), object).expect_success();
    }
    let mut stored = Vec::new();
    for (resource, version, kind) in [
        ("pods", "v1", "Pod"),
        ("deployments", "apps/v1", "Deployment"),
        ("ingresses", "networking.k8s.io/v1", "Ingress"),
    ] {
        let list = world.api().get(&namespace.path(resource)).expect_success().body;
        for item in list["items"].as_array().expect("a list") {
            let mut item = item.clone();
            item["apiVersion"] = json!(version);
            item["kind"] = json!(kind);
            stored.push((resource, item));
        }
    }
    assert_eq!(stored.len(), objects.len());
    let templates = ["registries", "labels", "replicas", "hosts"];
    let folder = Folder::create(&world.work.join(&namespace.name), "audited");
    folder.add_templates(&templates);
    let constraints = stored_constraints();
    for constraint in &constraints {
        folder.add(constraint["metadata"]["name"].as_str().expect("a name"), constraint);
    }
    for (index, (_, object)) in stored.iter().enumerate() {
        folder.add(&format!("object-{index}"), object);
    }
    let tested = findings_of_test(world, &folder);

    let mut site = Site::unregistered(world, "audit", &templates, &constraints, &[]);
    for (index, (_, object)) in stored.iter().enumerate() {
        site.folder.add(&format!("object-{index}"), object);
    }
    let scope = ferrego_cluster::registration::Scope::namespace(&namespace.name);
    site.namespace = namespace;
    let url = site.webhook.url("/v1/admit");
    site.register(&url, &scope);
    site.wait_denied(
        "ingresses",
        &ingress(&site.namespace.name, "late", "shop.example"),
        &format!(
            "[hosts] host shop.example is taken by {0}/first\n[hosts] host shop.example is taken by {0}/second",
            site.namespace.name
        ),
    );
    let mut admitted = BTreeSet::new();
    for (resource, object) in &stored {
        let name = object["metadata"]["name"].as_str().expect("a name");
        let path = site.namespace.path(&format!("{resource}/{name}?dryRun=All"));
        let answer = world.api().replace(&path, object);
        let kind = object["kind"].as_str().expect("a kind");
        for message in messages(&answer) {
            admitted.insert((kind.to_owned(), name.to_owned(), message));
        }
    }
    assert!(tested.len() >= 30, "{tested:?}");
    assert_eq!(admitted, tested);
}

/// Returns the warnings of an answer and the lines of its denial.
fn messages(answer: &Answer) -> Vec<String> {
    let denial = answer.message().split_once("denied the request: ").map(|(_, lines)| lines);
    assert!(answer.is_success() || denial.is_some(), "{}", answer.text);
    let lines = denial.unwrap_or_default().lines().map(str::to_owned);
    lines.chain(answer.warnings.iter().cloned()).collect()
}

fn stored_constraints() -> Vec<Value> {
    let pods_and_deployments = [("", "Pod"), ("apps", "Deployment")];
    let all = [("", "Pod"), ("apps", "Deployment"), ("networking.k8s.io", "Ingress")];
    let registries = json!({"registries": ["registry.example/"]});
    let labels = constraint("RequiredLabels", "labels", &all, &json!({"labels": ["tier"]}));
    vec![
        constraint("AllowedRegistries", "registry", &pods_and_deployments, &registries),
        with_action(labels, "warn"),
        constraint("ReplicaLimit", "limit", &[("apps", "Deployment")], &json!({"limit": 3})),
        constraint("UniqueHost", "hosts", &[("networking.k8s.io", "Ingress")], &Value::Null),
    ]
}

fn stored_objects(namespace: &Namespace) -> Vec<(&'static str, Value)> {
    let mut objects = Vec::new();
    for index in 0..12_u32 {
        let registry = if index % 3 == 0 { "other.example" } else { "registry.example" };
        let image = format!("{registry}/image");
        let labels = if index % 2 == 0 { json!({"tier": "web"}) } else { json!({"app": "a"}) };
        objects.push(("pods", labeled(pod(&format!("pod-{index}"), &image), &labels)));
        let named = deployment(&format!("deployment-{index}"), &image, index);
        objects.push(("deployments", labeled(named, &labels)));
    }
    for (name, host) in
        [("first", "shop.example"), ("second", "shop.example"), ("third", "ops.example")]
    {
        let ingress = ingress(&namespace.name, name, host);
        objects.push(("ingresses", labeled(ingress, &json!({"tier": "web"}))));
    }
    objects
}

/// Returns the violations that `ferrego test` finds in a folder.
fn findings_of_test(world: &World, folder: &Folder) -> BTreeSet<Finding> {
    let mut command = Command::new(&world.ferrego);
    let output = command.args(["test", "--output", "json"]).arg(folder.path()).output();
    let output = output.expect("the command runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"));
    let violations = report["violations"].as_array().unwrap_or_else(|| panic!("{report}"));
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{report}")).to_owned();
    let finding = |violation: &Value| {
        let constraint = text(&violation["constraint"]);
        let name = constraint.rsplit('/').next().unwrap_or_default();
        let object = &violation["object"];
        (
            text(&object["kind"]),
            text(&object["name"]),
            format!("[{name}] {}", text(&violation["msg"])),
        )
    };
    violations.iter().map(finding).collect()
}
