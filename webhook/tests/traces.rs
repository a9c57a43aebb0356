//! A test of the spans that a server sends to a collector.
//!
//! The settings of traces are variables of the environment, so the server runs in a process of its
//! own: that of the ignored test.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::process::Command;

use common::collector::{Collector, attribute};
use common::{Running, policies, review};
use ferrego_webhook::log;
use ferrego_webhook::traces::Exporter;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The trace and the span of the client of the first request.
const TRACE: [u8; 16] = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
const PARENT: [u8; 8] = 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes();
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Runs the ignored test with variables of the environment. Returns what it wrote to standard error.
fn serve(variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "reviews_of_a_server", "--ignored", "--nocapture"]);
    let output = command.envs(variables.iter().copied()).output().expect("a process");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{stderr}");
    stderr
}

/// Posts a review, with more lines of the head.
async fn post(server: &Running, path: &str, head: &str, body: &str) {
    let mut stream = server.client("tls").tls(b"http/1.1").await.expect("a connection");
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut text = Vec::new();
    // Some clients end without a word of TLS.
    let _ = stream.read_to_end(&mut text).await;
    assert!(text.starts_with(b"HTTP/1.1 "), "{}", String::from_utf8_lossy(&text));
}

#[test]
#[ignore = "another test runs it, with variables of the environment"]
fn reviews_of_a_server() {
    let exporter = Exporter::from_environment().expect("settings").expect("a collector");
    log::to_stderr_with(&exporter);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let server = Running::start(policies(&["deny"]), |_, _| {}).await;
        let traced = format!("traceparent: {TRACEPARENT}\r\n");
        post(&server, "/v1/admit", &traced, &review(&json!({"deny": "it"}))).await;
        post(&server, "/v1/admit", "", &review(&json!({}))).await;
        // This one moves to a thread of its own.
        post(&server, "/v1/admit?timeout=300ms", "", &review(&json!({"endless": "yes"}))).await;
        post(&server, "/v1/admit", "", "{}").await;
        post(&server, "/v1/other", "", "{}").await;
        post(&server, "/v1/admitlabel", "", &review(&json!({}))).await;
        server.stop().await;
    });
    drop(exporter);
}

/// Returns the attributes of a span that depend on the review.
fn facts(span: &Span) -> [Option<String>; 5] {
    [
        "ferrego.kind",
        "ferrego.operation",
        "k8s.namespace.name",
        "ferrego.outcome",
        "ferrego.denials",
    ]
    .map(|key| attribute(&span.attributes, key))
}

#[test]
fn each_request_is_a_span_with_the_facts_of_its_review() {
    let collector = Collector::start();
    serve(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)]);
    let (services, mut spans) = collector.received();
    assert!(services.iter().all(|name| name == "ferrego") && !services.is_empty(), "{services:?}");
    spans.sort_by_key(|span| span.start_time_unix_nano);
    let some = |texts: [&str; 5]| texts.map(|text| (!text.is_empty()).then(|| text.to_owned()));
    let expected = [
        ["v1 Pod", "CREATE", "web", "deny", "1"],
        ["v1 Pod", "CREATE", "web", "allow", "0"],
        ["v1 Pod", "CREATE", "web", "deny", "1"],
        ["", "", "", "error", "0"],
        ["", "", "", "path", ""],
        ["v1 Pod", "CREATE", "web", "allow", "0"],
    ];
    let found: Vec<_> = spans.iter().map(facts).collect();
    assert_eq!(found, expected.map(some));
    for (index, span) in spans.iter().enumerate() {
        assert_eq!((span.name.as_str(), span.kind()), ("review", SpanKind::Server));
        let failed = span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error);
        assert_eq!(failed, [3, 4].contains(&index), "{span:?}");
        assert!(span.end_time_unix_nano > span.start_time_unix_nano);
    }
    assert_eq!((&*spans[0].trace_id, &*spans[0].parent_span_id), (&TRACE[..], &PARENT[..]));
    assert!(spans[1..].iter().all(|span| span.trace_id != TRACE && span.parent_span_id.is_empty()));
    let endless = spans[2].end_time_unix_nano - spans[2].start_time_unix_nano;
    assert!(endless > 200_000_000, "{endless}");
}

#[test]
fn the_environment_names_the_service_and_the_sampler() {
    let collector = Collector::start();
    serve(&[
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/v1/traces", collector.url)),
        ("OTEL_SERVICE_NAME", "admission"),
        ("OTEL_TRACES_SAMPLER", "parentbased_always_off"),
    ]);
    let (services, spans) = collector.received();
    // Only the client of the first request samples.
    assert_eq!(services, ["admission"]);
    assert_eq!(spans.len(), 1);
    assert_eq!(spans[0].trace_id, TRACE);
}

#[test]
fn a_collector_that_is_away_is_logged_and_fails_no_review() {
    let stderr = serve(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "500"),
    ]);
    assert_eq!(stderr.matches("cannot export traces").count(), 1, "{stderr}");
}
