use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::*;
use crate::fault::{Fault, FaultCode, FieldPath};
use ferrego_runtime::Arena;

/// For each document, the place of `metadata.name` and its value; for each fault, its place and
/// message.
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
        "yaml" => yaml::read(&name, text, &mut sink),
        "lines" => json::read_lines(&name, text.as_bytes(), &mut sink),
        // A small buffer, so that borders fall everywhere.
        _ => json::read(&name, BufReader::with_capacity(3, text.as_bytes()), &mut sink),
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
            "f:10:1 a tab character stands in the indentation",
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
            "f:2:2 invalid type: sequence, expected a Kubernetes object",
            "f:3:10 expected ident",
            "f:4:23 2",
            "f:5:4 EOF while parsing a string",
        ]
    );
    let text = "{\"a\": \n\n{\"metadata\": {\"name\": 1}}\n";
    assert_eq!(read("lines", text), ["f:1:7 the JSON value is not complete", "f:3:23 1"]);
}

#[test]
fn what_is_no_list_has_no_items() {
    let text = "{\"items\": [{}], \"kind\": \"Pod\"}";
    assert!(read("json", text)[1].contains("Pod is no list"), "{:?}", read("json", text));
}

#[test]
fn a_sink_may_end_the_reading() {
    let text = "{}\n{\"items\": [{}, {}, {}]}\n{}";
    for wanted in 1..5 {
        let mut count = 0;
        let flow = json::read(&"f".into(), text.as_bytes(), &mut |result| {
            assert!(result.is_ok());
            count += 1;
            if count == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((count, flow.is_break()), (wanted, true));
    }
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
    assert!(notices[0].message.contains("c.rego ends in none of"));
    assert!(notices[1].message.contains("none.yaml"));
    assert_eq!(read_all(&expected[1]).0.len(), 2);
    std::fs::write(path("b.yaml"), b"a: \xff").expect("a file");
    assert!(read_all(&expected[0]).1[0].message.ends_with("not UTF-8 at byte 3"));
    let mut reader = &b" \n"[..];
    assert!(reader.fill_buf().is_ok());
}
