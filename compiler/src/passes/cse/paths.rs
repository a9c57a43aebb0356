//! Paths whose values are bound, and the replacement of their reads.

use std::sync::Arc;

use crate::hir::Constant;
use crate::ir::{ContextId, Expr, Local, LocalId};

/// The root of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Local(LocalId),
    Input(ContextId),
    Data(ContextId),
}

impl Start {
    /// Returns the root that an expression denotes.
    pub(super) fn of(base: &Expr) -> Option<Self> {
        match base {
            Expr::Local(local) => Some(Start::Local(*local)),
            Expr::Input(context) => Some(Start::Input(*context)),
            Expr::BaseData(context) => Some(Start::Data(*context)),
            _ => None,
        }
    }

    /// Returns the name of the root.
    pub(super) fn name(self, locals: &[Local]) -> Arc<str> {
        match self {
            Start::Local(local) => locals
                .get(local.0 as usize)
                .map_or_else(|| "value".into(), |local| local.name.clone()),
            Start::Input(_) => "input".into(),
            Start::Data(_) => "data".into(),
        }
    }

    /// Returns the expression that denotes the root.
    pub(super) fn expr(self) -> Expr {
        match self {
            Start::Local(local) => Expr::Local(local),
            Start::Input(context) => Expr::Input(context),
            Start::Data(context) => Expr::BaseData(context),
        }
    }
}

/// A key of a path.
#[derive(Clone, PartialEq)]
pub(super) enum Key {
    Constant(Constant),
    Local(LocalId),
}

impl Key {
    /// Returns the key that an expression denotes.
    pub(super) fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::Constant(constant) => Some(Key::Constant(constant.clone())),
            Expr::Local(local) => Some(Key::Local(*local)),
            _ => None,
        }
    }
}

/// A path with the expression that reads its value.
struct BoundPath {
    start: Start,
    keys: Vec<Key>,
    value: Expr,
}

/// The paths whose values are bound.
#[derive(Default)]
pub(super) struct BoundPaths(Vec<BoundPath>);

impl BoundPaths {
    /// Adds a path, whose value `value` reads.
    pub(super) fn push(&mut self, start: Start, keys: Vec<Key>, value: Expr) {
        self.0.push(BoundPath { start, keys, value });
    }

    /// Replaces the longest bound prefix of a path by the expression that reads its value.
    pub(super) fn shorten(&self, expr: &mut Expr) {
        let Expr::Get { base, keys } = expr else { return };
        let Some(start) = Start::of(base) else { return };
        let path: Vec<_> = keys.iter().map_while(Key::of).collect();
        let is_prefix = |bound: &&BoundPath| {
            // Below base documents, a number finds the key with its text; in values it does not.
            let whole = bound.keys.len() == keys.len() || !matches!(start, Start::Data(_));
            bound.start == start && whole && path.starts_with(&bound.keys)
        };
        let Some(bound) = self.0.iter().filter(is_prefix).max_by_key(|bound| bound.keys.len())
        else {
            return;
        };
        keys.drain(..bound.keys.len());
        if keys.is_empty() {
            *expr = bound.value.clone();
        } else {
            **base = bound.value.clone();
        }
    }
}
