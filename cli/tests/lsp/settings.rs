//! The choices of the user, as arguments and as initialization options.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///policies/template.yaml";

/// A template with a builtin that Gatekeeper has since 3.17.
const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: names}
spec:
  crd: {spec: {names: {kind: Names}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package names

      violation[{"msg": "no"}] { strings.count(input.review.object.metadata.name, "a") > 1 }
"#;

#[test]
fn a_version_of_gatekeeper_is_an_argument_or_an_option() {
    let codes = |arguments: &[&str], options: &Value| {
        let mut client = Client::with_options(arguments, None, options);
        let found = client.open(URI, "yaml", TEMPLATE);
        found.iter().any(|one| one["code"] == "newer-than-gatekeeper")
    };
    let options = json!({"gatekeeper": "3.16"});
    assert!(!codes(&[], &Value::Null));
    assert!(codes(&[], &options));
    assert!(codes(&["--gatekeeper", "3.16"], &Value::Null));
    let mut client = Client::start(&[]);
    let params = json!({"capabilities": {}, "initializationOptions": {"gatekeeper": "new"}});
    assert_eq!(client.refused("initialize", params), -32602);
}
