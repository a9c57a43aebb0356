//! Tests that the API server asks a registered webhook, and obeys its answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ferrego_cluster::registration::{Scope, WEBHOOK};
use ferrego_cluster::{Authority, Registration, Stub, wait};

use crate::objects::{Namespace, pod};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("stub::the_api_server_asks_the_webhook", the_api_server_asks_the_webhook),
    ("stub::requests_fail_without_the_webhook", requests_fail_without_the_webhook),
];

/// The time after which the API server knows a registration.
const REGISTERED: Duration = Duration::from_secs(30);

fn the_api_server_asks_the_webhook(world: &World) {
    let namespace = Namespace::create(world, "stub");
    let authority = Authority::new("stub");
    let calls = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&calls);
    let stub = Stub::start(&authority.server("stub"), move |request| {
        counter.fetch_add(1, Ordering::Relaxed);
        let denied = request["name"] == "denied";
        denied.then(|| format!("no {} named denied", request["kind"]["kind"].as_str().unwrap()))
    });
    let scope = Scope::namespace(&namespace.name);
    let _registration =
        Registration::new(world.api(), &namespace.name, &stub.url(), authority.pem(), &scope);
    let dry = namespace.path("pods?dryRun=All");
    let denial = wait::until("a denial", REGISTERED, || {
        let answer = world.api().create(&dry, &pod("denied", "any.example/image"));
        if answer.status == 403 { Ok(answer) } else { Err(answer.text) }
    });
    let expected =
        format!("admission webhook \"{WEBHOOK}\" denied the request: no Pod named denied");
    assert_eq!(denial.message(), expected);
    let before = calls.load(Ordering::Relaxed);
    assert!(before > 0);
    let pods = namespace.path("pods");
    world.api().create(&pods, &pod("allowed", "any.example/image")).expect_success();
    assert_eq!(calls.load(Ordering::Relaxed), before + 1);
    assert!(world.api().get(&namespace.path("pods/allowed")).is_success());
    assert_eq!(world.api().get(&namespace.path("pods/denied")).status, 404);
}

fn requests_fail_without_the_webhook(world: &World) {
    let namespace = Namespace::create(world, "stub-away");
    let authority = Authority::new("stub");
    let stub = Stub::start(&authority.server("stub"), |_| None);
    let scope = Scope::namespace(&namespace.name);
    let _registration =
        Registration::new(world.api(), &namespace.name, &stub.url(), authority.pem(), &scope);
    drop(stub);
    let dry = namespace.path("pods?dryRun=All");
    let answer = wait::until("a failure", REGISTERED, || {
        let answer = world.api().create(&dry, &pod("any", "any.example/image"));
        if answer.is_success() { Err("allowed") } else { Ok(answer) }
    });
    assert_eq!(answer.status, 500, "{}", answer.text);
    let expected = format!("failed calling webhook \"{WEBHOOK}\"");
    assert!(answer.message().contains(&expected), "{}", answer.text);
}
