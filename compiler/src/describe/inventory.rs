//! The kinds that a policy can read in the inventory.

use std::sync::Arc;

use crate::ir::Projection;

/// A kind below `data.inventory`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InventoryKind {
    /// `true` for objects in namespaces.
    pub namespaced: bool,
    /// The group and version, such as `apps/v1`; `None` for any.
    pub version: Option<Arc<str>>,
    /// The kind; `None` for any.
    pub kind: Option<Arc<str>>,
}

/// A key that the policy names, or `None` for all keys.
type Key = Option<Arc<str>>;

/// Returns the kinds that a policy with this projection of `data` can read.
pub(super) fn of(data: &Projection) -> Vec<InventoryKind> {
    let mut kinds = Vec::new();
    let scopes = below(data, "inventory").into_iter().flat_map(|inventory| {
        let cluster = below(inventory, "cluster").map(|part| (false, part));
        let namespace = below(inventory, "namespace").map(|part| (true, part));
        [cluster, namespace].into_iter().flatten().collect::<Vec<_>>()
    });
    for (namespaced, scope) in scopes {
        let versions: Vec<_> = if namespaced {
            steps(scope).into_iter().flat_map(|(_, namespace)| steps(namespace)).collect()
        } else {
            steps(scope)
        };
        for (version, of_version) in versions {
            for (kind, _) in steps(of_version) {
                kinds.push(InventoryKind { namespaced, version: version.clone(), kind });
            }
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Returns the part at `key` that is read; a value that is read whole contains all its parts.
fn below<'p>(projection: &'p Projection, key: &str) -> Option<&'p Projection> {
    if projection.whole {
        return Some(projection);
    }
    projection.members.get(key).or(projection.others.as_deref())
}

/// Returns the parts that are read, with their keys. A part whose keys are not known counts as one
/// with any key.
fn steps(projection: &Projection) -> Vec<(Key, &Projection)> {
    if projection.whole || (projection.members.is_empty() && projection.others.is_none()) {
        return vec![(None, projection)];
    }
    let others = projection.others.iter().map(|others| (None, &**others));
    let members = projection.members.iter().map(|(key, part)| (Some(Arc::clone(key)), part));
    others.chain(members).collect()
}
