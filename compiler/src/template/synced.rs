//! Reads the kinds that a template needs in the inventory.
//!
//! The annotation is JSON: a list of requirements, of which each is a list of equivalent kinds. The
//! policies of Gatekeeper's library write it in quotes.

use std::sync::Arc;

use ferrego_runtime::{Arena, Value, json};

use super::declared::{KindNames, SyncedKinds};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::yaml::Node;

const ANNOTATION: &str = "metadata.gatekeeper.sh/requires-sync-data";

/// Returns the kinds that the annotation of the template `root` names.
///
/// `gator sync test` refuses an annotation of another form, and nothing else reads it, so the fault is
/// a warning.
pub(super) fn read(root: &Node, warnings: &mut Diagnostics) -> Option<Vec<SyncedKinds>> {
    let node = root.get("metadata")?.get("annotations")?.get(ANNOTATION)?;
    let kinds = node.as_str().and_then(kinds);
    if kinds.is_none() {
        let message = format!(
            "metadata.annotations.{ANNOTATION}: expected a JSON list of requirements, found another \
             text"
        );
        let help = "write `[[{\"groups\": [\"\"], \"versions\": [\"v1\"], \"kinds\": [\"Pod\"]}]]`";
        warnings.push(Diagnostic::new(Code::Template, node.place(), message).with_help(help));
    }
    kinds
}

fn kinds(annotation: &str) -> Option<Vec<SyncedKinds>> {
    let text = annotation.trim().trim_matches('"');
    let arena = Arena::new();
    let requirements = json::parse(&arena, text.as_bytes()).ok()?;
    let mut kinds = Vec::new();
    for requirement in requirements.as_array()? {
        for one in requirement.as_array()? {
            let names =
                KindNames { groups: strings(one, "groups")?, kinds: strings(one, "kinds")? };
            let versions = strings(one, "versions").unwrap_or_else(|| vec!["*".into()]);
            kinds.push(SyncedKinds { names, versions });
        }
    }
    Some(kinds)
}

fn strings(value: &Value<'_>, key: &str) -> Option<Vec<Arc<str>>> {
    value.get_str(key)?.as_array()?.iter().map(|item| item.as_str().map(Arc::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn kinds(annotation: &str) -> Option<Vec<SyncedKinds>> {
        let text = format!("metadata:\n  annotations:\n    {ANNOTATION}: |\n      {annotation}\n");
        let mut warnings = Diagnostics::default();
        let kinds = read(&yaml::load(&text).expect("YAML")[0], &mut warnings);
        assert_eq!(warnings.0.is_empty(), kinds.is_some(), "{annotation}");
        kinds
    }

    #[test]
    fn the_annotation_is_json_with_or_without_quotes() {
        let json = r#"[[{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}]]"#;
        let names = KindNames { groups: vec!["apps".into()], kinds: vec!["Deployment".into()] };
        let expected = SyncedKinds { names, versions: vec!["v1".into()] };
        assert_eq!(kinds(json), Some(vec![expected.clone()]));
        assert_eq!(kinds(&format!("\"{json}\"")), Some(vec![expected]));
        assert_eq!(kinds("[[1]]"), None);
        assert_eq!(kinds("none"), None);
    }
}
