//! Messages that no well-behaved client sends. The server must survive them.

use serde_json::{Value, json};

use crate::client::{Client, at};

const URI: &str = "file:///p.rego";
const TEXT: &str = "package p\n\nq if input[\"größe\"]\n";

#[test]
fn requests_before_initialize_are_refused() {
    let mut client = Client::start(&[]);
    assert_eq!(client.refused("textDocument/hover", at(URI, TEXT, "q")), -32002);
    assert_eq!(client.refused("shutdown", Value::Null), -32002);
    client.notify("textDocument/didOpen", json!({}));
    assert_eq!(client.refused("initialize", json!("nothing")), -32602);
    let params = json!({"processId": null, "rootUri": null, "capabilities": {}});
    let answer = client.request("initialize", params.clone());
    // This client does not prepare renames, so it must not get options for them.
    assert_eq!(answer["capabilities"]["renameProvider"], true);
    assert_eq!(client.refused("initialize", params), -32600);
    assert_eq!(client.shut_down(), Some(0));
}

#[test]
fn an_exit_without_shutdown_fails() {
    let mut client = Client::initialized(&[], None);
    client.notify("exit", Value::Null);
    assert_eq!(client.status(), Some(1));
    let mut client = Client::initialized(&[], None);
    client.hang_up();
    assert_eq!(client.status(), Some(1));
    let mut client = Client::initialized(&[], None);
    client.request("shutdown", Value::Null);
    assert_eq!(client.refused("textDocument/hover", at(URI, TEXT, "q")), -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.status(), Some(0));
}

#[test]
fn broken_frames_do_not_end_the_session() {
    let mut client = Client::initialized(&[], None);
    for (bytes, code) in [
        (&b"Content-Length: 1\r\n\r\n{"[..], -32700),
        (b"Content-Length: 2\r\n\r\n[]", -32600),
        (b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc", -32700),
        (b"Content-Length: 99999999999\r\n\r\n", -32600),
        (b"garbage\r\nContent-Length: -1\r\n\r\nContent-Length: 13\r\n\r\n{\"method\": 1}", -32600),
        (b"Content-Length: 21\r\n\r\n{\"id\":1e99,\"method\":1}", -32700),
    ] {
        client.send_bytes(bytes);
        let answer = client.receive();
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(
            (&answer["id"], &answer["error"]["code"]),
            (&Value::Null, &json!(code)),
            "{shown}"
        );
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    client.send_bytes(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes());
    assert_eq!(client.receive()["error"]["code"], -32700);
    assert_eq!(client.open(URI, "rego", TEXT), Vec::<Value>::new());
    assert_eq!(client.shut_down(), Some(0));
}

#[test]
fn unknown_methods_and_wrong_parameters_are_refused() {
    let mut client = Client::initialized(&[], None);
    assert_eq!(client.refused("textDocument/unknown", json!({})), -32601);
    assert_eq!(client.refused("textDocument/hover", json!({"position": "here"})), -32602);
    assert_eq!(client.refused("textDocument/rename", Value::Null), -32602);
    client.notify("$/unknown", json!([]));
    client.notify("textDocument/didOpen", json!({"textDocument": 1}));
    client.notify("textDocument/didChange", json!({"textDocument": {"uri": URI, "version": 1}}));
    client.change("file:///never-opened.rego", 3, json!({"text": "x"}));
    client.notify("$/cancelRequest", json!({"id": {}}));
    client.send(&json!({"jsonrpc": "2.0", "id": 7, "result": null}));
    assert_eq!(client.open(URI, "rego", TEXT), Vec::<Value>::new());
    let other = client.request("textDocument/hover", at("file:///never-opened.rego", TEXT, "q"));
    assert_eq!(other, Value::Null);
}

#[test]
fn positions_outside_the_text_have_no_answers_and_edit_its_end() {
    let mut client = Client::initialized(&[], None);
    client.open(URI, "rego", TEXT);
    let document = json!({"uri": URI});
    let far = json!({"line": 4_000_000_000_u32, "character": 4_000_000_000_u32});
    for position in [&far, &json!({"line": 2, "character": 4_000_000_000_u32})] {
        for method in ["hover", "definition", "completion", "prepareRename"] {
            let params = json!({"textDocument": document, "position": position});
            client.request(&format!("textDocument/{method}"), params);
        }
        let context = json!({"includeDeclaration": true});
        let params = json!({"textDocument": document, "position": position, "context": context});
        client.request("textDocument/references", params);
    }
    let params = json!({"textDocument": document, "position": {"line": -1, "character": 0}});
    assert_eq!(client.refused("textDocument/hover", params), -32602);
    let backwards = json!({"start": far, "end": {"line": 0, "character": 0}});
    client.change(URI, 2, json!({"range": backwards, "text": "\nr if input[\"ü\"]\n"}));
    assert_eq!(client.diagnostics(URI, 2), Vec::<Value>::new());
    let params = json!({"textDocument": document});
    let symbols = client.request("textDocument/documentSymbol", params);
    assert_eq!(symbols[0]["children"][1]["name"], "r", "{symbols}");
}

#[test]
fn cancelled_requests_are_answered_once() {
    let mut client = Client::initialized(&[], None);
    client.open(URI, "rego", TEXT);
    // The requests and the cancellation arrive at once, so most requests are still waiting.
    let ids: Vec<i32> =
        (0..200).map(|_| client.ask("textDocument/completion", at(URI, TEXT, "if"))).collect();
    let last = *ids.last().expect("requests");
    client.notify("$/cancelRequest", json!({"id": last}));
    let mut answers = std::collections::HashMap::new();
    while answers.len() < ids.len() {
        let answer = client.receive();
        let id = answer["id"].as_i64().expect("an id");
        assert!(answers.insert(id, answer).is_none(), "two answers to {id}");
    }
    let answer = &answers[&i64::from(last)];
    assert!(answer["error"]["code"] == -32800 || answer.get("result").is_some(), "{answer}");
    assert_eq!(client.shut_down(), Some(0));
}

#[test]
fn hostile_texts_are_analyzed() {
    let mut client = Client::initialized(&[], None);
    let nested = format!("package p\n\nq := {}{}\n", "[".repeat(5_000), "]".repeat(5_000));
    let template = "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\n";
    let texts = [
        nested,
        format!("package p\n\nq := {}1\n", "1 + ".repeat(5_000)),
        "package p\n\nq := `never closed\n\nr := 1\n".to_owned(),
        "\u{feff}package p\r\n\r\nq if {\r\n\tx := 1\r\n\tx == 1\r\n}\r\n".to_owned(),
        "\0\0\0".to_owned(),
        String::new(),
        "package\n".to_owned(),
    ];
    for (index, text) in texts.iter().enumerate() {
        client.open(&format!("file:///{index}.rego"), "rego", text);
        let yaml = format!("{template}{text}");
        client.open(&format!("file:///{index}.yaml"), "yaml", &yaml);
        for position in [json!({"line": 2, "character": 6}), json!({"line": 0, "character": 0})] {
            for (extension, method) in [
                ("rego", "hover"),
                ("rego", "completion"),
                ("yaml", "hover"),
                ("yaml", "completion"),
            ] {
                let uri = format!("file:///{index}.{extension}");
                let params = json!({"textDocument": {"uri": uri}, "position": position});
                client.request(&format!("textDocument/{method}"), params);
            }
        }
    }
    assert_eq!(client.shut_down(), Some(0));
}
