//! Tests of certificates that the server makes itself.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ferrego_cluster::load::Post;
use ferrego_cluster::registration::Scope;
use ferrego_cluster::{Load, Webhook, wait};
use serde_json::{Value, json};

use crate::definitions::{NAMESPACE, create_yaml};
use crate::objects::{Namespace, pod};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[(
    "self_signed::replicas_share_and_renew_a_certificate",
    replicas_share_and_renew_a_certificate,
)];

const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ferrego";
const SECRET: &str = "/api/v1/namespaces/ferrego-system/secrets/ferrego-tls";

/// The time within which all replicas have a new certificate: two looks at the Secret.
const RENEWED: Duration = Duration::from_secs(150);

/// Creates the roles of the component `self-signed` of `deploy`.
fn install_roles(world: &World) {
    let rendered = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rendered");
    let manifests = fs::read_to_string(rendered.join("kustomize-without-cert-manager.yaml"));
    let manifests = manifests.expect("the manifests are read");
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    for (kind, path) in [
        ("Role", format!("{rbac}/namespaces/{NAMESPACE}/roles")),
        ("RoleBinding", format!("{rbac}/namespaces/{NAMESPACE}/rolebindings")),
        ("ClusterRole", format!("{rbac}/clusterroles")),
        ("ClusterRoleBinding", format!("{rbac}/clusterrolebindings")),
    ] {
        let line = format!("\nkind: {kind}\n");
        let mut documents = manifests.split("\n---\n").filter(|document| {
            document.contains(&line) && document.contains("\n  name: ferrego-self-signed")
        });
        let document = documents.next().expect("the role of the component");
        create_yaml(world.api(), &path, document).expect_success();
    }
}

fn configuration(webhooks: &[Value]) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "ferrego"},
        "webhooks": webhooks,
    })
}

fn replicas_share_and_renew_a_certificate(world: &World) {
    install_roles(world);
    let (api, namespace) = (world.api(), Namespace::create(world, "self-signed"));
    let scope = Scope::namespace(&namespace.name);
    let webhooks = ["a", "b"].map(|name| {
        scope.webhook(&format!("{name}.ferrego.test"), "https://127.0.0.1:1/v1/admit", None)
    });
    let (configurations, _) = CONFIGURATION.rsplit_once('/').expect("a path");
    api.create(configurations, &configuration(&webhooks)).expect_success();

    let homes = ["a", "b"].map(|name| {
        let home = world.work.join(world.unique(&format!("self-signed-{name}")));
        fs::create_dir_all(&home).expect("the folder is created");
        home
    });
    let kubeconfig = world.control_plane.kubeconfig(NAMESPACE, "ferrego");
    let options = [
        "--self-signed=ferrego-system/ferrego-tls",
        "--server-name=127.0.0.1",
        "--webhook-configuration=ferrego",
    ];
    let mut replicas = homes.clone().map(|home| {
        let path = home.join("kubeconfig");
        fs::write(&path, &kubeconfig).expect("the kubeconfig is written");
        let files = [home.join("tls.crt"), home.join("tls.key")];
        let log = home.join("webhook.log");
        Webhook::from_cluster(&world.ferrego, &path, (&files[0], &files[1]), &options, &log)
    });
    replicas.iter_mut().for_each(Webhook::wait_ready);
    let certificates = || {
        homes.clone().map(|home| fs::read_to_string(home.join("tls.crt")).expect("a certificate"))
    };
    let [first, other] = certificates();
    assert_eq!(first, other);

    // The server has written the authority, and the test the ports.
    let mut registered = api.get(CONFIGURATION).expect_success().body;
    for (index, replica) in replicas.iter().enumerate() {
        let client = &mut registered["webhooks"][index]["clientConfig"];
        assert!(client["caBundle"].as_str().is_some_and(|bundle| !bundle.is_empty()), "{client}");
        client["url"] = json!(replica.url("/v1/admit"));
    }
    api.replace(CONFIGURATION, &registered).expect_success();
    let path = format!("{}?dryRun=All", namespace.path("pods"));
    let object = pod("plain", "registry.example/image");
    wait::until("the webhooks", Duration::from_secs(30), || {
        let answer = api.create(&path, &object);
        if answer.is_success() { Ok(()) } else { Err(answer.text) }
    });

    // No request fails while both replicas take a new certificate, one after the other.
    let load = Load::start(api, &[Post { path, object }], |_, answer| match answer.status {
        201 => "allowed".to_owned(),
        status => format!("{status} {}", answer.text),
    });
    api.delete(SECRET).expect_success();
    wait::until("the new certificate", RENEWED, || {
        let [one, other] = certificates();
        if one == other && one != first { Ok(()) } else { Err("the last certificate") }
    });
    std::thread::sleep(Duration::from_secs(3));
    let outcome = load.finish();
    println!("{} answers: {:?}", outcome.total(), outcome.answers);
    assert!(outcome.answers.keys().eq(["allowed"]), "{outcome:?}");
    let registered = api.get(CONFIGURATION).expect_success().body;
    for (index, replica) in replicas.iter().enumerate() {
        let client = &registered["webhooks"][index]["clientConfig"];
        assert_eq!(client["url"], replica.url("/v1/admit"));
    }
    api.delete(CONFIGURATION).expect_success();
    api.delete(SECRET).expect_success();
}
