//! Tests of `ferrego audit --from-cluster`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::definitions::{
    CONFIGS, NAMESPACE, SYNC_SETS, TEMPLATES, constraints, create_yaml, define_constraints,
    install_roles, synced, template, undefine_constraints,
};
use crate::objects::{Namespace, constraint, deployment, ingress, labeled, pod, with_action};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("audit::it_agrees_with_the_command_on_files", it_agrees_with_the_command_on_files),
    ("audit::it_writes_the_status_of_constraints", it_writes_the_status_of_constraints),
    ("audit::a_forbidden_kind_does_not_stop_the_others", forbidden_kinds_do_not_stop_the_others),
];

const EXPANSIONS: &str = "/apis/expansion.gatekeeper.sh/v1beta1/expansiontemplate";
const ROLES: &str = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
const BINDINGS: &str = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

/// The templates of the tests, each with its kind.
const POLICIES: [(&str, &str); 3] =
    [("labels", "RequiredLabels"), ("registries", "AllowedRegistries"), ("hosts", "UniqueHost")];

/// The namespaces and policies of a test.
pub(crate) struct Audited<'w> {
    pub(crate) world: &'w World,
    pub(crate) namespace: Namespace,
    pub(crate) excluded: Namespace,
    /// A folder with the kubeconfig of the account, and with the files of `ferrego test`.
    pub(crate) folder: PathBuf,
}

impl<'w> Audited<'w> {
    pub(crate) fn start(world: &'w World, account: &str) -> Self {
        let folder = world.work.join(world.unique("audit"));
        fs::create_dir_all(folder.join("files")).expect("the folder is created");
        let kubeconfig = world.control_plane.kubeconfig(NAMESPACE, account);
        fs::write(folder.join("kubeconfig"), kubeconfig).expect("the kubeconfig is written");
        for (name, kind) in POLICIES {
            create_yaml(world.api(), TEMPLATES, &template(name)).expect_success();
            define_constraints(world.api(), kind);
            fs::write(folder.join(format!("files/{name}.yaml")), template(name)).expect("written");
        }
        let namespace = Namespace::create(world, "audited");
        let excluded = Namespace::create(world, "excluded");
        Self { world, namespace, excluded, folder }
    }

    /// Writes an object among the files of `ferrego test`.
    fn write(&self, name: &str, object: &Value) {
        let path = self.folder.join(format!("files/{name}.json"));
        fs::write(path, object.to_string()).expect("the file is written");
    }

    /// Creates a constraint for both namespaces.
    pub(crate) fn constrain(&self, mut constraint: Value) {
        constraint["spec"]["match"]["namespaces"] =
            json!([self.namespace.name, self.excluded.name]);
        let kind = constraint["kind"].as_str().expect("a kind");
        self.world.api().create(&constraints(kind), &constraint).expect_success();
        let name = constraint["metadata"]["name"].as_str().expect("a name");
        self.write(&format!("constraint-{name}"), &constraint);
    }

    /// Creates objects in both namespaces.
    pub(crate) fn create_objects(&self) {
        for namespace in [&self.namespace, &self.excluded] {
            for index in 0..5_u32 {
                let registry = if index % 2 == 0 { "other.example" } else { "registry.example" };
                let (image, labels) = (format!("{registry}/image"), json!({"app": "a"}));
                let pod = labeled(pod(&format!("pod-{index}"), &image), &labels);
                let deployment = deployment(&format!("deployment-{index}"), &image, 0);
                let host = format!("{}.audited.example", index % 3);
                let ingress = ingress(&namespace.name, &format!("ingress-{index}"), &host);
                for (resource, object) in
                    [("pods", pod), ("deployments", deployment), ("ingresses", ingress)]
                {
                    self.world.api().create(&namespace.path(resource), &object).expect_success();
                }
            }
        }
    }

    /// Runs the audit. Returns the exit status, the report and standard error.
    pub(crate) fn audit(&self, options: &[&str]) -> (i32, Value, String) {
        let mut command = Command::new(&self.world.ferrego);
        command
            .args(["audit", "--from-cluster", "--page-size", "2", "-o", "json"])
            .args(options)
            .env("KUBECONFIG", self.folder.join("kubeconfig"));
        run(command)
    }

    /// Removes all policies.
    pub(crate) fn end(self) {
        for (_, kind) in POLICIES {
            let template = format!("{TEMPLATES}/{}", kind.to_lowercase());
            self.world.api().delete(&template).expect_success();
            undefine_constraints(self.world.api(), kind);
        }
    }
}

fn run(mut command: Command) -> (i32, Value, String) {
    let output = command.output().expect("the command runs");
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    let report =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"));
    (output.status.code().expect("an exit status"), report, errors)
}

/// Returns the violations of a report: the constraint, the object, the actions and the message.
pub(crate) fn violations(report: &Value) -> BTreeSet<[String; 5]> {
    let violations = report["violations"].as_array().expect("violations");
    let one = |violation: &Value| {
        let actions = [&violation["enforcementAction"], &violation["scopedEnforcementActions"]];
        [
            violation["constraint"].to_string(),
            violation["object"].to_string(),
            actions[0].to_string(),
            actions[1].to_string(),
            violation["msg"].to_string(),
        ]
    };
    violations.iter().map(one).collect()
}

fn scoped(mut constraint: Value, point: &[&str]) -> Value {
    let points: Vec<Value> = point.iter().map(|point| json!({"name": point})).collect();
    constraint["spec"]["enforcementAction"] = json!("scoped");
    constraint["spec"]["scopedEnforcementActions"] =
        json!([{"action": "warn", "enforcementPoints": points}]);
    constraint
}

fn it_agrees_with_the_command_on_files(world: &World) {
    install_roles(world.api(), "kustomize-audit-status.yaml");
    let audited = Audited::start(world, "ferrego-audit");
    let api = world.api();
    audited.create_objects();
    let pods = [("", "Pod")];
    let all = [("", "Pod"), ("apps", "Deployment"), ("networking.k8s.io", "Ingress")];
    let registries = json!({"registries": ["registry.example/"]});
    let labels =
        |name: &str, kinds| constraint("RequiredLabels", name, kinds, &json!({"labels": [name]}));
    audited.constrain(constraint("AllowedRegistries", "registry", &pods, &registries));
    audited.constrain(with_action(labels("tier", &all), "warn"));
    audited
        .constrain(scoped(labels("owner", &pods), &["audit.gatekeeper.sh", "gator.gatekeeper.sh"]));
    audited.constrain(scoped(labels("team", &pods), &["validation.gatekeeper.sh"]));
    let hosts = [("networking.k8s.io", "Ingress")];
    audited
        .constrain(with_action(constraint("UniqueHost", "hosts", &hosts, &Value::Null), "dryrun"));
    let sync_set = json!({
        "apiVersion": "syncset.gatekeeper.sh/v1alpha1",
        "kind": "SyncSet",
        "metadata": {"name": "audit"},
        "spec": {"gvks": [synced("networking.k8s.io", "v1", "Ingress")]},
    });
    api.create(SYNC_SETS, &sync_set).expect_success();
    let expansion = json!({
        "apiVersion": "expansion.gatekeeper.sh/v1beta1",
        "kind": "ExpansionTemplate",
        "metadata": {"name": "expand-deployments"},
        "spec": {
            "applyTo": [{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}],
            "templateSource": "spec.template",
            "generatedGVK": {"group": "", "version": "v1", "kind": "Pod"},
        },
    });
    api.create(EXPANSIONS, &expansion).expect_success();
    audited.write("expansion", &expansion);
    let config = json!({
        "apiVersion": "config.gatekeeper.sh/v1alpha1",
        "kind": "Config",
        "metadata": {"name": "config"},
        "spec": {"match": [
            {"excludedNamespaces": [audited.excluded.name], "processes": ["audit", "sync"]},
        ]},
    });
    api.create(CONFIGS, &config).expect_success();

    // The command judges the stored objects of the namespace that is not excluded.
    let mut stored = 0;
    let namespace = &audited.namespace;
    for (resource, version, kind) in [
        ("pods", "v1", "Pod"),
        ("deployments", "apps/v1", "Deployment"),
        ("ingresses", "networking.k8s.io/v1", "Ingress"),
    ] {
        let list = api.get(&namespace.path(resource)).expect_success().body;
        for item in list["items"].as_array().expect("a list") {
            let mut item = item.clone();
            (item["apiVersion"], item["kind"]) = (json!(version), json!(kind));
            stored += 1;
            audited.write(&format!("object-{stored}"), &item);
        }
    }
    assert_eq!(stored, 15);
    let mut command = Command::new(&world.ferrego);
    command.args(["test", "-o", "json", "--gatekeeper-numbers"]).arg(audited.folder.join("files"));
    let (status, tested, errors) = run(command);
    assert_eq!((status, &*errors), (1, ""));

    let (status, report, errors) = audited.audit(&[]);
    assert_eq!((status, &*errors), (1, ""), "{report:#}");
    assert_eq!(report["notices"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert_eq!(violations(&report), violations(&tested));
    assert_eq!(report["denying"], tested["denying"]);
    assert!(violations(&report).len() > 25, "{report:#}");
    assert!(report.to_string().contains("[Implied by expand-deployments]"), "{report:#}");
    assert!(report.to_string().contains("is taken by"), "{report:#}");

    // Without the Config, the objects of the other namespace are judged too.
    api.delete(&format!("{CONFIGS}/config")).expect_success();
    let (status, all, _) = audited.audit(&["--jobs", "3"]);
    assert_eq!(status, 1);
    assert!(violations(&all).is_superset(&violations(&report)));
    assert!(violations(&all).len() > 2 * violations(&report).len(), "{all:#}");

    api.delete(&format!("{EXPANSIONS}/expand-deployments")).expect_success();
    api.delete(&format!("{SYNC_SETS}/audit")).expect_success();
    audited.end();
}

fn it_writes_the_status_of_constraints(world: &World) {
    let audited = Audited::start(world, "ferrego-audit");
    let api = world.api();
    audited.create_objects();
    let (pods, labels) = ([("", "Pod")], json!({"labels": ["tier"]}));
    audited.constrain(constraint("RequiredLabels", "tier", &pods, &labels));
    let elsewhere = constraint("RequiredLabels", "elsewhere", &pods, &labels);
    audited.constrain(scoped(elsewhere, &["validation.gatekeeper.sh"]));
    let path = format!("{}/tier", constraints("RequiredLabels"));
    let mut stored = api.get(&path).expect_success().body;
    stored["status"] = json!({"byPod": [{"id": "gatekeeper", "enforced": true}]});
    api.replace(&format!("{path}/status"), &stored).expect_success();

    let options = ["--write-status", "--constraint-violations-limit", "3"];
    let (status, report, errors) = audited.audit(&options);
    assert_eq!((status, &*errors), (1, ""), "{report:#}");
    let written = api.get(&path).expect_success().body["status"].take();
    assert_eq!(written["totalViolations"], json!(10), "{written:#}");
    assert_eq!(written["byPod"], stored["status"]["byPod"]);
    let timestamp = written["auditTimestamp"].as_str().expect("a time");
    assert!(timestamp.ends_with('Z') && timestamp.len() == 20, "{timestamp}");
    let violation = |index: u32| {
        json!({
            "group": "",
            "version": "v1",
            "kind": "Pod",
            "namespace": audited.namespace.name,
            "name": format!("pod-{index}"),
            "message": format!("Pod pod-{index} has no label tier"),
            "enforcementAction": "deny",
        })
    };
    assert_eq!(written["violations"], json!([violation(2), violation(1), violation(0)]));
    let other = format!("{}/elsewhere", constraints("RequiredLabels"));
    let other = api.get(&other).expect_success().body["status"].take();
    assert_eq!(other, json!({"auditTimestamp": timestamp, "totalViolations": 0}));

    // An audit without the option writes nothing, and one without violations removes them.
    let before = api.get(&path).expect_success().body;
    audited.audit(&[]);
    assert_eq!(api.get(&path).expect_success().body, before);
    for namespace in [&audited.namespace, &audited.excluded] {
        for index in 0..5 {
            let pod = namespace.path(&format!("pods/pod-{index}?gracePeriodSeconds=0"));
            api.delete(&pod).expect_success();
        }
    }
    let (status, report, errors) = audited.audit(&options);
    assert_eq!((status, &*errors), (0, ""), "{report:#}");
    let written = api.get(&path).expect_success().body["status"].take();
    assert_eq!(written["totalViolations"], json!(0), "{written:#}");
    assert_eq!(written.get("violations"), None);
    assert_eq!(written["byPod"], stored["status"]["byPod"]);
    audited.end();
}

fn forbidden_kinds_do_not_stop_the_others(world: &World) {
    let api = world.api();
    let account = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "half"},
    });
    api.create(&format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts"), &account)
        .expect_success();
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "half"},
        "rules": [
            {
                "apiGroups": ["templates.gatekeeper.sh", "constraints.gatekeeper.sh",
                    "config.gatekeeper.sh", "syncset.gatekeeper.sh", "expansion.gatekeeper.sh"],
                "resources": ["*"],
                "verbs": ["list"],
            },
            {"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": ["list", "get"]},
        ],
    });
    api.create(ROLES, &role).expect_success();
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "half"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "half",
        },
        "subjects": [{"kind": "ServiceAccount", "name": "half", "namespace": NAMESPACE}],
    });
    api.create(BINDINGS, &binding).expect_success();
    let audited = Audited::start(world, "half");
    audited.create_objects();
    let kinds = [("apps", "Deployment"), ("", "Pod")];
    audited.constrain(constraint("RequiredLabels", "tier", &kinds, &json!({"labels": ["tier"]})));
    let (status, report, _) = audited.audit(&["--write-status"]);
    assert_eq!(status, 2);
    // Both namespaces have five Pods.
    assert_eq!(violations(&report).len(), 10, "{report:#}");
    assert_eq!(report["denied"], json!(10));
    let notices = report["notices"].to_string();
    assert!(
        notices.contains("cannot access /apis/apps/v1/deployments: deployments.apps is forbidden")
    );
    assert!(notices.contains("requiredlabels/tier"), "{notices}");
    audited.end();
}
