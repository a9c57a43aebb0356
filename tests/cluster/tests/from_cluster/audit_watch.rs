//! Tests of `ferrego audit --from-cluster --watch`: after each change, its events must lead to the
//! violations that an audit finds then.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use ferrego_cluster::process::Process;
use ferrego_cluster::wait;
use serde_json::{Value, json};

use crate::audit::{Audited, violations};
use crate::definitions::{
    CONFIGS, SYNC_SETS, TEMPLATES, constraints, create_yaml, install_roles, synced, template,
};
use crate::objects::{constraint, ingress, labeled, pod, with_action};
use crate::site::EFFECT;
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("audit_watch::events_lead_to_the_violations_of_an_audit", events_lead_to_the_violations),
    ("audit_watch::definitions_and_namespaces_are_followed", definitions_are_followed),
    ("audit_watch::the_status_of_constraints_follows", the_status_follows),
    ("audit_watch::a_kind_that_cannot_be_watched_is_an_error", forbidden_kinds_are_errors),
    ("audit_watch::the_report_survives_a_restart_of_the_api_server", a_restart_is_survived),
];

/// The longest time until the process ends.
const END: Duration = Duration::from_secs(20);

/// A running audit.
struct Watch<'w> {
    audited: &'w Audited<'w>,
    process: Process,
}

impl<'w> Watch<'w> {
    /// Starts the audit, and waits until it has judged all objects.
    fn start(audited: &'w Audited<'w>, options: &[&str]) -> Self {
        let mut command = Command::new(&audited.world.ferrego);
        command
            .args(["audit", "--watch", "--from-cluster", "--page-size", "2", "-o", "json"])
            .args(options)
            .env("KUBECONFIG", audited.folder.join("kubeconfig"));
        let log = audited.folder.join(audited.world.unique("watch.log"));
        let mut watch = Self { audited, process: Process::start(command, &log) };
        wait::until("the first list", EFFECT, || {
            assert!(watch.process.ended().is_none(), "{}", watch.process.log_tail());
            let is_listed = watch.events().iter().any(|event| event["event"] == "listed");
            if is_listed { Ok(()) } else { Err(watch.process.log_tail()) }
        });
        watch
    }

    /// Returns the events. The last line may be incomplete.
    fn events(&self) -> Vec<Value> {
        let log = self.process.log();
        log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Returns the violations to which the events lead.
    fn violations(&self) -> BTreeSet<[String; 5]> {
        let mut current = Vec::new();
        for event in self.events() {
            let violation = event["violation"].clone();
            match event["event"].as_str() {
                Some("added") => current.push(violation),
                Some("removed") => {
                    let place = current.iter().position(|one| *one == violation);
                    current.remove(place.expect("only what was added is removed"));
                }
                _ => {}
            }
        }
        violations(&json!({"violations": current}))
    }

    /// Waits until the events lead to the violations that an audit finds now, and checks their
    /// number.
    fn expect(&self, what: &str, count: usize) {
        let (_, report, errors) = self.audited.audit(&[]);
        let expected = violations(&report);
        assert_eq!(expected.len(), count, "{what}: {errors}: {report:#}");
        wait::until(what, EFFECT, || {
            let found = self.violations();
            if found == expected {
                Ok(())
            } else {
                Err(format!("{found:?}: {}", self.process.log_tail()))
            }
        });
    }

    /// Ends the audit. Its exit status must be that of an audit without `--watch`.
    fn end(mut self, status: i32) {
        assert_eq!(self.audited.audit(&[]).0, status);
        let ended = self.process.terminate(END);
        assert_eq!(ended.code(), Some(status), "{}", self.process.log_tail());
    }
}

/// Lets the account of the audit watch, with the roles of `deploy/rendered`.
fn allow_watching(world: &World) {
    install_roles(world.api(), "kustomize-audit-watch.yaml");
}

fn labels(name: &str) -> Value {
    let pods = [("", "Pod")];
    constraint("RequiredLabels", name, &pods, &json!({"labels": [name]}))
}

fn events_lead_to_the_violations(world: &World) {
    allow_watching(world);
    let audited = Audited::start(world, "ferrego-audit");
    let api = world.api();
    audited.create_objects();
    audited.constrain(labels("tier"));
    let sync_set = json!({
        "apiVersion": "syncset.gatekeeper.sh/v1alpha1",
        "kind": "SyncSet",
        "metadata": {"name": "watch"},
        "spec": {"gvks": [synced("networking.k8s.io", "v1", "Ingress")]},
    });
    api.create(SYNC_SETS, &sync_set).expect_success();
    let watch = Watch::start(&audited, &[]);
    watch.expect("the first report", 10);

    let name = &audited.namespace;
    let label = json!({"metadata": {"labels": {"tier": "web"}}});
    api.patch(&name.path("pods/pod-1"), &label).expect_success();
    watch.expect("a label", 9);
    let removed = json!({"metadata": {"labels": {"tier": null}}});
    api.patch(&name.path("pods/pod-1"), &removed).expect_success();
    watch.expect("no label", 10);
    api.create(&name.path("pods"), &pod("new", "registry.example/image")).expect_success();
    watch.expect("a new Pod", 11);
    api.delete(&name.path("pods/new?gracePeriodSeconds=0")).expect_success();
    watch.expect("no Pod", 10);

    // A new constraint judges what is there. Each namespace has two pairs with one host, and one
    // Ingress whose host the other namespace has.
    let hosts = [("networking.k8s.io", "Ingress")];
    let unique = with_action(constraint("UniqueHost", "hosts", &hosts, &Value::Null), "dryrun");
    audited.constrain(unique);
    let before = violations(&audited.audit(&[]).1).len();
    assert!(before > 20, "{before}");
    watch.expect("a constraint on the inventory", before);
    // Ingresses that do not change depend on one that does.
    api.create(&name.path("ingresses"), &ingress(&name.name, "own", "own.example"))
        .expect_success();
    watch.expect("an Ingress of its own host", before);
    let taken = json!({"spec": {"rules": [{"host": "0.audited.example"}]}});
    api.patch(&name.path("ingresses/own"), &taken).expect_success();
    let after = violations(&audited.audit(&[]).1).len();
    assert!(after > before + 4, "{before}, {after}");
    watch.expect("a host that is taken", after);
    api.delete(&name.path("ingresses/own")).expect_success();
    watch.expect("a host that is free", before);

    api.delete(&format!("{}/tier", constraints("RequiredLabels"))).expect_success();
    watch.expect("a constraint that is gone", before - 10);
    // The violations that are left do not deny.
    watch.end(0);
    api.delete(&format!("{SYNC_SETS}/watch")).expect_success();
    audited.end();
}

fn definitions_are_followed(world: &World) {
    allow_watching(world);
    let audited = Audited::start(world, "ferrego-audit");
    let api = world.api();
    audited.create_objects();
    let watch = Watch::start(&audited, &[]);
    let mut zone = labels("tier");
    zone["spec"]["match"]["namespaceSelector"] = json!({"matchLabels": {"zone": "west"}});
    audited.constrain(zone);
    watch.expect("no Namespace with the label", 0);
    let namespace = format!("/api/v1/namespaces/{}", audited.namespace.name);
    let labeled_west = json!({"metadata": {"labels": {"zone": "west"}}});
    api.patch(&namespace, &labeled_west).expect_success();
    watch.expect("a Namespace with the label", 5);

    let selector = json!({"spec": {"match": {"namespaceSelector": null}}});
    let path = format!("{}/tier", constraints("RequiredLabels"));
    api.patch(&path, &selector).expect_success();
    watch.expect("a wider constraint", 10);
    let config = json!({
        "apiVersion": "config.gatekeeper.sh/v1alpha1",
        "kind": "Config",
        "metadata": {"name": "config"},
        "spec": {"match": [{"excludedNamespaces": [audited.excluded.name], "processes": ["audit"]}]},
    });
    api.create(CONFIGS, &config).expect_success();
    watch.expect("an excluded namespace", 5);
    api.delete(&format!("{CONFIGS}/config")).expect_success();
    watch.expect("no excluded namespace", 10);

    // Another text of the template has another message.
    let yaml = template("labels").replace("has no label", "lacks the label");
    let name = "requiredlabels";
    api.delete(&format!("{TEMPLATES}/{name}")).expect_success();
    create_yaml(api, TEMPLATES, &yaml).expect_success();
    watch.expect("another template", 10);
    assert!(watch.violations().iter().all(|one| one[4].contains("lacks the label")));

    // A namespace of its own, with its Pods.
    let late = crate::objects::Namespace::create(world, "late");
    let namespaces = json!({"spec": {"match": {"namespaces": [late.name]}}});
    api.patch(&path, &namespaces).expect_success();
    watch.expect("a constraint on another namespace", 0);
    let without = labeled(pod("late", "registry.example/image"), &json!({"app": "late"}));
    api.create(&late.path("pods"), &without).expect_success();
    watch.expect("a Pod in a new namespace", 1);
    watch.end(1);
    api.delete(&late.path("pods/late?gracePeriodSeconds=0")).expect_success();
    audited.end();
}

fn the_status_follows(world: &World) {
    allow_watching(world);
    let audited = Audited::start(world, "ferrego-audit");
    let api = world.api();
    audited.create_objects();
    audited.constrain(labels("tier"));
    let options =
        ["--write-status", "--status-interval", "1s", "--constraint-violations-limit", "2"];
    let watch = Watch::start(&audited, &options);
    let path = format!("{}/tier", constraints("RequiredLabels"));
    let expect = |total: u64| {
        wait::until("the status", EFFECT, || {
            let status = api.get(&path).expect_success().body["status"].take();
            let named = status["violations"].as_array().map(Vec::len);
            if status["totalViolations"] == total && named == Some(2) {
                Ok(())
            } else {
                Err(status)
            }
        });
    };
    expect(10);
    let label = json!({"metadata": {"labels": {"tier": "web"}}});
    api.patch(&audited.namespace.path("pods/pod-1"), &label).expect_success();
    expect(9);
    // What does not change is not written.
    let version = || api.get(&path).body["metadata"]["resourceVersion"].clone();
    let before = version();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(version(), before);
    watch.end(1);
    audited.end();
}

fn forbidden_kinds_are_errors(world: &World) {
    allow_watching(world);
    // The account may list but not watch.
    let audited = Audited::start(world, "half");
    let api = world.api();
    audited.create_objects();
    let kinds = [("apps", "Deployment"), ("", "Pod")];
    audited.constrain(constraint("RequiredLabels", "tier", &kinds, &json!({"labels": ["tier"]})));
    let watch = Watch::start(&audited, &[]);
    let notices = || {
        let events = watch.events();
        let notices = events.iter().filter(|event| event["event"] == "notice");
        notices.map(|event| event["notice"]["message"].to_string()).collect::<String>()
    };
    wait::until("the errors", EFFECT, || {
        let found = notices();
        let kinds = ["cannot watch Pod.v1: ", "cannot watch Deployment.v1.apps: "];
        if kinds.iter().all(|kind| found.contains(kind)) { Ok(()) } else { Err(found) }
    });
    watch.end(2);
    api.delete(&format!("{}/tier", constraints("RequiredLabels"))).expect_success();
    audited.end();
}

fn a_restart_is_survived(world: &World) {
    allow_watching(world);
    let audited = Audited::start(world, "ferrego-audit");
    let api = world.api();
    audited.create_objects();
    audited.constrain(labels("tier"));
    let watch = Watch::start(&audited, &[]);
    watch.expect("the first report", 10);
    world.control_plane.stop_api_server();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(watch.violations().len(), 10);
    world.control_plane.restart_api_server();
    let label = json!({"metadata": {"labels": {"tier": "web"}}});
    api.patch(&audited.namespace.path("pods/pod-1"), &label).expect_success();
    watch.expect("the report after a restart", 9);
    // The errors of the time without an API server do not last.
    wait::until("an exit status of violations", EFFECT, || {
        if audited.audit(&[]).0 == 1 { Ok(()) } else { Err("errors") }
    });
    std::thread::sleep(Duration::from_secs(12));
    watch.end(1);
    audited.end();
}
