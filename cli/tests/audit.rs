//! Tests of `ferrego audit --from-cluster`, beside an API server in memory.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![cfg(feature = "serve")]

#[path = "audit/api.rs"]
mod api;
mod common;

mod cluster {
    use serde_json::{Value, json};

    use super::api::Api;
    use super::common::Project;

    const CONSTRAINTS: &str = "/apis/constraints.gatekeeper.sh/v1beta1/needslabel";

    /// A policy that demands the label of its parameters, with the message of the Namespace's zone.
    const REGO: &str = r#"package needslabel
violation[{"msg": msg}] {
    not input.review.object.metadata.labels[input.parameters.label]
    zone := object.get(input.review.namespaceObject, ["metadata", "labels", "zone"], "no zone")
    msg := sprintf("%v in %v", [input.review.object.metadata.name, zone])
}
"#;

    fn template() -> Value {
        json!({
            "apiVersion": "templates.gatekeeper.sh/v1",
            "kind": "ConstraintTemplate",
            "metadata": {"name": "needslabel"},
            "spec": {
                "crd": {"spec": {
                    "names": {"kind": "NeedsLabel"},
                    "validation": {"openAPIV3Schema": {
                        "type": "object", "properties": {"label": {"type": "string"}},
                    }},
                }},
                "targets": [{"target": "admission.k8s.gatekeeper.sh", "rego": REGO}],
            },
        })
    }

    fn constraint(name: &str, spec: Value) -> Value {
        let mut spec = spec;
        spec["parameters"] = json!({"label": name});
        json!({
            "apiVersion": "constraints.gatekeeper.sh/v1beta1",
            "kind": "NeedsLabel",
            "metadata": {"name": name},
            "spec": spec,
            "status": {"byPod": [{"id": "pod"}]},
        })
    }

    fn pod(namespace: &str, name: &str) -> Value {
        json!({"metadata": {"namespace": namespace, "name": name}, "spec": {"containers": []}})
    }

    fn pods() -> Value {
        json!({"kinds": [{"apiGroups": [""], "kinds": ["Pod"]}]})
    }

    /// A cluster with a policy, pods in two namespaces and a pod in an excluded one.
    fn api() -> Api {
        let api = Api::start();
        for (version, plural, kind) in [
            ("v1", "namespaces", "Namespace"),
            ("v1", "pods", "Pod"),
            ("v1", "secrets", "Secret"),
            ("v1", "bindings", "-Binding"),
            ("apps/v1", "deployments", "Deployment"),
            ("templates.gatekeeper.sh/v1", "constrainttemplates", "ConstraintTemplate"),
            ("constraints.gatekeeper.sh/v1beta1", "needslabel", "NeedsLabel"),
            ("config.gatekeeper.sh/v1alpha1", "configs", "Config"),
        ] {
            api.define(version, plural, kind);
        }
        api.add("/apis/templates.gatekeeper.sh/v1/constrainttemplates", template());
        api.add(
            "/apis/config.gatekeeper.sh/v1alpha1/configs",
            json!({
                "metadata": {"name": "config", "namespace": "gatekeeper-system"},
                "spec": {"match": [{"excludedNamespaces": ["kube-*"], "processes": ["audit"]}]},
            }),
        );
        for (name, zone) in [("a", "east"), ("b", "west"), ("kube-system", "none")] {
            api.add_namespace(name, &json!({"zone": zone}));
        }
        for (namespace, name) in
            [("a", "one"), ("a", "two"), ("b", "three"), ("kube-system", "four"), ("b", "five")]
        {
            api.add("/api/v1/pods", pod(namespace, name));
        }
        api
    }

    /// Runs the audit with pages of two objects.
    fn audit(api: &Api, arguments: &[&str]) -> (i32, String, String) {
        let project = Project::new(&[("config", api.kubeconfig())]);
        let all = [&["audit", "--from-cluster", "--page-size", "2"], arguments].concat();
        project.run_where(&[("KUBECONFIG", "config")], &all, b"")
    }

    #[test]
    fn pods_are_judged_page_by_page() {
        let api = api();
        api.add(CONSTRAINTS, constraint("app", json!({"match": pods()})));
        let (status, out, err) = audit(&api, &[]);
        let expected = "\
            api/v1/pods: v1/Pod a/one: deny NeedsLabel/app: one in east\n\
            api/v1/pods: v1/Pod a/two: deny NeedsLabel/app: two in east\n\
            api/v1/pods: v1/Pod b/three: deny NeedsLabel/app: three in west\n\
            api/v1/pods: v1/Pod b/five: deny NeedsLabel/app: five in west\n\
            4 objects judged, 4 denied; 4 violations, 4 denying; \
            1 object in exempt namespaces\n";
        assert_eq!((status, &*out, &*err), (1, expected, ""));
        let requests = api.requests();
        let lists = requests.iter().filter(|one| one.contains("/api/v1/pods")).count();
        assert_eq!(lists, 3, "{requests:?}");
        // No constraint matches these kinds, and bindings cannot be listed.
        let others = ["secrets", "deployments", "bindings"];
        assert!(!requests.iter().any(|one| others.iter().any(|kind| one.contains(kind))));
        assert!(requests.iter().all(|one| one.starts_with("GET ")), "{requests:?}");
    }

    #[test]
    fn all_kinds_are_listed_for_a_constraint_without_kinds() {
        let api = api();
        let scope = json!({"match": {"namespaceSelector": {"matchLabels": {"zone": "west"}}}});
        api.add(CONSTRAINTS, constraint("app", scope));
        api.add("/apis/apps/v1/deployments", pod("b", "web"));
        let (status, out, err) = audit(&api, &["--quiet"]);
        let mut lines: Vec<&str> = out.lines().collect();
        lines.sort_unstable();
        let expected = [
            "api/v1/namespaces: v1/Namespace b: deny NeedsLabel/app: b in no zone",
            "api/v1/pods: v1/Pod b/five: deny NeedsLabel/app: five in west",
            "api/v1/pods: v1/Pod b/three: deny NeedsLabel/app: three in west",
            // A selector of Namespaces takes all objects without one.
            "apis/apps/v1/deployments: apps/v1/Deployment b/web: deny NeedsLabel/app: web in west",
            "apis/constraints.gatekeeper.sh/v1beta1/needslabel: \
             constraints.gatekeeper.sh/v1beta1/NeedsLabel app: deny NeedsLabel/app: app in no zone",
            "apis/templates.gatekeeper.sh/v1/constrainttemplates: \
             templates.gatekeeper.sh/v1/ConstraintTemplate needslabel: deny NeedsLabel/app: \
             needslabel in no zone",
        ];
        // The Namespace of the Config is not there, so the selector denies the Config.
        let config = "apis/config.gatekeeper.sh/v1alpha1/configs: ";
        assert!(lines.iter().any(|line| line.starts_with(config)), "{out}");
        lines.retain(|line| !line.starts_with(config));
        assert_eq!((status, lines), (2, expected.to_vec()));
        assert!(err.contains("expected the Namespace gatekeeper-system of an object"), "{err}");
    }

    #[test]
    fn a_kind_that_cannot_be_listed_does_not_stop_the_others() {
        let api = api();
        api.define("metrics.k8s.io/v1", "broken", "Broken");
        let kinds = json!({"kinds": [{"apiGroups": [""], "kinds": ["Pod", "Secret"]}]});
        api.add(CONSTRAINTS, constraint("app", json!({"match": kinds})));
        api.add("/api/v1/secrets", pod("a", "key"));
        api.fail("/api/v1/pods", 403, usize::MAX);
        api.fail("/apis/metrics.k8s.io/v1", 503, usize::MAX);
        let (status, out, err) = audit(&api, &["--quiet"]);
        let key = "api/v1/secrets: v1/Secret a/key: deny NeedsLabel/app: key in east\n";
        assert_eq!((status, &*out), (2, key));
        for reason in [
            "cannot access /api/v1/pods: refused /api/v1/pods (403)",
            "cannot access /apis/metrics.k8s.io/v1: refused /apis/metrics.k8s.io/v1 (503)",
        ] {
            assert!(err.contains(reason), "{err}");
        }
    }

    #[test]
    fn a_namespace_of_the_last_second_is_looked_up() {
        let api = api();
        let scope = json!({"match": {"kinds": pods()["kinds"],
            "namespaceSelector": {"matchLabels": {"zone": "north"}}}});
        api.add(CONSTRAINTS, constraint("app", scope));
        api.add("/api/v1/pods", pod("late", "six"));
        // The list of Namespaces fails, so each one is requested.
        api.add_namespace("late", &json!({"zone": "north"}));
        api.fail("/api/v1/namespaces", 500, 1);
        let (status, out, err) = audit(&api, &["--quiet"]);
        let six = "api/v1/pods: v1/Pod late/six: deny NeedsLabel/app: six in north\n";
        assert_eq!((status, &*out), (2, six));
        assert!(err.contains("cannot access /api/v1/namespaces: "), "{err}");
    }

    #[test]
    fn actions_are_those_of_the_audit() {
        let api = api();
        let scoped = |points: &[&str]| {
            let points: Vec<Value> = points.iter().map(|point| json!({"name": point})).collect();
            json!({
                "match": pods(),
                "enforcementAction": "scoped",
                "scopedEnforcementActions": [{"action": "warn", "enforcementPoints": points}],
            })
        };
        api.add(CONSTRAINTS, constraint("one", scoped(&["audit.gatekeeper.sh"])));
        api.add(CONSTRAINTS, constraint("two", scoped(&["validation.gatekeeper.sh"])));
        let generated = json!({"match": {"kinds": pods()["kinds"], "source": "Generated"}});
        api.add(CONSTRAINTS, constraint("three", generated));
        let (status, out, err) = audit(&api, &["-o", "json"]);
        let report: Value = serde_json::from_str(&out).expect("JSON");
        let violations = report["violations"].as_array().expect("violations");
        assert_eq!((status, violations.len(), &*err), (0, 4, ""));
        for violation in violations {
            assert_eq!(violation["constraint"], "NeedsLabel/one");
            assert_eq!(violation["scopedEnforcementActions"], json!(["warn"]));
            assert_eq!(violation.get("line"), None);
        }
    }

    #[test]
    fn the_inventory_has_the_synced_kinds_alone() {
        let api = api();
        let rego = "package needslabel\nviolation[{\"msg\": msg}] {\n  \
                    msg := concat(\" \", sort([name | data.inventory.namespace[_][_][_][name]]))\n}\n";
        let mut template = template();
        template["spec"]["targets"][0]["rego"] = rego.into();
        template["metadata"]["name"] = "inventory".into();
        template["spec"]["crd"]["spec"]["names"]["kind"] = "Inventory".into();
        let inventory = "/apis/constraints.gatekeeper.sh/v1beta1/inventory";
        api.add("/apis/templates.gatekeeper.sh/v1/constrainttemplates", template);
        api.define("constraints.gatekeeper.sh/v1beta1", "inventory", "Inventory");
        let mut constraint = constraint(
            "all",
            json!({"match": {"kinds": [
            {"apiGroups": [""], "kinds": ["Namespace"]}], "namespaces": ["a"]}}),
        );
        constraint["kind"] = "Inventory".into();
        api.add(inventory, constraint);
        let secrets = json!({"group": "", "version": "v1", "kind": "Secret"});
        let unknown = json!({"group": "x.example", "version": "v1", "kind": "Unknown"});
        api.define("syncset.gatekeeper.sh/v1alpha1", "syncsets", "SyncSet");
        api.add(
            "/apis/syncset.gatekeeper.sh/v1alpha1/syncsets",
            json!({"metadata": {"name": "all"}, "spec": {"gvks": [secrets, unknown]}}),
        );
        api.add(
            "/apis/config.gatekeeper.sh/v1alpha1/configs",
            json!({"metadata": {"name": "other"}, "spec": {"match": [
                {"excludedNamespaces": ["b"], "processes": ["sync"]}]}}),
        );
        for namespace in ["a", "b", "kube-system"] {
            api.add("/api/v1/secrets", pod(namespace, &format!("key-{namespace}")));
        }
        let (status, out, err) = audit(&api, &["--quiet"]);
        let expected =
            "api/v1/namespaces: v1/Namespace a: deny Inventory/all: key-a key-kube-system\n";
        // Policies do not see the objects of the unknown kind, so the audit is not complete.
        assert_eq!((status, &*out), (2, expected), "{err}");
        assert!(err.contains("Unknown of x.example/v1"), "{err}");
    }

    #[test]
    fn the_status_of_constraints_is_written() {
        let api = api();
        api.add(CONSTRAINTS, constraint("app", json!({"match": pods()})));
        let nothing = json!({"match": {"kinds": pods()["kinds"], "namespaces": ["none"]}});
        let mut nothing = constraint("none", nothing);
        nothing["status"]["violations"] = json!([{"name": "old"}]);
        api.add(CONSTRAINTS, nothing);
        // Two other clients write at the same time.
        api.fail(&format!("{CONSTRAINTS}/app/status"), 409, 2);
        let arguments = ["--quiet", "--write-status", "--constraint-violations-limit", "3"];
        let (status, _, err) = audit(&api, &arguments);
        assert_eq!((status, &*err), (1, ""));
        let mut written = api.get(CONSTRAINTS, "app")["status"].take();
        let timestamp = written["auditTimestamp"].take();
        let violation = |namespace: &str, name: &str, zone: &str| {
            json!({
                "group": "", "version": "v1", "kind": "Pod", "namespace": namespace, "name": name,
                "message": format!("{name} in {zone}"), "enforcementAction": "deny",
            })
        };
        let expected = json!({
            "auditTimestamp": null,
            "byPod": [{"id": "pod"}],
            "totalViolations": 4,
            "violations": [
                violation("b", "five", "west"),
                violation("a", "two", "east"),
                violation("a", "one", "east"),
            ],
        });
        assert_eq!(written, expected);
        let mut none = api.get(CONSTRAINTS, "none")["status"].take();
        assert_eq!(none["auditTimestamp"].take(), timestamp);
        let expected =
            json!({"auditTimestamp": null, "byPod": [{"id": "pod"}], "totalViolations": 0});
        assert_eq!(none, expected);
    }

    #[test]
    fn an_incomplete_audit_writes_the_status_and_says_so() {
        let api = api();
        let kinds = json!({"kinds": [{"apiGroups": [""], "kinds": ["Pod", "Secret"]}]});
        api.add(CONSTRAINTS, constraint("app", json!({"match": kinds})));
        api.add("/api/v1/secrets", pod("a", "key"));
        api.fail("/api/v1/pods", 403, usize::MAX);
        let (status, out, err) = audit(&api, &["--write-status"]);
        assert_eq!((status, out.lines().count()), (2, 2), "{out}");
        assert!(err.contains("the audit is incomplete: after 1 error, the status of"), "{err}");
        assert_eq!(api.get(CONSTRAINTS, "app")["status"]["totalViolations"], 1);
        // Without the option, nothing is written.
        assert!(!audit(&api, &[]).2.contains("the status of"));
    }

    #[test]
    fn options_of_a_cluster_exclude_files() {
        let api = api();
        let project = Project::new(&[("config", api.kubeconfig()), ("pods.yaml", String::new())]);
        for option in [&["--write-status"][..], &["--page-size", "3"], &["--from-cluster"]] {
            for files in [&["audit", "pods.yaml"][..], &["audit", "-f", "pods.yaml"]] {
                let arguments = [files, option].concat();
                let (status, out, err) =
                    project.run_where(&[("KUBECONFIG", "config")], &arguments, b"");
                assert_eq!((status, &*out), (2, ""), "{arguments:?}");
                assert!(err.contains("cannot be used with"), "{err}");
            }
        }
        assert!(api.requests().is_empty());
    }

    #[test]
    fn a_status_that_cannot_be_written_is_an_error() {
        let api = api();
        api.add(CONSTRAINTS, constraint("app", json!({"match": pods()})));
        api.fail(&format!("{CONSTRAINTS}/app/status"), 403, usize::MAX);
        let (status, _, err) = audit(&api, &["--quiet", "--write-status"]);
        assert_eq!(status, 2);
        let expected = format!("cannot access {CONSTRAINTS}/app/status: refused");
        assert!(err.contains(&expected), "{err}");
    }

    #[test]
    fn a_cluster_without_policies_is_told() {
        let api = Api::start();
        api.define("v1", "namespaces", "Namespace");
        let (status, out, err) = audit(&api, &[]);
        assert_eq!((status, &*out), (0, "0 objects judged, 0 denied; 0 violations, 0 denying\n"));
        assert!(err.contains("expected a ConstraintTemplate"), "{err}");
        assert!(err.contains("let the account list its kind"), "{err}");
        assert_eq!(audit(&api, &["--fail-on-empty"]).0, 2);
    }

    #[test]
    fn a_cluster_that_does_not_answer_is_an_error() {
        let api = api();
        api.fail("/apis", 401, usize::MAX);
        let (status, out, err) = audit(&api, &[]);
        assert_eq!((status, &*out), (2, ""));
        assert!(err.contains("cannot access /apis: refused /apis (401)"), "{err}");
    }
}
