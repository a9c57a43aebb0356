//! Tests of the start of a server.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::definitions::NAMESPACE;
use crate::objects::pod;
use crate::site::{Site, Verdict};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] =
    &[("start::a_server_without_a_role_is_unready", a_server_without_a_role_is_unready)];

fn a_server_without_a_role_is_unready(world: &World) {
    let account = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "stranger"},
    });
    let accounts = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts");
    world.api().create(&accounts, &account).expect_success();
    let mut site = Site::unready(world, "stranger", "stranger");
    site.wait_log("cannot list or watch");
    site.wait_log("is forbidden");
    thread::sleep(Duration::from_secs(2));
    assert!(!site.webhook.is_ready());
    let answer = site.ask(&pod("early", "registry.example/image"));
    assert_eq!((answer.status, answer.text.trim_end()), (503, "the policies are not loaded yet"));
    assert!(site.webhook.count("ferrego_watch_failing_since_timestamp_seconds") > 1_000_000_000);

    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "stranger"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "ferrego-ferrego-system",
        },
        "subjects": [{"kind": "ServiceAccount", "name": "stranger", "namespace": NAMESPACE}],
    });
    let bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
    world.api().create(bindings, &binding).expect_success();
    site.webhook.wait_ready();
    site.wait(&pod("late", "registry.example/image"), &Verdict::Allowed);
    assert_eq!(site.webhook.count("ferrego_watch_failing_since_timestamp_seconds"), 0);
}
