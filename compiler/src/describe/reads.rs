//! Prints the parts of a document that a policy reads as references of Rego.

use crate::ast::print::is_name;
use crate::ir::Projection;

/// Returns the paths that `projection` reads below `root`, in order: `input.review.object.spec`,
/// `input.parameters.labels[_]`.
pub(super) fn paths(projection: &Projection, root: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(projection, root, &mut found);
    found
}

/// Collects the paths. The depth of a projection has a limit, which the pass sets.
fn collect(projection: &Projection, path: &str, to: &mut Vec<String>) {
    let is_leaf = projection.members.is_empty() && projection.others.is_none();
    if projection.whole || is_leaf {
        to.push(path.to_owned());
        return;
    }
    if let Some(others) = &projection.others {
        collect(others, &format!("{path}[_]"), to);
    }
    for (key, member) in &projection.members {
        if projection.others.as_deref() != Some(member) {
            collect(member, &step(path, key), to);
        }
    }
}

/// Returns `path.key`, or `path["key"]` if the key is not a name.
pub(super) fn step(path: &str, key: &str) -> String {
    if is_name(key) { format!("{path}.{key}") } else { format!("{path}[{key:?}]") }
}
