//! Tests of the answers over HTTPS.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Running, policies, response, review, set};
use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::exemption::ExemptNamespaces;
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::Document;
use ferrego_webhook::{OnError, Policies, State};
use hyper::StatusCode;
use serde_json::json;

#[tokio::test]
async fn answers_are_those_of_gatekeeper() {
    let server = Running::start(policies(&["deny", "warn", "dryrun"]), |_, _| {}).await;
    let (status, answer) = server.post("/v1/admit", &review(&json!({}))).await;
    assert_eq!(status, StatusCode::OK);
    let allowed = json!({"allowed": true, "status": {"code": 200}, "uid": "the-uid"});
    assert_eq!(response(&answer), allowed);
    let (_, answer) = server.post("/v1/admit?timeout=10s", &review(&json!({"deny": "x"}))).await;
    let denied = json!({
        "allowed": false,
        "status": {"code": 403, "message": "[deny-labels] denied: x", "reason": "Forbidden"},
        "uid": "the-uid",
        "warnings": ["[warn-labels] denied: x"]
    });
    assert_eq!(response(&answer), denied);
    let metrics = server.probe("/metrics").await;
    for line in [
        r#"gatekeeper_validation_request_count{admission_dryrun="false",admission_status="allow"} 1"#,
        r#"gatekeeper_validation_request_count{admission_dryrun="false",admission_status="deny"} 1"#,
        r#"ferrego_template_findings_total{template="Labels"} 3"#,
        "ferrego_constraints 3",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
    server.stop().await;
}

#[tokio::test]
async fn warnings_and_both_protocols() {
    let server = Running::start(policies(&["warn"]), |_, _| {}).await;
    for protocol in [&b"h2"[..], b"http/1.1"] {
        let mut connection = server.client("tls").connect(protocol).await.expect("a connection");
        for _ in 0..3 {
            let review = review(&json!({"deny": "x"}));
            let answer = connection.post("/v1/admit", &review).await;
            let (_, answer) = answer.expect("a response");
            let response = response(&answer);
            assert_eq!(
                (&response["allowed"], &response["status"]["code"]),
                (&json!(true), &json!(299))
            );
            assert_eq!(response["warnings"], json!(["[warn-labels] denied: x"]));
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn other_requests_are_refused_with_a_reason() {
    let server = Running::start(policies(&["deny"]), |config, _| config.max_body = 2000).await;
    let long = "x".repeat(3000);
    for (path, body, status, message) in [
        (
            "/v1/mutate",
            "{}",
            StatusCode::NOT_FOUND,
            "expected the path /v1/admit or /v1/admitlabel",
        ),
        (
            "/v1/admit",
            &long,
            StatusCode::PAYLOAD_TOO_LARGE,
            "expected a body of at most 2000 bytes",
        ),
    ] {
        let (found, text) = server.post(path, body).await;
        assert_eq!(found, status);
        assert!(text.contains(message), "{text}");
    }
    let deep = format!(r#"{{"request": {{"uid": "d", "object": {}}}}}"#, "[".repeat(1500));
    for body in ["", "{", "null", r#"{"request": {"uid": "u"}}"#, &deep] {
        let (status, answer) = server.post("/v1/admit", body).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let response = response(&answer);
        assert_eq!(response["allowed"], json!(false), "{body}");
        assert_eq!(response["status"]["code"], json!(500), "{body}");
    }
    let metrics = server.probe("/metrics").await;
    for line in [
        r#"gatekeeper_validation_request_count{admission_dryrun="false",admission_status="error"} 5"#,
        r#"ferrego_requests_refused_total{reason="large"} 1"#,
        r#"ferrego_requests_refused_total{reason="path"} 1"#,
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_review_without_a_verdict_is_allowed_if_the_operator_says_so() {
    let fails_open = |config: &mut ferrego_webhook::Config, _: &_| config.on_error = OnError::Allow;
    let server = Running::start(policies(&["deny"]), fails_open).await;
    let (_, answer) = server.post("/v1/admit", r#"{"request": {"uid": "u"}}"#).await;
    let found = response(&answer);
    assert_eq!((&found["allowed"], &found["uid"]), (&json!(true), &json!("u")));
    assert!(found["warnings"][0].as_str().is_some_and(|text| text.starts_with("not judged: ")));
    // The check of the label decides whether the webhook is asked at all.
    let (_, answer) = server.post("/v1/admitlabel", r#"{"request": {"uid": "u"}}"#).await;
    assert_eq!(response(&answer)["allowed"], json!(false));
    // A violation denies all the same.
    let (_, answer) = server.post("/v1/admit", &review(&json!({"deny": "x"}))).await;
    assert_eq!(response(&answer)["allowed"], json!(false));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_evaluation_ends_at_its_deadline_and_keeps_no_other_waiting() {
    let server = Running::start(policies(&["deny"]), |_, _| {}).await;
    let endless = review(&json!({"endless": "yes"}));
    let start = Instant::now();
    let slow = async {
        let (_, answer) = server.post("/v1/admit?timeout=2s", &endless).await;
        (response(&answer), start.elapsed())
    };
    let others = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        for _ in 0..20 {
            server.post("/v1/admit", &review(&json!({}))).await;
        }
        start.elapsed()
    };
    let ((denied, ended), others) = tokio::join!(slow, others);
    assert_eq!(denied["allowed"], json!(false));
    let message = denied["status"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("[deny-labels]") && message.contains("deadline"), "{message}");
    assert!(ended >= Duration::from_millis(1700), "{ended:?}");
    assert!(others < ended, "others waited until {others:?}, the slow one ended at {ended:?}");
    server.stop().await;
}

#[tokio::test]
async fn policies_and_inventory_change_while_the_server_runs() {
    let (policies, inventory) =
        (policies(&[]), Arc::new(Inventory::with_numbers(Numbers::Float64)));
    let server = Running::start(policies.clone(), |_, _| {}).await;
    let allowed = async |labels| {
        let (_, answer) = server.post("/v1/admit", &review(&labels)).await;
        response(&answer)["allowed"] == json!(true)
    };
    assert!(allowed(json!({"deny": "x"})).await);
    policies.replace(State::new(set(&["deny"])).with_inventory(Arc::clone(&inventory)));
    assert!(!allowed(json!({"deny": "x"})).await);
    assert!(allowed(json!({})).await);
    let namespace = r#"{"apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "web", "labels": {"closed": "yes"}}}"#;
    inventory.insert(Arc::new(Document::parse(namespace).expect("JSON"))).expect("inserted");
    assert!(!allowed(json!({})).await);
    server.stop().await;
}

#[tokio::test]
async fn exempt_namespaces_are_left_alone() {
    let state = State::new(set(&["deny"])).with_exempt_namespaces(ExemptNamespaces::new(["w*"]));
    let server = Running::start(Policies::new(state), |config, _| {
        config.exempt_namespaces = vec!["kube-*".to_owned()];
    })
    .await;
    let (_, answer) = server.post("/v1/admit", &review(&json!({"deny": "x"}))).await;
    let allowed = json!({
        "allowed": true,
        "status": {"code": 200, "message": "Namespace is set to be ignored by Gatekeeper config"},
        "uid": "the-uid"
    });
    assert_eq!(response(&answer), allowed);
    for (name, is_allowed) in [("kube-system", true), ("web", false)] {
        let labels = json!({"admission.gatekeeper.sh/ignore": "yes"});
        let review = review(&labels)
            .replace(r#""kind":"Pod""#, r#""kind":"Namespace""#)
            .replace(r#""name":"pod""#, &format!(r#""name":"{name}""#));
        let (_, answer) = server.post("/v1/admitlabel", &review).await;
        assert_eq!(response(&answer)["allowed"], json!(is_allowed), "{name}");
    }
    server.stop().await;
}
