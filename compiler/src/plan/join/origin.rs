//! Which parts of base documents the locals of a function hold.

use std::collections::HashMap;
use std::sync::Arc;

use crate::hir::Constant;
use crate::plan::{Expr, LocalId};

/// The keys below `data` that lead to a part, as far as they are known.
type Path = Vec<Option<Arc<str>>>;

/// The locals that hold parts of base documents.
#[derive(Default)]
pub(super) struct Origins(HashMap<LocalId, Path>);

impl Origins {
    /// Where an expression stands below `data`, if it does.
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

    /// Notes what a local is bound to.
    pub(super) fn bind(&mut self, local: LocalId, path: Option<Path>) {
        if let Some(path) = path {
            self.0.insert(local, path);
        }
    }

    /// Notes that a local is bound to the members of what stands at a path.
    pub(super) fn bind_member(&mut self, local: Option<LocalId>, path: Option<Path>) {
        if let (Some(local), Some(mut path)) = (local, path) {
            path.push(None);
            self.0.insert(local, path);
        }
    }
}

/// Whether the members of what stands at a path are what base documents are changed by. Of the
/// inventory of Gatekeeper these are the objects of one kind in one namespace: an index of what
/// stands above would have to be made again whenever any object changes.
pub(super) fn is_whole(path: &Path) -> bool {
    match path.as_slice() {
        [Some(inventory), rest @ ..] if **inventory == *"inventory" => {
            let above = match rest.first() {
                Some(Some(scope)) if **scope == *"cluster" => 3,
                Some(Some(scope)) if **scope == *"namespace" => 4,
                _ => return false,
            };
            rest.len() == above
        }
        _ => true,
    }
}
