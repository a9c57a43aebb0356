//! Tests of the world without a cluster.

use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Eval, Evaluation, Violations};
use serde_json::json;

use super::*;
use crate::cluster::sources::Gvk;

/// A policy that denies everything.
struct DenyAll;

impl Violations for DenyAll {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        let mut violation = ObjectBuilder::new(evaluation.arena());
        violation.insert("msg".into(), "no".into());
        let mut violations = SetBuilder::new(evaluation.arena());
        violations.insert(violation.finish());
        Ok(Some(violations.finish()))
    }
}

/// Loads the kind of a template, unless its Rego is "broken".
fn load(json: &str) -> Result<LoadedTemplate, String> {
    let template: serde_json::Value = serde_json::from_str(json).expect("JSON");
    if template["spec"]["rego"] == "broken" {
        return Err("broken".to_owned());
    }
    let kind = template["spec"]["kind"].as_str().expect("a kind").to_owned();
    Ok(LoadedTemplate { kind, schema: None, policy: Arc::new(DenyAll) })
}

fn world() -> World {
    let inventories = [(); 2].map(|()| Arc::new(Inventory::new()));
    World::new(Box::new(load), Limits::default(), Numbers::Exact, inventories)
}

fn document(json: &serde_json::Value) -> Arc<Document> {
    Arc::new(Document::parse(json.to_string()).expect("JSON"))
}

fn template(name: &str, kind: &str, rego: &str) -> Arc<Document> {
    document(&json!({"metadata": {"name": name}, "spec": {"kind": kind, "rego": rego}}))
}

fn constraint(kind: &str, name: &str) -> Arc<Document> {
    document(&json!({
        "apiVersion": "constraints.gatekeeper.sh/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {}
    }))
}

fn object(kind: &str, namespace: &str, name: &str) -> Arc<Document> {
    document(&json!({
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace}
    }))
}

fn constraints(kind: &str) -> Source {
    Source::Constraints(kind.to_owned())
}

fn pods() -> Source {
    let (group, version) = (String::new(), "v1".to_owned());
    Source::Objects(Gvk { group, version, kind: "Pod".to_owned() })
}

impl World {
    fn see(&mut self, source: Source, event: Seen) {
        self.apply(Change { source, event });
    }

    /// Lists all objects of a source.
    fn list(&mut self, source: Source, documents: Vec<Arc<Document>>) {
        self.see(source.clone(), Seen::ListBegins);
        for document in documents {
            self.see(source.clone(), Seen::Applied(document));
        }
        self.see(source, Seen::ListEnds);
    }

    fn in_force(&self) -> Vec<String> {
        let state = self.state();
        state.set().constraints().map(|one| format!("{}/{}", one.kind(), one.name())).collect()
    }
}

/// Returns a world that has listed the sources that always exist, with these templates.
fn listed(templates: Vec<Arc<Document>>) -> World {
    let mut world = world();
    for source in Source::ALWAYS {
        world.list(source, Vec::new());
    }
    world.list(Source::Templates, templates);
    world
}

#[test]
fn the_policies_are_known_once_the_constraints_of_all_templates_are() {
    let mut world = listed(vec![template("a", "A", ""), template("b", "B", "")]);
    assert!(!world.has_policies() && world.has_inventory());
    assert!(!world.take_policies_changed());
    world.list(constraints("A"), vec![constraint("A", "one")]);
    assert!(!world.has_policies());
    world.list(constraints("B"), Vec::new());
    assert!(world.has_policies() && world.take_policies_changed());
    assert!(!world.take_policies_changed());
    assert_eq!(world.in_force(), ["A/one"]);
}

#[test]
fn constraints_come_change_and_go() {
    let mut world = listed(vec![template("a", "A", "")]);
    world.list(constraints("A"), vec![constraint("A", "one")]);
    world.see(constraints("A"), Seen::Applied(constraint("A", "two")));
    assert_eq!(world.in_force(), ["A/one", "A/two"]);
    world.see(constraints("A"), Seen::Deleted(constraint("A", "one")));
    assert_eq!(world.in_force(), ["A/two"]);
    // A list that begins again lacks what was deleted in the meantime.
    world.list(constraints("A"), vec![constraint("A", "three")]);
    assert_eq!(world.in_force(), ["A/three"]);
    world.see(Source::Templates, Seen::Deleted(template("a", "A", "")));
    assert!(!world.sources().contains(&constraints("A")));
    world.forget(&constraints("A"));
    assert!(world.in_force().is_empty() && world.has_policies());
}

#[test]
fn a_broken_template_leaves_its_last_version_in_force() {
    let mut world = listed(vec![template("a", "A", ""), template("b", "B", "broken")]);
    assert!(!world.sources().contains(&constraints("B")));
    world.list(constraints("A"), vec![constraint("A", "one")]);
    world.see(Source::Templates, Seen::Applied(template("a", "A", "broken")));
    assert_eq!(world.in_force(), ["A/one"]);
}

#[test]
fn configs_and_sync_sets_name_the_inventory() {
    let mut world = listed(Vec::new());
    let kind = json!({"group": "", "version": "v1", "kind": "Pod"});
    let config = document(&json!({
        "metadata": {"name": "config", "namespace": "gatekeeper-system"},
        "spec": {
            "sync": {"syncOnly": [kind]},
            "match": [{"excludedNamespaces": ["kube-*"], "processes": ["sync"]}]
        }
    }));
    world.see(Source::Configs, Seen::Applied(config));
    assert!(world.take_sources_changed() && world.sources().contains(&pods()));
    assert!(!world.has_inventory());
    let listed = vec![object("Pod", "web", "a"), object("Pod", "kube-system", "b")];
    world.list(pods(), listed);
    assert!(world.has_inventory());
    assert_eq!(world.inventory.len(), 1);
    world.see(pods(), Seen::Applied(object("Pod", "web", "c")));
    world.list(pods(), vec![object("Pod", "web", "d")]);
    assert_eq!(world.inventory.len(), 1);
    world.see(pods(), Seen::Deleted(object("Pod", "web", "d")));
    assert!(world.inventory.is_empty());
    world.see(pods(), Seen::Applied(object("Pod", "web", "e")));
    world.list(Source::Configs, Vec::new());
    assert!(!world.sources().contains(&pods()));
    world.forget(&pods());
    assert!(world.inventory.is_empty());
}

#[test]
fn policies_do_not_see_namespaces_that_are_not_synced() {
    let mut world = listed(Vec::new());
    world.list(Source::Namespaces, vec![object("Namespace", "", "web")]);
    let state = world.state();
    let (seen, known) = (state.inventory().snapshot(), state.namespaces().snapshot());
    let find = |snapshot: &Snapshot| snapshot.namespace_object("web").is_some();
    assert!(!find(&seen) && find(&known));
    world.see(Source::Namespaces, Seen::Deleted(object("Namespace", "", "web")));
    assert!(!find(&state.namespaces().snapshot()));
}

#[test]
fn a_list_counts_once_it_is_complete() {
    let mut world = listed(vec![template("a", "A", "")]);
    world.see(constraints("A"), Seen::ListBegins);
    world.see(constraints("A"), Seen::Applied(constraint("A", "one")));
    assert!(!world.has_policies());
    // The list breaks off, and begins again without the object.
    world.list(constraints("A"), vec![constraint("A", "two")]);
    assert!(world.has_policies());
    assert_eq!(world.in_force(), ["A/two"]);
    // This end is of a watch that was replaced.
    world.see(constraints("A"), Seen::ListEnds);
    assert_eq!(world.in_force(), ["A/two"]);
}

#[test]
fn constraints_that_cannot_be_listed_hold_up_the_start_only() {
    let mut world = listed(vec![template("a", "A", "")]);
    world.see(constraints("A"), Seen::Failed);
    assert!(!world.take_policies_changed());
    world.list(constraints("A"), Vec::new());
    assert!(world.take_policies_changed());
    world.see(Source::Templates, Seen::Applied(template("b", "B", "")));
    world.see(constraints("A"), Seen::Applied(constraint("A", "one")));
    assert!(!world.take_policies_changed());
    world.see(constraints("B"), Seen::Failed);
    assert!(world.take_policies_changed());
    assert_eq!(world.in_force(), ["A/one"]);
}

#[test]
fn a_status_changes_no_policy() {
    let mut world = listed(vec![template("a", "A", "")]);
    world.list(constraints("A"), vec![constraint("A", "one")]);
    assert!(world.take_policies_changed() && world.take_sources_changed());
    let mut with_status: serde_json::Value =
        serde_json::from_str(&to_string(&constraint("A", "one").value(), Escape::Plain))
            .expect("JSON");
    with_status["status"] = json!({"totalViolations": 1});
    world.list(constraints("A"), vec![document(&with_status)]);
    world.list(Source::Templates, vec![template("a", "A", "")]);
    assert!(!world.take_policies_changed() && !world.take_sources_changed());
}

#[test]
fn a_namespace_that_is_synced_again_is_listed_again() {
    let config = |excluded: &str| {
        document(&json!({
            "metadata": {"name": "config", "namespace": "gatekeeper-system"},
            "spec": {
                "sync": {"syncOnly": [{"group": "", "version": "v1", "kind": "Pod"}]},
                "match": [{"excludedNamespaces": [excluded], "processes": ["sync"]}]
            }
        }))
    };
    let mut world = listed(Vec::new());
    world.list(Source::Configs, vec![config("kube-*")]);
    let all = || vec![object("Pod", "web", "a"), object("Pod", "kube-system", "b")];
    world.take_outdated();
    world.list(pods(), all());
    assert_eq!(world.inventory.len(), 1);
    world.see(Source::Configs, Seen::Applied(config("none")));
    assert_eq!(world.take_outdated(), [pods()]);
    assert_eq!(world.inventory.len(), 1);
    world.list(pods(), all());
    assert_eq!(world.inventory.len(), 2);
    world.see(Source::Configs, Seen::Applied(config("web")));
    world.list(pods(), all());
    assert_eq!(world.inventory.len(), 1);
}
