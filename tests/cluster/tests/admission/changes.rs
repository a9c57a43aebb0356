//! Tests of changes of policies, objects and certificates while requests run.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ferrego_cluster::load::Post;
use ferrego_cluster::{Answer, Api, Identity, Load, Outcome, Volume, wait};
use serde_json::{Value, json};

use crate::objects::{constraint, ingress, pod};
use crate::port::{review, served_certificate};
use crate::site::{EFFECT, Site, is_denied};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("changes::constraints_come_and_go", constraints_come_and_go),
    ("changes::templates_come_and_go", templates_come_and_go),
    ("changes::broken_files_change_nothing", broken_files_change_nothing),
    ("changes::objects_of_the_inventory_come_and_go", objects_of_the_inventory_come_and_go),
    ("changes::volumes_are_replaced", volumes_are_replaced),
    ("changes::certificates_are_renewed", certificates_are_renewed),
    ("changes::certificates_without_their_key_wait", certificates_without_their_key_wait),
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
fn assert_only(outcome: &Outcome, names: &[&str]) {
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
    let failures = || site.webhook.process.log().matches("the last policies stay in force").count();
    for text in ["kind: [", "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Unknown\n"] {
        let before = failures();
        site.folder.write("broken.yaml", text);
        wait::until("the report of the file", EFFECT, || {
            if failures() > before { Ok(()) } else { Err(site.webhook.process.log_tail()) }
        });
    }
    assert_only(&load.finish(), &["denied", "without labels"]);
    site.folder.remove("broken");
    site.folder.add("labels", &labels("app"));
    let plain = pod("plain", "registry.example/image");
    site.wait_denied("pods", &plain, "[labels] Pod plain has no label app");
}

fn objects_of_the_inventory_come_and_go(world: &World) {
    let kinds = [("networking.k8s.io", "Ingress")];
    let constraints = [constraint("UniqueHost", "hosts", &kinds, &Value::Null)];
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

fn volumes_are_replaced(world: &World) {
    let templates = ["registries", "labels"];
    let site = Site::start(world, "volumes", &templates, &[registries("registry")]);
    let mut volume = Volume::create(&site.folder.path().join("volume"));
    let load = Load::start(world.api(), &posts(&site), name);
    let plain = pod("plain", "registry.example/image");
    let (app, team) = (labels("app").to_string(), labels("team").to_string());
    for _ in 0..2 {
        volume.replace(&[("app.yaml", &app)]);
        site.wait_denied("pods", &plain, "[labels] Pod plain has no label app");
        volume.replace(&[("team.yaml", &team)]);
        site.wait_denied("pods", &plain, "[labels] Pod plain has no label team");
        volume.replace(&[]);
        site.wait_allowed("pods", &plain);
    }
    assert_only(&load.finish(), &["app", "denied", "team", "without labels"]);
}

/// Opens new connections without a pause, beside the API server, which keeps its connection.
struct Connections {
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<u64>,
}

impl Connections {
    fn start(site: &Site<'_>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let (base, authority) = (site.webhook.url(""), site.authority.pem().to_owned());
        let thread = thread::spawn(move || {
            let mut count = 0;
            while !stopped.load(Ordering::Relaxed) {
                let api = Api::new(&base, &authority, None);
                let answer = api.create("/v1/admit", &review("registry.example/a"));
                assert_eq!(answer.body["response"]["allowed"], true, "{}", answer.text);
                count += 1;
            }
            count
        });
        Self { stop, thread }
    }

    /// Stops, and returns the number of the connections.
    fn finish(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("no connection failed")
    }
}

/// Renews the certificate five times with `replace`, while requests run.
fn renew(mut site: Site<'_>, replace: fn(&mut Site<'_>, &Identity)) {
    let load = Load::start(site.world.api(), &posts(&site), name);
    let connections = Connections::start(&site);
    for _ in 0..5 {
        let next = site.authority.server("webhook");
        replace(&mut site, &next);
        wait::until("the new certificate", EFFECT, || {
            let served = served_certificate(&site.webhook, &site.authority);
            if served == next.der() { Ok(()) } else { Err("the old certificate") }
        });
    }
    assert!(connections.finish() >= 5);
    assert_only(&load.finish(), &["denied", "without labels"]);
}

fn certificates_are_renewed(world: &World) {
    let site = Site::start(world, "certificates", &["registries"], &[registries("registry")]);
    renew(site, |site, identity| site.certificates.replace_certificate(identity));
}

fn certificates_without_their_key_wait(world: &World) {
    let site = Site::start(world, "certificate-files", &["registries"], &[registries("registry")]);
    renew(site, |site, identity| {
        // Between the two files, the certificate is not that of the key.
        let files =
            [(&site.files.certificate, &identity.certificate), (&site.files.key, &identity.key)];
        for (path, content) in files {
            let next = path.with_extension("next");
            fs::write(&next, content).expect("the file is written");
            fs::rename(next, path).expect("the file gets its name");
            thread::sleep(Duration::from_millis(1500));
        }
    });
}
