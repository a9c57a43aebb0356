//! Tests of external data from providers over HTTPS.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::provider::{TestProvider, TestTls, spec};
use common::{Running, review, write_certificate};
use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::documents::{Input, read_all};
use ferrego_gatekeeper::engine::{Interpreter, load};
use ferrego_gatekeeper::external_data::ExternalData;
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::Document;
use ferrego_webhook::external_data::{ProviderClient, ProviderOptions, ProviderSpec, Providers};
use ferrego_webhook::{Metrics, Policies, State};
use serde_json::{Value, json};

/// A template that asks about the labels of an object, and denies all but "good".
const TEMPLATE: &str = r#"
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: images}
spec:
  crd: {spec: {names: {kind: Images}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: Rego
          source:
            version: v1
            rego: |
              package images
              response := external_data({"provider": "images", "keys": keys})
              keys := [key | some key in input.review.object.metadata.labels]
              violation contains {"msg": sprintf("%v is %v", [key, value])} if {
                some [key, value] in response.responses
                value != "good"
              }
              violation contains {"msg": sprintf("%v: %v", [key, error])} if {
                some [key, error] in response.errors
              }
              violation contains {"msg": sprintf("%v: %v", [response.status_code, error])} if {
                error := response.system_error
                error != ""
              }
"#;

/// A template that calls a provider that does not exist before one that does.
const TWO_CALLS: &str = r#"
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: images}
spec:
  crd: {spec: {names: {kind: Images}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: Rego
          source:
            version: v1
            rego: |
              package images
              violation contains {"msg": msg} if {
                missing := external_data({"provider": "missing", "keys": ["a"]})
                first := external_data({"provider": "images", "keys": ["good"]})
                second := external_data({"provider": "images", "keys": ["bad"]})
                msg := sprintf("%v %v %v", [missing.status_code, first.responses, second.responses])
              }
"#;

/// A server whose policy asks providers.
struct Served {
    server: Running,
    client: Arc<ProviderClient>,
    policies: Policies,
    metrics: Arc<Metrics>,
}

impl Served {
    async fn start(specs: Vec<ProviderSpec>, cache_ttl: Duration) -> Self {
        let mut options = ProviderOptions::default();
        options.cache_ttl = cache_ttl;
        Self::start_with(specs, &options).await
    }

    async fn start_with(specs: Vec<ProviderSpec>, options: &ProviderOptions) -> Self {
        let metrics = Arc::new(Metrics::new().expect("metrics"));
        let client = ProviderClient::start(options, Arc::clone(&metrics)).expect("a client");
        let policies = Policies::new(state(&client, specs));
        let server = Running::start(policies.clone(), |_, _| {}).await;
        Self { server, client, policies, metrics }
    }

    /// Replaces the policies by equal ones with other providers.
    fn replace(&self, specs: Vec<ProviderSpec>) {
        self.policies.replace(state(&self.client, specs));
    }

    /// Returns the message of the answer to a review of an object with these labels; it is empty if
    /// the object is allowed.
    async fn judge(&self, labels: &[&str]) -> String {
        self.judge_at("/v1/admit", labels).await
    }

    async fn judge_at(&self, path: &str, labels: &[&str]) -> String {
        let labels = labels
            .iter()
            .enumerate()
            .map(|(index, label)| (format!("l{index}"), Value::from(*label)));
        let labels: serde_json::Map<String, Value> = labels.collect();
        let (_, answer) = self.server.post(path, &review(&Value::Object(labels))).await;
        let response = common::response(&answer);
        if response["allowed"] == json!(true) {
            return String::new();
        }
        response["status"]["message"].as_str().expect("a message").replace("[all] ", "")
    }

    fn has_metric(&self, line: &str) {
        let text = self.metrics.render();
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

fn state(client: &Arc<ProviderClient>, specs: Vec<ProviderSpec>) -> State {
    let providers = client.providers(specs);
    State::new(set(TEMPLATE, &providers)).with_providers(providers)
}

fn set(template: &str, providers: &Arc<Providers>) -> PolicySet {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("template.yaml");
    fs::write(&path, template).expect("written");
    let (documents, notices) = read_all(&Input::File(path), 1 << 20);
    assert!(notices.is_empty(), "{notices:?}");
    let template = load(&documents[0], &Interpreter).expect("a template").expect("a template");
    let host = ExternalData::new(Arc::<Providers>::clone(providers));
    let mut builder = PolicySet::builder().host(Arc::new(host)).numbers(Numbers::Float64);
    builder.add_template(&template.kind, template.schema, template.policy).expect("added");
    let constraint = r#"{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "Images",
        "metadata": {"name": "all"}}"#;
    let constraint = Document::parse(constraint).expect("JSON");
    builder.read_constraint(&constraint.value()).expect("a constraint");
    builder.build()
}

/// Answers "good" to keys that begin with it, an error to "unknown", and a number to others.
fn item(key: &str) -> Value {
    match key {
        "unknown" => json!({"key": key, "error": "no such image"}),
        _ if key.starts_with("good") => json!({"key": key, "value": "good"}),
        _ => json!({"key": key, "value": 1_234_567}),
    }
}

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn answers_decide_and_are_kept() {
    let provider = TestProvider::with_items(item).await;
    let served = Served::start(vec![provider.spec(5)], MINUTE).await;
    assert_eq!(served.judge(&["good"]).await, "");
    assert_eq!(
        served.judge(&["bad", "good", "unknown"]).await,
        "bad is 1234567\nunknown: no such image"
    );
    assert_eq!(served.judge(&["unknown", "good"]).await, "unknown: no such image");
    let request = |keys: &[&str]| {
        let body = json!({
            "apiVersion": "externaldata.gatekeeper.sh/v1beta1",
            "kind": "ProviderRequest",
            "request": {"keys": keys}
        });
        ("/validate".to_owned(), "application/json".to_owned(), body)
    };
    assert_eq!(provider.requests(), [request(&["good"]), request(&["bad", "unknown"])]);
    served.has_metric(r#"ferrego_provider_requests_total{provider="images",result="answered"} 2"#);
    served.has_metric(r#"ferrego_provider_cache_hits_total{provider="images"} 3"#);
    served.has_metric(r#"ferrego_provider_request_duration_seconds_count{provider="images"} 2"#);
    served.server.stop().await;
}

#[tokio::test]
async fn an_unknown_provider_denies() {
    let served = Served::start(Vec::new(), MINUTE).await;
    assert_eq!(served.judge(&["good"]).await, "400: key is not found in provider cache");
    assert_eq!(served.judge(&[]).await, "");
    served.has_metric(r#"ferrego_provider_requests_total{provider="",result="unknown"} 1"#);
    served.server.stop().await;
}

#[tokio::test]
async fn a_response_that_is_not_whole_denies() {
    let long = format!(r#"{{"response": {{"systemError": "{}"}}}}"#, "x".repeat(5 << 20));
    let good = r#"{"response": {"items": [{"key": "good", "value": "good"}]}}"#;
    for (status, body, expected, result) in [
        (200, "<html>", "500: failed to unmarshal external data response: ", "invalid"),
        (200, "", "500: failed to unmarshal external data response: ", "invalid"),
        (200, &*long, "500: failed to read external data response: expected at most", "too_large"),
        (307, good, "500: failed to send external data request: expected no redirect", "redirect"),
        (500, "{}", "good: provider images did not answer the key", "answered"),
        (200, r#"{"response": {"items": []}}"#, "good: provider images did not answer", "answered"),
        (
            200,
            r#"{"response": {"items": [{"key": "other", "value": "bad"}]}}"#,
            "good: provider images did not answer the key\nother is bad",
            "answered",
        ),
        (
            200,
            r#"{"response": {"systemError": "no database"}}"#,
            "200: no database",
            "system_error",
        ),
    ] {
        let body = body.to_owned();
        let provider = TestProvider::start(move |_| (status, body.clone(), Duration::ZERO)).await;
        let served = Served::start(vec![provider.spec(5)], MINUTE).await;
        for count in 1..3 {
            let message = served.judge(&["good"]).await;
            assert!(message.starts_with(expected), "{expected}\n{message}");
            // No failure is kept.
            assert_eq!(provider.requests().len(), count, "{expected}");
        }
        served.has_metric(&format!(
            r#"ferrego_provider_requests_total{{provider="images",result="{result}"}} 2"#
        ));
        served.server.stop().await;
    }
}

#[tokio::test]
async fn a_provider_without_a_trusted_certificate_denies() {
    let provider = TestProvider::with_items(item).await;
    let other = TestProvider::with_items(item).await;
    let old = TestTls { is_old: true, client: None };
    let old = TestProvider::start_with(old, |_| (200, String::new(), Duration::ZERO)).await;
    let closed = "https://localhost:1/validate";
    for (spec, reason) in [
        (provider.spec_with(&other.certificate, 5), "certificate"),
        (spec(&format!("https://127.0.0.1:{}", provider.port), &provider.certificate, 5), "name"),
        (old.spec(5), "ProtocolVersion"),
        (spec(closed, &provider.certificate, 5), "refused"),
    ] {
        let served = Served::start(vec![spec], MINUTE).await;
        let message = served.judge(&["good"]).await;
        assert!(message.starts_with("500: failed to send external data request: "), "{message}");
        assert!(message.contains(reason), "{reason}: {message}");
        served.server.stop().await;
    }
    assert_eq!((provider.requests().len(), old.requests().len()), (0, 0));
}

#[tokio::test]
async fn a_provider_may_request_a_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    write_certificate(folder.path(), "client");
    let [certificate, key] = ["client.crt", "client.key"].map(|name| folder.path().join(name));
    let tls = TestTls { is_old: false, client: Some(&certificate) };
    let good = || {
        (
            200,
            r#"{"response": {"items": [{"key": "good", "value": "good"}]}}"#.to_owned(),
            Duration::ZERO,
        )
    };
    let provider = TestProvider::start_with(tls, move |_| good()).await;
    let without = Served::start(vec![provider.spec(5)], MINUTE).await;
    assert!(without.judge(&["good"]).await.starts_with("500: failed to send"));
    without.server.stop().await;
    let mut options = ProviderOptions::default();
    options.identity = Some([certificate.clone(), key]);
    let with = Served::start_with(vec![provider.spec(5)], &options).await;
    assert_eq!(with.judge(&["good"]).await, "");
    with.server.stop().await;
    options.identity = Some([certificate.clone(), certificate]);
    let metrics = Arc::new(Metrics::new().expect("metrics"));
    assert!(ProviderClient::start(&options, metrics).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_slow_provider_denies_in_time_and_keeps_no_other_waiting() {
    let slow = |keys: &[String]| {
        let items: Vec<_> = keys.iter().map(|key| item(key)).collect();
        let body = json!({"response": {"items": items}}).to_string();
        let delay = if keys[0] == "good slow" { Duration::from_secs(3) } else { Duration::ZERO };
        (200, body, delay)
    };
    let provider = TestProvider::start(slow).await;
    for (timeout, path) in [(1, "/v1/admit"), (60, "/v1/admit?timeout=1s")] {
        let served = Served::start(vec![provider.spec(timeout)], Duration::ZERO).await;
        let start = Instant::now();
        let waiting = async {
            let message = served.judge_at(path, &["good slow"]).await;
            (message, start.elapsed())
        };
        let others = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            for _ in 0..5 {
                assert_eq!(served.judge(&["good"]).await, "");
            }
            start.elapsed()
        };
        let ((message, ended), others) = tokio::join!(waiting, others);
        assert!(message.contains("deadline"), "{message}");
        assert!((800..2500).contains(&ended.as_millis()), "{ended:?}");
        assert!(others < ended, "others waited until {others:?}, the slow one ended at {ended:?}");
        served.server.stop().await;
    }
}

#[tokio::test]
async fn the_same_keys_are_asked_once_at_a_time() {
    let provider = TestProvider::start(|keys| {
        let items: Vec<_> = keys.iter().map(|key| item(key)).collect();
        let body = json!({"response": {"items": items}}).to_string();
        (200, body, Duration::from_millis(500))
    })
    .await;
    let served = Served::start(vec![provider.spec(5)], Duration::ZERO).await;
    let (one, two, three, four) = tokio::join!(
        served.judge(&["good"]),
        served.judge(&["good"]),
        served.judge(&["good", "good 2"]),
        served.judge(&["good", "bad"]),
    );
    assert_eq!([&*one, &two, &three, &four], ["", "", "", "bad is 1234567"]);
    let mut asked: Vec<String> = Vec::new();
    for (_, _, body) in provider.requests() {
        asked.extend(
            serde_json::from_value::<Vec<_>>(body["request"]["keys"].clone()).expect("keys"),
        );
    }
    asked.sort();
    assert_eq!(asked, ["bad", "good", "good 2"]);
    served.server.stop().await;
}

#[tokio::test]
async fn answers_are_asked_again_when_they_expire() {
    for (ttl, pause, expected) in [(0, 0, 2), (200, 500, 2), (60_000, 0, 1)] {
        let provider = TestProvider::with_items(item).await;
        let served = Served::start(vec![provider.spec(5)], Duration::from_millis(ttl)).await;
        assert_eq!(served.judge(&["good"]).await, "");
        tokio::time::sleep(Duration::from_millis(pause)).await;
        assert_eq!(served.judge(&["good"]).await, "");
        assert_eq!(provider.requests().len(), expected, "{ttl} ms");
        served.server.stop().await;
    }
}

#[tokio::test]
async fn a_changed_provider_forgets_its_answers() {
    let one = TestProvider::with_items(item).await;
    let two = TestProvider::with_items(|key| json!({"key": key, "value": "bad"})).await;
    let served = Served::start(vec![one.spec(5)], MINUTE).await;
    assert_eq!(served.judge(&["good"]).await, "");
    served.replace(vec![one.spec(5)]);
    assert_eq!(served.judge(&["good"]).await, "");
    assert_eq!(one.requests().len(), 1, "an equal provider keeps its answers");
    served.replace(vec![two.spec(5)]);
    assert_eq!(served.judge(&["good"]).await, "good is bad");
    served.has_metric("ferrego_providers 1");
    served.replace(Vec::new());
    assert!(served.client.providers(Vec::new()).is_empty());
    assert_eq!(served.judge(&["good"]).await, "400: key is not found in provider cache");
    served.has_metric("ferrego_providers 0");
    assert!(!served.metrics.render().contains(r#"provider="images""#));
    served.server.stop().await;
}

#[tokio::test]
async fn policies_call_the_providers_of_their_own_state() {
    let one = TestProvider::with_items(item).await;
    let two = TestProvider::with_items(|key| json!({"key": key, "value": "bad"})).await;
    let served = Served::start(vec![one.spec(5)], MINUTE).await;
    let next = state(&served.client, vec![two.spec(5)]);
    // The next state exists, but requests do not see its providers before its policies.
    assert_eq!(served.judge(&["good"]).await, "");
    let last = served.policies.current();
    served.policies.replace(next);
    assert_eq!(served.judge(&["good"]).await, "good is bad");
    let request = review(&json!({"l0": "good 2"}));
    let verdict = tokio::task::spawn_blocking(move || {
        let arena = ferrego_runtime::Arena::new();
        let read = last.set().read(request.as_bytes(), &arena).expect("a review");
        let snapshot = last.inventory().snapshot();
        last.set().review(&read, &snapshot, &arena).expect("a verdict").is_denied()
    });
    assert!(!verdict.await.expect("no panic"), "the last state calls its own provider");
    assert_eq!(one.requests().len(), 2);
    served.server.stop().await;
}

#[tokio::test]
async fn an_evaluation_that_begins_again_counts_once() {
    let provider = TestProvider::with_items(item).await;
    let served = Served::start(vec![provider.spec(5)], MINUTE).await;
    assert_eq!(served.judge(&["good"]).await, "");
    let providers = served.client.providers(vec![provider.spec(5)]);
    let state = State::new(set(TWO_CALLS, &providers)).with_providers(providers);
    served.policies.replace(state);
    // The first call fails and the second one finds its answer, before the third one must wait.
    assert_eq!(served.judge(&[]).await, r#"400 [["good", "good"]] [["bad", 1234567]]"#);
    served.has_metric(r#"ferrego_provider_requests_total{provider="",result="unknown"} 1"#);
    served.has_metric(r#"ferrego_provider_cache_hits_total{provider="images"} 1"#);
    served.server.stop().await;
}
