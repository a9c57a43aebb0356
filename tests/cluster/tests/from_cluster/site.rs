//! A namespace, and a server that takes its policies from the cluster.

use std::fs;
use std::time::Duration;

use ferrego_cluster::{Answer, Api, Webhook, wait};
use serde_json::{Value, json};

use crate::World;
use crate::definitions::NAMESPACE;
use crate::objects::{Namespace, constraint};

/// How long a change in the cluster may take until it shows in answers.
pub(crate) const EFFECT: Duration = Duration::from_secs(30);

/// A namespace, a running server, and a client of its port.
pub(crate) struct Site<'w> {
    pub(crate) world: &'w World,
    pub(crate) namespace: Namespace,
    pub(crate) webhook: Webhook,
    /// A client of the port for reviews.
    pub(crate) port: Api,
}

impl<'w> Site<'w> {
    /// Starts a server with the account of `deploy`, and waits until it is ready.
    pub(crate) fn start(world: &'w World, name: &str) -> Self {
        let mut site = Self::unready(world, name, "ferrego");
        site.webhook.wait_ready();
        site
    }

    /// Starts a server with a service account.
    pub(crate) fn unready(world: &'w World, name: &str, account: &str) -> Self {
        let kubeconfig = world.control_plane.kubeconfig(NAMESPACE, account);
        Self::in_namespace(world, Namespace::create(world, name), &kubeconfig)
    }

    /// Starts a server for a namespace that exists.
    pub(crate) fn in_namespace(world: &'w World, namespace: Namespace, kubeconfig: &str) -> Self {
        let home = world.work.join(world.unique("home"));
        fs::create_dir_all(&home).expect("the folder is created");
        let (certificate, key) = world.authority.server("webhook").write(&home, "webhook");
        let path = home.join("kubeconfig");
        fs::write(&path, kubeconfig).expect("the kubeconfig is written");
        let log = home.join("webhook.log");
        let webhook = Webhook::from_cluster(&world.ferrego, &path, (&certificate, &key), &[], &log);
        let port = Api::new(&webhook.url(""), world.authority.pem(), None);
        Self { world, namespace, webhook, port }
    }

    /// Starts another server for the namespace of the site, and waits until it is ready.
    pub(crate) fn replica(&self) -> Self {
        let namespace = Namespace { name: self.namespace.name.clone() };
        let kubeconfig = self.world.control_plane.kubeconfig(NAMESPACE, "ferrego");
        let mut replica = Self::in_namespace(self.world, namespace, &kubeconfig);
        replica.webhook.wait_ready();
        replica
    }

    /// Returns a constraint for the namespace of the site only.
    pub(crate) fn constraint(&self, kind: &str, name: &str, parameters: &Value) -> Value {
        let mut constraint = constraint(kind, name, &[], parameters);
        constraint["spec"]["match"]["namespaces"] = json!([self.namespace.name]);
        constraint
    }

    /// Returns a review of the creation of an object in the namespace of the site.
    pub(crate) fn review(&self, object: &Value) -> Value {
        let version = object["apiVersion"].as_str().expect("a version");
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        let mut object = object.clone();
        object["metadata"]["namespace"] = json!(self.namespace.name);
        json!({
            "apiVersion": "admission.k8s.io/v1",
            "kind": "AdmissionReview",
            "request": {
                "uid": "7b1c",
                "kind": {"group": group, "version": version, "kind": object["kind"]},
                "name": object["metadata"]["name"],
                "namespace": self.namespace.name,
                "operation": "CREATE",
                "userInfo": {"username": "somebody"},
                "object": object,
            },
        })
    }

    /// Asks the server about the creation of an object.
    pub(crate) fn ask(&self, object: &Value) -> Answer {
        self.port.create("/v1/admit", &self.review(object))
    }

    /// Waits until the creation of an object has a verdict.
    #[track_caller]
    pub(crate) fn wait(&self, object: &Value, verdict: &Verdict<'_>) {
        wait::until(&format!("{verdict:?}"), EFFECT, || {
            let answer = self.ask(object);
            if verdict.is_of(&answer) { Ok(()) } else { Err(answer.text) }
        });
    }

    /// Waits until the server has a number of constraints in force.
    #[track_caller]
    pub(crate) fn wait_constraints(&self, number: u64) {
        wait::until("the constraints", EFFECT, || {
            let found = self.webhook.count("ferrego_constraints");
            if found == number { Ok(()) } else { Err(found) }
        });
    }

    /// Waits until the log contains a text.
    #[track_caller]
    pub(crate) fn wait_log(&self, text: &str) {
        wait::until(text, EFFECT, || {
            let log = self.webhook.process.log();
            if log.contains(text) { Ok(()) } else { Err(self.webhook.process.log_tail()) }
        });
    }
}

/// A verdict of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict<'m> {
    Allowed,
    /// A denial with messages, one per line.
    Denied(&'m str),
}

impl Verdict<'_> {
    /// Returns `true` if the answer to a review has the verdict.
    pub(crate) fn is_of(&self, answer: &Answer) -> bool {
        let response = &answer.body["response"];
        match self {
            Self::Allowed => response["allowed"] == true,
            Self::Denied(messages) => {
                response["allowed"] == false && response["status"]["message"] == *messages
            }
        }
    }
}
