//! Tests of the port itself, with requests that the API server would not send.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ferrego_cluster::{Answer, Api, Authority, Webhook, tls};
use serde_json::{Value, json};
use ureq::http::Method;

use crate::objects::{constraint, pod};
use crate::site::Site;
use crate::{Test, World};

pub(crate) const TESTS: &[Test] = &[
    ("port::reviews_are_answered", reviews_are_answered),
    ("port::malformed_reviews_are_not_allowed", malformed_reviews_are_not_allowed),
    ("port::large_objects_are_judged", large_objects_are_judged),
    ("port::oversized_reviews_are_refused", oversized_reviews_are_refused),
    ("port::other_paths_and_methods_are_refused", other_paths_and_methods_are_refused),
    ("port::both_versions_of_tls_are_served", both_versions_of_tls_are_served),
    ("port::slow_clients_do_not_delay_others", slow_clients_do_not_delay_others),
];

/// How long a read of the tests waits.
const PATIENCE: Duration = Duration::from_secs(40);

/// Returns a review of the creation of a Pod.
pub(crate) fn review(image: &str) -> Value {
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "0e5f1c1e-93f4-4d3e-8f0c-0d7c3c2d4a7b",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "name": "direct",
            "namespace": "default",
            "operation": "CREATE",
            "userInfo": {"username": "somebody"},
            "object": pod("direct", image),
            "oldObject": null,
            "dryRun": false,
            "options": {"apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"},
        },
    })
}

/// Returns the certificate, in DER, that a server shows to a new connection.
pub(crate) fn served_certificate(webhook: &Webhook, authority: &Authority) -> Vec<u8> {
    let stream = tls::connect(webhook.port, authority.pem(), &rustls::version::TLS13, PATIENCE);
    let stream = stream.expect("a connection");
    let chain = stream.conn.peer_certificates().expect("a certificate");
    chain.first().expect("a certificate").to_vec()
}

/// Starts a server that allows images of one registry, without a registration.
fn start<'w>(world: &'w World, name: &str) -> (Site<'w>, Api) {
    let parameters = json!({"registries": ["registry.example/"]});
    let registries = constraint("AllowedRegistries", "registry", &[("", "Pod")], &parameters);
    let site = Site::unregistered(world, name, &["registries"], &[registries], &[]);
    let api = Api::new(&site.webhook.url(""), site.authority.pem(), None);
    (site, api)
}

fn post(api: &Api, body: &[u8]) -> Answer {
    let sent = api.send(Method::POST, "/v1/admit", "application/json", Some(body));
    sent.expect("an answer")
}

/// Asserts that the server still judges.
#[track_caller]
fn assert_judges(api: &Api) {
    let allowed = post(api, review("registry.example/a").to_string().as_bytes());
    assert_eq!(allowed.body["response"]["allowed"], true, "{}", allowed.text);
    let denied = post(api, review("other.example/a").to_string().as_bytes());
    assert_eq!(denied.body["response"]["allowed"], false, "{}", denied.text);
}

fn reviews_are_answered(world: &World) {
    let (_site, api) = start(world, "port");
    let denied = post(&api, review("other.example/a").to_string().as_bytes());
    let expected = json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {
            "uid": "0e5f1c1e-93f4-4d3e-8f0c-0d7c3c2d4a7b",
            "allowed": false,
            "status": {
                "message": "[registry] container main takes its image from other.example/a",
                "reason": "Forbidden",
                "code": 403,
            },
        },
    });
    assert_eq!((denied.status, &denied.body), (200, &expected));
    let mut newer = review("registry.example/a");
    newer["request"]["fieldOfTheFuture"] = json!({"a": [1]});
    newer["request"]["object"]["spec"]["fieldOfTheFuture"] = json!("a");
    let allowed = post(&api, newer.to_string().as_bytes());
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.body["response"]["allowed"], true);
    assert_eq!(allowed.body["response"]["uid"], expected["response"]["uid"]);
}

fn malformed_reviews_are_not_allowed(world: &World) {
    let (_site, api) = start(world, "malformed");
    let review = review("registry.example/a");
    let with = |path: &str, value: Value| {
        let mut changed = review.clone();
        *changed.pointer_mut(path).expect("a field") = value;
        changed.to_string().into_bytes()
    };
    let whole = review.to_string();
    let nested = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let mut bodies: Vec<Vec<u8>> = ["", " ", "{", "[]", "null", "7", "\"a\"", "{}", "\u{feff}{}"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec();
    bodies.extend([
        whole.as_bytes()[..whole.len() - 1].to_vec(),
        format!("{whole}{whole}").into_bytes(),
        whole.replace("direct", "\u{0}").into_bytes(),
        [b"\xff\xfe", whole.as_bytes()].concat(),
        nested.clone().into_bytes(),
        whole.replace("\"default\"", &nested).into_bytes(),
        with("/request", Value::Null),
        with("/request", json!([])),
        with("/request/kind", json!("Pod")),
        with("/request/object", json!("a Pod")),
    ]);
    for body in bodies {
        let answer = post(&api, &body);
        let start = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        assert_ne!(answer.body["response"]["allowed"], true, "{start}: {}", answer.text);
        assert!(
            answer.status == 200 || (400..500).contains(&answer.status),
            "{start}: {}",
            answer.status
        );
        if answer.status == 200 {
            assert_eq!(answer.body["response"]["allowed"], false, "{start}: {}", answer.text);
        }
    }
    assert_judges(&api);
}

fn large_objects_are_judged(world: &World) {
    let (_site, api) = start(world, "large");
    let text = "x".repeat(3 << 20);
    for (image, allowed) in [("registry.example/a", true), ("other.example/a", false)] {
        let mut review = review(image);
        review["request"]["object"]["metadata"]["annotations"] = json!({"text": text});
        let answer = post(&api, review.to_string().as_bytes());
        assert_eq!(
            answer.body["response"]["allowed"], allowed,
            "{} {}",
            answer.status, answer.text
        );
    }
}

fn oversized_reviews_are_refused(world: &World) {
    let (site, api) = start(world, "oversized");
    let before = site.webhook.process.resident_bytes();
    for _ in 0..3 {
        let head =
            "POST /v1/admit HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
        for length in
            ["content-length: 1000000000000\r\n\r\n", "transfer-encoding: chunked\r\n\r\n"]
        {
            let version = &rustls::version::TLS13;
            let stream = tls::connect(site.webhook.port, site.authority.pem(), version, PATIENCE);
            let mut stream = stream.expect("a connection");
            stream.write_all(format!("{head}{length}").as_bytes()).expect("a head is sent");
            let chunk = vec![b' '; 1 << 20];
            let framed = [b"100000\r\n", chunk.as_slice(), b"\r\n"].concat();
            // The server may close before it has read all of it.
            let sent = (0..64).take_while(|_| stream.write_all(&framed).is_ok()).count();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            let answer = String::from_utf8_lossy(&answer);
            let is_refused = answer.starts_with("HTTP/1.1 413 ");
            assert!(is_refused || (answer.is_empty() && sent < 64), "{sent}: {answer}");
        }
    }
    let grown = site.webhook.process.resident_bytes().saturating_sub(before);
    assert!(grown < 64 << 20, "{grown} bytes");
    assert_judges(&api);
}

fn other_paths_and_methods_are_refused(world: &World) {
    let (_site, api) = start(world, "paths");
    let body = review("registry.example/a").to_string();
    for (method, path, status) in [
        (Method::POST, "/", 404),
        (Method::POST, "/v1/admit/", 404),
        (Method::POST, "/v1/mutate", 404),
        (Method::POST, "/metrics", 404),
        (Method::GET, "/v1/admit", 405),
        (Method::PUT, "/v1/admit", 405),
    ] {
        let body = (method != Method::GET).then_some(body.as_bytes());
        let answer = api.send(method.clone(), path, "application/json", body).expect("an answer");
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert_ne!(answer.body["response"]["allowed"], true);
    }
}

fn both_versions_of_tls_are_served(world: &World) {
    let (site, api) = start(world, "tls");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        tls::connect(site.webhook.port, site.authority.pem(), version, PATIENCE).expect("TLS");
    }
    let stranger = Authority::new("stranger");
    let version = &rustls::version::TLS13;
    assert!(tls::connect(site.webhook.port, stranger.pem(), version, PATIENCE).is_err());
    let mut plain = TcpStream::connect(("127.0.0.1", site.webhook.port)).expect("a connection");
    plain.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    plain.write_all(b"POST /v1/admit HTTP/1.1\r\nhost: a\r\n\r\n").expect("a head is sent");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
    assert_judges(&api);
}

fn slow_clients_do_not_delay_others(world: &World) {
    const COUNT: usize = 300;
    let (site, api) = start(world, "slow");
    let port = site.webhook.port;
    let silent: Vec<TcpStream> = (0..COUNT)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).expect("a connection"))
        .collect();
    let begin = |part: &str| {
        let version = &rustls::version::TLS13;
        let stream = tls::connect(port, site.authority.pem(), version, PATIENCE);
        let mut stream = stream.expect("a connection");
        stream.write_all(part.as_bytes()).expect("a part is sent");
        stream
    };
    let head = "POST /v1/admit HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{";
    let heads: Vec<tls::Stream> = (0..COUNT).map(|_| begin(&head[..20])).collect();
    let bodies: Vec<tls::Stream> = (0..COUNT).map(|_| begin(head)).collect();
    for _ in 0..20 {
        let start = Instant::now();
        assert_judges(&api);
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
    for mut stream in bodies {
        let answer = read_to_end(&mut stream);
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    for mut stream in silent {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        assert_eq!(read_to_end(&mut stream), "");
    }
    // A connection may wait longer for a head: so does one between two requests.
    drop(heads);
    assert_judges(&api);
}

/// Reads until the server closes a connection, with an answer or without.
#[track_caller]
fn read_to_end(stream: &mut impl std::io::Read) -> String {
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "the connection stays");
    }
    String::from_utf8_lossy(&answer).into_owned()
}
