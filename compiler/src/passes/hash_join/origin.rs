//! Tracks which parts of base documents the locals of a function hold.

use std::collections::HashMap;
use std::sync::Arc;

use crate::hir::Constant;
use crate::ir::{Expr, IndexLifetime, LocalId};

/// The path of a part below `data`; `None` for an unknown key.
type Path = Vec<Option<Arc<str>>>;

/// The locals that hold parts of base documents.
#[derive(Default)]
pub(super) struct Origins(HashMap<LocalId, Path>);

impl Origins {
    /// Returns the path of an expression below `data`, if it is part of a base document.
    pub(super) fn of(&self, expr: &Expr) -> Option<Path> {
        match expr {
            Expr::BaseData(_) => Some(Path::new()),
            Expr::Local(local) => self.0.get(local).cloned(),
            Expr::Get { base, keys } => {
                let mut path = self.of(base)?;
                path.extend(keys.iter().map(|key| match key {
                    Expr::Constant(Constant::String(key)) => Some(key.clone()),
                    _ => None,
                }));
                Some(path)
            }
            _ => None,
        }
    }

    /// Records the path of a local.
    pub(super) fn bind(&mut self, local: LocalId, path: Option<Path>) {
        if let Some(path) = path {
            self.0.insert(local, path);
        }
    }

    /// Records that a local is bound to the members of the collection at a path.
    pub(super) fn bind_member(&mut self, local: Option<LocalId>, path: Option<Path>) {
        if let (Some(local), Some(mut path)) = (local, path) {
            path.push(None);
            self.0.insert(local, path);
        }
    }
}

/// Returns the lifetime of an index over the collection at a path; `None` if an index is of no use.
///
/// Gatekeeper's inventory changes object by object. Indexes therefore cover the objects of one kind
/// in one namespace, and the namespaces, of which there may be many.
pub(super) fn lifetime(path: &Path) -> Option<IndexLifetime> {
    let [Some(inventory), rest @ ..] = path.as_slice() else { return Some(IndexLifetime::Data) };
    if **inventory != *"inventory" {
        return Some(IndexLifetime::Data);
    }
    let [Some(scope), rest @ ..] = rest else { return None };
    match (&**scope, rest.len()) {
        ("cluster", 2) | ("namespace", 3) => Some(IndexLifetime::Data),
        ("namespace", 0) => Some(IndexLifetime::AboveData),
        _ => None,
    }
}
