//! Tests of two replicas behind a balancer.

use std::env;
use std::thread;
use std::time::Duration;

use ferrego_cluster::load::Post;
use ferrego_cluster::registration::{Scope, WEBHOOK};
use ferrego_cluster::{Answer, Balancer, Load, Outcome, Webhook, wait};
use serde_json::{Value, json};

use crate::objects::{constraint, pod};
use crate::port::served_certificate;
use crate::site::{EFFECT, Site, is_denied};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("replicas::a_rolling_restart_loses_no_request", a_rolling_restart_loses_no_request),
    ("replicas::a_killed_replica_is_replaced", a_killed_replica_is_replaced),
    ("replicas::changes_lose_no_request", changes_lose_no_request),
];

/// The variable of the environment for the number of requests that `changes_lose_no_request` sends
/// at least.
const REQUESTS: &str = "FERREGO_CHANGES_REQUESTS";

/// How long a replica may take to end: it first waits until the balancer knows.
const DRAINED: Duration = Duration::from_secs(30);

/// Two servers with the files of a site. The server of the site itself is not asked.
struct Replicas<'w> {
    site: Site<'w>,
    balancer: Balancer,
    servers: Vec<Webhook>,
}

impl<'w> Replicas<'w> {
    fn start(world: &'w World, name: &str) -> Self {
        let constraints = [registries("registry", &["registry.example/", "late.example/"])];
        let mut site = Site::unregistered(world, name, &["registries"], &constraints, &[]);
        let balancer = Balancer::start();
        let mut replicas: Vec<Webhook> = Vec::new();
        for _ in 0..2 {
            replicas.push(start_replica(&site, &balancer));
        }
        wait::until("two replicas", EFFECT, || balancer.ready().eq(&2).then_some(()).ok_or("less"));
        let url = format!("https://127.0.0.1:{}/v1/admit", balancer.port());
        let scope = Scope::namespace(&site.namespace.name);
        site.register(&url, &scope);
        Self { site, balancer, servers: replicas }
    }

    fn load(&self) -> Load {
        let path = self.site.namespace.path("pods?dryRun=All");
        let post = |object| Post { path: path.clone(), object };
        let posts =
            [post(pod("bad", "other.example/image")), post(pod("plain", "registry.example/image"))];
        Load::start(self.site.world.api(), &posts, name)
    }

    /// Restarts a replica, and waits until both are ready.
    fn restart(&mut self, index: usize) {
        let old = &mut self.servers[index];
        let status = old.process.terminate(DRAINED);
        assert!(status.success(), "{status}: {}", old.process.log_tail());
        self.balancer.remove(old.port);
        self.servers[index] = start_replica(&self.site, &self.balancer);
        self.wait_ready(2);
    }

    /// Renews the certificate, and waits until both replicas serve the new one.
    fn renew_certificate(&mut self) {
        let next = self.site.authority.server("webhook");
        self.site.certificates.replace_certificate(&next);
        for server in &self.servers {
            wait::until("the new certificate", EFFECT, || {
                let served = served_certificate(server, &self.site.authority);
                if served == next.der() { Ok(()) } else { Err("the old certificate") }
            });
        }
    }

    /// Adds a constraint, removes it again, and waits each time until answers show it.
    fn change_policies(&self) {
        let late = pod("late", "late.example/image");
        self.site.folder.add("strict", &registries("strict", &["registry.example/", "other."]));
        let message = "[strict] container main takes its image from late.example/image";
        self.site.wait_denied("pods", &late, message);
        self.site.folder.remove("strict");
        self.site.wait_allowed("pods", &late);
    }

    /// Waits until so many replicas are ready.
    fn wait_ready(&self, count: usize) {
        wait::until("the replicas", EFFECT, || {
            let ready = self.balancer.ready();
            if ready == count { Ok(()) } else { Err(ready) }
        });
    }
}

/// Returns a constraint that allows images of some registries.
fn registries(name: &str, registries: &[&str]) -> Value {
    constraint("AllowedRegistries", name, &[("", "Pod")], &json!({"registries": registries}))
}

fn start_replica(site: &Site<'_>, balancer: &Balancer) -> Webhook {
    let log = site.folder.path().with_file_name("replica.log");
    let webhook = Webhook::start(&site.world.ferrego, &site.files, &[], &log);
    balancer.add(webhook.port, webhook.health_port);
    webhook
}

/// Names an answer of the load.
fn name(index: usize, answer: &Answer) -> String {
    let message = "[registry] container main takes its image from other.example/image";
    let unreachable = format!("failed calling webhook \"{WEBHOOK}\"");
    match (index, answer.status) {
        (0, 403) if is_denied(answer, message) => "denied".to_owned(),
        (1, 201) => "allowed".to_owned(),
        (_, 500) if answer.message().contains(&unreachable) => "unreachable".to_owned(),
        _ => format!("wrong: {index} {} {}", answer.status, answer.text),
    }
}

fn a_rolling_restart_loses_no_request(world: &World) {
    let mut replicas = Replicas::start(world, "rolling");
    let load = replicas.load();
    for _ in 0..2 {
        (0..2).for_each(|index| replicas.restart(index));
    }
    assert_only_judged(&load.finish());
}

/// Changes policies, the certificate and the replicas in turn, until the load has its requests.
fn changes_lose_no_request(world: &World) {
    let requests = env::var(REQUESTS).map_or(1, |text| text.parse::<u64>().expect("a number"));
    let mut replicas = Replicas::start(world, "changing");
    let load = replicas.load();
    let mut rounds = 0;
    while rounds == 0 || load.answers() < requests {
        replicas.change_policies();
        replicas.renew_certificate();
        replicas.restart(rounds % 2);
        rounds += 1;
    }
    println!("{rounds} rounds of changes");
    assert_only_judged(&load.finish());
}

fn a_killed_replica_is_replaced(world: &World) {
    let mut replicas = Replicas::start(world, "killed");
    // The connection of the API server is with one replica, so both are killed in turn.
    for index in 0..2 {
        let load = replicas.load();
        thread::sleep(Duration::from_secs(1));
        replicas.servers[index].process.kill();
        replicas.wait_ready(1);
        // Until the balancer knew, the API server failed closed. No answer was wrong.
        let outcome = load.finish();
        println!("{} answers: {:?}", outcome.total(), outcome.answers);
        let judged = outcome.count("allowed") + outcome.count("denied");
        assert_eq!(outcome.total(), judged + outcome.count("unreachable"), "{outcome:?}");
        assert!(judged > 10, "{outcome:?}");
        // From then on, the other replica answers all, and so do both later.
        let load = replicas.load();
        thread::sleep(Duration::from_secs(1));
        replicas.balancer.remove(replicas.servers[index].port);
        replicas.servers[index] = start_replica(&replicas.site, &replicas.balancer);
        replicas.wait_ready(2);
        assert_only_judged(&load.finish());
    }
}

/// Asserts that each request was answered by a replica, with the right answer.
#[track_caller]
fn assert_only_judged(outcome: &Outcome) {
    println!("{} answers: {:?}", outcome.total(), outcome.answers);
    let found: Vec<&str> = outcome.answers.keys().map(String::as_str).collect();
    assert_eq!(found, ["allowed", "denied"], "{outcome:?}");
}
