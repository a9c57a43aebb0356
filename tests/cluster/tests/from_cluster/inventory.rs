//! Tests of the inventory, which Config and `SyncSet` objects fill.

use serde_json::{Value, json};

use crate::definitions::{CONFIGS, SYNC_SETS, constraints, synced};
use crate::objects::{Namespace, ingress};
use crate::policies::{add_template, remove_template};
use crate::site::{Site, Verdict};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("inventory::sync_sets_and_configs_fill_it", sync_sets_and_configs_fill_it),
    ("inventory::a_server_is_ready_once_it_is_listed", a_server_is_ready_once_it_is_listed),
];

const KIND: &str = "UniqueHost";

fn ingresses() -> Value {
    synced("networking.k8s.io", "v1", "Ingress")
}

fn sync_set() -> Value {
    json!({
        "apiVersion": "syncset.gatekeeper.sh/v1alpha1",
        "kind": "SyncSet",
        "metadata": {"name": "hosts"},
        "spec": {"gvks": [ingresses()]},
    })
}

fn config(unsynced: &[&str]) -> Value {
    json!({
        "apiVersion": "config.gatekeeper.sh/v1alpha1",
        "kind": "Config",
        "metadata": {"name": "config"},
        "spec": {
            "sync": {"syncOnly": [ingresses()]},
            "match": [{"excludedNamespaces": unsynced, "processes": ["sync"]}],
        },
    })
}

fn sync_sets_and_configs_fill_it(world: &World) {
    let site = Site::start(world, "inventory");
    let other = Namespace::create(world, "other");
    let api = world.api();
    add_template(&site, "hosts", KIND);
    let constraint = site.constraint(KIND, "hosts", &Value::Null);
    api.create(&constraints(KIND), &constraint).expect_success();
    let mine = ingress(&site.namespace.name, "mine", "shop.example");
    let taken = format!("[hosts] host shop.example is taken by {}/theirs", other.name);
    let taken = Verdict::Denied(&taken);
    let theirs = ingress(&other.name, "theirs", "shop.example");

    // Nothing is in the inventory at first.
    api.create(&other.path("ingresses"), &theirs).expect_success();
    site.wait_constraints(1);
    assert!(Verdict::Allowed.is_of(&site.ask(&mine)));
    api.create(SYNC_SETS, &sync_set()).expect_success();
    site.wait(&mine, &taken);
    let path = other.path("ingresses/theirs");
    for _ in 0..2 {
        api.delete(&path).expect_success();
        site.wait(&mine, &Verdict::Allowed);
        api.create(&other.path("ingresses"), &theirs).expect_success();
        site.wait(&mine, &taken);
    }
    let elsewhere = json!({"spec": {"rules": [{"host": "ops.example"}]}});
    api.patch(&path, &elsewhere).expect_success();
    site.wait(&mine, &Verdict::Allowed);
    api.patch(&path, &json!({"spec": {"rules": [{"host": "shop.example"}]}})).expect_success();
    site.wait(&mine, &taken);
    assert_eq!(site.webhook.count("ferrego_inventory_objects"), 1);

    // The Config names the kind as well, so the end of the SyncSet changes nothing.
    api.create(CONFIGS, &config(&[])).expect_success();
    api.delete(&format!("{SYNC_SETS}/hosts")).expect_success();
    site.wait(&mine, &taken);
    let unsynced = |names: &[&str]| {
        api.patch(&format!("{CONFIGS}/config"), &json!({"spec": config(names)["spec"]}))
            .expect_success();
    };
    unsynced(&[&other.name]);
    site.wait(&mine, &Verdict::Allowed);
    unsynced(&["nothing"]);
    site.wait(&mine, &taken);
    api.delete(&format!("{CONFIGS}/config")).expect_success();
    site.wait(&mine, &Verdict::Allowed);
    assert_eq!(site.webhook.count("ferrego_inventory_objects"), 0);
    remove_template(&site, KIND);
}

fn a_server_is_ready_once_it_is_listed(world: &World) {
    let first = Site::start(world, "listed");
    let other = Namespace::create(world, "other");
    add_template(&first, "hosts", KIND);
    let constraint = first.constraint(KIND, "hosts", &Value::Null);
    world.api().create(&constraints(KIND), &constraint).expect_success();
    world.api().create(SYNC_SETS, &sync_set()).expect_success();
    for index in 0..20 {
        let one = ingress(&other.name, &format!("host-{index}"), &format!("{index}.example"));
        world.api().create(&other.path("ingresses"), &one).expect_success();
    }
    // The first answer of a ready server knows all objects.
    let second = first.replica();
    for index in 0..20 {
        let host = format!("{index}.example");
        let answer = second.ask(&ingress(&first.namespace.name, "mine", &host));
        let taken = format!("[hosts] host {host} is taken by {}/host-{index}", other.name);
        assert!(Verdict::Denied(&taken).is_of(&answer), "{}", answer.text);
    }
    world.api().delete(&format!("{SYNC_SETS}/hosts")).expect_success();
    remove_template(&first, KIND);
}
