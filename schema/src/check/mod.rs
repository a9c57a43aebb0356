//! Checks that Kubernetes accepts a schema: its keywords, the rules for structural schemas, and
//! defaults that the schema itself accepts.

mod faults;
mod lists;
mod nested;
mod nodes;
mod structural;

use super::node::Node;
use crate::fault::{Fault, FieldPath};
use faults::Check;

/// Returns all faults of the schema `root`, whose path is `path`.
pub(super) fn check(root: Node<'_>, path: &FieldPath) -> Vec<Fault> {
    let mut check = Check::default();
    check.keywords(root, path, 0);
    // The rules assume values of the right shape, which the first traversal checks.
    if check.is_sound() {
        check.structural(root, structural::Level::Field, path);
    }
    if check.is_sound() {
        check.defaults(root, path);
    }
    check.faults
}
