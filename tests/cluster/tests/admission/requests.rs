//! Tests of the answers to requests of each kind.

use ferrego_cluster::registration::Scope;
use ferrego_cluster::{Answer, wait};
use serde_json::{Value, json};

use crate::objects::{constraint, deployment, labeled, pod, with_action};
use crate::site::{EFFECT, Site, assert_denied, is_denied};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("requests::pods_are_allowed_or_denied", pods_are_allowed_or_denied),
    ("requests::messages_are_joined_by_newlines", messages_are_joined_by_newlines),
    ("requests::warnings_reach_the_client", warnings_reach_the_client),
    ("requests::dryrun_constraints_do_not_deny", dryrun_constraints_do_not_deny),
    ("requests::scoped_actions_apply_to_the_webhook", scoped_actions_apply_to_the_webhook),
    ("requests::deployments_and_their_scale", deployments_and_their_scale),
    ("requests::custom_resources", custom_resources),
    ("requests::updates_know_the_old_object", updates_know_the_old_object),
    ("requests::deletions_know_the_old_object", deletions_know_the_old_object),
    ("requests::commands_in_pods", commands_in_pods),
    ("requests::ephemeral_containers", ephemeral_containers),
    ("requests::generated_names", generated_names),
    ("requests::dry_runs_store_nothing", dry_runs_store_nothing),
    ("requests::namespaces_are_looked_up", namespaces_are_looked_up),
    ("requests::the_ignore_label_is_guarded", the_ignore_label_is_guarded),
];

const POD: &[(&str, &str)] = &[("", "Pod")];

fn registries(name: &str, kinds: &[(&str, &str)]) -> Value {
    constraint("AllowedRegistries", name, kinds, &json!({"registries": ["registry.example/"]}))
}

fn labels(name: &str, kinds: &[(&str, &str)], labels: &[&str]) -> Value {
    constraint("RequiredLabels", name, kinds, &json!({"labels": labels}))
}

/// Returns the lines of the message after the introduction of the API server, sorted.
fn sorted_messages(answer: &Answer) -> Vec<&str> {
    let messages = answer.message().split_once("denied the request: ").map(|(_, rest)| rest);
    let mut lines: Vec<&str> = messages.unwrap_or_default().lines().collect();
    lines.sort_unstable();
    lines
}

fn pods_are_allowed_or_denied(world: &World) {
    let site = Site::start(world, "pods", &["registries"], &[registries("registry", POD)]);
    let allowed = site.create("pods", &pod("good", "registry.example/image")).expect_success();
    assert_eq!(allowed.status, 201);
    assert_eq!(allowed.warnings, [""; 0]);
    let denied = site.create("pods", &pod("bad", "other.example/image"));
    assert_denied(&denied, "[registry] container main takes its image from other.example/image");
    assert_eq!(denied.body["reason"], "Forbidden");
    assert_eq!(world.api().get(&site.namespace.path("pods/bad")).status, 404);
    let counted = site.webhook.metric("gatekeeper_validation_request_count");
    // The probe of the site, the permission and the denial.
    assert!(counted >= 3.0, "{counted}");
}

fn messages_are_joined_by_newlines(world: &World) {
    let constraints = [registries("registry", POD), labels("labels", POD, &["app", "team"])];
    let site = Site::start(world, "messages", &["registries", "labels"], &constraints);
    let denied = site.create("pods", &pod("bad", "other.example/image"));
    assert_eq!(denied.status, 403, "{}", denied.text);
    let expected = [
        "[labels] Pod bad has no label app",
        "[labels] Pod bad has no label team",
        "[registry] container main takes its image from other.example/image",
    ];
    assert_eq!(sorted_messages(&denied), expected);
}

fn warnings_reach_the_client(world: &World) {
    let constraints =
        [with_action(registries("registry", POD), "warn"), labels("labels", POD, &["app"])];
    let site = Site::start(world, "warnings", &["registries", "labels"], &constraints);
    let warning = "[registry] container main takes its image from other.example/image";
    let bad = pod("warned", "other.example/image");
    let warned = site.create("pods", &labeled(bad.clone(), &json!({"app": "a"}))).expect_success();
    assert_eq!(warned.warnings, [warning]);
    let denied = site.create("pods", &labeled(bad, &json!({})));
    assert_denied(&denied, "[labels] Pod warned has no label app");
    assert_eq!(denied.warnings, [warning]);
}

fn dryrun_constraints_do_not_deny(world: &World) {
    let constraints = [with_action(registries("registry", POD), "dryrun")];
    let site = Site::start(world, "dryrun", &["registries"], &constraints);
    let allowed = site.create("pods", &pod("bad", "other.example/image")).expect_success();
    assert_eq!(allowed.warnings, [""; 0]);
}

fn scoped_actions_apply_to_the_webhook(world: &World) {
    let scoped = |name: &str, action: &str, point: &str| {
        let mut constraint = with_action(registries(name, POD), "scoped");
        constraint["spec"]["scopedEnforcementActions"] =
            json!([{"action": action, "enforcementPoints": [{"name": point}]}]);
        constraint
    };
    let constraints = [
        scoped("audited", "deny", "audit.gatekeeper.sh"),
        scoped("warned", "warn", "validation.gatekeeper.sh"),
    ];
    let site = Site::start(world, "scoped", &["registries"], &constraints);
    let bad = pod("bad", "other.example/image");
    let allowed = site.try_create("pods", &bad).expect_success();
    let warning = "[warned] container main takes its image from other.example/image";
    assert_eq!(allowed.warnings, [warning]);
    site.folder.add("everywhere", &scoped("everywhere", "deny", "*"));
    let message = "[everywhere] container main takes its image from other.example/image";
    site.wait_denied("pods", &bad, message);
}

fn deployments_and_their_scale(world: &World) {
    let kinds = [("apps", "Deployment"), ("autoscaling", "Scale")];
    let limit = constraint("ReplicaLimit", "limit", &kinds, &json!({"limit": 3}));
    let constraints = [registries("registry", &[("apps", "Deployment")]), limit];
    let site = Site::start(world, "deployments", &["registries", "replicas"], &constraints);
    let bad = deployment("bad", "other.example/image", 1);
    let message = "[registry] container main takes its image from other.example/image";
    assert_denied(&site.create("deployments", &bad), message);
    let many = deployment("many", "registry.example/image", 4);
    assert_denied(&site.create("deployments", &many), "[limit] 4 replicas of a Deployment");
    site.create("deployments", &deployment("good", "registry.example/image", 2)).expect_success();
    let scale = site.namespace.path("deployments/good/scale");
    let patch = |replicas: u32| world.api().patch(&scale, &json!({"spec": {"replicas": replicas}}));
    assert_denied(&patch(9), "[limit] 9 replicas of a Scale");
    assert_eq!(patch(3).expect_success().body["spec"]["replicas"], 3);
    let whole = world
        .api()
        .patch(&site.namespace.path("deployments/good"), &json!({"spec": {"replicas": 5}}));
    assert_denied(&whole, "[limit] 5 replicas of a Deployment");
}

fn custom_resources(world: &World) {
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    world.api().create(definitions, &widget_definition()).expect_success();
    let constraints =
        [constraint("WidgetSize", "size", &[("ferrego.test", "Widget")], &json!({"size": 10}))];
    let site = Site::start(world, "widgets", &["widgets"], &constraints);
    let widget = |name: &str, size: u32| {
        json!({
            "apiVersion": "ferrego.test/v1",
            "kind": "Widget",
            "metadata": {"name": name},
            "spec": {"size": size},
        })
    };
    wait::until("the resource", EFFECT, || {
        let answer = site.try_create("widgets", &widget("first", 1));
        if answer.is_success() { Ok(()) } else { Err(answer.text) }
    });
    assert_denied(&site.create("widgets", &widget("large", 11)), "[size] size 11 is above 10");
    site.create("widgets", &widget("small", 10)).expect_success();
    let path = site.namespace.path("widgets/small");
    let grown = world.api().patch(&path, &json!({"spec": {"size": 12}}));
    assert_denied(&grown, "[size] size 12 is above 10");
    world.api().delete(&path).expect_success();
}

fn widget_definition() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.ferrego.test"},
        "spec": {
            "group": "ferrego.test",
            "scope": "Namespaced",
            "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "schema": {"openAPIV3Schema": {
                    "type": "object",
                    "properties": {"spec": {
                        "type": "object",
                        "properties": {"size": {"type": "integer"}},
                    }},
                }},
            }],
        },
    })
}

fn updates_know_the_old_object(world: &World) {
    let constraints = [constraint("FixedOwner", "owner", POD, &Value::Null)];
    let site = Site::start(world, "updates", &["owners"], &constraints);
    let owned = labeled(pod("owned", "registry.example/image"), &json!({"owner": "shop"}));
    site.create("pods", &owned).expect_success();
    let path = site.namespace.path("pods/owned");
    let label = |owner: &Value| json!({"metadata": {"labels": {"owner": owner}}});
    let changed = world.api().patch(&path, &label(&json!("ops")));
    assert_denied(&changed, "[owner] the owner changes from shop to ops");
    let removed = world.api().patch(&path, &label(&Value::Null));
    assert_denied(&removed, "[owner] the owner changes from shop to nobody");
    world.api().patch(&path, &json!({"metadata": {"labels": {"tier": "web"}}})).expect_success();
    let mut current = world.api().get(&path).expect_success().body;
    current["metadata"]["labels"] = json!({"owner": "web"});
    let replaced = world.api().replace(&path, &current);
    assert_denied(&replaced, "[owner] the owner changes from shop to web");
}

fn deletions_know_the_old_object(world: &World) {
    let constraints = [constraint("ProtectedObjects", "protected", &[], &Value::Null)];
    let site = Site::start(world, "deletions", &["deletions"], &constraints);
    let mut protected = pod("kept", "registry.example/image");
    protected["metadata"]["annotations"] = json!({"ferrego.test/protected": "true"});
    site.create("pods", &protected).expect_success();
    site.create("pods", &pod("free", "registry.example/image")).expect_success();
    let delete = |path: &str| world.api().delete(&site.namespace.path(path));
    let message = "[protected] kept is protected from ferrego-test";
    assert_denied(&delete("pods/kept?gracePeriodSeconds=0"), message);
    // A request for all Pods has no name. The webhook is asked about each object.
    assert_denied(&delete("pods"), message);
    world.api().get(&site.namespace.path("pods/kept")).expect_success();
    delete("pods/free?gracePeriodSeconds=0");
    assert_eq!(world.api().get(&site.namespace.path("pods/free")).status, 404);
}

fn commands_in_pods(world: &World) {
    let kinds = [("", "PodExecOptions")];
    let constraints =
        [constraint("ForbiddenCommands", "shells", &kinds, &json!({"commands": ["sh"]}))];
    let site = Site::start(world, "commands", &["commands"], &constraints);
    site.create("pods", &pod("target", "registry.example/image")).expect_success();
    let exec = |command: &str| {
        let path = format!("pods/target/exec?container=main&stdout=true&command={command}");
        world.api().create(&site.namespace.path(&path), &json!({}))
    };
    assert_denied(&exec("sh"), "[shells] sh is forbidden in target");
    let allowed = exec("ls");
    // No node runs the Pod, so the API server stops behind admission.
    assert_eq!(allowed.status, 400, "{}", allowed.text);
    assert!(allowed.message().contains("does not have a host assigned"), "{}", allowed.text);
}

fn ephemeral_containers(world: &World) {
    let site = Site::start(world, "ephemeral", &["registries"], &[registries("registry", POD)]);
    site.create("pods", &pod("debugged", "registry.example/image")).expect_success();
    let path = site.namespace.path("pods/debugged/ephemeralcontainers");
    let debug = |image: &str| {
        let containers = json!([{"name": "debug", "image": image}]);
        world.api().patch(&path, &json!({"spec": {"ephemeralContainers": containers}}))
    };
    let message = "[registry] container debug takes its image from other.example/debug";
    assert_denied(&debug("other.example/debug"), message);
    let patched = debug("registry.example/debug").expect_success().body;
    assert_eq!(patched["spec"]["ephemeralContainers"][0]["name"], "debug");
}

fn generated_names(world: &World) {
    let site = Site::start(world, "generated", &["labels"], &[labels("labels", POD, &["app"])]);
    let mut generated = pod("", "registry.example/image");
    generated["metadata"] = json!({"generateName": "job-"});
    let denied = site.create("pods", &generated);
    assert_eq!(denied.status, 403, "{}", denied.text);
    let messages = sorted_messages(&denied);
    let rest = messages.first().and_then(|line| line.strip_prefix("[labels] Pod job-"));
    let suffix = rest.and_then(|rest| rest.strip_suffix(" has no label app"));
    assert!(messages.len() == 1 && suffix.is_some_and(|suffix| suffix.len() == 5), "{messages:?}");
    let allowed = site.create("pods", &labeled(generated, &json!({"app": "a"})));
    // `labeled` keeps the generated name's prefix.
    let created = allowed.expect_success().body;
    assert!(created["metadata"]["name"].as_str().is_some_and(|name| name.starts_with("job-")));
}

fn dry_runs_store_nothing(world: &World) {
    let site = Site::start(world, "dry-runs", &["registries"], &[registries("registry", POD)]);
    site.try_create("pods", &pod("good", "registry.example/image")).expect_success();
    let denied = site.try_create("pods", &pod("bad", "other.example/image"));
    assert_denied(&denied, "[registry] container main takes its image from other.example/image");
    let pods = world.api().get(&site.namespace.path("pods")).expect_success().body;
    assert_eq!(pods["items"], json!([]));
}

fn namespaces_are_looked_up(world: &World) {
    let mut selected = registries("selected", POD);
    selected["spec"]["match"]["namespaceSelector"] = json!({"matchLabels": {"team": "test"}});
    let mut excluded = labels("excluded", POD, &["app"]);
    excluded["spec"]["match"]["namespaceSelector"] = json!({"matchLabels": {"team": "other"}});
    let site = Site::start(world, "lookup", &["registries", "labels"], &[]);
    let path = format!("/api/v1/namespaces/{}", site.namespace.name);
    let namespace = world.api().get(&path).expect_success().body;
    site.folder.add("namespace", &namespace);
    site.folder.add("selected", &selected);
    site.folder.add("excluded", &excluded);
    let message = "[selected] container main takes its image from other.example/image";
    site.wait_denied("pods", &pod("bad", "other.example/image"), message);
    site.wait_allowed("pods", &pod("good", "registry.example/image"));
}

fn the_ignore_label_is_guarded(world: &World) {
    const LABEL: &str = "admission.gatekeeper.sh/ignore";
    let exempt = world.unique("exempt");
    let options = ["--exempt-namespace", &exempt];
    let site = Site::unregistered(world, "ignore", &[], &[], &options);
    let url = site.webhook.url("/v1/admitlabel");
    let name = &site.namespace.name;
    let scope = Scope::namespaces(LABEL);
    let _registration =
        ferrego_cluster::Registration::new(world.api(), name, &url, site.authority.pem(), &scope);
    let namespace = |name: &str| {
        json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {LABEL: "true"}},
        })
    };
    let create = |name: &str| world.api().create("/api/v1/namespaces?dryRun=All", &namespace(name));
    let message = format!("Only exempt namespace can have the {LABEL} label");
    wait::until("the denial of the label", EFFECT, || {
        let answer = create("not-exempt");
        if is_denied(&answer, &message) { Ok(()) } else { Err(answer.text) }
    });
    create(&exempt).expect_success();
}
