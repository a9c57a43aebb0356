//! Tests of the store without a cluster.

use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Eval, Evaluation, Violations};
use serde_json::json;

use super::*;
use crate::cluster::sources::Gvk;
use crate::external_data::{ProviderClient, ProviderOptions};
use crate::metrics::Metrics;

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

fn store() -> Store {
    let inventories = [(); 2].map(|()| Arc::new(Inventory::new()));
    Store::new(Arc::new(load), Limits::default(), Numbers::Exact, inventories)
}

/// Returns the state of a store, without providers.
fn state(store: &Store) -> State {
    let metrics = Arc::new(Metrics::new().expect("metrics"));
    let client = ProviderClient::start(&ProviderOptions::default(), metrics).expect("a client");
    store.state(client.providers(store.providers()))
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

impl Store {
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
        let state = state(self);
        state.set().constraints().map(|one| format!("{}/{}", one.kind(), one.name())).collect()
    }
}

/// Returns a store that has listed the sources that always exist, with these templates.
fn listed(templates: Vec<Arc<Document>>) -> Store {
    let mut store = store();
    for source in Source::ALWAYS {
        store.list(source, Vec::new());
    }
    store.list(Source::Templates, templates);
    store
}

#[test]
fn the_policies_are_known_once_the_constraints_of_all_templates_are() {
    let mut store = listed(vec![template("a", "A", ""), template("b", "B", "")]);
    assert!(!store.has_policies() && store.has_inventory());
    assert!(!store.take_policies_changed());
    store.list(constraints("A"), vec![constraint("A", "one")]);
    assert!(!store.has_policies());
    store.list(constraints("B"), Vec::new());
    assert!(store.has_policies() && store.take_policies_changed());
    assert!(!store.take_policies_changed());
    assert_eq!(store.in_force(), ["A/one"]);
}

#[test]
fn constraints_come_change_and_go() {
    let mut store = listed(vec![template("a", "A", "")]);
    store.list(constraints("A"), vec![constraint("A", "one")]);
    store.see(constraints("A"), Seen::Applied(constraint("A", "two")));
    assert_eq!(store.in_force(), ["A/one", "A/two"]);
    store.see(constraints("A"), Seen::Deleted(constraint("A", "one")));
    assert_eq!(store.in_force(), ["A/two"]);
    // A list that begins again lacks what was deleted in the meantime.
    store.list(constraints("A"), vec![constraint("A", "three")]);
    assert_eq!(store.in_force(), ["A/three"]);
    store.see(Source::Templates, Seen::Deleted(template("a", "A", "")));
    assert!(!store.sources().contains(&constraints("A")));
    store.forget(&constraints("A"));
    assert!(store.in_force().is_empty() && store.has_policies());
}

#[test]
fn a_broken_template_leaves_its_last_version_in_force() {
    let mut store = listed(vec![template("a", "A", ""), template("b", "B", "broken")]);
    assert!(!store.sources().contains(&constraints("B")));
    store.list(constraints("A"), vec![constraint("A", "one")]);
    store.see(Source::Templates, Seen::Applied(template("a", "A", "broken")));
    assert_eq!(store.in_force(), ["A/one"]);
}

#[test]
fn configs_and_sync_sets_name_the_inventory() {
    let mut store = listed(Vec::new());
    let kind = json!({"group": "", "version": "v1", "kind": "Pod"});
    let config = document(&json!({
        "metadata": {"name": "config", "namespace": "gatekeeper-system"},
        "spec": {
            "sync": {"syncOnly": [kind]},
            "match": [{"excludedNamespaces": ["kube-*"], "processes": ["sync"]}]
        }
    }));
    store.see(Source::Configs, Seen::Applied(config));
    assert!(store.take_sources_changed() && store.sources().contains(&pods()));
    assert!(!store.has_inventory());
    let listed = vec![object("Pod", "web", "a"), object("Pod", "kube-system", "b")];
    store.list(pods(), listed);
    assert!(store.has_inventory());
    assert_eq!(store.inventory.len(), 1);
    store.see(pods(), Seen::Applied(object("Pod", "web", "c")));
    store.list(pods(), vec![object("Pod", "web", "d")]);
    assert_eq!(store.inventory.len(), 1);
    store.see(pods(), Seen::Deleted(object("Pod", "web", "d")));
    assert!(store.inventory.is_empty());
    store.see(pods(), Seen::Applied(object("Pod", "web", "e")));
    store.list(Source::Configs, Vec::new());
    assert!(!store.sources().contains(&pods()));
    store.forget(&pods());
    assert!(store.inventory.is_empty());
}

#[test]
fn policies_do_not_see_namespaces_that_are_not_synced() {
    let mut store = listed(Vec::new());
    store.list(Source::Namespaces, vec![object("Namespace", "", "web")]);
    let state = state(&store);
    let (seen, known) = (state.inventory().snapshot(), state.namespaces().snapshot());
    let find = |snapshot: &Snapshot| snapshot.namespace_object("web").is_some();
    assert!(!find(&seen) && find(&known));
    store.see(Source::Namespaces, Seen::Deleted(object("Namespace", "", "web")));
    assert!(!find(&state.namespaces().snapshot()));
}

#[test]
fn a_list_counts_once_it_is_complete() {
    let mut store = listed(vec![template("a", "A", "")]);
    store.see(constraints("A"), Seen::ListBegins);
    store.see(constraints("A"), Seen::Applied(constraint("A", "one")));
    assert!(!store.has_policies());
    // The list breaks off, and begins again without the object.
    store.list(constraints("A"), vec![constraint("A", "two")]);
    assert!(store.has_policies());
    assert_eq!(store.in_force(), ["A/two"]);
    // This end is of a watch that was replaced.
    store.see(constraints("A"), Seen::ListEnds);
    assert_eq!(store.in_force(), ["A/two"]);
}

#[test]
fn constraints_that_cannot_be_listed_hold_up_the_start_only() {
    let mut store = listed(vec![template("a", "A", "")]);
    store.see(constraints("A"), Seen::Failed(String::new()));
    assert!(!store.take_policies_changed());
    store.list(constraints("A"), Vec::new());
    assert!(store.take_policies_changed());
    store.see(Source::Templates, Seen::Applied(template("b", "B", "")));
    store.see(constraints("A"), Seen::Applied(constraint("A", "one")));
    assert!(!store.take_policies_changed());
    store.see(constraints("B"), Seen::Failed(String::new()));
    assert!(store.take_policies_changed());
    assert_eq!(store.in_force(), ["A/one"]);
}

#[test]
fn a_status_changes_no_policy() {
    let mut store = listed(vec![template("a", "A", "")]);
    store.list(constraints("A"), vec![constraint("A", "one")]);
    assert!(store.take_policies_changed() && store.take_sources_changed());
    let mut with_status: serde_json::Value =
        serde_json::from_str(&to_string(&constraint("A", "one").value(), Escape::Plain))
            .expect("JSON");
    with_status["status"] = json!({"totalViolations": 1});
    store.list(constraints("A"), vec![document(&with_status)]);
    store.list(Source::Templates, vec![template("a", "A", "")]);
    assert!(!store.take_policies_changed() && !store.take_sources_changed());
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
    let mut store = listed(Vec::new());
    store.list(Source::Configs, vec![config("kube-*")]);
    let all = || vec![object("Pod", "web", "a"), object("Pod", "kube-system", "b")];
    store.take_outdated();
    store.list(pods(), all());
    assert_eq!(store.inventory.len(), 1);
    store.see(Source::Configs, Seen::Applied(config("none")));
    assert_eq!(store.take_outdated(), [pods()]);
    assert_eq!(store.inventory.len(), 1);
    store.list(pods(), all());
    assert_eq!(store.inventory.len(), 2);
    store.see(Source::Configs, Seen::Applied(config("web")));
    store.list(pods(), all());
    assert_eq!(store.inventory.len(), 1);
}

#[test]
fn a_provider_with_faults_leaves_the_last_one_in_force() {
    let mut store = store();
    let provider = |name: &str, scheme: &str, timeout: u64| {
        let key = rcgen::KeyPair::generate().expect("a key");
        let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        let bundle = data_encoding::BASE64.encode(pem.as_bytes());
        let spec = json!({"url": format!("{scheme}://a"), "timeout": timeout, "caBundle": bundle});
        document(&json!({"metadata": {"name": name}, "spec": spec}))
    };
    let providers = |store: &Store| {
        let show = |spec: &ProviderSpec| format!("{} {:?}", spec.name(), spec.timeout());
        store.providers().iter().map(show).collect::<Vec<_>>()
    };
    let mut see = |event| {
        store.apply(Change { source: Source::Providers, event });
        providers(&store)
    };
    assert_eq!(see(Seen::Applied(provider("one", "https", 1))), ["one 1s"]);
    assert_eq!(see(Seen::Applied(provider("one", "http", 2))), ["one 1s"]);
    assert_eq!(see(Seen::Applied(provider("two", "http", 2))), ["one 1s"]);
    assert_eq!(see(Seen::Applied(provider("one", "https", 3))), ["one 3s"]);
    assert!(see(Seen::Deleted(provider("one", "https", 3))).is_empty());
}
