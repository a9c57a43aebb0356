//! Reads the kinds that a template needs in the inventory.
//!
//! The annotation is JSON: a list of requirements, of which each is a list of equivalent kinds. The
//! policies of Gatekeeper's library write it in quotes.

use std::sync::Arc;

use ferrego_runtime::{Arena, Value, json};

use super::declared::{KindNames, SyncedKinds};
use crate::yaml::Node;

const ANNOTATION: &str = "metadata.gatekeeper.sh/requires-sync-data";

/// Returns the kinds that the annotation of the template `root` names.
pub(super) fn read(root: &Node) -> Option<Vec<SyncedKinds>> {
    let annotation = root.get("metadata")?.get("annotations")?.get(ANNOTATION)?.as_str()?;
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
        read(&yaml::load(&text).expect("YAML")[0])
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
