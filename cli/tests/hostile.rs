//! Reports about documents that try to deceive their reader. Whatever a message, a name or a file
//! name contains, every report is well-formed and shows no control character.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![cfg(unix)]

mod common;

use common::Project;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use quick_xml::events::Event;
use serde_json::{Value, json};

const TEMPLATE: &str = r#"
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: says}
spec:
  crd:
    spec:
      names: {kind: Says}
      validation:
        openAPIV3Schema: {type: object, properties: {msg: {type: string}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package says
      violation[{"msg": input.parameters.msg}] { input.review.object.kind == "Pod" }
"#;

/// Generates texts with characters that reports must not show and that their formats cannot
/// contain.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\u{1b}[2J\u{1b}]8;;http://x\u{7}".to_owned()),
        Just("\nerror: all is well\n".to_owned()),
        Just("]]>-->&amp;<![CDATA[<x/>".to_owned()),
        Just("\u{202e}\u{2066}\u{2028}\u{feff}\u{fffe}\u{ffff}".to_owned()),
        Just("{0} [x](http://x) `%n`".to_owned()),
        "[\\u{0}-\\u{9f}]",
        any::<char>().prop_map(String::from),
        "[a-z ]{1,4}",
    ];
    proptest::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// Returns the first hidden character of a text, in which only line breaks are allowed.
fn hidden(text: &str) -> Option<char> {
    let is_bidirectional = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}');
    text.chars().find(|&c| (c.is_control() && c != '\n') || is_bidirectional(c))
}

fn is_uri(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@%/".contains(&byte);
    text.bytes().all(allowed) && !text.starts_with('/')
}

/// Checks the requirements of SARIF 2.1.0 for the parts of a log that ferrego writes.
fn check_sarif(log: &Value) -> Result<(), TestCaseError> {
    prop_assert_eq!(&log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for rule in rules {
        for field in ["shortDescription", "fullDescription"] {
            prop_assert!(!rule[field]["text"].as_str().expect("a text").is_empty());
        }
    }
    let mut locations = Vec::new();
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let index = usize::try_from(index).expect("an index");
        prop_assert_eq!(&rules[index]["id"], &result["ruleId"]);
        prop_assert!(["error", "warning", "note"].map(Value::from).contains(&result["level"]));
        prop_assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
        locations.extend(result["locations"].as_array().expect("locations"));
    }
    let invocation = &run["invocations"][0];
    prop_assert!(invocation["executionSuccessful"].is_boolean());
    for notification in invocation["toolExecutionNotifications"].as_array().expect("notices") {
        locations.extend(notification["locations"].as_array().expect("locations"));
    }
    for location in locations {
        let place = &location["physicalLocation"];
        let artifact = &place["artifactLocation"];
        prop_assert!(is_uri(artifact["uri"].as_str().expect("a URI")), "{}", artifact);
        let base = artifact["uriBaseId"].as_str().expect("a base");
        prop_assert!(run["originalUriBaseIds"][base].is_object());
        for field in ["startLine", "startColumn"] {
            prop_assert!(place["region"][field].as_u64().is_some_and(|number| number > 0));
        }
    }
    Ok(())
}

/// Returns the number of cases in a report, and checks that the report is well-formed XML.
fn cases(xml: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut cases = 0;
    loop {
        match reader.read_event().expect("XML") {
            Event::Eof => return cases,
            Event::Start(element) | Event::Empty(element) => {
                cases += usize::from(element.name().as_ref() == b"testcase");
                for attribute in element.attributes() {
                    attribute.expect("an attribute");
                }
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reports_are_well_formed_and_show_no_control_character(
        msg in hostile(), name in hostile(), action in hostile(), kind in hostile(), file in hostile(),
    ) {
        let constraint = json!({
            "apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "Says",
            "metadata": {"name": "says"},
            "spec": {"enforcementAction": action, "parameters": {"msg": msg}},
        });
        let denies = json!({
            "apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "Says",
            "metadata": {"name": "denies"}, "spec": {"parameters": {"msg": msg}},
        });
        let object = |kind: &str, name: &str| json!({
            "apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": name},
        });
        let file: String = file.chars().filter(|c| !"/\0".contains(*c)).take(40).collect();
        let file = format!("o{file}.json");
        let text = |value: &Value| value.to_string();
        let project = Project::new(&[
            ("t.yaml", TEMPLATE.to_owned()),
            ("c.json", text(&constraint)),
            ("d.json", text(&denies)),
            (&file, text(&object("Pod", &name))),
            ("other.json", text(&object(&format!("K{kind}"), &name))),
        ]);
        for output in ["text", "json", "yaml", "sarif", "junit"] {
            let arguments = ["test", "-f", "t.yaml", "c.json", "d.json", &file, "other.json"];
            let (status, out, err) =
                project.run(&[&arguments[..], &["none\u{1b}[0m.yaml", "-o", output]].concat());
            prop_assert_eq!(status, 2, "{}", err);
            prop_assert_eq!(hidden(&out), None, "{}: {:?}", output, out);
            prop_assert_eq!(hidden(&err.replace("\n\t", "\n")), None, "{}: {:?}", output, err);
            match output {
                "json" => {
                    let report: Value = serde_json::from_str(&out).expect("JSON");
                    prop_assert!(report["violations"].as_array().is_some_and(|all| !all.is_empty()));
                    let violation = &report["violations"][0];
                    prop_assert_eq!(&violation["msg"], &*msg);
                    prop_assert_eq!(&violation["object"]["name"], &*name);
                }
                "sarif" => check_sarif(&serde_json::from_str(&out).expect("JSON"))?,
                "junit" => prop_assert!(cases(&out) >= 3, "{}", out),
                // The report has a line for each violation and a summary line. No line is faked.
                "text" => prop_assert_eq!(out.lines().count(), 3, "{}", out),
                _ => {}
            }
        }
    }
}

/// A name with control characters for a terminal, as JSON and YAML contain it.
const NAME: &str = "a\u{1b}[31m\u{202e}\nok";

#[test]
fn other_commands_show_no_control_character() {
    let suite = json!({
        "apiVersion": "test.gatekeeper.sh/v1alpha1", "kind": "Suite",
        "tests": [{
            "name": NAME, "template": "t.yaml", "constraint": "c.json",
            "cases": [
                {"name": NAME, "object": "o.json", "assertions": [{"violations": "no"}]},
                {"name": "none", "object": NAME, "assertions": [{"message": NAME}]},
                {"name": "field", "object": "o.json", NAME: 1, "assertions": [{"violations": NAME}]},
            ],
        }],
    });
    let constraint = json!({
        "apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "Says",
        "metadata": {"name": "says"}, "spec": {"parameters": {"msg": NAME}},
    });
    let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": NAME}});
    let file = format!("{NAME}.rego");
    let broken = TEMPLATE.replace("violation[", "\u{202e}\u{9b}violation[");
    let rego = format!("package p\n\nx := \"{}\"\n\ny := z\n", "a\\u001b[31m");
    let project = Project::new(&[
        ("t.yaml", TEMPLATE.to_owned()),
        ("broken.yaml", broken),
        ("c.json", constraint.to_string()),
        ("o.json", object.to_string()),
        ("s.yaml", suite.to_string()),
        (&file, rego),
    ]);
    for (arguments, expected) in [
        (&["verify", "s.yaml"][..], 2),
        (&["verify", "s.yaml", "-o", "json"], 2),
        (&["verify", "s.yaml", "-o", "junit"], 2),
        (&["verify", NAME], 2),
        (&["verify", "s.yaml", "--run", NAME], 2),
        (&["check", &file], 1),
        (&["check", "broken.yaml"], 1),
        (&["plan", "t.yaml"], 0),
        (&["compile", "t.yaml", "-o", NAME], 0),
        (&["eval", "-d", &file, "data.p.x"], 1),
        (&["eval", "\"a\\u001b[31m\u{202e}\"", "-f", "raw"], 0),
        (&["eval", "\"a\\u001b[31m\u{202e}\"", "-f", "json"], 0),
        (&["eval", "1", "-i", NAME], 2),
        (&["eval", NAME], 1),
        (&["test", "-f", "c.json", NAME], 2),
        (&[NAME], 2),
    ] {
        let (status, out, err) = project.run(arguments);
        assert_eq!(status, expected, "{arguments:?}: {out}{err}");
        assert_eq!(hidden(&out), None, "{arguments:?}: {out:?}");
        assert_eq!(hidden(&err.replace("\n\t", "\n")), None, "{arguments:?}: {err:?}");
    }
}
