//! Tests of the settings of a server: its options, and the objects of Gatekeeper that set it up.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use ferrego_cluster::registration::Scope;
use ferrego_cluster::{Api, Authority, tls};
use serde_json::{Value, json};

use crate::objects::{constraint, deployment, labeled, pod};
use crate::port::review;
use crate::site::{EFFECT, Site, assert_denied};
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("settings::numbers_are_floats_unless_exact", numbers_are_floats_unless_exact),
    ("settings::strangers_are_refused", strangers_are_refused),
    ("settings::configs_exempt_namespaces", configs_exempt_namespaces),
    (
        "settings::expansions_judge_the_pods_of_deployments",
        expansions_judge_the_pods_of_deployments,
    ),
    ("settings::expensive_policies_stop_at_the_deadline", expensive_policies_stop_at_the_deadline),
    ("settings::requests_end_before_the_server_does", requests_end_before_the_server_does),
];

const POD: &[(&str, &str)] = &[("", "Pod")];
const PATIENCE: Duration = Duration::from_secs(20);

fn registries() -> Value {
    let registries = json!({"registries": ["registry.example/"]});
    constraint("AllowedRegistries", "registry", POD, &registries)
}

fn numbers_are_floats_unless_exact(world: &World) {
    for (options, number) in [(&[][..], "1.234567e+06"), (&["--exact-numbers"], "1234567")] {
        let limit =
            constraint("WidgetSize", "size", &[("ferrego.test", "Widget")], &json!({"size": 1}));
        let site = Site::unregistered(world, "numbers", &["widgets"], &[limit], options);
        let mut review = review("");
        review["request"]["kind"] =
            json!({"group": "ferrego.test", "version": "v1", "kind": "Widget"});
        review["request"]["object"] = json!({
            "apiVersion": "ferrego.test/v1",
            "kind": "Widget",
            "metadata": {"name": "large"},
            "spec": {"size": 1_234_567},
        });
        let api = Api::new(&site.webhook.url(""), site.authority.pem(), None);
        let answer = api.create("/v1/admit", &review).expect_success();
        let message = format!("[size] size {number} is above 1");
        assert_eq!(answer.body["response"]["status"]["message"], message, "{}", answer.text);
    }
}

fn strangers_are_refused(world: &World) {
    let callers = Authority::new("callers");
    let file = world.work.join(world.unique("callers.crt"));
    fs::write(&file, callers.pem()).expect("the certificate is written");
    let options = ["--client-ca", file.to_str().expect("a path in UTF-8")];
    let site = Site::unregistered(world, "strangers", &["registries"], &[registries()], &options);
    let ask = |identity| {
        let api = Api::new(&site.webhook.url(""), site.authority.pem(), identity);
        let body = review("registry.example/a").to_string();
        api.send("POST".parse().expect("a method"), "/v1/admit", "", Some(body.as_bytes()))
    };
    let known = callers.client("kube-apiserver", "callers");
    let answer = ask(Some(&known)).expect("an answer");
    assert_eq!(answer.body["response"]["allowed"], true, "{}", answer.text);
    let stranger = Authority::new("others").client("kube-apiserver", "callers");
    assert!(ask(None).is_err());
    assert!(ask(Some(&stranger)).is_err());
}

fn configs_exempt_namespaces(world: &World) {
    let site = Site::start(world, "exempt", &["registries"], &[registries()]);
    let bad = pod("bad", "other.example/image");
    let message = "[registry] container main takes its image from other.example/image";
    assert_denied(&site.try_create("pods", &bad), message);
    let config = |process: &str| {
        json!({
            "apiVersion": "config.gatekeeper.sh/v1alpha1",
            "kind": "Config",
            "metadata": {"name": "config", "namespace": "gatekeeper-system"},
            "spec": {"match": [{
                "excludedNamespaces": [site.namespace.name],
                "processes": [process],
            }]},
        })
    };
    site.folder.add("config", &config("webhook"));
    site.wait_allowed("pods", &bad);
    site.folder.add("config", &config("audit"));
    site.wait_denied("pods", &bad, message);
}

fn expansions_judge_the_pods_of_deployments(world: &World) {
    let site = Site::start(world, "expansion", &["registries"], &[registries()]);
    let bad = deployment("bad", "other.example/image", 1);
    site.try_create("deployments", &bad).expect_success();
    let expansion = json!({
        "apiVersion": "expansion.gatekeeper.sh/v1alpha1",
        "kind": "ExpansionTemplate",
        "metadata": {"name": "pods"},
        "spec": {
            "applyTo": [{"groups": ["apps"], "kinds": ["Deployment"], "versions": ["v1"]}],
            "templateSource": "spec.template",
            "generatedGVK": {"group": "", "kind": "Pod", "version": "v1"},
        },
    });
    site.folder.add("expansion", &expansion);
    let message =
        "[registry] [Implied by pods] container main takes its image from other.example/image";
    site.wait_denied("deployments", &bad, message);
    site.wait_allowed("deployments", &deployment("good", "registry.example/image", 1));
}

/// Returns a Pod that keeps the policy `expensive` busy for longer than any deadline.
fn expensive() -> Value {
    labeled(pod("expensive", "registry.example/image"), &json!({"expensive": "yes"}))
}

fn expensive_policies_stop_at_the_deadline(world: &World) {
    let constraints = [registries(), constraint("Expensive", "expensive", POD, &Value::Null)];
    let templates = ["registries", "expensive"];
    let options = ["--request-timeout", "2s"];
    let mut site = Site::unregistered(world, "deadline", &templates, &constraints, &options);
    let scope = Scope::namespace(&site.namespace.name);
    site.register(&site.webhook.url("/v1/admit"), &scope);
    let site = &site;
    thread::scope(|scope| {
        let requests: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let start = Instant::now();
                    (site.try_create("pods", &expensive()), start.elapsed())
                })
            })
            .collect();
        // Meanwhile, other requests are answered in their own time.
        for _ in 0..10 {
            let start = Instant::now();
            let answer = site.try_create("pods", &pod("bad", "other.example/image"));
            let message = "[registry] container main takes its image from other.example/image";
            assert_denied(&answer, message);
            assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        }
        for request in requests {
            let (answer, time) = request.join().expect("an answer");
            assert_eq!(answer.status, 403, "{}", answer.text);
            assert!(answer.message().contains("denied the request: "), "{}", answer.text);
            assert!(time < Duration::from_secs(8), "{time:?}");
        }
    });
}

fn requests_end_before_the_server_does(world: &World) {
    let constraints = [constraint("Expensive", "expensive", POD, &Value::Null)];
    let options = ["--request-timeout", "6s"];
    let mut site = Site::unregistered(world, "ending", &["expensive"], &constraints, &options);
    let mut review = review("registry.example/a");
    review["request"]["object"] = expensive();
    let api = Api::new(&site.webhook.url(""), site.authority.pem(), None);
    let request = thread::spawn(move || api.create("/v1/admit", &review));
    thread::sleep(Duration::from_millis(500));
    // The drain ends after three seconds, before the request does.
    let status = site.webhook.process.terminate(EFFECT);
    assert!(status.success(), "{status}: {}", site.webhook.process.log_tail());
    let answer = request.join().expect("an answer");
    assert_eq!(answer.body["response"]["allowed"], false, "{} {}", answer.status, answer.text);
    let version = &rustls::version::TLS13;
    assert!(tls::connect(site.webhook.port, site.authority.pem(), version, PATIENCE).is_err());
}
