//! A session with a template: diagnostics, and questions about names.

use serde_json::{Value, json};

use crate::client::{Client, at, position};

const URI: &str = "file:///policies/template.yaml";

/// A template with text outside ASCII before the names on a line.
const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: allowedhosts
spec:
  crd:
    spec:
      names: {kind: AllowedHosts}
      validation:
        openAPIV3Schema:
          type: object
          required: [hosts]
          properties:
            hosts:
              description: The hosts that are allowed.
              type: array
              items: {type: string}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package allowedhosts

      import data.lib.names

      violation[{"msg": msg}] {
        input.review.kind.kind == "Ingress"
        rule := input.review.object.spec.rules[_]
        not allowed(rule.host)
        note := "größe 😀"; msg := sprintf("%v: %v %v", [note, names.short(rule.host), rule.host])
      }

      # Holds for the hosts of the parameters.
      allowed(host) {
        host == input.parameters.hosts[_]
      }
    libs:
    - |
      package lib.names

      short(name) = parts[0] {
        parts := split(name, ".")
      }
"#;

fn opened(text: &str) -> (Client, Vec<Value>) {
    let mut client = Client::initialized(&[], None);
    let diagnostics = client.open(URI, "yaml", text);
    (client, diagnostics)
}

/// Returns the text that a range covers.
fn covered<'t>(text: &'t str, range: &Value) -> &'t str {
    let offset = |position: &Value| {
        let number =
            |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("small");
        let line: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        let units = text[line..].char_indices().scan(0, |units, (index, character)| {
            let at = *units;
            *units += character.len_utf16();
            Some((at, index))
        });
        let found = units.into_iter().find(|(units, _)| *units == number("character"));
        line + found.map_or(text.len() - line, |(_, index)| index)
    };
    &text[offset(&range["start"])..offset(&range["end"])]
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|one| one["code"].as_str().expect("a code")).collect()
}

#[test]
fn a_template_without_faults_has_no_diagnostics_and_the_session_ends_well() {
    let (client, diagnostics) = opened(TEMPLATE);
    assert_eq!(diagnostics, Vec::<Value>::new());
    assert_eq!(client.shut_down(), Some(0));
}

#[test]
fn diagnostics_have_codes_places_pages_and_other_places() {
    let text = TEMPLATE.replace("[note, names", "[nota, names");
    let (mut client, diagnostics) = opened(&text);
    assert_eq!(codes(&diagnostics), ["rego_unsafe_var_error"; 2]);
    let is_nota =
        |one: &&Value| one["message"].as_str().is_some_and(|text| text.starts_with("var nota"));
    let diagnostics: Vec<&Value> = diagnostics.iter().filter(is_nota).collect();
    let first = &diagnostics[0];
    // OPA reports the call around the variable.
    assert_eq!(&first["range"]["start"], &position(&text, "sprintf(\"%v"));
    assert!(covered(&text, &first["range"]).ends_with("rule.host])"), "{first}");
    assert_eq!((&first["severity"], &first["source"]), (&json!(1), &json!("ferrego")));
    let page = first["codeDescription"]["href"].as_str().expect("an address");
    assert!(page.ends_with("/source/src/diagnostics/pages/rego_unsafe_var_error.md"), "{page}");

    // The change of one word, in UTF-16 columns after characters of two and four bytes.
    let start = position(&text, "nota");
    let column = start["character"].as_u64().expect("a number");
    let range = json!({"start": start, "end": {"line": start["line"], "character": column + 4}});
    client.change(URI, 2, json!({"range": range, "text": "note"}));
    assert_eq!(client.diagnostics(URI, 2), Vec::<Value>::new());

    let conflict = TEMPLATE.replace(
        "      # Holds",
        "      default limit = 1\n\n      default limit = 2\n\n      unused := 3\n\n      # Holds",
    );
    let found = client.replace(URI, 3, &conflict);
    assert!(!found.is_empty() && found.iter().all(|one| one["severity"] == 1), "{found:?}");

    let unused = TEMPLATE.replace("      # Holds", "      unused(x) { x > 1 }\n\n      # Holds");
    let found = client.replace(URI, 4, &unused);
    assert_eq!(codes(&found), ["unused-rule"]);
    assert_eq!((&found[0]["severity"], &found[0]["tags"]), (&json!(2), &json!([1])));
}

#[test]
fn a_closed_document_has_no_diagnostics() {
    let (mut client, diagnostics) = opened(&TEMPLATE.replace("host ==", "hast =="));
    assert!(!diagnostics.is_empty());
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    let message = client.receive();
    assert_eq!(message["method"], "textDocument/publishDiagnostics");
    assert_eq!(message["params"], json!({"uri": URI, "diagnostics": []}));
    let hover = client.request("textDocument/hover", at(URI, TEMPLATE, "allowed(rule"));
    assert_eq!(hover, Value::Null);
}

#[test]
fn other_documents_have_no_diagnostics() {
    let mut client = Client::initialized(&[], None);
    let found = client.open("file:///policies/values.yaml", "yaml", "a: {{ .Values.x }}\nb: [\n");
    assert_eq!(found, Vec::<Value>::new());
}

fn hover(client: &mut Client, text: &str, mark: &str) -> String {
    let hover = client.request("textDocument/hover", at(URI, text, mark));
    let word = hover["contents"]["value"].as_str();
    word.unwrap_or_else(|| panic!("{mark}: {hover}")).to_owned()
}

#[test]
fn hover_shows_types_signatures_comments_and_schemas() {
    let (mut client, _) = opened(TEMPLATE);
    for (mark, expected) in [
        ("sprintf", "sprintf(string, array[any]) => string"),
        ("rule := ", "rule: IngressRule"),
        ("host ==", "host: string"),
        ("host)\n        note", "Field of `IngressRule`."),
        ("note, names", "note: \"größe 😀\""),
        ("hosts[_]\n", "hosts: array of string"),
        ("hosts[_]\n", "The hosts that are allowed.\n\nRequired."),
        ("allowed(rule", "Holds for the hosts of the parameters."),
        ("short(rule", "short(name) = parts[0]"),
        ("names.short", "import data.lib.names"),
        ("kind == ", "kind: string"),
    ] {
        let found = hover(&mut client, TEMPLATE, mark);
        assert!(found.contains(expected), "{mark}: {found}");
    }
    let outside = client.request("textDocument/hover", at(URI, TEMPLATE, "metadata:"));
    assert_eq!(outside, Value::Null);
}

#[test]
fn the_last_good_text_serves_a_broken_one() {
    let (mut client, _) = opened(TEMPLATE);
    let broken = TEMPLATE.replace("host == input.parameters.hosts[_]", "host == = [");
    let found = client.replace(URI, 2, &broken);
    assert!(codes(&found).iter().all(|code| *code == "rego_parse_error"), "{found:?}");
    assert!(hover(&mut client, &broken, "rule := ").contains("rule: IngressRule"));
    assert!(hover(&mut client, &broken, "note, names").contains("note: "));
    let symbols =
        client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}}));
    assert_eq!(symbols[0]["children"][0]["name"], "violation", "{symbols}");

    let yaml = broken.replace("kind: ConstraintTemplate\n", "kind: ConstraintTemplate\n  x: [\n");
    let found = client.replace(URI, 3, &yaml);
    assert_eq!(codes(&found), ["invalid yaml"]);
    assert!(hover(&mut client, &yaml, "rule := ").contains("rule: IngressRule"));
}

/// Returns the labels that are offered at the end of `written`, which replaces the `note` line.
fn offered(client: &mut Client, version: i32, written: &str) -> Vec<String> {
    let line = TEMPLATE.lines().find(|line| line.contains("note :=")).expect("a line");
    let text = TEMPLATE.replace(line, &format!("        {written}@"));
    let place = position(&text, "@");
    client.replace(URI, version, &text.replace('@', ""));
    let params = json!({"textDocument": {"uri": URI}, "position": place});
    let items = client.request("textDocument/completion", params);
    let items = items.as_array().expect("a list");
    items.iter().map(|item| item["label"].as_str().expect("a label").to_owned()).collect()
}

#[test]
fn completion_knows_fields_names_and_builtins() {
    let (mut client, _) = opened(TEMPLATE);
    let mut version = 1;
    let mut check = |written: &str, expected: &[&str], absent: &[&str]| {
        version += 1;
        let found = offered(&mut client, version, written);
        let has = |label: &&str| found.iter().any(|one| one == label);
        assert!(expected.iter().all(has), "{written}: {found:?}");
        assert!(!absent.iter().any(has), "{written}: {found:?}");
    };
    check("input.", &["review", "parameters"], &["hosts", "sprintf"]);
    check("input.review.", &["object", "operation", "userInfo"], &["spec"]);
    // The definition compares the kind, so only fields of an Ingress are offered.
    check("input.review.object.spec.", &["rules", "tls", "ingressClassName"], &["containers"]);
    check("input.parameters.ho", &["hosts"], &["review"]);
    check("rule.", &["host", "http"], &["rules"]);
    check("host := rule.host; rule.http.paths[_].", &["path", "backend"], &["host"]);
    check("some path in rule.http.paths; path.", &["path", "pathType"], &[]);
    check("names.", &["short"], &["allowed"]);
    check("data.", &["inventory", "lib"], &["allowed"]);
    check("data.lib.", &["names"], &["short"]);
    check("x := regex.ma", &["match"], &["sprintf", "regex.match"]);
    check("", &["rule", "allowed", "names", "input", "not", "sprintf", "json.unmarshal"], &["if"]);
    check("# input.", &[], &["review"]);
    check("x := \"input.", &[], &["review"]);
}

#[test]
fn definitions_and_references_of_variables_functions_and_libraries() {
    let (mut client, _) = opened(TEMPLATE);
    let mut definition = |mark: &str| {
        let found = client.request("textDocument/definition", at(URI, TEMPLATE, mark));
        let found = found.as_array().expect("a list").clone();
        assert!(found.iter().all(|place| place["uri"] == URI), "{found:?}");
        let place = |one: &Value| {
            (one["range"]["start"].clone(), covered(TEMPLATE, &one["range"]).to_owned())
        };
        found.iter().map(place).collect::<Vec<_>>()
    };
    let named = |mark: &str, text: &str| vec![(position(TEMPLATE, mark), text.to_owned())];
    assert_eq!(definition("allowed(rule"), named("allowed(host)", "allowed"));
    assert_eq!(definition("short(rule"), named("short(name)", "short"));
    assert_eq!(definition("names.short"), named("package lib.names", "package lib.names"));
    assert_eq!(definition("host ==")[0], (position(TEMPLATE, "host) {"), "host".to_owned()));
    // After the emoji on the same line.
    assert_eq!(definition("note, names"), named("note :=", "note"));
    assert_eq!(definition("msg}]"), named("msg := ", "msg"));
    assert_eq!(definition("sprintf"), []);

    let mut references = |mark: &str, declaration: bool| {
        let mut params = at(URI, TEMPLATE, mark);
        params["context"] = json!({"includeDeclaration": declaration});
        let found = client.request("textDocument/references", params);
        found.as_array().expect("a list").len()
    };
    assert_eq!((references("rule := ", true), references("rule := ", false)), (4, 3));
    assert_eq!(references("short(name)", true), 2);
    assert_eq!(references("sprintf", true), 1);
}

/// Applies the edits of a workspace edit to a text.
fn applied(text: &str, edit: &Value) -> String {
    let edits = edit["changes"][URI].as_array().expect("edits");
    let mut parts: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let old = covered(text, &edit["range"]);
            let start = old.as_ptr() as usize - text.as_ptr() as usize;
            (start, old.len(), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    parts.sort_unstable();
    let mut changed = text.to_owned();
    for (start, length, new) in parts.into_iter().rev() {
        changed.replace_range(start..start + length, new);
    }
    changed
}

#[test]
fn renames_change_all_places_and_nothing_else() {
    let (mut client, _) = opened(TEMPLATE);
    let mut rename = |mark: &str, name: &str| {
        let mut params = at(URI, TEMPLATE, mark);
        params["newName"] = json!(name);
        applied(TEMPLATE, &client.request("textDocument/rename", params))
    };
    let renamed = rename("note, names", "remark");
    assert_eq!(renamed, TEMPLATE.replace("note :=", "remark :=").replace("[note,", "[remark,"));
    assert_eq!(rename("short(rule", "brief"), TEMPLATE.replace("short(", "brief("));
    assert_eq!(rename("allowed(host", "fine"), TEMPLATE.replace("allowed(", "fine("));

    let mut refused = |mark: &str, name: &str| {
        let mut params = at(URI, TEMPLATE, mark);
        params["newName"] = json!(name);
        client.refused("textDocument/rename", params)
    };
    for (mark, name) in [
        ("violation[", "denied"),
        ("sprintf", "format"),
        ("names.short", "other"),
        ("note :=", "msg"),
        ("note :=", "allowed"),
        ("note :=", "count"),
        ("note :=", "regex"),
        ("note :=", "not"),
        ("note :=", "a b"),
        ("note :=", ""),
        ("metadata:", "x"),
    ] {
        assert_eq!(refused(mark, name), -32803, "{mark} to {name}");
    }
    let prepared = client.request("textDocument/prepareRename", at(URI, TEMPLATE, "short(rule"));
    assert_eq!(covered(TEMPLATE, &prepared), "short");
    let prepared = client.request("textDocument/prepareRename", at(URI, TEMPLATE, "sprintf"));
    assert_eq!(prepared, Value::Null);
}

#[test]
fn symbols_are_the_rules_of_each_package() {
    let (mut client, _) = opened(TEMPLATE);
    let params = json!({"textDocument": {"uri": URI}});
    let found = client.request("textDocument/documentSymbol", params);
    let names = |symbols: &Value| -> Vec<String> {
        let symbols = symbols.as_array().expect("a list").iter();
        symbols.map(|one| covered(TEMPLATE, &one["selectionRange"]).to_owned()).collect()
    };
    assert_eq!(names(&found), ["package allowedhosts", "package lib.names"]);
    assert_eq!(names(&found[0]["children"]), ["violation", "allowed"]);
    assert_eq!(names(&found[1]["children"]), ["short"]);
}

#[test]
fn code_actions_are_the_fixes_of_findings() {
    let text = TEMPLATE.replace("spec.rules[_]", "spec.ruls[_]");
    let (mut client, diagnostics) = opened(&text);
    assert_eq!(codes(&diagnostics), ["unknown-object-field"]);
    let range = &diagnostics[0]["range"];
    let mut actions = |only: Value, range: &Value| {
        let mut context = json!({"diagnostics": []});
        if !only.is_null() {
            context["only"] = only;
        }
        let document = json!({"uri": URI});
        let params = json!({"textDocument": document, "range": range, "context": context});
        client.request("textDocument/codeAction", params)
    };
    let found = actions(Value::Null, range);
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["title"], "Replace `ruls` by `rules`");
    assert_eq!((&found[0]["kind"], &found[0]["isPreferred"]), (&json!("quickfix"), &json!(false)));
    assert_eq!(applied(&text, &found[0]["edit"]), TEMPLATE);
    assert_eq!(actions(json!(["quickfix"]), range).as_array().map(Vec::len), Some(1));
    assert_eq!(actions(json!(["refactor"]), range), json!([]));
    let elsewhere =
        json!({"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}});
    assert_eq!(actions(Value::Null, &elsewhere), json!([]));
}

#[test]
fn a_document_is_formatted_as_the_command_does() {
    let text = TEMPLATE.replace("host ==", "host  ==");
    let (mut client, _) = opened(&text);
    let params = json!({
        "textDocument": {"uri": URI},
        "options": {"tabSize": 2, "insertSpaces": true},
    });
    let edits = client.request("textDocument/formatting", params.clone());
    let edit = &edits.as_array().expect("edits")[0];
    let new = edit["newText"].as_str().expect("text");
    assert!(new.contains("host ==") && !new.contains("kind: ConstraintTemplate"), "{new}");
    let broken = TEMPLATE.replace("host ==", "host ==== ");
    client.replace(URI, 2, &broken);
    assert!(client.refused("textDocument/formatting", params) < 0);
    for uri in ["file:///none.yaml", "file:///policies/values.yaml"] {
        client.notify("textDocument/didOpen", json!({"textDocument": {
            "uri": "file:///policies/values.yaml", "languageId": "yaml", "version": 1, "text": "a: {{ .x }}",
        }}));
        let params =
            json!({"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": true}});
        let answer = client.request("textDocument/formatting", params);
        assert!(answer.is_null() || answer == json!([]), "{answer}");
    }
}
