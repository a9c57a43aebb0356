//! Rego modules that import others from the workspace.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, at, position};

const OWN: &str = "package app\n\nimport data.lib.util\n\nallow if util.is_small(input.size)\n";
const LIBRARY: &str = "package lib.util\n\nis_small(x) if x < 10\n";

#[test]
fn a_module_is_analyzed_with_the_modules_that_it_imports() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("lib/ütil.rego", LIBRARY);
    write("app/app.rego", OWN);
    // A module that nothing needs, and that would be in conflict.
    write("other/app.rego", "package app\n\ndefault allow := 1\n\nallow := 2 if { syntax");
    let uri = |name: &str| format!("file://{}/{name}", folder.path().display());
    let own = uri("app/app.rego");
    let mut client = Client::initialized(&["--stdio"], Some(&uri("")));
    assert_eq!(client.open(&own, "rego", OWN), Vec::<Value>::new());

    let found = client.request("textDocument/definition", at(&own, OWN, "is_small"));
    assert_eq!(found[0]["uri"], uri("lib/%C3%BCtil.rego"));
    assert_eq!(found[0]["range"]["start"], position(LIBRARY, "is_small"));

    // The editor's text of the library counts, not the one on disk.
    let library = uri("lib/%C3%BCtil.rego");
    let changed = LIBRARY.replace("is_small", "is_tiny");
    assert_eq!(client.open(&library, "rego", &changed), Vec::<Value>::new());
    let found = client.diagnostics(&own, 1);
    assert_eq!(found[0]["code"], "rego_type_error", "{found:?}");

    let mut params = at(&library, &changed, "is_tiny");
    params["newName"] = json!("is_little");
    assert_eq!(client.refused("textDocument/rename", params), -32803);
    assert_eq!(client.shut_down(), Some(0));
}

#[test]
fn the_version_and_the_levels_of_lints_are_options() {
    let uri = "file:///nowhere/p.rego";
    let text = "package p\n\nimport data.unused\n\nq { input.x }\n";
    let codes = |arguments: &[&str]| -> Vec<String> {
        let found = Client::initialized(arguments, None).open(uri, "rego", text);
        found.iter().map(|one| format!("{}:{}", one["severity"], one["code"])).collect()
    };
    assert!(codes(&[]).iter().any(|code| code == "1:\"rego_parse_error\""), "{:?}", codes(&[]));
    assert_eq!(codes(&["--v0-compatible"]), ["2:\"unused-import\""]);
    assert_eq!(codes(&["--v0-compatible", "-D", "style"]), ["1:\"unused-import\""]);
    assert_eq!(codes(&["--v0-compatible", "-A", "style"]), Vec::<String>::new());
}
