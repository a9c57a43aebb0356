//! Tests of changes of policies, objects and certificates while requests run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use ferrego_cluster::load::Post;
use ferrego_cluster::{Answer, Api, Load, wait};
use serde_json::{Value, json};

use crate::objects::{constraint, ingress, pod};
use crate::site::{EFFECT, Site, is_denied};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("changes::constraints_come_and_go", constraints_come_and_go),
    ("changes::templates_come_and_go", templates_come_and_go),
    ("changes::broken_files_change_nothing", broken_files_change_nothing),
    ("changes::objects_of_the_inventory_come_and_go", objects_of_the_inventory_come_and_go),
    ("changes::certificates_are_renewed", certificates_are_renewed),
];

const POD: &[(&str, &str)] = &[("", "Pod")];
const FROM_OTHER: &str = "container main takes its image from other.example/image";

fn registries(name: &str) -> Value {
    constraint("AllowedRegistries", name, POD, &json!({"registries": ["registry.example/"]}))
}

fn labels(label: &str) -> Value {
    constraint("RequiredLabels", "labels", POD, &json!({"labels": [label]}))
}

/// Returns the Pods of the load: the first is always denied, the second allowed unless the
/// constraint `labels` is there.
fn posts(site: &Site<'_>) -> Vec<Post> {
    let path = site.namespace.path("pods?dryRun=All");
    let post = |object| Post { path: path.clone(), object };
    vec![post(pod("bad", "other.example/image")), post(pod("plain", "registry.example/image"))]
}

/// Names an answer to one of the `posts`.
fn name(index: usize, answer: &Answer) -> String {
    let message = answer.message();
    let registry = message.contains(&format!("[registry] {FROM_OTHER}"));
    match (index, answer.status) {
        (0, 403) if registry => "denied".to_owned(),
        (1, 201) => "without labels".to_owned(),
        (1, 403) if is_denied(answer, "[labels] Pod plain has no label app") => "app".to_owned(),
        (1, 403) if is_denied(answer, "[labels] Pod plain has no label team") => "team".to_owned(),
        _ => format!("wrong: {index} {} {}", answer.status, answer.text),
    }
}

/// Asserts that a load had each of the answers, and no other.
#[track_caller]
fn assert_only(outcome: &ferrego_cluster::Outcome, names: &[&str]) {
    let found: Vec<&str> = outcome.answers.keys().map(String::as_str).collect();
    assert_eq!(found, names, "{outcome:?}");
    println!("{} answers: {:?}", outcome.total(), outcome.answers);
}

fn constraints_come_and_go(world: &World) {
    let templates = ["registries", "labels"];
    let site = Site::start(world, "constraints", &templates, &[registries("registry")]);
    let load = Load::start(world.api(), &posts(&site), name);
    let plain = pod("plain", "registry.example/image");
    for _ in 0..3 {
        site.folder.add("labels", &labels("app"));
        site.wait_denied("pods", &plain, "[labels] Pod plain has no label app");
        site.folder.add("labels", &labels("team"));
        site.wait_denied("pods", &plain, "[labels] Pod plain has no label team");
        site.folder.remove("labels");
        site.wait_allowed("pods", &plain);
    }
    assert_only(&load.finish(), &["app", "denied", "team", "without labels"]);
}

fn templates_come_and_go(world: &World) {
    let site = Site::start(world, "templates", &["registries"], &[registries("registry")]);
    let load = Load::start(world.api(), &posts(&site), name);
    let plain = pod("plain", "registry.example/image");
    for _ in 0..3 {
        site.folder.add_templates(&["labels"]);
        site.folder.add("labels", &labels("app"));
        site.wait_denied("pods", &plain, "[labels] Pod plain has no label app");
        site.folder.remove("labels");
        site.folder.remove("template-labels");
        site.wait_allowed("pods", &plain);
    }
    assert_only(&load.finish(), &["app", "denied", "without labels"]);
}

fn broken_files_change_nothing(world: &World) {
    let templates = ["registries", "labels"];
    let site = Site::start(world, "broken", &templates, &[registries("registry")]);
    let load = Load::start(world.api(), &posts(&site), name);
    for text in ["kind: [", "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Unknown\n"] {
        site.folder.write("broken.yaml", text);
        // The time for several looks of the server at the folder.
        thread::sleep(Duration::from_secs(4));
    }
    assert_only(&load.finish(), &["denied", "without labels"]);
    site.folder.remove("broken");
    site.folder.add("labels", &labels("app"));
    let plain = pod("plain", "registry.example/image");
    site.wait_denied("pods", &plain, "[labels] Pod plain has no label app");
}

fn objects_of_the_inventory_come_and_go(world: &World) {
    let kinds = [("networking.k8s.io", "Ingress")];
    let constraints = [constraint("UniqueHost", "hosts", &kinds, &json!({}))];
    let site = Site::start(world, "inventory", &["hosts"], &constraints);
    let mine = ingress(&site.namespace.name, "mine", "shop.example");
    site.try_create("ingresses", &mine).expect_success();
    for _ in 0..2 {
        site.folder.add("object", &ingress("other", "theirs", "shop.example"));
        site.wait_denied("ingresses", &mine, "[hosts] host shop.example is taken by other/theirs");
        site.folder.add("object", &ingress("other", "theirs", "ops.example"));
        site.wait_allowed("ingresses", &mine);
    }
    site.folder.add("object", &ingress("other", "theirs", "shop.example"));
    site.wait_denied("ingresses", &mine, "[hosts] host shop.example is taken by other/theirs");
    site.folder.remove("object");
    site.wait_allowed("ingresses", &mine);
}

fn certificates_are_renewed(world: &World) {
    let site = Site::start(world, "certificates", &["registries"], &[registries("registry")]);
    let load = Load::start(world.api(), &posts(&site), name);
    // Beside the API server, which keeps its connection, new connections without a pause.
    let stop = Arc::new(AtomicBool::new(false));
    let connections = Arc::new(AtomicU64::new(0));
    let client = {
        let (stop, connections) = (Arc::clone(&stop), Arc::clone(&connections));
        let (base, authority) = (site.webhook.url(""), site.authority.pem().to_owned());
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let api = Api::new(&base, &authority, None);
                let answer = api.create("/v1/admit", &crate::port::review("registry.example/a"));
                assert_eq!(answer.body["response"]["allowed"], true, "{}", answer.text);
                connections.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    let home = site.files.certificate.parent().expect("a folder");
    for _ in 0..5 {
        let next = site.authority.server("webhook");
        next.write(home, "tls");
        wait::until("the new certificate", EFFECT, || {
            let served = crate::port::served_certificate(&site.webhook, &site.authority);
            if served == next.der() { Ok(()) } else { Err("the old certificate") }
        });
    }
    stop.store(true, Ordering::Relaxed);
    client.join().expect("no connection failed");
    assert!(connections.load(Ordering::Relaxed) >= 5);
    assert_only(&load.finish(), &["denied", "without labels"]);
}
