use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_source::yaml::Parts;
use proptest::prelude::*;

use super::*;
use crate::fault::{Fault, FaultCode, FieldPath};
use ferrego_runtime::Arena;

/// Returns the place and value of `metadata.name` for each document, and the place and message of
/// each fault.
fn read(format: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let path = FieldPath::of(&["metadata", "name"]);
    let mut sink = |result: Result<Document, Notice>| {
        found.push(match result {
            Ok(document) => {
                let arena = Arena::new();
                let value = match document.value(&arena) {
                    Ok(value) => value,
                    Err(notice) => {
                        found.push(format!("{} {}", notice.place(), notice.message));
                        return ControlFlow::Continue(());
                    }
                };
                let name = value.path(&["metadata", "name"]);
                let fault = Fault::new(FaultCode::InvalidObject, path.clone(), "bad");
                let place = document.notice(&fault).place();
                format!("{place} {}", name.map_or("none".to_owned(), |name| name.to_string()))
            }
            Err(notice) => format!("{} {}", notice.place(), notice.message),
        });
        ControlFlow::Continue(())
    };
    let name: Arc<str> = "f".into();
    let flow = match format {
        "yaml" => yaml::read(&name, Parts::new(text), 0, &mut sink),
        "lines" => json::read_lines(&name, text.as_bytes(), &mut sink),
        // A small buffer puts buffer ends at all positions.
        _ => json::read(&name, BufReader::with_capacity(3, text.as_bytes()), u64::MAX, &mut sink),
    };
    assert!(flow.is_continue());
    found
}

#[test]
fn yaml_documents_and_lists_have_their_places() {
    let text = "metadata: {name: a}\n---\nkind: List\nitems:\n- metadata:\n    name: b\n- c: 1\n\
                ---\nx:\n\ty: 1\n---\nkind: PodList\nitems: 5\nmetadata: {name: [d]}\n";
    assert_eq!(
        read("yaml", text),
        [
            "f:1:18 \"a\"",
            "f:6:11 \"b\"",
            "f:7:3 none",
            "f:10:1 expected spaces in the indentation, found a tab",
            "f:14:18 [\"d\"]",
        ]
    );
}

#[test]
fn json_documents_and_lists_have_their_places() {
    let text = "{\"metadata\": {\"name\": \"é\"}}\n  {\n    \"metadata\": {\n      \"name\": 1\n    }\n  }\n\
                {\n  \"items\": [\n    {\"metadata\": {\n      \"name\": \"x\"}}, {\"a\": 1},\n    \
                {\"metadata\": {\"name\": \"y\"}}\n  ],\n  \"kind\": \"List\"}{\"kind\": \"Pod\", \"items\": [1]}";
    assert_eq!(
        read("json", text),
        [
            "f:1:23 \"é\"",
            "f:4:15 1",
            "f:10:15 \"x\"",
            "f:10:1 none",
            "f:11:27 \"y\"",
            "f:13:1 none",
        ]
    );
}

#[test]
fn a_broken_line_of_json_does_not_hide_the_others() {
    let text =
        "{\"metadata\": {\"name\": 1}}\n[1]\n{\"a\": tru}\n{\"metadata\": {\"name\": 2}}\n\"cut";
    assert_eq!(
        read("json", text),
        [
            "f:1:23 1",
            "f:2:1 expected a Kubernetes object in braces",
            "f:3:10 not JSON",
            "f:4:23 2",
            "f:5:1 expected a Kubernetes object in braces",
        ]
    );
    let text = "{\"a\": \n\n{\"metadata\": {\"name\": 1}}\n";
    assert_eq!(read("lines", text), ["f:1:7 the JSON value is not complete", "f:3:23 1"]);
}

#[test]
fn a_document_without_its_end_does_not_hide_the_next_line() {
    let end = "{\"metadata\": {\"name\": 2}}";
    for (broken, fault) in [
        ("{\"a\": [1, {}", "f:2:1 not JSON"),
        ("{\"a\": [1}}", "f:1:9 not JSON"),
        ("{\"a\": \"cut", "f:1:11 a control character must be escaped"),
        ("{\"a\": \"cut\\", "f:1:11 not a JSON escape"),
        ("{\"a\" 1}", "f:1:6 not JSON"),
        ("{\"a\": 1,}", "f:1:9 not JSON"),
        ("{} 5", "f:1:1 expected a Kubernetes object in braces"),
        ("{\"items\": [\n  {}\n  {}]}", "f:3:3 something follows the JSON value"),
        ("{\"items\": [{}, ]}", "f:1:1 expected a Kubernetes object in braces"),
        ("{\"items\": [{}], \"a\": }", "f:1:6 not JSON"),
        ("{\"b\": tru, \"items\": [{}]}", "f:1:10 not JSON"),
        ("{\"items\": [{}],\n\"a\": tru}", "f:2:9 the JSON value is not complete"),
    ] {
        let found = read("json", &format!("{broken}\n{end}"));
        assert!(found.iter().any(|line| line == fault), "{broken}: {found:?}");
        assert!(found.last().is_some_and(|last| last.ends_with(":23 2")), "{broken}: {found:?}");
    }
    assert_eq!(read("json", "{\"a\": {"), ["f:1:8 the JSON value is not complete"]);
    assert_eq!(
        read("json", "{\"items\": [{}"),
        ["f:1:1 none", "f:1:3 the JSON value is not complete"]
    );
}

#[test]
fn what_is_not_utf8_does_not_hide_the_others() {
    let text = b"{\"items\": [\n{\"a\": \"\xff\"}, {}]}\n{}\n\xff\n{}";
    let mut found = Vec::new();
    let _ = json::read(&"f".into(), &text[..], u64::MAX, &mut |result| {
        found.push(result.map_or_else(|notice| notice.place(), |_| "well".to_owned()));
        ControlFlow::Continue(())
    });
    assert_eq!(found, ["f:2:8", "well", "well", "f:4:1", "well"]);
    let mut count = (0, 0);
    let _ = json::read_lines(&"f".into(), &text[..], &mut |result| {
        *if result.is_ok() { &mut count.0 } else { &mut count.1 } += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(count, (3, 2));
}

/// Returns the values of the documents in `text`, read in parts of `capacity` bytes. A broken
/// document is represented by its notice.
fn values(text: &str, capacity: usize) -> Vec<Result<serde_json::Value, String>> {
    let mut found = Vec::new();
    let reader = BufReader::with_capacity(capacity, text.as_bytes());
    let _ = json::read(&"f".into(), reader, u64::MAX, &mut |result| {
        let arena = Arena::new();
        found.push(match result {
            Ok(document) => match document.value(&arena) {
                Ok(value) => Ok(serde_json::from_str(&value.to_string()).expect("JSON")),
                Err(notice) => Err(format!("{} {}", notice.place(), notice.message)),
            },
            Err(notice) => Err(format!("{} {}", notice.place(), notice.message)),
        });
        ControlFlow::Continue(())
    });
    found
}

fn objects() -> impl Strategy<Value = Vec<serde_json::Value>> {
    let text = "[a{}\\[\\]\",:\\\\\n\u{e9}]{0,4}";
    let scalar = prop_oneof![
        Just(serde_json::Value::Null),
        any::<i32>().prop_map(serde_json::Value::from),
        text.prop_map(serde_json::Value::from),
    ];
    let value = scalar.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::hash_map(text, inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    });
    let object = prop::collection::hash_map(text, value, 0..4);
    prop::collection::vec(object.prop_map(|map| map.into_iter().collect()), 0..4)
}

proptest! {
    #[test]
    fn every_object_of_a_stream_or_a_list_is_found(objects in objects(), capacity in 1_usize..9) {
        let whole: Vec<_> = objects.iter().cloned().map(Ok).collect();
        let texts = |pretty| {
            let text = if pretty { serde_json::to_string_pretty } else { serde_json::to_string };
            objects.iter().map(|object| text(object).expect("JSON")).collect::<Vec<_>>()
        };
        for texts in [texts(false), texts(true)] {
            prop_assert_eq!(&values(&texts.join("\n"), capacity), &whole);
            let list = format!("{{\"items\": [{}], \"kind\": \"PodList\"}}", texts.join(",\n"));
            prop_assert_eq!(&values(&list, capacity), &whole);
        }
    }

    #[test]
    fn borders_of_what_is_read_at_once_change_nothing(
        text in "(\\{\"items\":\\[)?[{}\\[\\]\",:\n 1\\\\]{0,40}",
        capacity in 1_usize..9,
    ) {
        prop_assert_eq!(values(&text, capacity), values(&text, 1000));
    }
}

#[test]
fn what_is_no_list_has_no_items() {
    let text = "{\"items\": [{}], \"kind\": \"Pod\"}";
    assert_eq!(read("json", text)[1], "f:1:15 expected a list, found kind `Pod` with items");
    let text = "{\"items\": {}, \"kind\": \"Pod\"} {\"kind\": \"List\", \"items\": null}";
    assert_eq!(read("json", text), ["f:1:1 none", "f:1:1 none"]);
}

#[test]
fn a_sink_may_end_the_reading() {
    let text = "{}\n{\"items\": [{}, {}, {}]}\n{}";
    for wanted in 1..5 {
        let mut count = 0;
        let flow = json::read(&"f".into(), text.as_bytes(), u64::MAX, &mut |result| {
            assert!(result.is_ok());
            count += 1;
            if count == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((count, flow.is_break()), (wanted, true));
    }
}

#[test]
fn words_are_found_where_they_are_escaped() {
    let says = |text: &str| {
        let file = File { name: "f".into(), text: text.into(), lines_before: 0 };
        Document::json(file).may_say(&["a.sh", "Name"])
    };
    assert!(says("[\"x/a.sh\"]") && says("[\"\\u0061.sh\"]") && says("[\"a\\u002Esh\"]"));
    assert!(!says("[\"a.s\\u003ch\", \"\\u00e9\", \"\\u4e61\", \"\\u00"));
}

#[test]
fn files_are_found_in_folders_and_unreadable_ones_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("sub")).expect("a folder");
    for (name, text) in
        [("b.yaml", "a: 1"), ("sub/a.json", "{}"), ("c.rego", ""), ("d.ndjson", "{}\n{}")]
    {
        std::fs::write(path(name), text).expect("a file");
    }
    let named = [folder.path().to_owned(), path("b.yaml"), path("c.rego"), path("none.yaml")];
    let (inputs, notices) = find(&named);
    let expected = ["b.yaml", "d.ndjson", "sub/a.json"].map(|name| Input::File(path(name)));
    assert_eq!(inputs, expected);
    assert_eq!(notices.len(), 2);
    assert!(notices[0].message.starts_with("expected a file that ends in"));
    assert!(notices[0].message.ends_with("c.rego"));
    assert!(notices[1].message.contains("none.yaml"));
    assert_eq!(read_all(&expected[1], MAX_FILE_SIZE).0.len(), 2);
    std::fs::write(path("b.yaml"), b"a: \xff").expect("a file");
    assert!(read_all(&expected[0], MAX_FILE_SIZE).1[0].message.ends_with("not UTF-8 at byte 3"));
    let mut reader = &b" \n"[..];
    assert!(reader.fill_buf().is_ok());
}

/// Returns the results of [`Input::read`] for a file with these bytes.
fn read_file(name: &str, bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let (documents, notices) = read_all(&Input::File(path.clone()), MAX_FILE_SIZE);
    let arena = Arena::new();
    let values = documents.iter().map(|document| match document.value(&arena) {
        Ok(value) => value.to_string(),
        Err(notice) => notice.message,
    });
    let path = path.to_string_lossy().into_owned();
    let told = notices.iter().map(|notice| {
        format!("{} {}", notice.place().replace(&path, "f"), notice.message.replace(&path, "f"))
    });
    values.chain(told).collect()
}

#[test]
fn encodings_are_those_that_kubernetes_reads() {
    let text = "\u{feff}a: \u{e9}\u{1f600}\n";
    let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let value = "{\"a\": \"\u{e9}\u{1f600}\"}";
    for bytes in [text.as_bytes(), &le, &be] {
        assert_eq!(read_file("a.yaml", bytes), [value]);
    }
    let odd = read_file("a.yaml", &le[..le.len() - 1]);
    assert!(odd[0].ends_with("not UTF-16, as its byte order mark says"), "{odd:?}");
    // Kubernetes does not find the lines of UTF-16, and reads only the first document.
    let two: Vec<u8> =
        "\u{feff}a: 1\n---\nb: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_file("a.yaml", &two), ["f:3:1 expected one document, found a second"]);
    assert_eq!(read_file("a.json", "\u{feff}{\"a\": 1}".as_bytes()), ["{\"a\": 1}"]);
}

#[test]
fn json_and_yaml_are_told_by_content() {
    for (text, expected) in [
        ("{\"a\": 1}\n{\"b\": 2}\n", &["{\"a\": 1}", "{\"b\": 2}"][..]),
        ("{\"a\": 1}\n---\nb: yes\n", &["{\"a\": 1}", "{\"b\": true}"]),
        ("{a: yes}\n---\nb: 2\n", &["{\"a\": true}", "{\"b\": 2}"]),
        ("{\"a\": yes}\n", &["{\"a\": true}"]),
        ("{\"a\": \"\\/\"}\n", &["{\"a\": \"/\"}"]),
        ("# c\n{\"a\": 1}\n---\n{b: 2}\n", &["{\"a\": 1}", "{\"b\": 2}"]),
        ("\n\n a: 1\n a: 2\n", &["f:4:2 duplicate key `a`"]),
        (
            "{\"a\": 1}\n---\nb: 1\nb: 2\n---\nc: 1\n",
            &["{\"a\": 1}", "{\"c\": 1}", "f:4:1 duplicate key `b`"],
        ),
    ] {
        for name in ["a.yaml", "a.json", "a.YML"] {
            let found = read_file(name, text.as_bytes());
            assert_eq!(found[..expected.len()], *expected, "{name} {text:?}: {found:?}");
        }
    }
}

#[test]
fn lists_hold_lists_and_items_without_kind() {
    let yaml = "kind: List\nitems:\n- kind: List\n  items: [{a: 1}]\n- kind: PodList\n  apiVersion: v1\n  items:\n  - {b: 1}\n  - {kind: C}\n";
    let json = "{\"kind\": \"List\", \"items\": [{\"kind\": \"List\", \"items\": [{\"a\": 1}]},\n{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [{\"b\": 1}, {\"kind\": \"C\"}]}]}";
    let expected = [
        "{\"a\": 1}",
        "{\"apiVersion\": \"v1\", \"b\": 1, \"kind\": \"Pod\"}",
        "{\"kind\": \"C\"}",
    ];
    assert_eq!(read_file("a.yaml", yaml.as_bytes()), expected);
    assert_eq!(read_file("a.json", json.as_bytes()), expected);
    let deep = format!(
        "{}{{\"a\": 1}}{}",
        "{\"kind\": \"List\", \"items\": [".repeat(50),
        "]}".repeat(50)
    );
    assert_eq!(read_file("a.json", deep.as_bytes()).len(), 1);
}

#[test]
fn objects_whose_kind_ends_in_list_are_no_lists() {
    for text in [
        "{\"kind\": \"AllowList\", \"metadata\": {\"name\": \"a\"}, \"items\": [{\"b\": 1}]}",
        "{\"items\": [\"b\"], \"kind\": \"AllowList\", \"metadata\": {\"name\": \"a\"}}",
        "{\"items\": [], \"kind\": \"AllowList\", \"metadata\": {\"name\": \"a\"}}",
        "{\"kind\": \"AllowList\", \"spec\": {\"items\": []}}",
    ] {
        let found = read_file("a.json", text.as_bytes());
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("AllowList"), "{found:?}");
        assert_eq!(read_file("a.yaml", format!("# c\n{text}").as_bytes()), found);
    }
    assert!(read_file("a.json", b"{\"items\": [], \"kind\": \"PodList\"}").is_empty());
    assert!(read_file("a.yaml", b"kind: PodList\nitems: []\n").is_empty());
    for text in ["kind: List\nitems: {a: 1}\n", "{\"kind\": \"List\", \"items\": {\"a\": 1}}"] {
        assert!(
            read_file("a.yaml", text.as_bytes())
                .iter()
                .any(|line| line.contains("items: expected a list")),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_folders() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    // The files that kubelet mounts for a ConfigMap.
    std::fs::create_dir(path("..2024_01_01")).expect("a folder");
    std::fs::write(path("..2024_01_01/a.yaml"), "a: 1").expect("a file");
    symlink("..2024_01_01", path("..data")).expect("a link");
    symlink("..data/a.yaml", path("a.yaml")).expect("a link");
    // A file with two names, a folder that contains itself, and a pipe.
    symlink("a.yaml", path("b.yaml")).expect("a link");
    symlink(".", path("loop")).expect("a link");
    let status = std::process::Command::new("mkfifo").arg(path("pipe.yaml")).status();
    assert!(status.expect("mkfifo").success());
    let (inputs, notices) = find(&[folder.path().to_owned(), path("b.yaml")]);
    assert_eq!(inputs, [Input::File(path("a.yaml"))]);
    let messages: Vec<&str> = notices.iter().map(|notice| &*notice.message).collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].ends_with("pipe.yaml is not read: it is not a regular file"));
}
