use ferrego_runtime::Document;

use super::*;

const ANSWERS: &str = r#"{"images": {
    "a:1": {"value": {"digest": "sha256:1", "size": 1.50}},
    "b:1": {"error": "no such image"}
}}"#;

fn call(request: &str) -> String {
    let host =
        ExternalData::new(Arc::new(FileProvider::from_json(ANSWERS.as_bytes()).expect("valid")));
    let arena = Arena::new();
    let request = Document::parse(request).expect("JSON");
    match host.call("external_data", &[request.value().copy_to(&arena)], &arena) {
        Some(Ok(value)) => value.to_string(),
        Some(Err(error)) => format!("error: {error}"),
        None => String::from("not offered"),
    }
}

#[test]
fn keys_are_answered_each_with_a_value_or_an_error() {
    assert_eq!(
        call(r#"{"provider": "images", "keys": ["b:1", "a:1", "c:1"]}"#),
        r#"{"errors": [["b:1", "no such image"], ["c:1", "provider images has no answer for c:1"]], "#
            .to_owned()
            + r#""responses": [["a:1", {"digest": "sha256:1", "size": 1.50}]], "status_code": 200, "system_error": ""}"#
    );
}

#[test]
fn without_keys_nobody_is_asked() {
    let empty = r#"{"errors": [], "responses": [], "status_code": 0, "system_error": ""}"#;
    assert_eq!(call(r#"{"provider": "nobody", "keys": []}"#), empty);
}

#[test]
fn an_unknown_provider_is_a_system_error() {
    assert_eq!(
        call(r#"{"provider": "nobody", "keys": ["k"]}"#),
        r#"{"errors": null, "responses": null, "status_code": 400, "system_error": "key is not found in provider cache"}"#
    );
}

#[test]
fn wrong_requests_fail_the_call() {
    assert_eq!(call(r#"{"provider": 1}"#), "error: provider must be a string, not number");
    assert_eq!(call(r#"{"keys": [1]}"#), "error: a key must be a string, not number");
    assert_eq!(call(r#"{"keys": "k"}"#), "error: keys must be an array, not string");
    assert_eq!(call("[]"), "error: the request must be an object, not array");
}

#[test]
fn the_rest_is_left_to_another_host() {
    struct Clock;
    impl Host for Clock {
        fn now_ns(&self) -> i64 {
            7
        }
        fn seed(&self) -> u64 {
            8
        }
    }
    let provider = Arc::new(FileProvider::default());
    let host = ExternalData::new(provider).over(Arc::new(Clock));
    assert_eq!((host.now_ns(), host.seed()), (7, 8));
    assert!(host.call("http.send", &[], &Arena::new()).is_none());
}

#[test]
fn a_file_names_all_its_faults() {
    let text = r#"{"a": [], "b": {"k": {"value": 1, "error": "x"}, "l": {"error": 1}}}"#;
    let faults = FileProvider::from_json(text.as_bytes()).expect_err("faults");
    let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
    let neither = "expected {\"value\": …} or {\"error\": \"…\"}";
    assert_eq!(
        texts,
        [
            "invalid object: a: expected an object, found array".to_owned(),
            format!("invalid object: b.k: {neither}"),
            format!("invalid object: b.l: {neither}"),
        ]
    );
    assert!(FileProvider::from_json(b"[").is_err());
}
