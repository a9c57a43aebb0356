//! The image-pull policy as a good engineer would write it over `serde_json::Value`.

use serde_json::Value;

/// The messages of the violations of `input`, which holds `review` and `parameters`.
pub(crate) fn violations(input: &Value) -> Vec<String> {
    let object = &input["review"]["object"];
    let Some(namespace) = object["metadata"]["namespace"].as_str() else { return Vec::new() };
    let prefixes = input["parameters"]["namespacePrefixes"].as_array();
    let applies = prefixes.is_some_and(|prefixes| {
        prefixes.iter().filter_map(Value::as_str).any(|prefix| namespace.starts_with(prefix))
    });
    if !applies {
        return Vec::new();
    }
    let spec = &object["spec"];
    let mut messages = Vec::new();
    for (list, kind) in [
        ("containers", "container"),
        ("initContainers", "init container"),
        ("ephemeralContainers", "ephemeral container"),
    ] {
        for container in spec[list].as_array().into_iter().flatten() {
            let policy = container["imagePullPolicy"].as_str();
            let Some(name) = container["name"].as_str() else { continue };
            if policy != Some("Always") {
                let found = policy.unwrap_or("not set");
                messages
                    .push(format!("{kind} '{name}' must pull its image always, found: '{found}'"));
            }
        }
    }
    messages
}
