//! Tests of connections, certificates, readiness and the end of a server.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::time::Duration;

use common::{Client, Running, policies, response, review, write_certificate};
use ferrego_webhook::{Condition, Config, Policies, Readiness, ServeError, Server};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::test]
async fn a_changed_certificate_is_taken_without_a_lost_connection() {
    let server = Running::start(policies(&["deny"]), |_, _| {}).await;
    let folder = server.folder.path().to_owned();
    let mut old = server.client("tls").connect(b"http/1.1").await.expect("a connection");
    write_certificate(&folder, "new");
    // Between the two writes, the certificate does not fit the key.
    fs::copy(folder.join("new.crt"), folder.join("tls.crt")).expect("copied");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(server.client("new").connect(b"http/1.1").await.is_err());
    fs::copy(folder.join("new.key"), folder.join("tls.key")).expect("copied");
    let mut taken = false;
    for _ in 0..200 {
        taken = taken || server.client("new").connect(b"http/1.1").await.is_ok();
        let (_, answer) = old.post("/v1/admit", &review(&json!({}))).await.expect("a response");
        assert_eq!(response(&answer)["allowed"], json!(true));
        if taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(taken);
    let metrics = server.probe("/metrics").await;
    let line = r#"ferrego_reloads_total{result="loaded",source="certificate"} 1"#;
    assert!(metrics.contains(line), "{metrics}");
    server.stop().await;
}

#[tokio::test]
async fn clients_need_a_certificate_if_there_is_an_authority() {
    let server = Running::start(policies(&["deny"]), |config, folder| {
        write_certificate(folder, "client");
        write_certificate(folder, "stranger");
        config.client_ca = Some(folder.join("client.crt"));
    })
    .await;
    let folder = server.folder.path().to_owned();
    for (identity, is_served) in [(None, false), (Some("stranger"), false), (Some("client"), true)]
    {
        let path = identity.map(|name| folder.join(name));
        let client = Client::new(server.address, &folder.join("tls.crt"), path.as_deref());
        let served = async {
            let mut connection = client.connect(b"http/1.1").await.ok()?;
            connection.post("/v1/admit", &review(&json!({}))).await.ok()
        };
        assert_eq!(served.await.is_some(), is_served, "{identity:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn slow_clients_are_cut_off() {
    let server = Running::start(policies(&["deny"]), |config, _| {
        config.timeout = Duration::from_millis(100);
        config.handshake_timeout = Duration::from_millis(100);
        config.idle_timeout = Duration::from_millis(100);
    })
    .await;
    // A client that does not begin the handshake.
    let mut silent = tokio::net::TcpStream::connect(server.address).await.expect("a connection");
    assert_eq!(silent.read(&mut [0; 16]).await.unwrap_or(0), 0);
    // A client that does not end the head of its request.
    let mut head = server.client("tls").tls(b"http/1.1").await.expect("a connection");
    head.write_all(b"POST /v1/admit HTTP/1.1\r\nhost: x\r\n").await.expect("written");
    let mut text = Vec::new();
    let _ = head.read_to_end(&mut text).await;
    assert!(!text.starts_with(b"HTTP/1.1 200"));
    // A client that does not end the body.
    let mut body = server.client("tls").tls(b"http/1.1").await.expect("a connection");
    body.write_all(b"POST /v1/admit HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        .await
        .expect("written");
    let mut text = Vec::new();
    let _ = body.read_to_end(&mut text).await;
    let text = String::from_utf8_lossy(&text);
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    server.stop().await;
}

#[tokio::test]
async fn a_request_that_runs_ends_before_the_server_does() {
    let server = Running::start(policies(&["deny"]), |_, _| {}).await;
    let mut connection = server.client("tls").connect(b"http/1.1").await.expect("a connection");
    let endless = review(&json!({"endless": "yes"}));
    let request = connection.post("/v1/admit?timeout=1s", &endless);
    let stop = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.stop().await;
    };
    let (answer, ()) = tokio::join!(request, stop);
    let (_, answer) = answer.expect("an answer");
    assert_eq!(response(&answer)["allowed"], json!(false));
}

#[tokio::test]
async fn a_server_is_ready_when_its_conditions_hold_and_unready_when_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    write_certificate(folder.path(), "tls");
    let mut config = Config::new(folder.path().join("tls.crt"), folder.path().join("tls.key"));
    config.listen = "127.0.0.1:0".parse().expect("an address");
    config.probes = config.listen;
    config.drain_delay = Duration::from_millis(500);
    let readiness = Readiness::waiting_for(&[Condition::Policies, Condition::Inventory]);
    let server = Server::new(policies(&[]), config).with_readiness(readiness.clone());
    let bound = server.bind().await.expect("a server");
    let probes = bound.probes();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let ended = tokio::spawn(bound.serve(async { drop(stopped.await) }));
    let probe = async |path: &str| {
        let mut stream = tokio::net::TcpStream::connect(probes).await.expect("a connection");
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("written");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("a response");
        text
    };
    let unready = probe("/readyz").await;
    assert!(unready.starts_with("HTTP/1.1 503"), "{unready}");
    assert!(unready.contains("waiting for: policies, inventory"), "{unready}");
    assert!(probe("/healthz").await.starts_with("HTTP/1.1 200"));
    readiness.set(Condition::Policies);
    readiness.set(Condition::Inventory);
    assert!(probe("/readyz").await.starts_with("HTTP/1.1 200"));
    stop.send(()).expect("a server");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stopping = probe("/readyz").await;
    assert!(stopping.contains("waiting for: running"), "{stopping}");
    ended.await.expect("the end");
}

#[tokio::test]
async fn a_server_without_a_valid_certificate_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    write_certificate(folder.path(), "one");
    write_certificate(folder.path(), "two");
    fs::write(folder.path().join("empty.crt"), "").expect("written");
    for (certificate, key, message) in [
        ("missing.crt", "one.key", "cannot read"),
        ("empty.crt", "one.key", "expected a certificate"),
        ("one.crt", "one.crt", "expected a private key"),
        ("one.crt", "two.key", "cannot be used"),
    ] {
        let mut config = Config::new(folder.path().join(certificate), folder.path().join(key));
        config.listen = "127.0.0.1:0".parse().expect("an address");
        config.probes = config.listen;
        let server =
            Server::new(Policies::new(ferrego_webhook::State::new(common::set(&[]))), config);
        let error = server.bind().await.expect_err("no certificate");
        assert!(matches!(error, ServeError::Certificate(_)), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}
