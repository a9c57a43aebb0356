//! A test without the API server.

use std::collections::BTreeSet;
use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ferrego_cluster::load::Post;
use ferrego_cluster::{Load, wait};
use serde_json::{Value, json};
use ureq::http::Method;

use crate::definitions::{NAMESPACE, SYNC_SETS, constraints, synced};
use crate::objects::{Namespace, ingress, pod};
use crate::policies::{add_template, remove_template};
use crate::site::{EFFECT, Site, Verdict};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] =
    &[("away::answers_stay_without_the_api_server", answers_stay_without_the_api_server)];

const FAILING: &str = "ferrego_watch_failing_since_timestamp_seconds";

/// Returns the time for which the API server is away: that of the environment variable
/// `FERREGO_AWAY_SECONDS`, or a minute.
fn time() -> Duration {
    let seconds = env::var("FERREGO_AWAY_SECONDS").ok();
    Duration::from_secs(seconds.map_or(60, |text| text.parse().expect("a number of seconds")))
}

fn answers_stay_without_the_api_server(world: &World) {
    let site = Site::start(world, "away");
    let other = Namespace::create(world, "other");
    let (api, plain) = (world.api(), pod("plain", "registry.example/image"));
    add_template(&site, "labels", "RequiredLabels");
    add_template(&site, "hosts", "UniqueHost");
    let mut labels = site.constraint("RequiredLabels", "labels", &json!({"labels": ["app"]}));
    labels["spec"]["match"]["kinds"] = json!([{"apiGroups": [""], "kinds": ["Pod"]}]);
    api.create(&constraints("RequiredLabels"), &labels).expect_success();
    let hosts = site.constraint("UniqueHost", "hosts", &Value::Null);
    api.create(&constraints("UniqueHost"), &hosts).expect_success();
    let sync_set = json!({
        "apiVersion": "syncset.gatekeeper.sh/v1alpha1",
        "kind": "SyncSet",
        "metadata": {"name": "hosts"},
        "spec": {"gvks": [synced("networking.k8s.io", "v1", "Ingress")]},
    });
    api.create(SYNC_SETS, &sync_set).expect_success();
    let theirs = ingress(&other.name, "theirs", "away.example");
    api.create(&other.path("ingresses"), &theirs).expect_success();
    let mine = ingress(&site.namespace.name, "mine", "away.example");
    let taken = format!("[hosts] host away.example is taken by {}/theirs", other.name);
    let missing = "[labels] Pod plain has no label app";
    site.wait(&plain, &Verdict::Denied(missing));
    site.wait(&mine, &Verdict::Denied(&taken));
    let kubeconfig = world.control_plane.kubeconfig(NAMESPACE, "ferrego");

    let posts = [&plain, &mine]
        .map(|object| Post { path: "/v1/admit".to_owned(), object: site.review(object) });
    let verdicts = [missing.to_owned(), taken.clone()];
    let load = Load::start(&site.port, &posts, move |index, answer| {
        if Verdict::Denied(&verdicts[index]).is_of(answer) {
            "denied".to_owned()
        } else {
            format!("wrong: {index} {}", answer.text)
        }
    });
    world.control_plane.stop_api_server();
    let stopped = Instant::now();
    let late =
        Site::in_namespace(world, Namespace { name: site.namespace.name.clone() }, &kubeconfig);
    wait::until("the failure of the watches", EFFECT, || {
        if site.webhook.count(FAILING) > 1_000_000_000 { Ok(()) } else { Err("all work") }
    });
    thread::sleep(time().saturating_sub(stopped.elapsed()));
    assert!(site.webhook.is_ready() && !late.webhook.is_ready());
    let statuses = statuses_during(world, || world.control_plane.restart_api_server());
    println!("the starting API server answered with {statuses:?}");
    // Otherwise, a server that starts in the meantime would be ready without these constraints.
    assert!(statuses.contains(&200) && !statuses.contains(&404), "{statuses:?}");
    println!("the API server was away for {:?}", stopped.elapsed());
    wait::until("the watches", EFFECT, || {
        let since = site.webhook.count(FAILING);
        if since == 0 { Ok(()) } else { Err(since) }
    });
    let outcome = load.finish();
    println!("{} answers: {:?}", outcome.total(), outcome.answers);
    assert_eq!(outcome.count("denied"), outcome.total(), "{outcome:?}");

    let mut late = late;
    late.webhook.wait_ready();
    assert!(Verdict::Denied(missing).is_of(&late.ask(&plain)));
    assert!(Verdict::Denied(&taken).is_of(&late.ask(&mine)));
    let constraint = format!("{}/labels", constraints("RequiredLabels"));
    let team = json!({"spec": {"parameters": {"labels": ["team"]}}});
    api.patch(&constraint, &team).expect_success();
    api.delete(&other.path("ingresses/theirs")).expect_success();
    for site in [&site, &late] {
        site.wait(&plain, &Verdict::Denied("[labels] Pod plain has no label team"));
        site.wait(&mine, &Verdict::Allowed);
    }
    api.delete(&format!("{SYNC_SETS}/hosts")).expect_success();
    remove_template(&site, "RequiredLabels");
    remove_template(&site, "UniqueHost");
}

/// Returns the statuses with which the API server lists constraints while `restart` runs.
fn statuses_during(world: &World, restart: impl FnOnce()) -> BTreeSet<u16> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let statuses = scope.spawn(|| {
            let mut statuses = BTreeSet::new();
            while !is_over.load(Ordering::Relaxed) {
                let path = constraints("RequiredLabels");
                let answer = world.api().send(Method::GET, &path, "", None);
                statuses.extend(answer.map(|answer| answer.status));
                thread::sleep(Duration::from_millis(2));
            }
            statuses
        });
        restart();
        is_over.store(true, Ordering::Relaxed);
        statuses.join().expect("the statuses")
    })
}
